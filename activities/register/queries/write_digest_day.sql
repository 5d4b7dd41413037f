insert into digest_days (congress, day, written_at, digests)
select $1::uuid, $2::date, $3, (select count(*) from digests where congress = $1 and day = $2)
on conflict (congress, day) do nothing
