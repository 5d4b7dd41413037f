select password from past_passwords where account = $1 order by set_at desc, id desc limit $2
