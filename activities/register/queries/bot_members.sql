select b.id::text as bot, b.channel, coalesce(b.unit::text, '') as unit, coalesce(u.name, '') as unit_name, p.account::text, p.role
from bots b left join units u on u.id = b.unit
join posts p on p.congress = b.congress
	and case when b.unit is null then p.role = 'OFC' else p.unit = b.unit and p.role in ('CMT', 'CMH', 'DEP', 'GOV', 'UNT', 'UNH') end
join accounts a on a.id = p.account and a.active
where b.congress = $1 and b.active
order by b.id
