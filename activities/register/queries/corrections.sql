select c.token, c.at, c.account::text, a.name as account_name, c.kind, c.part, c.was, c.becomes, c.reason, coalesce(c.paper::text, '') as paper, c.act,
	coalesce(w.word, '') as word, coalesce(b.name, '') as word_name, coalesce(w.reason, '') as word_reason,
	coalesce(w.at, '0001-01-01 00:00:00+00') as word_at, coalesce(i.outcome, '') as outcome, coalesce(i.answer, '') as answer
from corrections c join accounts a on a.id = c.account
left join correction_words w on w.token = c.token left join accounts b on b.id = w.account
left join intake i on i.token = c.token
where c.case_id = $1 order by c.at, c.token
