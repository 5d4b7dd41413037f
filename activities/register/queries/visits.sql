select v.id::text, v.team, v.site, v.kind, v.day, v.note, a.name as by from visits v join accounts a on a.id = v.account
where v.congress = $1 and v.inquiry = $2 order by v.team, v.day, v.site
