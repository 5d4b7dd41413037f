delete from bulletins where congress = $1 and id = $2 and state <> 'issued'
