delete from rule_drafts where congress = $1 and procedure = $2 and account = $3 and base = $4 and body = $5
