update outbox set channel = 'page', sent_at = now() where notice = any ($1) and channel = 'digest' and sent_at is null
