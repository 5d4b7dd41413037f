select t.id::text, t.kind, t.name, t.sha256, null::bytea as content, t.at, a.name as account_name
from letter_templates t join accounts a on a.id = t.account where t.congress = $1 order by t.id desc
