select s.case_id::text as "case", s.key, s.rev from unnest($1::uuid[], $2::text[]) as k (case_id, key) join stages s on s.case_id = k.case_id and s.key = k.key
