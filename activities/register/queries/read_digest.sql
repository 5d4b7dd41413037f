with opened as (update digests set read_at = $2 where id = $1 and read_at is null)
update notices n set read_at = $2 from outbox o where o.digest = $1 and n.id = o.notice and n.read_at is null
