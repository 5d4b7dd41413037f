-- +goose Up

-- What became of a publication (公开) afterwards: withdrawn, restored, or a text of it corrected. The words as they were stay where
-- they are; the last line of each kind says what everybody sees.
create table disclosures (
	id uuid primary key,
	congress uuid not null references congresses (id),
	case_id uuid not null references cases (id),
	at timestamptz not null, -- the congress's clock
	account uuid not null references accounts (id),
	deed text not null check (deed in ('withdrawn', 'restored', 'corrected')),
	part text not null default '', -- body, demand, or the stage of a reply
	text text not null default '',
	reason text not null
);
create index disclosures_case on disclosures (case_id, id);
create trigger disclosures_only_grow before update or delete or truncate on disclosures for each statement execute function only_grows();
revoke update, delete on disclosures from bihuan_service;

-- Suggestions that everybody may see in their words.
create view disclosed as
select g.case_id from suggestions g
where g.consents and g.published and coalesce((select d.deed from disclosures d
	where d.case_id = g.case_id and d.deed in ('withdrawn', 'restored') order by d.id desc limit 1), 'restored') = 'restored';
grant select on disclosed to bihuan_service;

-- +goose Down
drop view disclosed;
drop table disclosures;
