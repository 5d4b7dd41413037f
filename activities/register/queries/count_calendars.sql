select count(*)::int as n from calendars where congress = $1
