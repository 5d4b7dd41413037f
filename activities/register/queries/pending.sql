select token, congress::text, case_id::text, stage, account::text, act, received_at, outcome, code, answer from intake where case_id = $1 and outcome = '' order by received_at
