select t.case_id::text, t.key,
	coalesce(h.name, (select string_agg(a.name, '、' order by a.name) from posts p join accounts a on a.id = p.account and a.active
		where p.congress = $1 and p.role = case when s.unit is null then 'GOV' else 'UNT' end and p.unit is not distinct from s.unit), '') as handlers,
	coalesce((select string_agg(a.name, '、' order by a.name) from posts p join accounts a on a.id = p.account and a.active
		where p.congress = $1 and p.role = 'UNH' and p.unit = s.unit), '') as heads,
	coalesce(n.level, '') as said, coalesce(n.at, '0001-01-01 00:00:00+00') as said_at,
	coalesce(i.name, '') as instructed_by, coalesce(i.written_at, '0001-01-01 00:00:00+00') as instructed_at
from unnest($2::uuid[], $3::text[]) t (case_id, key)
join stages s on s.congress = $1 and s.case_id = t.case_id and s.key = t.key
left join parties y on y.case_id = t.case_id and y.unit = s.unit left join accounts h on h.id = y.handler and h.active
left join lateral (select m.level, m.at from notices m where m.case_id = t.case_id and m.stage = t.key order by m.at desc, m.level desc limit 1) n on true
left join lateral (select a.name, d.written_at from papers d join accounts a on a.id = d.author
	where d.case_id = t.case_id and d.status = 'signed' and d.stage like 'instruct#%' order by d.written_at desc limit 1) i on true
