select c.id::text, c.number, c.title, c.body, c.phase, c.outcome, p.class, u.name as unit, p.site, p.basis,
	(select count(*)::int from papers x join attachments f on f.paper = x.id where x.case_id = c.id and x.status = 'signed') as files,
	coalesce((select string_agg(distinct v.team::text, '、') from visits v where v.inquiry = p.inquiry and v.site = p.site and p.site <> ''), '') as teams,
	k.closed, coalesce(k.checkers, '') as checkers
from unnest($2::uuid[]) with ordinality w (id, place)
join cases c on c.id = w.id
join problems p on p.case_id = c.id
join units u on u.id = p.unit
cross join lateral (select max(s.closed_at) as closed, string_agg(a.name, '、' order by s.closed_at, s.key) as checkers
	from stages s left join accounts a on a.id = s.actor
	where s.case_id = c.id and s.kind in ('closing-check', 'deputy-check') and s.verdict = 'closed'
		and substring(s.key from '#(\d+)$')::int = (select max(substring(m.key from '#(\d+)$')::int) from stages m where m.case_id = c.id and m.kind = 'closing-check')
		and (c.phase = 'P4' or c.outcome = 'closed')) k
where c.congress = $1
order by w.place
