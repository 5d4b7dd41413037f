-- +goose Up

-- What is known of an interpellation (质询案) besides its case. Who put it stands among the proposers.
create table interpellations (
	case_id uuid primary key references cases (id),
	congress uuid not null references congresses (id),
	token text unique, -- of the form that filed it
	unit uuid not null references units (id), -- the organ that it is put to (受质询机关)
	meets timestamptz, -- when it is to be answered by word of mouth
	place text not null default ''
);

-- +goose Down
drop table interpellations;
