select i.id::text, i.account::text, a.name as account_name, i.file, i.sha256, i.at, i.matters,
	(select count(*)::int from ledger_matters m join cases c on c.id = m.case_id where m.import = i.id and c.started) as started
from ledger_imports i join accounts a on a.id = i.account where i.congress = $1 and i.id = $2
