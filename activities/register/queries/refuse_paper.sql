update papers set status = 'refused' where case_id = $1 and id = $2 and status = 'proposed'
