insert into suggestions (case_id, congress, session, category, demand, wish, consents, surveyed, face, proposed, token, basis, origin)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
