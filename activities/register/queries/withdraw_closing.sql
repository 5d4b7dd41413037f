update closings set withdrawn_by = $3, withdrawn_at = $4, withdrawn_for = $5
where congress = $1 and id = $2 and withdrawn_at is null and first_day > $6::date
