select a.id, a.congress, a.login, a.name, a.email, a.password, a.active, a.password_at, a.must_change, l.seen_at, exists (select from factors f where f.account = a.id) as factor
from logins l join accounts a on a.id = l.account and a.active where l.id = $1 and l.half = $2
