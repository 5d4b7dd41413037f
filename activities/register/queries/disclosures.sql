select d.at, a.name as account_name, d.deed, d.part, d.text, d.reason from disclosures d join accounts a on a.id = d.account
where d.congress = $1 and d.case_id = $2 order by d.id
