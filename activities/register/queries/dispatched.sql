update dispatches set sent_at = case when $2 = '' or $3 then now() end, trouble = $2, text = case when ($2 = '' or $3) and account is not null then '' else text end,
	after = now() + least(interval '1 hour', interval '10 seconds' * power(2, least(tries, 12)))
where id = $1
