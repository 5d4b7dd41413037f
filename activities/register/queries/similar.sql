select c.number, c.title
from case_words w join cases c on c.id = w.case_id
where w.congress = $1 and w.pairs && $2::text[] and c.procedure in ('suggestion', 'motion') and c.outcome = '' and c.id::text <> $3
	and 2 * (select count(distinct p) from unnest(w.pairs) p where p = any ($2::text[])) > $4
order by c.filed_at desc, c.id limit 5
