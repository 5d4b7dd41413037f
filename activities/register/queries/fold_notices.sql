update outbox set digest = $1, sent_at = now() where notice = any ($2) and channel = 'digest' and sent_at is null
