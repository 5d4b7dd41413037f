select days from calendars where congress = $1 and edition = $2
