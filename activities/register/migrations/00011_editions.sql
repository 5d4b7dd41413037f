-- +goose Up

-- The edition of the calendar that an open case's dates are known to agree with; what is behind is looked at by the workers.
alter table cases add column edition text not null default '';
create index cases_behind on cases (congress, edition) where outcome = '';

-- +goose Down
drop index cases_behind;
alter table cases drop column edition;
