insert into deputies (account, congress, delegation, occupation, employer)
select a.id, a.congress, $3, $4, $5 from accounts a where a.congress = $1 and a.id = $2
on conflict (account) do update set delegation = excluded.delegation, occupation = excluded.occupation, employer = excluded.employer
