select set_config('enable_seqscan', 'off', true), set_config('enable_indexscan', 'off', true), set_config('work_mem', '64MB', true), set_config('gin_fuzzy_search_limit', $1, true)
