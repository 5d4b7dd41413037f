select c.id::text, c.number, c.title, c.state, c.edition, c.seq, array[]::text[] as provisional
from cases c where c.congress = $1 and c.procedure = $2 and c.outcome = '' and c.id = $3
