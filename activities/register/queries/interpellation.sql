select i.unit::text, u.name as unit_name, coalesce(i.meets, '0001-01-01 00:00:00+00') as meets, i.place
from interpellations i join units u on u.id = i.unit
where i.congress = $1 and i.case_id = $2
