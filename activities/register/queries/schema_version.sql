select version_id from goose_db_version where is_applied order by version_id desc limit 1
