update outbox set sent_at = now() where channel = 'sink' and sent_at is null
