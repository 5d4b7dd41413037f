-- $2 from, $3 until, null: without end: the lines handed over in between; $4: those that bear an instant in between.
select p.case_id::text as "case", p.unit::text, p.capacity, p.gone, p.handed_at, p.signed_at, p.sign_due, p.signed_auto, p.asked, p.complex,
	p.extended, p.due, p.answered_at, p.class, p.class_now, p.turned_a, p.verified, p.met, p.first, p.first_at, p.attitude, p.result, p.reply_points,
	p.redo_due, p.redone_at, p.final, p.score, p.score_points, p.promised, p.closed_at, p.refused, p.paused, p.stopped,
	c.number, c.title, g.category, u.name as unit_name, u.kind as unit_kind, a.name as leader, coalesce(d.delegation, '') as delegation,
	(select count(*) from proposers x where x.case_id = p.case_id and x.position between 1 and 99 and x.word = 'agree') as cosigners,
	g.session <> '' as in_session, g.key_leader is not null as key, s.first_due, c.outcome,
	coalesce(g.key_committee, c.committee)::text as committee, k.name as committee_name, coalesce(g.key_leader::text, '') as key_leader, coalesce(l.name, '') as key_leader_name
from parts p
join cases c on c.id = p.case_id
join suggestions g on g.case_id = p.case_id
join units u on u.id = p.unit
join accounts a on a.id = c.owner
join units k on k.id = coalesce(g.key_committee, c.committee)
left join accounts l on l.id = g.key_leader
left join deputies d on d.account = c.owner
left join stages s on s.case_id = p.case_id and s.key = 'reply/' || p.unit::text
where p.congress = $1 and p.procedure = 'suggestion' and ($2::timestamptz is null or case when $4 then p.last_at else p.handed_at end >= $2) and ($3::timestamptz is null or p.handed_at < $3)
order by c.number, p.capacity
