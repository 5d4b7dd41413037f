select coalesce(string_agg(distinct h.name, '、' order by h.name), '') as names
from notices n join rung_owners o on o.case_id = n.case_id and o.stage = n.stage and o.rev = n.rev and o.level = n.level
join stood x on x.owner = o.account and x.account = n.account and (x.role is null or x.role = o.role) and x.from_at <= n.at and x.until > n.at
join accounts h on h.id = o.account
where n.id = $1 and not exists (select from rung_owners m where m.case_id = n.case_id and m.stage = n.stage and m.rev = n.rev and m.level = n.level and m.account = n.account)
