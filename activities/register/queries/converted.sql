select c.number, c.title, c.body, g.session, g.category, g.demand, g.basis, g.consents, c.anchor_day from cases c join suggestions g on g.case_id = c.id where c.id = $1
