update parties set gone = true where case_id = $1 and unit <> all ($2::uuid[])
