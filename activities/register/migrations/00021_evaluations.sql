-- +goose Up

-- What is known of an end-effect evaluation (末端效应评估) besides its case.
create table evaluations (
	case_id uuid primary key references cases (id),
	congress uuid not null references congresses (id),
	token text unique, -- of the form that filed it
	unit uuid not null references units (id), -- whose work is evaluated
	about uuid references cases (id) -- the closed matter whose effect is looked at; null: one from before this register
);
create index evaluations_about on evaluations (congress, about) where about is not null;

-- The indicators of each round, with what the unit says of itself and what was gathered. Points are hundredths.
create table indicators (
	case_id uuid not null references evaluations (case_id),
	round integer not null,
	n integer not null, -- from 1
	name text not null,
	weight integer not null check (weight between 1 and 100),
	way text not null,
	standard text not null,
	self_reading text not null default '',
	self_points integer check (self_points between 0 and weight * 100),
	reading text not null default '',
	points integer check (points between 0 and weight * 100),
	primary key (case_id, round, n)
);

-- +goose Down
drop table indicators;
drop table evaluations;
