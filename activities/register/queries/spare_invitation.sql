update invitations set used_at = null where hash = $1
