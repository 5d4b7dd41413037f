package schemas

import "testing"

func refusal(e *Error) string {
	if e == nil {
		return ""
	}
	return e.Code
}

func TestIndicatorsMakeAHundred(t *testing.T) {
	of := func(weights ...int) (is []IndicatorIn) {
		for n, w := range weights {
			is = append(is, IndicatorIn{Name: string(rune('甲' + n)), Weight: w})
		}
		return is
	}
	for want, is := range map[string][][]IndicatorIn{
		"":           {of(50, 50), of(1, 99), of(30, 30, 40)},
		"BadWeights": {of(50, 49), of(50, 51), of(33, 33, 33)},
		"TooFew":     {nil, of(100)},
		"NameTwice":  {{{Name: "水质", Weight: 50}, {Name: " 水质", Weight: 50}}},
	} {
		for _, i := range is {
			if got := refusal(CheckIndicators(i)); got != want {
				t.Errorf("%v: %q, not %q", i, got, want)
			}
		}
	}
}

func TestEveryIndicatorIsReadOnce(t *testing.T) {
	weights := []int{60, 40}
	for _, x := range []struct {
		want string
		rs   []ReadingIn
	}{
		{"", []ReadingIn{{1, "92%", 6000}, {2, "88%", 0}}},
		{"", []ReadingIn{{2, "88%", 4000}, {1, "92%", 1}}},
		{"BadPoints", []ReadingIn{{1, "92%", 6001}, {2, "88%", 0}}},
		{"BadPoints", []ReadingIn{{1, "92%", -1}, {2, "88%", 0}}},
		{"ReadingMissing", []ReadingIn{{1, "92%", 6000}}},
		{"ReadingMissing", []ReadingIn{{1, "92%", 6000}, {2, " ", 0}}},
		{"ReadingMissing", []ReadingIn{{1, "92%", 6000}, {1, "92%", 6000}, {2, "88%", 0}}},
		{"ReadingMissing", []ReadingIn{{1, "92%", 6000}, {2, "88%", 0}, {3, "多余", 0}}},
	} {
		if got := refusal(CheckReadings(weights, x.rs)); got != x.want {
			t.Errorf("%v: %q, not %q", x.rs, got, x.want)
		}
	}
}
