insert into stages (congress, case_id, key, kind, unit, for_unit, roles, npc, rev, from_at, due, first_due, yellow, provisional, edition, working, opened_at, closed_at, verdict)
values ($1, $2, $3, $4, $5, $6, $7, $8, 0, $9, $10, $18, $11, $12, $13, $14, $15, $16, $17)
