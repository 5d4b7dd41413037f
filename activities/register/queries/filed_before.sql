select c.state from suggestions g join cases c on c.id = g.case_id where g.token = $1
