-- +goose Up

-- When a mail was put into the outbox (real time): a mail that is tried in vain moves its next try onwards and would never look old.
alter table outbox add column entered_at timestamptz not null default now();
create index outbox_unsent on outbox (congress, entered_at) where sent_at is null;

-- +goose Down
drop index outbox_unsent;
alter table outbox drop column entered_at;
