-- +goose Up

-- Urges by people (人工催办): a sentence to those who have an open stage. It changes no date, so no workflow knows of it.
create table urges (
	congress uuid not null references congresses (id),
	case_id uuid not null references cases (id),
	stage text not null,
	n integer not null, -- which one of the stage
	account uuid not null references accounts (id), -- who pressed
	role text not null,
	day date not null, -- the working day it counts for
	at timestamptz not null, -- the congress's clock
	text text not null,
	primary key (case_id, stage, n),
	unique (case_id, stage, account, day)
);

-- The secret address of a person's calendar (日历订阅); only its hash is kept.
create table feeds (
	account uuid primary key references accounts (id),
	congress uuid not null references congresses (id),
	hash text not null unique,
	made_at timestamptz not null -- real time
);

-- +goose Down
drop table feeds, urges;
