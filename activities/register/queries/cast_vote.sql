with urn as (
	select e.id, e.congress from ballot_electorates e join ballots b on b.id = e.ballot where e.id = $1 and b.status = 'open' for key share of b
)
insert into ballot_votes (congress, electorate, hash, choice) select congress, id, $2, $3 from urn
on conflict (electorate, hash) do nothing
