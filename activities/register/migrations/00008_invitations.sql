-- +goose Up

-- One-time links in mails (一次性链接): whoever holds one may act once on one stage in place of the account it was sent to. Only the
-- hash of its token is kept.
create table invitations (
	hash text primary key,
	congress uuid not null references congresses (id),
	case_id uuid not null references cases (id),
	stage text not null, -- its key, or its kind and unit where the round is not known yet
	account uuid not null references accounts (id),
	expires_at timestamptz not null, -- real time
	used_at timestamptz
);
create index invitations_expired on invitations (expires_at);

-- +goose Down
drop table invitations;
