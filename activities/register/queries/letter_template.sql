select id::text, kind, name, sha256, content, at, '' as account_name from letter_templates where congress = $1 and kind = $2 order by id desc limit 1
