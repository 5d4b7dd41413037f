select c.seq, c.state, coalesce(j.mark, '') as mark, coalesce(j.receipt, '') as receipt
from cases c left join journal j on j.case_id = c.id and j.seq = $2 where c.id = $1
