update notices set read_at = $3 where account = $1 and read_at is null and ($2::uuid is null or id = $2)
