update stages set closed_at = $3, verdict = 'lapsed'
where case_id = $1 and closed_at is null and key <> all (coalesce($2::text[], '{}'))
