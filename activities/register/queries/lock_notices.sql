select mail, sms, phone, digest, quiet_from, quiet_until, proving, coalesce(code_at, '0001-01-01 00:00:00+00') as code_at, guesses, code
from notice_settings where congress = $1 and account = $2 for update
