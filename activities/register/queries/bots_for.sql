select distinct n.id::text as notice, b.id::text as bot, b.channel
from notices n join cases c on c.id = n.case_id and c.procedure <> 'appraisal-official' join stages s on s.case_id = n.case_id and s.key = n.stage
join posts p on p.account = n.account
join bots b on b.congress = n.congress and b.active
	and case when b.unit is null then p.role = 'OFC' else p.unit = b.unit and (p.role in ('CMT', 'CMH', 'DEP', 'GOV') or p.role in ('UNT', 'UNH') and b.unit in (s.unit, s.for_unit)) end
where n.id = any ($1)
