select id, title, status from ballots where congress = $1 and case_id = $2 order by made_at
