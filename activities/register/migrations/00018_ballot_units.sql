-- +goose Up

-- Whom a ballot judges, where its matter asks about several units (专题询问现场测评); null: the whole.
alter table ballots add column unit uuid references units (id);

-- +goose Down
alter table ballots drop column unit;
