select count(*) filter (where c.phase = 'P4' or c.outcome = 'closed')::int as closed, count(*) filter (where c.outcome in ('', 'closed'))::int as total
from problems p join cases c on c.id = p.case_id where p.congress = $1 and p.inquiry = $2
