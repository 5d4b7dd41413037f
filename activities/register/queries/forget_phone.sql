update notice_settings set phone = '', sms = false, proving = '', code = '' where congress = $1 and account = $2
