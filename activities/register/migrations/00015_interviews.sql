-- +goose Up

-- What is known of an interview (约见约谈) besides its case.
create table interviews (
	case_id uuid primary key references cases (id),
	congress uuid not null references congresses (id),
	unit uuid not null references units (id), -- 被约谈单位
	post text not null, -- 被约谈人的职务, e.g. 主要负责人
	about uuid references cases (id), -- the matter out of which it came (关联事项)
	token text unique, -- of the form that proposed it
	meets timestamptz, -- when it is to be, once it is notified
	place text not null default ''
);
create index interviews_about on interviews (about) where about is not null;

-- A promise (承诺事项) is an item of its interview: who answers for it, and by when; exclusive.
alter table items add column person text not null default '', add column promised timestamptz;

-- +goose Down
alter table items drop column promised, drop column person;
drop table interviews;
