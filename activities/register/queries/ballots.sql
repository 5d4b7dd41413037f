select b.id, b.congress, b.title, b.restricted, b.consent, coalesce(b.case_id::text, '') as case_id, coalesce(c.number, '') as case_number,
	coalesce(c.title, '') as case_title, coalesce(b.unit::text, '') as unit, coalesce(u.name, '') as unit_name, coalesce(b.first::text, '') as first, coalesce(f.title, '') as first_title, b.scrutineer,
	s.name as scrutineer_name, b.plan, b.status, b.published, b.result, b.made_at,
	exists (select from ballot_electorates e join ballot_roll r on r.electorate = e.id where e.ballot = b.id and r.account = $3) as mine
from ballots b
left join cases c on c.id = b.case_id
left join units u on u.id = b.unit
left join ballots f on f.id = b.first
join accounts s on s.id = b.scrutineer
where b.congress = $1 and ($2::uuid is null or b.id = $2) and ($4::uuid is null or b.case_id = $4)
order by b.made_at desc, b.id
limit 500
