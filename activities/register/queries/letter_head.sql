select c.name, coalesce(h.mark, '') as mark, coalesce(h.word, '') as word from congresses c left join letter_heads h on h.congress = c.id where c.id = $1
