update dispatches set sent_at = now() where sent_at is null and sink and channel = $1
