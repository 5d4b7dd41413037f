select p.inquiry::text, c.number as inquiry_number, c.title as inquiry_title, p.n, p.class, p.unit::text, u.name as unit_name, p.site, p.basis, coalesce(p.question, 0) as question,
	p.asker, p.answerer, p.answer, p.promise, p.follow_up, p.comment
from problems p join cases c on c.id = p.inquiry join units u on u.id = p.unit where p.congress = $1 and p.case_id = $2
