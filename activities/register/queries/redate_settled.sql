update stages set from_at = $3, due = $4, first_due = $5, provisional = $6, edition = $7, working = $8 where case_id = $1 and key = $2
