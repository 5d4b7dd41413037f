update accounts x set spelled = v.spelled, initials = v.initials from unnest($1::uuid[], $2::text[], $3::text[]) v (id, spelled, initials) where x.id = v.id returning x.id::text
