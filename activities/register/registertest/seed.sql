set jit = off;

set work_mem = '256MB';

set maintenance_work_mem = '512MB';

set synchronous_commit = off;

create function pg_temp.id(kind int, i bigint) returns uuid language sql immutable as
$$ select ('0000000' || to_hex(kind) || '-0000-7000-8000-' || lpad(to_hex(i), 12, '0'))::uuid $$;

insert into congresses (id, name) values (pg_temp.id(1, 0), '演示数据市人大常委会');

insert into units (id, congress, name, kind, sort)
select pg_temp.id(2, i), pg_temp.id(1, 0),
	case when i <= 25 then '演示第' || i || '局' when i <= 29 then '演示第' || (i - 25) || '街道' when i = 30 then '演示法院' when i <= 38 then '演示第' || (i - 30) || '工委'
		when i = 39 then '代表工委' when i = 40 then '演示政府办公室' else '人大办公室' end,
	case when i <= 25 then 'department' when i <= 29 then 'street' when i = 30 then 'judicial' when i <= 39 then 'committee' when i = 40 then 'government' else 'office' end, i
from generate_series(1, 41) i;

insert into accounts (id, congress, login, name, email, password, active, password_at)
select pg_temp.id(4, n), pg_temp.id(1, 0), login, '演示' || login, login || '@example.gov.cn', $hash, true, now()
from (
	select row_number() over () as n, login from unnest('{ofc,ch,gov,adm,sec,aud,scm,pfo,dep}'::text[]) login
	union all select 10 + i, 'cmt' || i from generate_series(1, 8) i
	union all select 20 + i, 'cmh' || i from generate_series(1, 8) i
	union all select 30 + i, 'vc' || i from generate_series(1, 4) i
	union all select 40 + i, 'vm' || i from generate_series(1, 5) i
	union all select 50 + i, 'str' || i from generate_series(1, 4) i
	union all select 100 + i, 'unt' || i from generate_series(1, 30) i
	union all select 200 + i, 'unh' || i from generate_series(1, 30) i
	union all select 1000 + i, 'dpt' || i from generate_series(1, 200) i) x;

insert into posts (id, congress, account, role, unit)
select pg_temp.id(5, row_number() over ()), pg_temp.id(1, 0), pg_temp.id(4, account), role, case when unit > 0 then pg_temp.id(2, unit) end
from (
	select n as account, upper(login) as role, 0 as unit
	from (select row_number() over () as n, login from unnest('{ofc,ch,gov,adm,sec,aud,scm,pfo,dep}'::text[]) login) x where login <> 'dep'
	union all select 9, 'DEP', 39
	union all select 10 + i, 'CMT', 30 + i from generate_series(1, 8) i
	union all select 20 + i, 'CMH', 30 + i from generate_series(1, 8) i
	union all select 30 + (i + 1) / 2, 'VC', 30 + i from generate_series(1, 8) i
	union all select 40 + (i + 5) / 6, 'VM', i from generate_series(1, 29) i
	union all select 50 + i, 'STR', 25 + i from generate_series(1, 4) i
	union all select 100 + i, 'UNT', i from generate_series(1, 30) i
	union all select 200 + i, 'UNH', i from generate_series(1, 30) i
	union all select 1000 + i, 'DPT', 0 from generate_series(1, 200) i) x;

insert into deputies (account, congress, delegation, occupation)
select pg_temp.id(4, 1000 + i), pg_temp.id(1, 0), '演示第' || i % 10 + 1 || '街道代表团', '居民' from generate_series(1, 200) i;

insert into rules (id, congress, procedure, version, body, created_at) values
	(pg_temp.id(6, 1), pg_temp.id(1, 0), 'opinion', '演示', $opinion, now()), (pg_temp.id(6, 2), pg_temp.id(1, 0), 'suggestion', '演示', $suggestion, now()),
	(pg_temp.id(6, 3), pg_temp.id(1, 0), 'motion', '演示', $motion, now());

