select coalesce(max(substring(number from char_length($2) + 1 for char_length(number) - char_length($2) - 1)::integer), 0) + 1 as n
from cases where congress = $1 and number like $2 || '%号' and substring(number from char_length($2) + 1 for char_length(number) - char_length($2) - 1) ~ '^[0-9]+$' 
