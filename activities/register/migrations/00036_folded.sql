-- +goose Up

-- The same as before, some five times as fast: translate looks through its whole list for every character that is not in it.
-- +goose StatementBegin
create or replace function folded(words text) returns text language sql immutable strict parallel safe as $$
select regexp_replace(translate(lower((case when words ~ '[０-９Ａ-Ｚａ-ｚ]' then translate(words,
		'０１２３４５６７８９ＡＢＣＤＥＦＧＨＩＪＫＬＭＮＯＰＱＲＳＴＵＶＷＸＹＺａｂｃｄｅｆｇｈｉｊｋｌｍｎｏｐｑｒｓｔｕｖｗｘｙｚ', '0123456789abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz')
		else words end) collate "C"),
	'！＃＄％＆＊＋，－．／：；＝？＠＼＾＿｜～—–', E'!#$%&*+,-./:;=?@\\^_|~--'),
	E'[\t\r "''()<>\\[\\]`{}＂＇（）＜＞［］｀｛｝\u3000\u00a0\u200b\ufeff〔〕【】「」『』《》〈〉﹝﹞“”‘’〖〗]+', '', 'g')
$$;
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
create or replace function folded(words text) returns text language sql immutable strict parallel safe as $$
select translate(words, E'ABCDEFGHIJKLMNOPQRSTUVWXYZ！＃＄％＆＊＋，－．／０１２３４５６７８９：；＝？＠ＡＢＣＤＥＦＧＨＩＪＫＬＭＮＯＰＱＲＳＴＵＶＷＸＹＺ＼＾＿ａｂｃｄｅｆｇｈｉｊｋｌｍｎｏｐｑｒｓｔｕｖｗｘｙｚ｜～—–\t\r "''()<>[]`{}＂＇（）＜＞［］｀｛｝\u3000\u00a0\u200b\ufeff〔〕【】「」『』《》〈〉﹝﹞“”‘’〖〗',
	E'abcdefghijklmnopqrstuvwxyz!#$%&*+,-./0123456789:;=?@abcdefghijklmnopqrstuvwxyz\\^_abcdefghijklmnopqrstuvwxyz|~--')
$$;
-- +goose StatementEnd
