with out as (
	delete from ballot_roll r using ballot_electorates e where e.id = r.electorate and e.congress = $1 and e.ballot = $2
	returning r.congress, r.electorate, r.account, r.present, r.drawn
)
insert into ballot_roll (congress, electorate, account, present, drawn)
select congress, electorate, account, present, drawn from out order by electorate, account
