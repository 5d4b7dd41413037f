select role from role_demands where congress = $1 and second_factor order by role
