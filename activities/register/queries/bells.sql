select c.id::text as congress from unnest($1::uuid[], $2::timestamptz[]) as c (id, now)
where exists (select from rungs r where r.congress = c.id and r.at <= c.now and r.rung_at is null and r.effect = '')
