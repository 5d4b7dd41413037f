with old as (update parties set gone = true where case_id = $2 and unit = $3 returning capacity),
handed as (update items set lead = $4 where case_id = $2 and lead = $3)
insert into parties (congress, case_id, unit, capacity) select $1, $2, $4, capacity from old
on conflict (case_id, unit) do nothing
