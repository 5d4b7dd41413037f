-- $2 first day, $3 the day after the last, $4 one unit or null. What the matters tell comes before what was entered by hand.
select coalesce(x.id::text, '') as id, x.unit::text, x.kind, x.day, x.note, coalesce(x.case_id::text, '') as case_id, coalesce(a.name, '') as by, x.void
from (
	select null::uuid as id, p.unit, 'ask' as kind, (s.closed_at at time zone interval '8 hours')::date as day, c.title as note, c.id as case_id, null::uuid as account, '' as void
	from stages s join cases c on c.id = s.case_id and c.procedure = 'interview' join parties p on p.case_id = c.id
	where s.congress = $1 and s.kind = 'hold' and s.verdict = 'held' and not p.gone
	union all
	select null, p.unit, 'ask', (min(p.asked_at) at time zone interval '8 hours')::date, c.title, c.id, null, ''
	from problems p join cases c on c.id = p.inquiry
	where p.congress = $1 and p.answer <> '' and p.asked_at is not null group by p.unit, c.id
	union all
	select null, ap.unit, 'visit', v.day, v.site, c.id, v.account, ''
	from visits v join appraisals ap on ap.case_id = v.inquiry join cases c on c.id = v.inquiry
	where v.congress = $1 and c.procedure = 'appraisal-work'
	union all
	select null, ap.unit, 'appraisal', (s.closed_at at time zone interval '8 hours')::date, c.title, c.id, null, ''
	from stages s join cases c on c.id = s.case_id join appraisals ap on ap.case_id = c.id
	where s.congress = $1 and s.kind = 'review-meeting' and s.closed_at is not null and c.procedure = 'appraisal-work'
	union all
	select o.id, o.unit, o.kind, o.day, o.note, null, o.account, o.void from occasions o where o.congress = $1
) x left join accounts a on a.id = x.account
where x.day >= $2 and x.day < $3 and ($4::uuid is null or x.unit = $4)
order by x.day, x.kind, x.note
