insert into posts (id, congress, account, role, unit, until)
select $1::uuid, a.congress, a.id, $4::text, $5::uuid, $6::timestamptz from accounts a
where a.id = $3 and a.congress = $2
	and ($5::uuid is null or exists (select from units u where u.id = $5 and u.congress = $2))
