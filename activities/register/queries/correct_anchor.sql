update cases set anchor_day = $2 where id = $1
