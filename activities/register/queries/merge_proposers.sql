insert into proposers (congress, case_id, account, position, word)
select p.congress, $2, p.account, 100 + p.position, p.word from proposers p where p.case_id = $1 and p.word = 'agree'
on conflict (case_id, account) do nothing
