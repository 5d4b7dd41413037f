insert into stages (congress, case_id, key, kind, unit, for_unit, roles, npc, rev, from_at, due, first_due, yellow, provisional, edition, working, paused, held, opened_at, person)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, coalesce($21::timestamptz, $11), $12, $13, $14, $15, $16, $19, $18, $20)
on conflict (case_id, key) do update set
	rev = excluded.rev, paused = excluded.paused, held = excluded.held,
	from_at = case when $17 then excluded.from_at else stages.from_at end,
	due = excluded.due,
	first_due = case when stages.closed_at is null then coalesce($21, stages.first_due, excluded.due) else excluded.due end,
	yellow = case when $17 then excluded.yellow else stages.yellow end,
	provisional = case when $17 then excluded.provisional else stages.provisional end,
	edition = case when $17 then excluded.edition else stages.edition end,
	working = case when $17 then excluded.working else stages.working end,
	closed_at = null, verdict = '', actor = null, paper = null, -- a correction may open it again
	level = case when stages.closed_at is null then stages.level else '' end
