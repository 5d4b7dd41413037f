select id::text from accounts where id = any ($1::uuid[]) and not active
