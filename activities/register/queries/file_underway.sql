insert into cases (id, congress, procedure, number, kind, source, title, body, anchor_day, committee, owner, rules, direct, filed_at, state, phase, edition)
values ($1, $2, 'opinion', $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15,
	coalesce((select edition from calendars where congress = $2 order by imported_at desc limit 1), ''))
