select count(*) as n from ballot_deeds where congress = $1 and ballot = $2 and account = $3 and deed in ('configure', 'open')
