select m.token, m.case_id::text, w.version as was, r.version as rules, m.reason, m.shifts
from rule_moves m join rules w on w.id = m.was join rules r on r.id = m.rules
where m.congress = $1 and m.case_id = $2 order by m.token
