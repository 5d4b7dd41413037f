delete from factors where congress = $1 and account = $2
