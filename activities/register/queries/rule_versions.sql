select r.id::text, r.version, coalesce(a.name, '') as author, r.reason, coalesce(r.made_at, r.created_at) as made_at
from rules r left join accounts a on a.id = r.author
where r.congress = $1 and r.procedure = $2 order by r.created_at desc, r.id desc
