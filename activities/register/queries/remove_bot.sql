with gone as (update bots set active = false, key = '', secret = '' where congress = $1 and id = $2 and active returning id),
dropped as (update dispatches d set sent_at = now(), trouble = '机器人已移除' from gone where d.bot = gone.id and d.sent_at is null)
select id from gone
