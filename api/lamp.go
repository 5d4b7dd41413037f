package api

import (
	"fmt"
	"html/template"
	"slices"
	"strings"
	"time"

	"bihuan/activities/register"
	"bihuan/schemas"
)

// lamp says how a duty stands at an instant: its colour, and its words for eyes that see none.
type lamp struct {
	Colour, Words string
}

// HTML is the lamp as pages show it.
func (l lamp) HTML() (template.HTML, error) { return light(l.Colour, l.Words) }

// lampOf is derived, never stored: red flips at the due instant itself (spec 2.0.3).
func lampOf(c schemas.Calendar, st register.Stage, now time.Time) lamp {
	late := !st.Due.IsZero() && !now.Before(st.Due)
	switch {
	case !st.ClosedAt.IsZero() && st.Verdict == schemas.Lapsed:
		return lamp{"grey", "不再办理"}
	case !st.ClosedAt.IsZero() && !st.Due.IsZero() && !st.ClosedAt.Before(st.Due) && !slices.Equal(st.Roles, []string{string(schemas.System)}):
		return lamp{"grey", "逾期办结"}
	case !st.ClosedAt.IsZero():
		return lamp{"grey", "办结"}
	case st.Paused:
		return lamp{"blue", "中止"}
	case st.Due.IsZero():
		return lamp{"green", "无期限"}
	case late && st.Held:
		return lamp{"yellow", "待人大审核，不计逾期"}
	case late:
		words := "逾期"
		if st.Level != "" && strings.ContainsAny(st.Level[:1], "LNG") {
			words += st.Level[1:] + "级"
		}
		return lamp{"red", fmt.Sprintf("%s · %d个工作日", words, c.Between(schemas.LastDay(st.Due), now))}
	case !now.Before(st.Yellow) && !st.Yellow.IsZero():
		return lamp{"yellow", "临期 · " + left(st.Due, now)}
	}
	return lamp{"green", left(st.Due, now)}
}

func left(due, now time.Time) string {
	switch n := int(schemas.LastDay(due).Sub(schemas.DayOf(now)) / (24 * time.Hour)); n {
	case 0:
		return "今日到期"
	case 1:
		return "明日到期"
	default:
		return fmt.Sprintf("还有%d天", n)
	}
}
