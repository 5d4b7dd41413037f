select count(*)::int as n from rungs r join stages s on s.case_id = r.case_id and s.key = r.stage and s.rev = r.rev
where r.congress = $1 and r.at <= $2 and not r.climbed and s.closed_at is null
