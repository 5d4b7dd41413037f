select l.day, l.n, l.hash, a.at
from audit_chain l left join audit a on a.id = l.audit
where l.congress = $1 and ($2::date is null or l.day < $2)
order by l.day desc, l.n desc
limit 1
