insert into congresses (id, name, rehearsal, pace_real, pace_virtual, pace_rate, pace_held, pace_stop) values ($1, $2, $3, $4, $5, $6, $7, $8)
