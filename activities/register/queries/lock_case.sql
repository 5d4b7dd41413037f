select 1 as n from cases where congress = $1 and id = $2 for no key update
