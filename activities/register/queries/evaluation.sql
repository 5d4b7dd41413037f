select i.unit::text, u.name as unit_name, coalesce(i.about::text, '') as about, coalesce(c.number, '') as about_number, coalesce(c.title, '') as about_title
from evaluations i join units u on u.id = i.unit left join cases c on c.id = i.about
where i.congress = $1 and i.case_id = $2
