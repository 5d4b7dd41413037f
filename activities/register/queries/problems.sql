select c.id::text, c.number, c.title, c.body, c.phase, c.outcome, p.n, p.class, p.unit::text, u.name as unit_name, p.site, p.basis, coalesce(p.question, 0) as question,
	p.asker, p.answerer, p.answer, p.promise, p.follow_up, p.comment,
	s.due, s.yellow, coalesce(s.level, '') as level, coalesce(s.paused, false) as paused, coalesce(s.held, false) as held, coalesce(s.npc, false) as npc
from problems p
join cases c on c.id = p.case_id
join units u on u.id = p.unit
join lateral (select t.turn from listing t where t.case_id = c.id and t.way = 'congress' limit 1) l on true
left join stages s on s.case_id = c.id and s.key = l.turn
where p.congress = $1 and p.inquiry = $2
order by p.n
