select token, congress::text, case_id::text, stage, account::text, act, received_at, outcome, code, answer from intake where token = $1
