select content from letters where congress = $1 and id = $2
