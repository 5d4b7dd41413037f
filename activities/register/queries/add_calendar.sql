insert into calendars (congress, edition, days, source, imported_at) values ($1, $2, $3, $4, clock_timestamp())
