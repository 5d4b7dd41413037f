-- +goose Up

-- A ballot (表决、测评): what is voted on, its plan, and how far it has come.
create table ballots (
	id uuid primary key,
	congress uuid not null references congresses (id),
	title text not null, -- what is voted on
	restricted boolean not null, -- 任命干部履职评价: never public
	consent text not null default '', -- the party committee's, recorded first where restricted
	case_id uuid references cases (id), -- the matter whose evaluation it is
	first uuid references ballots (id), -- of a second ballot (二次票决): the first one
	scrutineer uuid not null references accounts (id), -- 监票人
	plan text not null, -- JSON; frozen once open
	status text not null check (status in ('draft', 'approved', 'open', 'closed', 'counted', 'confirmed', 'announced', 'sealed', 'void')),
	published boolean not null default false,
	result text not null default '', -- JSON; from the counting on
	made_at timestamptz not null
);
create index ballots_list on ballots (congress, made_at desc);
create index ballots_case on ballots (case_id) where case_id is not null;

-- What was done to a ballot, by whom: everything but drawing and voting.
create table ballot_deeds (
	id uuid primary key,
	congress uuid not null references congresses (id),
	ballot uuid not null references ballots (id),
	deed text not null,
	account uuid not null references accounts (id),
	at timestamptz not null,
	reason text not null default ''
);
create index ballot_deeds_ballot on ballot_deeds (ballot, at, id);
revoke update, delete on ballot_deeds from bihuan_service;

-- A group of voters, by its place in the plan. Its key signs the slips that it is given; the private half goes when the ballot closes.
create table ballot_electorates (
	id uuid primary key,
	congress uuid not null references congresses (id),
	ballot uuid not null references ballots (id),
	n integer not null,
	public_key text not null default '', -- PKIX, PEM
	private_key text not null default '', -- PKCS 8, PEM
	printed text not null default '', -- SHA-256 of the blinded slips that were printed
	unique (ballot, n)
);

-- The voters (名册). mark is the hash of the blinded slip that was signed for one: it hides the slip perfectly, and goes when the ballot
-- closes. Whoever draws has all rows of his group written anew, so that neither their place in the table nor their xmin tells who drew
-- when: hence the room in each page.
create table ballot_roll (
	congress uuid not null references congresses (id),
	electorate uuid not null references ballot_electorates (id),
	account uuid not null references accounts (id),
	present boolean not null default false,
	drawn boolean not null default false,
	mark text not null default repeat('0', 64), -- as long before as after: the size of a row tells nothing either
	primary key (electorate, account)
) with (fillfactor = 30);
create index ballot_roll_account on ballot_roll (account);

-- The urn: one row for each slip that came back, and nothing about where it came from or when.
create table ballot_votes (
	congress uuid not null references congresses (id),
	electorate uuid not null references ballot_electorates (id),
	hash text not null, -- SHA-256 of the slip's secret; noise once the ballot is sealed
	choice text not null, -- JSON
	primary key (electorate, hash)
);

-- Counts of slips of paper, each by two people who do not see each other's.
create table ballot_papers (
	congress uuid not null references congresses (id),
	electorate uuid not null references ballot_electorates (id),
	account uuid not null references accounts (id),
	count text not null, -- JSON
	at timestamptz not null,
	primary key (electorate, account)
);

-- +goose Down
drop table ballot_papers, ballot_votes, ballot_roll, ballot_electorates, ballot_deeds, ballots;
