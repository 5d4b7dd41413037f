select c.id::text, c.title, p.promise, p.unit::text from problems p join cases c on c.id = p.case_id
where p.congress = $1 and p.inquiry = $2 and p.question is not null and c.outcome = '' and c.phase <> 'P4' order by p.question
