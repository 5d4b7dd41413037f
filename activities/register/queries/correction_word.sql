insert into correction_words (token, at, account, word, reason) values ($1, $2, $3, $4, $5) on conflict (token) do nothing
