delete from attempts where at < $1
