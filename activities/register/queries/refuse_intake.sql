update intake set outcome = 'refused', code = $2, answer = $3, settled_at = now() where token = $1 and outcome = ''
