-- +goose Up

-- Matters underway that the office took over from its own ledger (导入在办事项), sheet by sheet.
create table ledger_imports (
	id uuid primary key,
	congress uuid not null references congresses (id),
	account uuid not null references accounts (id),
	file text not null, -- the workbook's name
	sha256 text not null,
	at timestamptz not null, -- the congress's clock
	matters integer not null
);
create index ledger_imports_at on ledger_imports (congress, at desc);

create table ledger_matters (
	case_id uuid primary key references cases (id),
	congress uuid not null references congresses (id),
	import uuid not null references ledger_imports (id),
	line integer not null -- of the sheet
);
create index ledger_matters_line on ledger_matters (import, line);

-- +goose Down
drop table ledger_matters, ledger_imports;