-- What follows from the number of a matter: r and k are its dice.
create temporary table seed as
select i, pg_temp.id(3, i) as id, procedure, r, k, ended, ended or k >= 3 and procedure <> 'motion' as handed, ended or k >= 14 as answered,
	case when ended then case when i % 97 = 0 then 'withdrawn' else 'archived' end else '' end as outcome,
	case when ended then case when i % 97 = 0 then 'withdrawn' else 'archived' end
		when procedure = 'motion' then 'M2'
		when procedure = 'opinion' then ('{A1,A2,A3,A5,A5,A6,A6,A6,A6,A11,A11,A11,A11,A11,A11,A11,A11,A7,A13,A16}'::text[])[k + 1]
		else ('{C2,C2,C4,C5,C10,C10,C10,C10,C10,C10,C10,C10,C10,C10,C11,C11,C14,C12,C12,C18}'::text[])[k + 1] end as phase,
	1 + r % 30 as lead, case when r % 3 = 0 then 1 + (r + 7) % 30 else 0 end as joint, 1 + r % 8 as committee,
	case when procedure = 'opinion' then 11 + r % 8 else 1001 + r % 200 end as owner,
	date_trunc('milliseconds', now() - interval '5 years' * ((1.0 * $cases - i) / $cases) - interval '12 days') as filed_at,
	date_trunc('day', now()) + interval '2.4 hours' * (r % 1000 - 50) as due
from (select i, case when i % 10 < 3 then 'opinion' when i % 100 = 99 then 'motion' else 'suggestion' end as procedure,
	(i * 7919 % 1000003)::int as r, (i * 7919 % 1000003 / 1000 % 20)::int as k, i < 0.8 * $cases and i % 50 <> 7 as ended from generate_series(1::bigint, $cases) i) x;

alter table seed add primary key (id);

analyze seed;

insert into cases (id, congress, procedure, number, kind, source, title, body, anchor_day, committee, owner, rules, direct, filed_at, started, seq, phase, outcome,
	ended_at, next, state)
select id, pg_temp.id(1, 0), procedure, case procedure when 'opinion' then '演审' when 'motion' then '演议' else '演建' end || '〔' || extract(year from filed_at) || '〕' || i || '号',
	case when procedure = 'opinion' then 'deliberation' else procedure end, case when i % 3 = 0 then '闭会期间' else '演示会议' end,
	'关于' || (array['改善','加快','规范','加强','推进','完善','整治','提升'])[1 + r % 8] || (array['老旧小区','农贸市场','城市道路','学校周边','河道水质','养老服务','公共停车','社区卫生',
		'背街小巷','乡村公路'])[1 + r / 8 % 10] || (array['排水','照明','安全','环境','管理','配套','监管','建设'])[1 + r / 80 % 8] || '第' || i % 1000 || '处的' || case when procedure = 'opinion' then '审议意见' else '建议' end || '（演示数据）',
	repeat('这里存在群众反映强烈的问题，需要有关部门认真研究、限期解决。', 6), filed_at,
	pg_temp.id(2, case when procedure = 'opinion' then 30 + committee else 39 end), pg_temp.id(4, owner), pg_temp.id(6, case procedure when 'opinion' then 1 when 'suggestion' then 2 else 3 end),
	true, filed_at, true, case when ended then 5 else 3 end, phase, outcome, case when ended then filed_at + interval '150 days' end,
	case when not ended then greatest(due, now()) + interval '9 hours' end,
	json_build_object('congress', pg_temp.id(1, 0), 'case', id, 'rules', pg_temp.id(6, 1), 'seq', 3, 'outcome', outcome, 'policy', json_build_object('anchor', 'handover', 'committee', pg_temp.id(2, 30 + committee), 'owner', pg_temp.id(4, owner), 'rework', 2, 'returns', 2, 'tracking', 4),
		'facts', json_strip_nulls(json_build_object('filed', json_build_object('id', 'filed', 'key', 'filed', 'role', 'CMT', 'at', filed_at),
			'handover', case when handed then json_build_object('id', 'h' || i, 'key', 'handover', 'role', 'OFC', 'person', pg_temp.id(4, 1), 'at', filed_at + interval '10 days',
				'parties', json_build_array(json_build_object('unit', pg_temp.id(2, lead), 'capacity', case when joint > 0 then 'lead' else 'sole' end))) end,
			'publish', case when ended then json_build_object('id', 'p' || i, 'key', 'publish', 'role', 'OFC', 'verdict', case when i % 2 = 0 then 'public' else 'withheld' end, 'at', filed_at + interval '140 days') end)),
		'open', case when ended then json_build_array() else json_build_array(json_build_object('key', stage.key, 'unit', case when stage.own then pg_temp.id(2, lead) end,
			'for', case when stage.kind in ('feedback', 'plan-check') then pg_temp.id(2, lead) end, 'person', case when stage.kind = 'feedback' then pg_temp.id(4, owner) end, 'due', due, 'dated', true, 'noted', 1)) end)::text
