-- +goose Up

-- An act that the office entered for a unit which answered on paper, by telephone or in person (代录).
create table entered_for (
	token text primary key, -- of the act
	congress uuid not null references congresses (id),
	case_id uuid not null references cases (id),
	unit uuid not null references units (id),
	came text not null,
	sender text not null
);
create index entered_for_case on entered_for (case_id);

-- +goose Down
drop table entered_for;
