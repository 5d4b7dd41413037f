select digests as n from digest_days where congress = $1 and day = $2
