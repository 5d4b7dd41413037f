select i.id::text, i.account::text, a.name as account_name, i.file, i.sha256, i.at, i.matters,
	(select count(*)::int from ledger_matters m cross join lateral (select c.started from cases c where c.id = m.case_id offset 0) c -- each by its key
		where m.import = i.id and not c.started) as waiting
from ledger_imports i join accounts a on a.id = i.account where i.congress = $1 and i.id = $2
