update factors set step = $2 where account = $1 and step < $2
