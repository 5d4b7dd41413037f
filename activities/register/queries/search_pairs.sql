select t.case_id::text, t.class, t.stage, t.unit::text, t.author::text from texts t
where pairs(t.words) @> $2::bigint[] and t.congress = $1 and t.words like all ($3::text[]) limit $4
