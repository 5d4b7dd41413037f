update ballot_roll r set present = r.drawn or r.account = any ($3::uuid[])
from ballot_electorates e where e.id = r.electorate and e.congress = $1 and e.ballot = $2
