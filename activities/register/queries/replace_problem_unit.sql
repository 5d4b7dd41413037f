with moved as (update problems set unit = $3 where congress = $1 and case_id = $2 returning inquiry)
insert into parties (congress, case_id, unit, capacity) select $1, inquiry, $3, 'several' from moved
on conflict (case_id, unit) do nothing
