select id::text, case_id::text, paper::text, name, type, sha256, size from attachments where case_id = $1 order by stored_at, name
