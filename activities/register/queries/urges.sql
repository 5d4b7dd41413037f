select g.stage, g.n, g.account::text, a.name, g.role, g.at, g.text,
	coalesce((select string_agg(b.name, '、' order by b.name) from notices n join accounts b on b.id = n.account
		where n.case_id = g.case_id and n.stage = g.stage and n.level = 'urge#' || g.n), '') as "to"
from urges g join accounts a on a.id = g.account
where g.case_id = $1 order by g.at, g.stage, g.n
