with first as (update inquiries set given_at = $3 where congress = $1 and case_id = $2 and given_at is null returning case_id)
insert into intake (token, congress, case_id, stage, account, act, received_at, passed)
select 'given/' || c.id, c.congress, c.id, 'given', c.owner,
	jsonb_build_object('id', 'given/' || c.id, 'key', 'given', 'role', 'SYS', 'at', $3::timestamptz, 'until', $4::timestamptz)::text, $3, true
from first f join problems p on p.inquiry = f.case_id join cases c on c.id = p.case_id
where c.outcome = ''
on conflict (token) do nothing
