update dispatches set after = $2, tries = tries - 1 where id = $1 and sent_at is null
