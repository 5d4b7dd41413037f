select c.id::text, c.number, c.title, c.phase, c.outcome, c.filed_at
from evaluations i join cases c on c.id = i.case_id
where i.congress = $1 and i.about = $2
order by c.filed_at desc, c.id
