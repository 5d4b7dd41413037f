with out as (
	delete from ballot_votes v using ballot_electorates e where e.id = v.electorate and e.congress = $1 and e.ballot = $2
	returning v.congress, v.electorate, v.hash, v.choice
)
insert into ballot_votes (congress, electorate, hash, choice) select congress, electorate, hash, choice from out order by electorate, hash
