select c.state, c.owner::text from evaluations i join cases c on c.id = i.case_id where i.congress = $1 and i.token = $2
