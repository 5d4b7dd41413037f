-- +goose Up

-- What a rehearsal sends stays here, and is entered as delivered; before, a loop did that afterwards.
update dispatches set sent_at = now() where sink and sent_at is null;

-- +goose Down
select 1;
