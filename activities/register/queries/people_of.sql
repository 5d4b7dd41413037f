select a.id::text, a.congress::text, a.login, a.name, a.email, '' as password, a.active, a.password_at, a.must_change
from accounts a join posts p on p.account = a.id where p.unit = $1 and p.role = $2 and a.active order by a.spelled, a.name
