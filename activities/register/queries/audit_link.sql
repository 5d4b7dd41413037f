insert into audit_chain (congress, day, n, audit, hash)
select $1, x.day, x.n, x.audit, x.hash from unnest($2::date[], $3::int[], $4::uuid[], $5::text[]) as x (day, n, audit, hash)
