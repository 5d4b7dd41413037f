update inquiries set shown_at = case when shown is not distinct from $3::uuid then shown_at else $4 end, shown = $3 where congress = $1 and case_id = $2
