select 1 from stages where congress = $1 and case_id = $2 and key = $3 for no key update
