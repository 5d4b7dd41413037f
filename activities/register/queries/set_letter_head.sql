insert into letter_heads (congress, mark, word) values ($1, $2, $3) on conflict (congress) do update set mark = excluded.mark, word = excluded.word
