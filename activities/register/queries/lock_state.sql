select congress::text, state from cases where id = $1 for no key update
