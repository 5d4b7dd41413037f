select e.token, u.name as unit, e.came, e.sender from entered_for e join units u on u.id = e.unit where e.case_id = $1
