-- +goose Up

-- The unit that a deputy works in (工作单位): he does not judge how it handled a matter (回避, spec 7.2).
alter table deputies add column employer uuid references units (id);

-- +goose Down
alter table deputies drop column employer;
