update notice_settings set phone = case when $3 then proving else phone end, sms = sms or $3, proving = case when $3 then '' else proving end,
	code = case when $3 then '' else code end, guesses = guesses + 1
where congress = $1 and account = $2
