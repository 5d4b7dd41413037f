select id::text from cases where congress = $1 and number = $2 and procedure in ('suggestion', 'motion') and outcome = ''