from seed cross join lateral (select kind, kind in ('sign', 'plan', 'report', 'reply', 'redo', 'fulfil') as own,
	case when kind in ('sign', 'plan', 'plan-check', 'fulfil') then kind || '/' || pg_temp.id(2, lead) || '#1' when kind in ('report', 'reply', 'redo', 'feedback') then kind || '/' || pg_temp.id(2, lead)
		when kind in ('draft', 'review', 'vet') then kind || '#1' else kind end as key
	from (select case procedure when 'opinion' then ('{draft,review,handover,sign,sign,plan,plan,plan,plan,report,report,report,report,report,report,report,report,plan-check,settle,archive}'::text[])[k + 1]
		when 'motion' then 'motion-review'
		else ('{vet,vet,handover,sign,reply,reply,reply,reply,reply,reply,reply,reply,reply,reply,feedback,feedback,redo,fulfil,fulfil,archive}'::text[])[k + 1] end as kind) x) stage;

insert into items (id, congress, case_id, n, problem, demand, lead, result, closed_at)
select pg_temp.id(7, i * 10 + n), pg_temp.id(1, 0), id, n, '存在的问题第' || n || '条', '请限期整改第' || n || '条', pg_temp.id(2, lead), case when ended then 'closed' else '' end,
	case when ended then filed_at + interval '120 days' end
from seed, generate_series(1, 2) n where procedure = 'opinion';

insert into parties (congress, case_id, unit, capacity, gone)
select pg_temp.id(1, 0), id, pg_temp.id(2, lead), case when joint > 0 then 'lead' else 'sole' end, false from seed where handed or procedure = 'opinion'
union all select pg_temp.id(1, 0), id, pg_temp.id(2, joint), 'joint', i % 40 = 0 from seed where joint > 0 and (handed or procedure = 'opinion');

insert into suggestions (case_id, congress, session, category, demand, consents, key_leader, key_committee, published, answered_openly)
select id, pg_temp.id(1, 0), case when i % 3 = 0 then '' else '演示' || extract(year from filed_at) || '年会议' end,
	(array['城建环保','教科文卫','社会建设','经济发展','法制'])[1 + r % 5], '请予以解决。', r % 5 <> 0, case when r % 200 = 0 then pg_temp.id(4, 31 + r % 4) end,
	case when r % 200 = 0 then pg_temp.id(2, 31 + r % 8) end, ended and i % 2 = 0, ended
from seed where procedure <> 'opinion';

insert into proposers (congress, case_id, account, position, word)
select pg_temp.id(1, 0), id, pg_temp.id(4, 1001 + (owner - 1001 + n * 37) % 200), n, 'agree' from seed, generate_series(0, 1) n
where procedure <> 'opinion' and (n = 0 or r % 2 = 0);

insert into stages (congress, case_id, key, kind, unit, for_unit, roles, npc, rev, from_at, due, first_due, yellow, edition, working, level, opened_at, closed_at, verdict, actor, person, paused, held, procedure, committee,
	opened_month, closed_month, due_month, mark)
