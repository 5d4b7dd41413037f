insert into dispatches (id, congress, channel, sink, notice, digest, account, bot, text, at, after, sent_at)
select d.id, d.congress, d.channel, c.rehearsal, d.notice, d.digest, d.account, d.bot, d.text, d.at, greatest(d.after, now()), case when c.rehearsal then now() end
from unnest($1::uuid[], $2::uuid[], $3::text[], $4::uuid[], $5::uuid[], $6::uuid[], $7::uuid[], $8::text[], $9::timestamptz[], $10::timestamptz[])
	as d (id, congress, channel, notice, digest, account, bot, text, at, after)
join congresses c on c.id = d.congress
on conflict (id) do nothing
