delete from sessions where expiry < now()
