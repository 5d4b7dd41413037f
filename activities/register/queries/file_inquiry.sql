insert into inquiries (case_id, congress, token) values ($1, $2, $3)
