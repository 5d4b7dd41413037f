select c.id::text, c.number, c.title, c.phase, c.outcome, g.category, g.session <> '' as in_session, g.key_leader is not null as key,
	coalesce(kl.name, '') as key_leader, a.name as leader, coalesce(d.delegation, '') as delegation, g.published,
	coalesce((select s.verdict from stages s where s.case_id = c.id and s.key = 'publish'), '') as publication,
	coalesce((select o.number from cases o where o.id = g.merged_into), '') as merged,
	(select count(*)::int from proposers x where x.case_id = c.id and x.position between 1 and 99 and x.word = 'agree') as cosigners,
	array(select x.account::text from proposers x where x.case_id = c.id and x.word not in ('decline', 'silent')) as proposers,
	(select coalesce(json_agg(json_build_object('unit', p.unit, 'name', u.name, 'capacity', p.capacity, 'gone', p.gone, 'handed', p.handed_at, 'signed', p.signed_at,
		'auto', p.signed_auto, 'asked', p.asked, 'due', p.due, 'answered', p.answered_at, 'class', p.class, 'now', p.class_now, 'turned', p.turned_a, 'verified', p.verified,
		'met', p.met, 'first', p.first, 'attitude', p.attitude, 'result', p.result, 'redo_due', p.redo_due, 'redone', p.redone_at, 'final', p.final,
		'promised', p.promised) order by p.handed_at, u.sort), '[]')::text
		from parts p join units u on u.id = p.unit where p.case_id = c.id) as parts
from unnest($2::uuid[]) with ordinality w (id, place)
join cases c on c.id = w.id
join suggestions g on g.case_id = c.id
join accounts a on a.id = c.owner
left join deputies d on d.account = c.owner
left join accounts kl on kl.id = g.key_leader
where c.congress = $1
order by w.place
