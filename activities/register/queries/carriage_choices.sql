select congress::text, code, single from carriage_choices where congress = any ($1)
