select m.case_id::text as id from ledger_matters m
where m.congress = $1 and m.import = $2 and m.line > coalesce((select x.line from ledger_matters x where x.case_id = $3), 0)
order by m.line limit $4
