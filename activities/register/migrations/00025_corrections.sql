-- +goose Up

-- What was entered wrong, as it was and as it should have been (更正). Rows are only added: the words as they were stay here, whatever
-- the matter shows now. A correction in which the case itself takes part has the token of its act; it holds once the case has it.
create table corrections (
	token text primary key,
	congress uuid not null references congresses (id),
	case_id uuid not null references cases (id),
	at timestamptz not null, -- the congress's clock
	account uuid not null references accounts (id),
	kind text not null check (kind in ('text', 'day', 'verdict', 'unit')),
	part text not null, -- title, body, demand, item/<id>/problem, paper/<id>/text, sender/<token> …; else the fact, or gone/<unit>
	was text not null,
	becomes text not null,
	reason text not null,
	paper uuid references papers (id), -- what proves it
	act text not null default '' -- the act, JSON; of a verdict it waits for consent
);
create index corrections_case on corrections (case_id, at, token);
create trigger corrections_only_grow before update or delete or truncate on corrections for each statement execute function only_grows();
revoke update, delete on corrections from bihuan_service;

-- What was said to a verdict's correction by whom it needs the consent of (同意更正).
create table correction_words (
	token text primary key references corrections (token),
	at timestamptz not null,
	account uuid not null references accounts (id),
	word text not null check (word in ('agree', 'decline')),
	reason text not null default ''
);
create trigger correction_words_only_grow before update or delete or truncate on correction_words for each statement execute function only_grows();
revoke update, delete on correction_words from bihuan_service;

-- +goose Down
drop table correction_words;
drop table corrections;
