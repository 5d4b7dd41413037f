with late as materialized (
	select c.id from cases c where c.id < $1 and not exists (select from texts t where t.case_id = c.id and t.source = c.id) order by c.id desc limit $2)
select id::text from late, lateral text_again(id) order by id desc
