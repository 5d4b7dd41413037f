with first as (update inquiries set questioned_at = $3 where congress = $1 and case_id = $2 and questioned_at is null returning case_id),
asked as (
	update problems p set question = x.place from (
		select p.case_id, row_number() over (order by p.n) as place
		from first f join problems p on p.inquiry = f.case_id join cases c on c.id = p.case_id
		where c.outcome = '' and c.phase <> 'P4') x
	where p.case_id = x.case_id returning p.case_id)
insert into intake (token, congress, case_id, stage, account, act, received_at, passed)
select 'questioned/' || c.id, c.congress, c.id, 'questioned', c.owner,
	jsonb_build_object('id', 'questioned/' || c.id, 'key', 'questioned', 'role', 'SYS', 'at', $3::timestamptz, 'on', $4::timestamptz)::text, $3, true
from asked a join cases c on c.id = a.case_id
on conflict (token) do nothing
