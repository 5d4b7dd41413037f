insert into ballot_papers (congress, electorate, account, count, at)
select $1, e.id, $4, $5, $6 from ballot_electorates e where e.congress = $1 and e.ballot = $2 and e.n = $3
on conflict (electorate, account) do update set count = excluded.count, at = excluded.at
