insert into invitations (hash, congress, case_id, stage, account, expires_at)
select $1, c.congress, c.id, $3, $4, $5 from cases c where c.id = $2
