update invitations set used_at = $2 where hash = $1 and used_at is null and expires_at > $2
