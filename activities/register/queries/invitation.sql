select i.congress::text, i.case_id::text, i.stage, i.account::text, i.expires_at, i.used_at is not null as used from invitations i where i.hash = $1
