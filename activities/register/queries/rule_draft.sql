select d.base::text, d.body, d.changed_at from rule_drafts d where d.congress = $1 and d.procedure = $2 and d.account = $3
