insert into proposers (congress, case_id, account, position, word) values ($1, $2, $3, $4, $5)
on conflict (case_id, account) do nothing
