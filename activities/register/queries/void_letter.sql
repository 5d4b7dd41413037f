update letters set state = 'void', voider = $3, voided_at = $4, reason = $5 where congress = $1 and id = $2 and state = 'issued'
