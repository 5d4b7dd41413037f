insert into parties (congress, case_id, unit, capacity) values ($1, $2, $3, $4)
on conflict (case_id, unit) do update set capacity = excluded.capacity, gone = false
