update papers set status = 'signed' where case_id = $1 and id = $2
