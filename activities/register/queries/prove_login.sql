update logins set half = false, begun_at = $2, seen_at = $2 where id = $1 and half
