insert into rule_moves (token, congress, case_id, was, rules, reason, shifts) values ($1, $2, $3, $4, $5, $6, $7) on conflict (token) do nothing
