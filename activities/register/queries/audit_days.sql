select day, count(*)::int as links from audit_chain
where congress = $1 and ($2::date is null or day >= $2) and ($3::date is null or day < $3)
group by day order by day
