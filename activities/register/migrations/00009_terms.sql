-- +goose Up

-- A post may be held for a term (任期); what has ended stays on record.
alter table posts add column until timestamptz; -- exclusive
create table past_posts (
	id uuid primary key, -- the post's
	congress uuid not null references congresses (id),
	account uuid not null references accounts (id),
	role text not null,
	unit uuid references units (id),
	ended_at timestamptz not null,
	why text not null check (why in ('term', 'removed'))
);
create index past_posts_account on past_posts (account);
create trigger past_posts_only_grow before update or delete or truncate on past_posts for each statement execute function only_grows();
revoke update, delete on past_posts from bihuan_service;

-- +goose Down
drop table past_posts;
alter table posts drop column until;
