update stages set closed_at = $3, verdict = $4, actor = $5, paper = $6 where case_id = $1 and key = $2
