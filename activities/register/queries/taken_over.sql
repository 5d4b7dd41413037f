select i.id::text, i.account::text, a.name as account_name, i.file, i.sha256, i.at, i.matters, 0 as waiting
from ledger_matters m join ledger_imports i on i.id = m.import join accounts a on a.id = i.account where m.case_id = $1
