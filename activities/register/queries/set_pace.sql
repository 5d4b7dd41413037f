update congresses set pace_real = $2, pace_virtual = $3, pace_rate = $4, pace_held = $5, pace_stop = $6 where id = $1
