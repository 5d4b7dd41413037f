select k.case_id::text as "case", k.stage, b.at, b.level, b.who, b.text
from unnest($2::uuid[], $3::text[]) as k (case_id, stage)
join stages s on s.case_id = k.case_id and s.key = k.stage
cross join lateral (
	select min(n.at) as at, n.level, string_agg(distinct a.name, '、' order by a.name) as who, '' as text
	from notices n join accounts a on a.id = n.account
	where n.case_id = k.case_id and n.stage = k.stage and n.rev = s.rev and n.level ~ '^[LNG][0-9]' and n.at <= $4 group by n.level
	union all
	select g.at, 'urge#' || g.n, a.name, g.text from urges g join accounts a on a.id = g.account where g.case_id = k.case_id and g.stage = k.stage
	union all
	select i.opened_at, 'instruction', '', '' from stages i where i.case_id = k.case_id and i.kind = 'instruction' and i.unit is not distinct from s.unit) b
where s.congress = $1
order by k.case_id, k.stage, b.at
