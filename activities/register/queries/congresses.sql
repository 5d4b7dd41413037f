select id, name, rehearsal, pace_real as real, pace_virtual as virtual, pace_rate as rate, pace_held as held, pace_stop as stop,
	coalesce((select edition from calendars where congress = c.id order by imported_at desc limit 1), '') as edition
from congresses c
where $1::uuid is null or id = $1
order by name
