-- +goose Up

-- Everything that is said in matters (检索): a text for the matter itself, for each paper that was signed and for each letter that was
-- issued. class is what decides, besides the matter, who may read it: nothing for the matter's own text; of a paper the kind of its stage;
-- letter:KIND of a letter.
create table texts (
	congress uuid not null,
	case_id uuid not null references cases (id),
	source uuid not null, -- the matter, the paper or the letter
	class text not null,
	stage text not null, -- of a paper
	unit uuid, -- whose paper
	author uuid, -- who drafted the paper
	at timestamptz not null,
	labels text[] not null, -- what each line is
	body text not null, -- the lines
	words text not null, -- folded
	primary key (case_id, source)
);

-- As the search compares (查找时不分): no capitals, no full-width letters, digits and signs, no spaces, brackets and quotes. The program
-- folds what is asked in the same way.
-- +goose StatementBegin
create function folded(words text) returns text language sql immutable strict parallel safe as $$
select translate(words, E'ABCDEFGHIJKLMNOPQRSTUVWXYZ！＃＄％＆＊＋，－．／０１２３４５６７８９：；＝？＠ＡＢＣＤＥＦＧＨＩＪＫＬＭＮＯＰＱＲＳＴＵＶＷＸＹＺ＼＾＿ａｂｃｄｅｆｇｈｉｊｋｌｍｎｏｐｑｒｓｔｕｖｗｘｙｚ｜～—–\t\r "''()<>[]`{}＂＇（）＜＞［］｀｛｝\u3000\u00a0\u200b\ufeff〔〕【】「」『』《》〈〉﹝﹞“”‘’〖〗',
	E'abcdefghijklmnopqrstuvwxyz!#$%&*+,-./0123456789:;=?@abcdefghijklmnopqrstuvwxyz\\^_abcdefghijklmnopqrstuvwxyz|~--')
$$;
-- +goose StatementEnd

-- Pairs of neighbouring characters within a line, each as one number: two Chinese characters are a word. Whoever asks for more than two
-- compares the words as well, for pairs need not be neighbours in the text.
-- +goose StatementBegin
create function pairs(words text) returns bigint[] language plpgsql immutable strict parallel safe as $$
declare
	found bigint[] := '{}';
	c text;
	before bigint := 10; -- a line ends
	now bigint;
begin
	foreach c in array string_to_array(words, null) loop
		now := ascii(c);
		if before <> 10 and now <> 10 then
			found := found || (before << 21 | now);
		end if;
		before := now;
	end loop;
	return found;
end $$;
-- +goose StatementEnd

create index texts_pairs on texts using gin (pairs(words));
alter index texts_pairs alter column 1 set statistics 0; -- nobody asks the planner how often words occur

-- The newest that somebody sees, of all procedures and wherever they stand.
create index listing_newest on listing (congress, way, who, filed_at desc, case_id) include (procedure, stand, handed, published, in_hand);

-- How a unit's or a person's name is read (读音): reading where somebody has said so, for the dictionary has it wrong; spelled, by which
-- lists are sorted; and the first letters of its syllables, in each way that it can be read. Null: the program has not looked yet.
alter table units add column reading text not null default '', add column spelled text, add column initials text;
alter table accounts add column reading text not null default '', add column spelled text, add column initials text;

-- What a paper says; what is no JSON says nothing, for the paper must be kept all the same.
-- +goose StatementBegin
create function said(body text) returns jsonb language plpgsql immutable strict parallel safe as $$
begin
	return body::jsonb;
exception when others then
	return '{}';
end $$;
-- +goose StatementEnd

-- What the rows must say. An official's appraisal (任命干部履职评价) says nothing but its number and the title that all of them have.
create view texts_now as
select x.congress, x.case_id, x.source, x.class, x.stage, x.unit, x.author, x.at, l.labels, l.body, folded(l.body) as words
from (
	select c.congress, c.id as case_id, c.id as source, '' as class, '' as stage, null::uuid as unit, null::uuid as author, c.filed_at as at from cases c
	union all
	select p.congress, p.case_id, p.id, regexp_replace(p.stage, '[/#].*', ''), p.stage, p.unit, p.author, p.written_at
	from papers p join cases c on c.id = p.case_id where p.status = 'signed' and c.procedure <> 'appraisal-official'
	union all
	select t.congress, t.case_id, t.id, 'letter:' || t.kind, '', null, null, coalesce(t.issued_at, t.drawn_at)
	from letters t join cases c on c.id = t.case_id where t.state <> 'draft' and c.procedure <> 'appraisal-official') x
