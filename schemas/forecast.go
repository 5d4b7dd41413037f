package schemas

import "time"

// Forecast is one date that a matter will have, before it is sent.
type Forecast struct {
	Key  string // kind of stage
	Date Dating
}

// Forecasts say when everything will fall due, and why, if the opinion of a meeting closed on t0 is handed over on t1
// and signed for the same day.
func (r Rules) Forecasts(c Calendar, t0, t1 time.Time, resolution time.Time) (fs []Forecast, err error) {
	s := State{Facts: map[string]Act{
		"T0":       {Key: "T0", On: t0},
		"handover": {Key: "handover", On: t1},
		"sign":     {Key: "sign", On: t1},
	}}
	from := "handover"
	if r.Policy.Anchor == "sign" {
		from = "sign"
	}
	for _, f := range []struct{ key, rule, anchor string }{
		{"handover", "handover", "T0"}, {"sign", "sign", "handover"}, {"plan", "plan", from}, {"opinion", "opinion", from},
		{"progress", "progress", from}, {"draft-report", "draft-report", from}, {"report", "report", from},
	} {
		o := &Open{Stage: Stage{Key: f.key, Clocks: []Clock{{f.rule, f.anchor}}}}
		if f.key == "report" && !resolution.IsZero() {
			o.Clocks, o.Until = nil, resolution
		}
		d, err := r.Date(c, &s, o, t1)
		if err != nil {
			return nil, err
		}
		fs = append(fs, Forecast{Key: f.key, Date: d})
	}
	return fs, nil
}
