select exists (select from rungs r where r.congress = $1 and r.at <= $2 and r.rung_at is null and r.effect = ''
		and not exists (select from intake i where i.case_id = r.case_id and i.stage = r.stage and i.outcome = ''))
	or exists (select from outbox where congress = $1 and sent_at is null and channel = 'sort') as unready
