select g.session, g.category, g.demand, g.basis, coalesce(g.wish::text, '') as wish, coalesce(w.name, '') as wish_name, g.consents, g.surveyed, g.face,
	coalesce(g.proposed::text, '') as proposed, coalesce(p.name, '') as proposed_name, g.answered_openly, g.published,
	coalesce(g.merged_into::text, '') as merged_into, coalesce(m.number, '') as merged_number,
	coalesce(g.origin::text, '') as origin, coalesce(f.number, '') as origin_number,
	coalesce(g.key_leader::text, '') as key_leader, coalesce(l.name, '') as key_leader_name, coalesce(k.name, '') as key_committee_name
from suggestions g
left join units w on w.id = g.wish left join units p on p.id = g.proposed left join cases m on m.id = g.merged_into left join cases f on f.id = g.origin
left join accounts l on l.id = g.key_leader left join units k on k.id = g.key_committee
where g.case_id = $1
