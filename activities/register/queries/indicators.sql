select round, n, name, weight, way, standard, self_reading, self_points, reading, points from indicators where case_id = $1 order by round desc, n