select pg_temp.id(1, 0), id, kind || case when kind in ('sign', 'plan', 'plan-check', 'fulfil', 'contact') then '/' || pg_temp.id(2, lead) else '' end
		|| case when kind in ('report', 'reply', 'redo', 'feedback') then '/' || pg_temp.id(2, lead) else '' end
		|| case when kind in ('draft', 'review', 'vet', 'sign', 'plan', 'plan-check', 'fulfil') then '#1' else '' end,
	kind, case when kind in ('sign', 'plan', 'report', 'contact', 'reply', 'redo', 'fulfil') then pg_temp.id(2, lead) end, case when kind in ('plan-check', 'feedback') then pg_temp.id(2, lead) end,
	case when kind = 'draft' then '{CMT}' when kind in ('review', 'settle') then '{CMH}' when kind = 'plan-check' then '{CMH,CMT}' when kind in ('handover', 'archive') then '{OFC}'
		when kind in ('sign', 'contact') then '{UNT,UNH}' when kind in ('vet', 'motion-review') then '{DEP}' when kind = 'feedback' then '{DPT}' else '{UNH,UNT}' end::text[],
	kind not in ('sign', 'plan', 'report', 'contact', 'reply', 'redo', 'fulfil'), 0, filed_at, d, d, d - interval '10 days', '内置', '起算：' || filed_at::date || '；期限三个月；遇法定假日顺延到其后第一个工作日（演示数据）',
	case when closed is null and d < now() and not (kind in ('archive', 'handover')) then 'L' || least(5, extract(day from now() - d)) else '' end, filed_at, closed, case when closed is null then '' else 'accept' end,
	case when closed is not null then pg_temp.id(4, 1) end, case when kind = 'feedback' then pg_temp.id(4, owner) end, closed is null and r % 53 = 0, closed is null and r % 41 = 0,
	procedure, pg_temp.id(2, case when procedure = 'opinion' then 30 + committee else 39 end),
	month_of(filed_at), month_of(closed), due_month_of(d), mark_of(d, closed, '', '{}')
from (
	select s.*, due as d, null::timestamptz as closed, case procedure
		when 'opinion' then ('{draft,review,handover,sign,sign,plan,plan,plan,plan,report,report,report,report,report,report,report,report,plan-check,settle,archive}'::text[])[k + 1]
		when 'motion' then 'motion-review'
		else ('{vet,vet,handover,sign,reply,reply,reply,reply,reply,reply,reply,reply,reply,reply,feedback,feedback,redo,fulfil,fulfil,archive}'::text[])[k + 1] end as kind
	from seed s where not ended
	union all select s.*, filed_at + interval '15 days', filed_at + interval '10 days', 'handover' from seed s where handed
	union all select s.*, filed_at + interval '15 days', filed_at + interval '12 days', 'sign' from seed s where handed and (ended or k > 4)
	union all select s.*, filed_at + interval '30 days', filed_at + interval '28 days', 'plan' from seed s where procedure = 'opinion' and (ended or k > 8)
	union all select s.*, filed_at + interval '100 days', filed_at + interval '90 days', 'report' from seed s where procedure = 'opinion' and (ended or k > 16)
	union all select s.*, filed_at + interval '40 days', filed_at + interval '20 days', 'contact' from seed s where procedure = 'suggestion' and answered
	union all select s.*, filed_at + interval '100 days', filed_at + interval '10 days' + interval '1 day' * (20 + r % 90), 'reply' from seed s where procedure = 'suggestion' and answered
	union all select s.*, filed_at + interval '130 days', filed_at + interval '125 days', 'feedback' from seed s where procedure = 'suggestion' and ended
	union all select s.*, filed_at + interval '160 days', filed_at + interval '150 days', 'archive' from seed s where ended) x;

insert into rungs (congress, case_id, stage, rev, level, at, roles, due)
select congress, case_id, key, rev, level.code, greatest(due, now()) + level.after, roles, due
from stages, (values ('T-10d', interval '9 hours'), ('L0', interval '33 hours'), ('L1', interval '57 hours')) level (code, after) where closed_at is null;

insert into parts (congress, case_id, unit, capacity, gone, handed_at, signed_at, sign_due, signed_auto, asked, complex, extended, due, answered_at, class, class_now, turned_a, verified, met,
	first, first_at, attitude, result, reply_points, redo_due, redone_at, final, score, score_points, promised, closed_at)
