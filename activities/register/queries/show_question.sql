update inquiries set shown = $3 where congress = $1 and case_id = $2
