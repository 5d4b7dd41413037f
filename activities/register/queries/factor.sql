select secret, enrolled_at from factors where account = $1
