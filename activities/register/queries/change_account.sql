update accounts set login = $3, name = $4, email = $5, active = $6, reading = case when name = $4 then reading else '' end,
	spelled = case when name = $4 then spelled else $7 end, initials = case when name = $4 then initials else $8 end
where congress = $1 and id = $2
