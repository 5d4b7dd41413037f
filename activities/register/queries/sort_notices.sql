update outbox o set channel = k.way, sent_at = case when k.way = 'single' then now() end
from unnest($1::uuid[], $2::text[], $3::text[]) as k (notice, channel, way)
where o.notice = k.notice and o.channel = k.channel