cross join lateral (
	select coalesce(array_agg(label order by n), '{}') as labels,
		coalesce(string_agg(translate(line, E'\n\r', '  '), E'\n' order by n), '') as body
	from (
		select v.n, v.label, v.line from cases c
		left join suggestions g on g.case_id = c.id
		left join problems b on b.case_id = c.id
		cross join lateral (values
			(1, '编号', c.number),
			(2, '标题', c.title),
			(3, '内容', case when c.procedure <> 'appraisal-official' then c.body end),
			(4, '案据', g.basis),
			(5, '建议', g.demand),
			(6, '代表', (select string_agg(a.name, '、' order by o.position) from proposers o join accounts a on a.id = o.account
				where o.case_id = c.id and o.word not in ('decline', 'silent') and c.procedure in ('suggestion', 'motion', 'interpellation'))),
			(7, '点位', b.site),
			(8, '依据', b.basis),
			(9, '承诺', case when b.question is not null then b.promise end),
			(10, '追问', case when b.question is not null then b.follow_up end),
			(11, '点评', case when b.question is not null then b.comment end)) v (n, label, line)
		where x.class = '' and c.id = x.source
		union all
		select 10 * i.n + v.n + 100, '第' || i.n || '条' || v.label, v.line from items i
		join cases c on c.id = i.case_id and c.procedure <> 'appraisal-official'
		cross join lateral (values (1, '', i.problem), (2, '要求', case when i.promised is null then i.demand end), (3, '责任人', i.person)) v (n, label, line)
		where x.class = '' and i.case_id = x.source
		union all
		select v.n, v.label, v.line from papers p
		cross join lateral (select said(p.body) as j offset 0) s
		cross join lateral (
			select * from (values (1, '理由', s.j ->> 'reason'), (2, '正文', s.j ->> 'text'), (3, '地点', s.j ->> 'place'), (4, '参加人', s.j ->> 'present')) w (n, label, line)
			union all
			select 100 + a.n, '逐条答复', concat_ws(' ', a.i ->> 'measure', a.i ->> 'goal', a.i ->> 'person', a.i ->> 'process', a.i ->> 'reason')
			from jsonb_array_elements(case when jsonb_typeof(s.j -> 'items') = 'array' then s.j -> 'items' else '[]' end) with ordinality a (i, n)) v
		where x.class <> '' and x.class not like 'letter:%' and p.id = x.source
		union all
		select 1000000 + row_number() over (order by f.stored_at, f.id), '附件', f.name from attachments f
		where x.class <> '' and x.class not like 'letter:%' and f.paper = x.source
		union all
		select 2000000 + row_number() over (order by k.at, k.token), '更正', k.becomes from corrections k
		where x.class <> '' and x.class not like 'letter:%' and k.case_id = x.case_id and k.part like 'paper/' || x.source || '/%'
		union all
		select v.n, v.label, v.line from letters t
		cross join lateral (values (1, '字号', t.number), (2, '标题', t.title), (3, '主送', t.recipient), (4, '正文', t.body), (5, '抄送', t.copies)) v (n, label, line)
		where x.class like 'letter:%' and t.id = x.source) o
	where line <> '') l;

-- The texts of a matter, or one of them, again: whatever changes a text calls this, or one of the triggers below does.
-- +goose StatementBegin
create function text_again(matter uuid, what uuid default null) returns void language plpgsql set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
begin
	if not exists (select from texts t where t.case_id = matter and t.source = matter) then
		what := null; -- the matter is new, or older than this table
	end if;
	delete from texts t where t.case_id = matter and (what is null or t.source = what)
		and not exists (select from texts_now n where n.case_id = matter and n.source = t.source);
	insert into texts (congress, case_id, source, class, stage, unit, author, at, labels, body, words)
	select congress, case_id, source, class, stage, unit, author, at, labels, body, words from texts_now n
	where n.case_id = matter and (what is null or n.source = what)
	on conflict (case_id, source) do update set unit = excluded.unit, labels = excluded.labels, body = excluded.body, words = excluded.words
		where (texts.unit, texts.labels, texts.body) is distinct from (excluded.unit, excluded.labels, excluded.body);
end $$;
-- +goose StatementEnd

-- When the transaction ends, as with the lists.
-- +goose StatementBegin
create function text_matter() returns trigger language plpgsql as $$
begin
	if tg_table_name = 'cases' then
		perform text_again(new.id, new.id);
	elsif tg_op = 'DELETE' then
		perform text_again(old.case_id, old.case_id);
	else
		perform text_again(new.case_id, new.case_id);
	end if;
	return null;
