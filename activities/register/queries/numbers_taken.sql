select number from cases where congress = $1 and number = any ($2::text[])
