insert into letter_series (congress, series, year, last) values ($1, $2, $3, 1)
on conflict (congress, series, year) do update set last = letter_series.last + 1 returning last as n
