-- +goose Up

-- How a notice is carried (送达方式), one row for each as before. channel: sort, while nobody has decided; digest, while it waits for its
-- person's next digest or (sent) lies in one; single, when it went out by itself; page, when the inbox alone carries it. Rows of an
-- older program say mail or sink, and are decided anew once nobody has tended them for five minutes.
alter table outbox add column digest uuid;
create index outbox_unsorted on outbox (after) where sent_at is null and channel <> 'digest';
create index outbox_folding on outbox (congress) where sent_at is null and channel = 'digest';
create index outbox_digest on outbox (digest) where digest is not null;

-- A person's digest (晨报) of a working day: one, however many processes write it.
create table digests (
	id uuid primary key,
	congress uuid not null references congresses (id),
	account uuid not null references accounts (id),
	day date not null,
	content text not null, -- JSON: schemas.Digest
	written_at timestamptz not null, -- the congress's clock
	read_at timestamptz,
	unique (congress, day, account)
);
create index digests_account on digests (account, day desc);
alter table outbox add constraint outbox_digest_fkey foreign key (digest) references digests (id);

-- Days whose digests are all written.
create table digest_days (
	congress uuid not null references congresses (id),
	day date not null,
	written_at timestamptz not null, -- the congress's clock
	digests integer not null,
	primary key (congress, day)
);

-- What a person set for himself (消息设置). Whoever has no row gets mail and a digest at any hour.
create table notice_settings (
	account uuid primary key references accounts (id),
	congress uuid not null references congresses (id),
	mail boolean not null default true,
	sms boolean not null default false,
	phone text not null default '', -- proved by a code
	digest boolean not null default true,
	quiet_from integer not null default -1, -- minutes of the day in Shanghai, -1: never
	quiet_until integer not null default -1,
	proving text not null default '', -- the number that a code went to
	code text not null default '', -- its hash
	code_at timestamptz, -- real time
	guesses integer not null default 0
);

-- What the office decided otherwise than schemas/carriage.json: does this kind go out by itself?
create table carriage_choices (
	congress uuid not null references congresses (id),
	code text not null,
	single boolean not null,
	account uuid not null references accounts (id),
	at timestamptz not null,
	primary key (congress, code)
);

-- Group bots (群机器人) of a unit, or of the office where there is no unit.
create table bots (
	id uuid primary key,
	congress uuid not null references congresses (id),
	unit uuid references units (id),
	channel text not null check (channel in ('wecom', 'dingtalk')),
	key text not null, -- what its webhook's address ends in
	secret text not null default '', -- 加签, of DingTalk
	account uuid not null references accounts (id),
	at timestamptz not null,
	active boolean not null default true
);
create index bots_congress on bots (congress) where active;

-- What leaves the house (发件): one row for each message and channel.
create table dispatches (
	id uuid primary key, -- made from what it carries, whereto and how: the same is never entered twice
	congress uuid not null references congresses (id),
	channel text not null check (channel in ('mail', 'sms', 'wecom', 'dingtalk')),
	sink boolean not null, -- a rehearsal's: it stays here
	notice uuid references notices (id),
	digest uuid references digests (id),
	account uuid references accounts (id), -- to a person
	bot uuid references bots (id), -- to a group
	text text not null default '', -- where neither a notice nor a digest says it
	at timestamptz not null, -- the congress's clock
	entered_at timestamptz not null default now(), -- real time
	tries integer not null default 0,
	after timestamptz not null, -- real time of the next try
	sent_at timestamptz,
	trouble text not null default ''
);
create index dispatches_waiting on dispatches (channel, after) where sent_at is null;
create index dispatches_unsent on dispatches (congress, channel, entered_at) where sent_at is null;
create index dispatches_posted on dispatches (congress, at desc, id desc);

-- +goose Down
drop table dispatches, bots, carriage_choices, notice_settings, digest_days;
drop index outbox_unsorted, outbox_folding;
alter table outbox drop column digest;
drop table digests;
update outbox set channel = 'mail' where channel in ('sort', 'digest', 'single', 'page');
