package api

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"bihuan/activities/register"
	"bihuan/schemas"
)

// A department's year has a box for each period; what a matter tells counts by itself, what was entered counts once and until it is void,
// and a box is missed only when its period is over.
func TestTrackingOfADepartment(t *testing.T) {
	h := newHall(t, 1) // 8 June 2026
	unit := h.Units[0]
	path := "/tracking/" + unit
	box := func(occasions []register.Occasion, now string) string {
		u := trackedUnit{ID: unit}
		u.boxes(2026, occasions, must(day(now)))
		var states []string
		for _, boxes := range [][]trackedBox{u.Visits, u.Asks, u.Reports, u.Appraisals} {
			line := ""
			for _, b := range boxes {
				line += map[string]string{"done": "1", "missed": "x", "ahead": "."}[b.State]
			}
			states = append(states, line)
		}
		return strings.Join(states, " ")
	}
	one := func(kind, on, void string) register.Occasion {
		return register.Occasion{Unit: unit, Kind: kind, Day: must(day(on)), Void: void}
	}
	for name, x := range map[string]struct {
		occasions []register.Occasion
		now, want string
	}{
		"nothing, on the last day of May":   {nil, "2026-05-31", "xxxx........ x... .. ."},
		"nothing, on the first day of June": {nil, "2026-06-01", "xxxxx....... x... .. ."},
		"nothing, a year later":             {nil, "2027-01-01", "xxxxxxxxxxxx xxxx xx x"},
		"the last day of a quarter and the first of the next": {[]register.Occasion{one("ask", "2026-03-31", ""), one("ask", "2026-07-01", "")}, "2027-01-01",
			"xxxxxxxxxxxx 1x1x xx x"},
		"both half-years, and an appraisal in spring": {[]register.Occasion{one("report", "2026-06-30", ""), one("report", "2026-07-01", ""), one("appraisal", "2026-04-01", "")},
			"2027-01-01", "xxxxxxxxxxxx xxxx 11 1"},
		"void": {[]register.Occasion{one("visit", "2026-01-05", "记错了")}, "2026-02-01", "x........... .... .. ."},
	} {
		if got := box(x.occasions, x.now); got != x.want {
			t.Errorf("%s: %s, not %s", name, got, x.want)
		}
	}

	form := url.Values{"token": {"occasion-form-0001"}, "kind": {"visit"}, "day": {"2026-06-05"}, "note": {"到供水厂调研"}}
	for range 2 {
		r, body := h.as("cmt").post(path, form)
		expect(t, r, http.StatusSeeOther, body)
	}
	occasions := must(h.register.Occasions(context.Background(), h.Congress, 2026, unit))
	if len(occasions) != 1 {
		t.Fatalf("sent twice, entered %d times", len(occasions))
	}
	for name, f := range map[string]url.Values{"tomorrow": {"kind": {"visit"}, "day": {"2026-06-09"}, "note": {"调研"}}, "no kind": {"day": {"2026-06-05"}, "note": {"调研"}},
		"no date": {"kind": {"visit"}, "day": {"六月"}, "note": {"调研"}}, "secret": {"kind": {"visit"}, "day": {"2026-06-05"}, "note": {"机密★一年"}}} {
		f.Set("token", "occasion-form-0002")
		if r, _ := h.as("cmt").post(path, f); r.StatusCode != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d", name, r.StatusCode)
		}
	}
	r, body := h.as("unt-yi").get(path)
	expect(t, r, http.StatusNotFound, body)
	r, body = h.as("unt-jia").get(path)
	expect(t, r, http.StatusOK, body, "到供水厂调研")
	if strings.Contains(body, "登记一次活动") {
		t.Error("the unit is offered to enter how it was looked at")
	}
	r, body = h.as("ofc").post(path+"/void", url.Values{"occasion": {occasions[0].ID}, "year": {"2026"}})
	expect(t, r, http.StatusUnprocessableEntity, body, "请写明作废的原因")
	r, body = h.as("ofc").post(path+"/void", url.Values{"occasion": {occasions[0].ID}, "year": {"2026"}, "reason": {"日期记错"}})
	expect(t, r, http.StatusSeeOther, body)
	r, body = h.as("ofc").get(path)
	expect(t, r, http.StatusOK, body, "已作废：日期记错")
	r, body = h.as("ofc").post(path+"/follower", url.Values{"account": {h.People["unt-jia"]}})
	expect(t, r, http.StatusUnprocessableEntity, body, "请在名单里选择联系人")
	r, body = h.as("ofc").post(path+"/follower", url.Values{"account": {h.People["scm1"]}, "year": {"2026"}})
	expect(t, r, http.StatusSeeOther, body)

	// What matters tell: an appraisal's survey and meeting, an interview, a question in the hall.
	ctx := context.Background()
	work := must(h.register.FileAppraisal(ctx, register.NewAppraisal{Congress: h.Congress, Title: "甲局2026年工作评议", Body: "任务重。", Unit: unit, Committee: h.Committee, Owner: h.People["cmt"], Role: schemas.Clerk})).Case
	if err := h.register.AddVisit(ctx, h.Congress, work, h.People["cmt"], register.Visit{Team: 1, Site: "供水厂", Kind: "face", Day: must(day("2026-04-30"))}); err != nil {
		t.Fatal(err)
	}
	stage := `insert into stages (congress, case_id, key, kind, roles, npc, rev, opened_at, closed_at, verdict) values ($1, $2, $3, $4, '{OFC}', true, 0, '2026-05-01', $5, $6)`
	h.sql(stage, h.Congress, work, "review-meeting", "review-meeting", "2026-05-31T16:30:00Z", "") // half past midnight of 1 June
	talk := must(h.register.FileInterview(ctx, register.NewInterview{Congress: h.Congress, Source: "委室提出", Title: "关于供水的约谈", Body: "逾期。", Unit: unit, Post: "主要负责人", Committee: h.Committee,
		Owner: h.People["cmt"], Role: schemas.Clerk})).Case
	h.sql(`insert into parties (congress, case_id, unit, capacity) values ($1, $2, $3, 'sole') on conflict do nothing`, h.Congress, talk, unit)
	h.sql(stage, h.Congress, talk, "hold#1", "hold", "2026-03-31T15:59:00Z", "held") // the last minute of the quarter
	all := must(h.register.Occasions(ctx, h.Congress, 2026, unit))
	if got := box(all, "2026-06-08"); got != "xxx1x....... 1... .. 1" {
		t.Errorf("told by matters: %s, %+v", got, all)
	}
	r, body = h.as("ch").get("/tracking?year=2026")
	expect(t, r, http.StatusOK, body, "甲局", "委员1", `<td class="box done">1</td>`, `<td class="box missed">缺</td>`, `<td class="box ahead">·</td>`)
}
