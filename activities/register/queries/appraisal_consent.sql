update appraisals set consent = $2 where case_id = $1
