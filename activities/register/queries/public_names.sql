select a.name from proposers x join accounts a on a.id = x.account where x.congress = $1 and x.case_id = $2
union
select a.name from parts p join posts o on o.congress = p.congress and o.unit = p.unit and o.role in ('UNT', 'UNH') join accounts a on a.id = o.account
where p.congress = $1 and p.case_id = $2
