select count(*)::int as all, (count(*) filter (where account = $3 and day = $4))::int as mine
from urges where case_id = $1 and stage = $2
