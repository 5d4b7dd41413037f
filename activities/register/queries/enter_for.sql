insert into entered_for (token, congress, case_id, unit, came, sender) values ($1, $2, $3, $4, $5, $6) on conflict (token) do nothing
