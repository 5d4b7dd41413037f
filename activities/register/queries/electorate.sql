select e.id, e.n, e.congress, e.ballot, e.public_key, b.title, b.plan, b.status, g.name as congress_name, g.rehearsal
from ballot_electorates e join ballots b on b.id = e.ballot join congresses g on g.id = e.congress where e.id = $1