select pg_temp.id(1, 0), id, pg_temp.id(2, unit), capacity, capacity = 'joint' and i % 40 = 0, filed_at + interval '10 days', filed_at + interval '12 days', filed_at + interval '15 days', r % 19 = 0, r % 31 / 30, r % 23 = 0, r % 17 = 0,
	filed_at + interval '100 days', case when answered then filed_at + interval '10 days' + interval '1 day' * (20 + r % 90) end, case when answered then class else '' end,
	case when answered then case when class = 'B' and ended and r % 2 = 0 then 'A' else class end else '' end, case when answered and class = 'B' and ended and r % 2 = 0 then filed_at + interval '140 days' end,
	case when ended and class = 'A' then filed_at + interval '145 days' end, r % 3 <> 0, case when ended then mark else '' end, case when ended then filed_at + interval '125 days' end, case when ended then mark else '' end,
	case when ended then mark else '' end, case when ended then 2500 + r % 500 else 0 end, case when ended and mark = 'dissatisfied' then filed_at + interval '155 days' end,
	case when ended and mark = 'dissatisfied' then filed_at + interval '150 days' end, case when ended and mark = 'dissatisfied' then case when r % 4 = 0 then 'dissatisfied' else 'satisfied' end else '' end, '', 0,
	case when answered and class = 'B' then filed_at + interval '300 days' end, case when ended then filed_at + interval '150 days' end
from (
	select s.*, lead as unit, case when joint > 0 then 'lead' else 'sole' end as capacity from seed s where handed and procedure = 'suggestion'
	union all select s.*, joint, 'joint' from seed s where handed and procedure = 'suggestion' and joint > 0) x
cross join lateral (select (array['A','A','A','B','B','C','D'])[1 + r % 7] as class, (array['satisfied','satisfied','satisfied','satisfied','basically','basically','dissatisfied','unanswered'])[1 + r % 8] as mark) y;

update parts set last_at = greatest(handed_at, due, answered_at, closed_at);

insert into parts (congress, case_id, unit, capacity, gone, handed_at, signed_at, sign_due, signed_auto, asked, complex, extended, due, answered_at, class, class_now, met,
	first, first_at, attitude, result, reply_points, redo_due, redone_at, final, score, score_points, closed_at, procedure, plan_due, plan_at, reworked, last_at)
select pg_temp.id(1, 0), id, pg_temp.id(2, unit), capacity, capacity = 'joint' and i % 40 = 0, filed_at + interval '10 days', filed_at + interval '12 days', filed_at + interval '15 days', r % 19 = 0, 0, false, r % 17 = 0,
	filed_at + interval '100 days', case when ended then filed_at + interval '10 days' + interval '1 day' * (20 + r % 90) end, '', '', false, case when ended then mark else '' end,
	case when ended then filed_at + interval '125 days' end, '', '', 0, null, null, '', '', 0, case when ended then filed_at + interval '120 days' end, 'opinion', filed_at + interval '30 days',
	case when ended or k > 8 then filed_at + interval '1 day' * (20 + r % 12) end, r % 13 / 12, filed_at + interval '130 days'
from (
	select s.*, lead as unit, case when joint > 0 then 'lead' else 'sole' end as capacity from seed s where handed and procedure = 'opinion'
	union all select s.*, joint, 'joint' from seed s where handed and procedure = 'opinion' and joint > 0) x
cross join lateral (select (array['satisfied','satisfied','basically','dissatisfied'])[1 + r % 4] as mark) y;

update items i set unit = i.lead from seed s where i.case_id = s.id and s.handed;

update cases set laid = seq;

insert into notices (id, congress, case_id, stage, rev, level, account, at, due, written_at, read_at)
select pg_temp.id(8, i * 5 + n), pg_temp.id(1, 0), id, stage, 0, level, pg_temp.id(4, account), said, due, said, case when ended or (r + n) % 4 <> 0 then said + interval '2 hours' end
from (
	select s.*, n, case when ended then case when procedure = 'opinion' then 'report/' || pg_temp.id(2, lead) when procedure = 'suggestion' then 'reply/' || pg_temp.id(2, lead) else 'handover' end
			when procedure = 'motion' then 'motion-review'
			else (select key from stages x where x.case_id = s.id and x.closed_at is null limit 1) end as stage,
		case n when 0 then 'new' when 1 then 'new' when 2 then 'new' when 3 then 'T-10d' else case when r % 5 = 0 then 'L' || 1 + r % 4 else 'half' end end as level,
		case n when 0 then 100 + lead when 1 then 200 + lead when 2 then owner when 3 then 200 + lead
			else case when r % 5 = 0 then (array[40 + least(5, (lead + 5) / 6), 3, 2, 31 + r % 4])[1 + r % 4] else 100 + lead end end as account,
		case when ended then filed_at + interval '10 days' + interval '20 days' * n else least(filed_at + interval '2 days' * n, now() - interval '1 hour' * n) end as said
	from seed s, generate_series(0, 4) n) x;

