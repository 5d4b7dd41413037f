-- +goose Up

-- The ledger of leaders' instructions (批示台账), in the order in which they were given.
create index stages_instruction on stages (congress, opened_at, case_id, key) where kind = 'instruction';

-- +goose Down
drop index stages_instruction;
