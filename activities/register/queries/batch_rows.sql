select i.token, i.congress::text, i.case_id::text, i.stage, i.account::text, i.act, i.received_at, i.outcome, i.code, i.answer, c.number, c.title
from intake i join cases c on c.id = i.case_id where i.batch = $1 order by c.number
