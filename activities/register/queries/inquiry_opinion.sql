update inquiries set opinion = $3 where congress = $1 and case_id = $2
