select status, plan, restricted, scrutineer from ballots where congress = $1 and id = $2 for update
