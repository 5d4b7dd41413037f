select content from letter_templates where congress = $1 and id = $2 and kind = $3 and content is not null
