update intake set outcome = 'accepted', settled_at = $2 where token = $1 and outcome <> 'accepted'
