-- +goose Up

-- What is known of an appraisal (工作评议、任命干部履职评价) besides its case.
create table appraisals (
	case_id uuid primary key references cases (id),
	congress uuid not null references congresses (id),
	token text unique, -- of the form that proposed it
	unit uuid not null references units (id), -- the unit appraised, or the official's
	criteria text not null default '', -- why this unit, comma by comma: central, suggestions, people, cycle
	official text not null default '', -- the name: personal data, shown to those alone who may read the appraisal
	post text not null default '',
	judicial boolean not null default false, -- a judge or prosecutor: duty conduct is appraised, never a case
	consent text not null default '', -- number of the party committee's document
	meets timestamptz, -- when the appraisal meeting is to be
	place text not null default ''
);

-- The teams of an appraisal go to places too: 面对面听取、安排点位察看、随取点位寻访、背靠背问卷访谈.
alter table visits drop constraint visits_kind_check, add constraint visits_kind_check
	check (kind in ('talk', 'visit', 'sample', 'film', 'face', 'arranged', 'random', 'back'));

-- +goose Down
delete from visits where kind in ('face', 'arranged', 'random', 'back');
alter table visits drop constraint visits_kind_check, add constraint visits_kind_check check (kind in ('talk', 'visit', 'sample', 'film'));
drop table appraisals;
