-- +goose Up

-- A matter is folded once a transaction, however many of its rows tell of it.
-- +goose StatementBegin
create or replace function text_matter() returns trigger language plpgsql as $$
declare
	matter uuid;
	done text := coalesce(current_setting('bihuan.texts', true), ''); -- the matters whose rows this transaction has told of already
begin
	if tg_table_name = 'cases' then
		matter := new.id;
	elsif tg_op = 'DELETE' then
		matter := old.case_id;
	else
		matter := new.case_id;
	end if;
	if position(matter::text in done) = 0 then
		perform set_config('bihuan.texts', done || matter, true);
		perform text_again(matter, matter);
	end if;
	return null;
end $$;
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
create or replace function text_matter() returns trigger language plpgsql as $$
begin
	if tg_table_name = 'cases' then
		perform text_again(new.id, new.id);
	elsif tg_op = 'DELETE' then
		perform text_again(old.case_id, old.case_id);
	else
		perform text_again(new.case_id, new.case_id);
	end if;
	return null;
end $$;
-- +goose StatementEnd
