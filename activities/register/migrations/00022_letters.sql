-- +goose Up

-- What stands at the head of a congress's letters (公文), where it is not the congress's name.
create table letter_heads (
	congress uuid primary key references congresses (id),
	mark text not null, -- 发文机关标志
	word text not null -- 机关代字: 某人常
);

-- The office's own templates of kinds of letters, all that there have been; the latest counts, and one without content is the built-in one.
create table letter_templates (
	id uuid primary key,
	congress uuid not null references congresses (id),
	kind text not null,
	name text not null,
	sha256 text not null,
	content bytea,
	account uuid not null references accounts (id),
	at timestamptz not null
);
create index letter_templates_kind on letter_templates (congress, kind, id desc);

-- The last number of each series and year. Its row is locked while a letter is issued: numbers have no gaps.
create table letter_series (
	congress uuid not null references congresses (id),
	series text not null,
	year integer not null,
	last integer not null,
	primary key (congress, series, year)
);

create table letters (
	id uuid primary key,
	congress uuid not null references congresses (id),
	case_id uuid not null references cases (id),
	kind text not null,
	token text not null unique, -- of the form that drew it
	state text not null default 'draft' check (state in ('draft', 'issued', 'void')), -- 文稿、已发、作废
	rev integer not null default 0, -- how often the draft was changed
	title text not null,
	recipient text not null, -- 主送
	body text not null,
	copies text not null, -- 抄送
	author uuid not null references accounts (id),
	drawn_at timestamptz not null,
	year integer,
	series text,
	n integer,
	number text not null default '', -- 字号
	issuer uuid references accounts (id),
	issued_at timestamptz,
	template uuid references letter_templates (id), -- null: the built-in one
	content bytea, -- the .docx
	sha256 text not null default '',
	voider uuid references accounts (id),
	voided_at timestamptz,
	reason text not null default '', -- why it was voided (作废)
	check ((state = 'draft') = (content is null) and (state = 'draft') = (number = '')),
	unique (congress, series, year, n)
);
create index letters_case on letters (case_id);
create index letters_drawn on letters (congress, drawn_at desc, id);

-- What was issued stays as it is: only that it is void may still be said.
-- +goose StatementBegin
create function keep_letter() returns trigger language plpgsql as $$
begin
	if old.state <> 'draft' and (tg_op = 'DELETE' or
		(new.id, new.congress, new.case_id, new.kind, new.title, new.recipient, new.body, new.copies, new.number, new.year, new.series, new.n, new.issuer, new.issued_at, new.content, new.sha256)
			is distinct from (old.id, old.congress, old.case_id, old.kind, old.title, old.recipient, old.body, old.copies, old.number, old.year, old.series, old.n, old.issuer, old.issued_at, old.content, old.sha256)
		or old.state = 'void' or new.state = 'draft') then
		raise exception 'letter % is issued', old.number;
	end if;
	return case when tg_op = 'DELETE' then old else new end;
end $$;
-- +goose StatementEnd
create trigger keep_letter before update or delete on letters for each row execute function keep_letter();

-- +goose Down
drop table letters, letter_series, letter_templates, letter_heads;
drop function keep_letter;
