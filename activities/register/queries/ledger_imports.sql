select i.id::text, i.account::text, a.name as account_name, i.file, i.sha256, i.at, i.matters, 0 as waiting
from ledger_imports i join accounts a on a.id = i.account where i.congress = $1 order by i.at desc limit $2
