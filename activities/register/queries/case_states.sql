select id::text, state from cases where id = any ($1::uuid[])
