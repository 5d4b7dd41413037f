delete from logins where congress = $1 and account = $2 and ($3 = '' or id::text = $3) and ($4 = '' or id::text <> $4)
