-- Eight papers more for each matter, of about a hundred characters, which only the search knows. Words occur as often as in real texts: few
-- very often, most of them seldom; and some at a known rate.
set jit = off;

set work_mem = '256MB';

set maintenance_work_mem = '512MB';

set synchronous_commit = off;

alter table texts disable trigger user;

drop index texts_pairs;

insert into texts (congress, case_id, source, class, stage, unit, author, at, labels, body, words)
select congress, case_id, ('00000020-0000-7000-8000-' || lpad(to_hex(i * 16 + n), 12, '0'))::uuid, case procedure when 'opinion' then 'progress' else 'reply' end,
	case procedure when 'opinion' then 'progress/' else 'reply/' end || coalesce(lead::text, ''), lead, null, filed_at + n * interval '20 days', '{正文}', body, folded(body)
from (
	select row_number() over (order by c.filed_at desc) as i, c.id as case_id, c.congress, c.procedure, c.filed_at, p.unit as lead
	from cases c left join parties p on p.case_id = c.id and p.capacity <> 'joint') c
cross join generate_series(1, 8) n
cross join lateral (
	select string_agg(w, '' order by g) ||
		case when (i * 8 + n) % 10 = 3 then '，路灯修缮，加装电梯' else '' end ||
		case when (i * 8 + n) % 100 = 7 then '，泵站检修，雨污分流' else '' end ||
		case when (i * 8 + n) % 1000 = 11 then '，蹊跷之处，幼儿托管' else '' end ||
		case when (i * 8 + n) % 50000 = 17 then '，鹳鹮栖息，丹顶鹤来' else '' end || '。' as body
	from (select g, (array['办理','推进','落实','整改','责任','单位','群众','问题','设施','管理','道路','小区','排水','停车','学校','医院','河道','绿化','养老','市场','监管','资金','计划','完成','建设','维护','检查','处罚','宣传','执法',
		'噪声','油烟','垃圾','分类','消防','通道','菜场','公交','站台','红绿','信号','斑马','护栏','井盖','积水','内涝','管网','改造','加梯','物业'])[1 + floor(50 * power(abs(hashint4((i * 800 + n * 100 + g)::int)) / 2147483648.0, 2))::int] ||
		chr(19968 + (abs(hashint4((i * 800 + n * 100 + g + 77777777)::int)) % 3000)) as w from generate_series(1, 34) g) x) b
order by filed_at + n * interval '20 days';

create index texts_pairs on texts using gin (pairs(words));

alter index texts_pairs alter column 1 set statistics 0;

alter table texts enable trigger user;

vacuum analyze texts
