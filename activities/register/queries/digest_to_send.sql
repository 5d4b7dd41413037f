select content from digests where id = $1
