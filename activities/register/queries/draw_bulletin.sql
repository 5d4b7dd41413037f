insert into bulletins (id, congress, token, procedure, title, scope, period_from, period_to, intro, praise, criticism, demands, recipient, copies, figures_at, snapshot, author, drawn_at, version, corrects, reason)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21) on conflict (token) do nothing