end $$;
-- +goose StatementEnd
create constraint trigger text_matter after insert or update of number, title, body on cases deferrable initially deferred for each row execute function text_matter();
create constraint trigger text_matter after insert or delete or update of problem, demand, person, promised on items deferrable initially deferred for each row execute function text_matter();
create constraint trigger text_matter after insert or update of demand, basis on suggestions deferrable initially deferred for each row execute function text_matter();
create constraint trigger text_matter after insert or update of site, basis, question, promise, follow_up, comment on problems deferrable initially deferred for each row execute function text_matter();
create constraint trigger text_matter after insert or update of word on proposers deferrable initially deferred for each row execute function text_matter();

-- +goose StatementBegin
create function text_paper() returns trigger language plpgsql as $$
begin
	if tg_table_name = 'attachments' then
		perform text_again(new.case_id, new.paper);
	else
		perform text_again(new.case_id, new.id);
	end if;
	return null;
end $$;
-- +goose StatementEnd
create constraint trigger text_paper after insert or update of status, body on papers deferrable initially deferred for each row when (new.status = 'signed') execute function text_paper();
create constraint trigger text_paper after insert on attachments deferrable initially deferred for each row execute function text_paper();
create constraint trigger text_paper after insert or update of state on letters deferrable initially deferred for each row when (new.state <> 'draft') execute function text_paper();

-- The words of a paper that were put right are found beside those that stand in it.
-- +goose StatementBegin
create function text_righted() returns trigger language plpgsql as $$
begin
	perform text_again(new.case_id, split_part(new.part, '/', 2)::uuid);
	return null;
end $$;
-- +goose StatementEnd
create constraint trigger text_righted after insert on corrections deferrable initially deferred for each row when (new.part like 'paper/%') execute function text_righted();

-- A deputy who is called otherwise is found by the new name.
-- +goose StatementBegin
create function text_name() returns trigger language plpgsql as $$
begin
	perform text_again(p.case_id, p.case_id) from proposers p where p.congress = new.congress and p.account = new.id;
	return null;
end $$;
-- +goose StatementEnd
create trigger text_name after update of name on accounts for each row when (old.name <> new.name) execute function text_name();

-- May this person, who may read the matter, read the text that is not open to him by its kind alone? key is the family of the matter's
-- procedure and the text's class; concerned, closing and own are the keys of those texts that he reads if they are of or about one of his
-- units, or of any unit (everywhere); so, if it can no longer be held against a deputy; and if he proposed the matter.
-- +goose StatementBegin
create function may_read_text(matter uuid, key text, of_stage text, of_unit uuid, me uuid, concerned text[], closing text[], own text[], units uuid[], everywhere boolean)
returns boolean language plpgsql stable cost 1000 as $$
declare
	fact jsonb;
	ended boolean;
begin
	if key = any (own) and exists (select from proposers p where p.case_id = matter and p.account = me and p.word not in ('decline', 'silent')) then
		return true;
	end if;
	if not (key = any (concerned) or key = any (closing)) then
		return false;
	end if;
	if key like '%/letter:%' then -- to any of the units
		return exists (select from parties p where p.case_id = matter and (everywhere or p.unit = any (units)));
	end if;
	if key = any (concerned) and of_unit is not null and (everywhere or of_unit = any (units)) then
		return true;
	end if;
	if not exists (select from parties p where p.case_id = matter and (everywhere or p.unit = any (units)) and strpos(of_stage, p.unit::text) > 0) then
		return false;
	end if;
	select c.state::jsonb -> 'facts' -> of_stage, c.outcome <> '' into fact, ended from cases c where c.id = matter;
	return fact is not null and (key = any (concerned) or ended or fact ->> 'verdict' is not distinct from 'dissatisfied');
end $$;
-- +goose StatementEnd

-- +goose Down
drop function may_read_text;
drop trigger text_righted on corrections;
drop function text_righted;
drop trigger text_name on accounts;
drop function text_name;
drop trigger text_paper on letters;
drop trigger text_paper on attachments;
drop trigger text_paper on papers;
drop function text_paper;
drop trigger text_matter on proposers;
drop trigger text_matter on problems;
drop trigger text_matter on suggestions;
drop trigger text_matter on items;
drop trigger text_matter on cases;
drop function text_matter, text_again;
drop view texts_now;
drop index listing_newest;
alter table units drop column reading, drop column spelled, drop column initials;
alter table accounts drop column reading, drop column spelled, drop column initials;
drop table texts;
drop function said, pairs, folded;
