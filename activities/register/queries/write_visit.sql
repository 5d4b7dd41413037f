insert into visits (id, congress, inquiry, team, site, kind, day, note, account) values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict do nothing
