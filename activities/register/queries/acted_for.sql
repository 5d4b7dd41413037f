insert into acted_for (token, congress, case_id, absent) values ($1, $2, $3, $4) on conflict (token) do nothing
