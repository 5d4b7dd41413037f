select snapshot from bulletins where congress = $1 and id = $2
