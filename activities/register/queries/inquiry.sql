select coalesce(i.meets, '0001-01-01 00:00:00+00') as meets, i.place, coalesce(i.shown::text, '') as shown, coalesce(i.shown_at, '0001-01-01 00:00:00+00') as shown_at, coalesce(i.opinion::text, '') as opinion, coalesce(o.number, '') as opinion_number
from inquiries i left join cases o on o.id = i.opinion where i.congress = $1 and i.case_id = $2