insert into outbox (notice, channel, congress, tries, after, sent_at) select id, 'mail', congress, 1, at, at from notices;

insert into journal (congress, case_id, seq, mark, at, acts, climbed, receipt, phase, written_at)
select pg_temp.id(1, 0), id, n, 'a' || n, filed_at + interval '10 days' * n,
	json_build_array(json_build_object('id', md5(i || '/' || n), 'key', case when n = 1 then 'handover' else 'sign/' || pg_temp.id(2, lead) || '#1' end, 'role', 'OFC', 'person', pg_temp.id(4, 1), 'at', filed_at + interval '10 days' * n))::text,
	'null', json_build_object('now', filed_at)::text, phase, filed_at + interval '10 days' * n
from seed, generate_series(1, case when ended then 5 else 3 end) n;

insert into intake (token, congress, case_id, stage, account, act, received_at, entered_at, outcome, settled_at)
select md5(i || '/' || n), pg_temp.id(1, 0), id, 'handover', pg_temp.id(4, 1), '{"id":"演示数据"}', filed_at, filed_at, 'accepted', filed_at from seed, generate_series(1, 3) n;

insert into papers (id, congress, case_id, stage, kind, token, unit, author, status, body, written_at)
select pg_temp.id(9, i), pg_temp.id(1, 0), id, case when procedure = 'opinion' then 'report/' else 'reply/' end || pg_temp.id(2, lead), case when procedure = 'opinion' then 'report' else 'reply' end,
	'paper' || i, pg_temp.id(2, lead), pg_temp.id(4, 100 + lead), 'signed', json_build_object('verdict', 'A', 'open', true, 'text', repeat('经研究，现答复如下：我们将按照要求落实到位。', 8))::text, filed_at + interval '90 days'
from seed where answered and procedure <> 'motion';

insert into audit (congress, id, at, account, name, role, unit, address, terminal, action, object, object_id, before_hash, after_hash, reason, result)
select pg_temp.id(1, 0), pg_temp.id(10, i), filed_at, pg_temp.id(4, 101 + r % 30), '演示unt' || 1 + r % 30, 'UNT', '演示第' || 1 + r % 25 || '局', '192.0.2.' || r % 250, 'Mozilla/5.0 演示数据',
	(array['POST /cases/{id}/act','reply','sign','GET /people','POST /login'])[1 + r % 5], 'case', id::text, '', '', '', (array['done','done','done','denied','read'])[1 + r % 5]
from seed;

insert into listing (congress, case_id, way, who, procedure, stand, filed_at, handed, published, in_hand, committee, category, key, turn, clock, due, yellow)
select congress, case_id, way, who, procedure, stand, filed_at, handed, published, in_hand, committee, category, key, turn, clock, due, yellow from listing_now;

insert into case_words (case_id, congress, words, pairs)
select id, congress, lower(number || ' ' || title), bigrams(lower(number || ' ' || title)) from cases;

-- As texts_now has it, which asks row by row.
insert into texts (congress, case_id, source, class, stage, unit, author, at, labels, body, words)
select congress, case_id, source, class, stage, unit, author, at, labels, body, folded(body)
from (
	select c.congress, c.id as case_id, c.id as source, '' as class, '' as stage, null::uuid as unit, null::uuid as author, c.filed_at as at,
		'{编号,标题,内容}'::text[] || case when g.demand is not null then '{建议,代表}'::text[] else '{}' end || coalesce(i.labels, '{}') as labels,
		concat_ws(E'\n', c.number, c.title, c.body, g.demand, o.names, i.lines) as body
	from cases c
	left join suggestions g on g.case_id = c.id
	left join (select case_id, string_agg(name, '、' order by position) as names from proposers join accounts a on a.id = account group by case_id) o on o.case_id = c.id
	left join (
		select case_id, array_agg(label order by n, label) as labels, string_agg(line, E'\n' order by n, label) as lines
		from items cross join lateral (values ('第' || n || '条', problem), ('第' || n || '条要求', demand)) v (label, line) group by case_id) i on i.case_id = c.id
	union all
	select congress, case_id, id, kind, stage, unit, author, written_at, '{正文}', body::json ->> 'text' from papers) x
