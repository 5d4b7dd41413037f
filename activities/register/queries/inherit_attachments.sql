insert into attachments (id, congress, case_id, paper, name, type, size, sha256, account, stored_at)
select md5($1 || '/' || id)::uuid, congress, case_id, $1::uuid, name, type, size, sha256, account, stored_at
from attachments where paper = $2::uuid and case_id = $3
