insert into congresses (id, name, rehearsal, pace_real, pace_virtual, pace_rate, pace_held) values ($1, $2, $3, $4, $5, $6, $7)
