delete from invitations where expires_at < $1
