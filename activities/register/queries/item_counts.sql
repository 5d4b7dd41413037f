select case_id::text, count(*)::int as total, count(closed_at)::int as closed from items where congress = $1 group by case_id
