update stages set closed_at = $3, verdict = 'lapsed'
where case_id = $1 and coalesce(closed_at, 'infinity') = 'infinity' and key <> all (coalesce($2::text[], '{}'))
