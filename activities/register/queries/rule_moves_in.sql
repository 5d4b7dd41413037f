select m.token, m.case_id::text, w.version as was, r.version as rules, m.reason, m.shifts
from intake i join rule_moves m on m.token = i.token join rules w on w.id = m.was join rules r on r.id = m.rules
where m.congress = $1 and i.batch = $2
