update cases c set edition = $2 from unnest($1::uuid[], $3::int[]) as x (id, seq) where c.id = x.id and c.seq = x.seq
