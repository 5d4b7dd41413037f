select c.id::text, c.number, c.title, c.state, c.edition, c.seq,
	array(select s.key from stages s where s.case_id = c.id and coalesce(s.closed_at, 'infinity') = 'infinity' and s.provisional) as provisional
from cases c where c.congress = $1 and c.outcome = '' and (c.edition <> $2 or $5) and c.id > $3 order by c.id limit $4
