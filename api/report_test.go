package api

import (
	"net/http"
	"strings"
	"testing"
)

// The draft report says what the numbers say, and names what went wrong.
func TestReportNamesWhatWentWrong(t *testing.T) {
	o := newOpenDistrict(t)
	late, fine := o.Suggestion(), o.Suggestion()
	late.Title, fine.Title = "关于增设公交站的建议", "关于修缮文化站的建议"
	ids := o.file(late, fine)
	o.hand(ids[0], o.Units[0], "sole", "")
	o.hand(ids[1], o.Units[1], "sole", "answered_at = '2026-05-20 01:00:00+00', class = 'B', class_now = 'B', promised = '2026-12-01 00:00:00+00', first = 'satisfied', first_at = '2026-05-25 01:00:00+00'")
	b := o.browser()
	b.login("dep")
	r, body := b.get("/numbers/report")
	expect(t, r, http.StatusOK, body, "代表建议2件", "办复率50.00%（1/2）", "逾期答复1件", "关于增设公交站的建议（甲局）：应于2026年6月2日（周二）前答复，至今没有答复", "B类尚未落实的1件", "关于修缮文化站的建议（乙局，承诺")
	if strings.Count(body, "关于修缮文化站的建议") != 1 {
		t.Error("what went well stands among what went wrong")
	}
	jia := o.browser()
	jia.login("unt-jia")
	r, body = jia.get("/numbers/report")
	expect(t, r, http.StatusOK, body, "代表建议1件")
	if strings.Contains(body, "关于修缮文化站的建议") {
		t.Error("a unit reads another's part")
	}
}
