insert into role_demands (congress, role, second_factor) values ($1, $2, $3)
on conflict (congress, role) do update set second_factor = excluded.second_factor
