package main

import (
	"strings"
	"testing"
	"time"

	"bihuan/activities/register/registertest"
	"bihuan/schemas"
)

// notice2027 is a plausible notice for a test: the real one is not out yet.
const notice2027 = `date,kind,name
2027-01-01,rest,元旦
2027-02-05,rest,春节
2027-02-06,rest,春节
2027-02-07,rest,春节
2027-02-08,rest,春节
2027-02-09,rest,春节
2027-02-10,rest,春节
2027-02-11,rest,春节
2027-02-14,work,春节
2027-04-05,rest,清明节
2027-05-01,rest,劳动节
2027-05-02,rest,劳动节
2027-06-09,rest,端午节
2027-09-15,rest,中秋节
2027-10-01,rest,国庆节
2027-10-02,rest,国庆节
2027-10-03,rest,国庆节
`

// A new year's notice moves the one date that falls into its break, tells those concerned, and does so once.
func TestNewYearMovesOpenDates(t *testing.T) {
	e := newEngine(t)
	ctx := t.Context()
	now := time.Date(2026, 11, 9, 10, 0, 0, 0, schemas.Shanghai)
	d := registertest.Found(t, e.reg, schemas.Pace{Real: time.Now(), Virtual: now, Rate: 1}, "")
	s, err := e.desk.File(ctx, d.Filing("测审〔2026〕1号", schemas.DayOf(now)))
	if err != nil {
		t.Fatal(err)
	}
	eventually(t, "the case runs", func() bool { st, err := e.reg.State(ctx, s.Case); return err == nil && st.Seq > 0 })
	act := func(key, login, verdict string, role schemas.Role, unit string, parties ...schemas.Party) {
		t.Helper()
		a := schemas.Act{ID: "token:" + key, Key: key, Role: role, Unit: unit, Person: d.People[login], Verdict: verdict, Parties: parties}
		if err := e.desk.Submit(ctx, d.Congress, s.Case, a); err != nil {
			t.Fatal(key, err)
		}
	}
	act("draft#1", "cmt", "", schemas.Clerk, d.Committee)
	act("review#1", "cmh", "accept", schemas.Head, d.Committee)
	act("issue#1", "vc", "accept", schemas.ViceChair, "")
	act("handover", "ofc", "", schemas.Office, "", schemas.Party{Unit: d.Units[0], Capacity: "sole"})
	dues := func() map[string]string {
		stages, err := e.reg.Stages(ctx, s.Case)
		if err != nil {
			t.Fatal(err)
		}
		out := map[string]string{}
		for _, st := range stages {
			if st.ClosedAt.IsZero() && !st.Due.IsZero() {
				out[st.Kind] = schemas.LastDay(st.Due).Format(time.DateOnly)
				if st.Provisional {
					out[st.Kind] += " 暂定"
				}
			}
		}
		return out
	}
	before := dues()
	if before["report"] != "2027-02-09 暂定" {
		t.Fatalf("before the notice the report is due %s", before["report"])
	}
	year, err := schemas.ReadYear(strings.NewReader(notice2027))
	if err != nil {
		t.Fatal(err)
	}
	for range 2 { // once more changes nothing
		if _, err := e.desk.Publish(ctx, d.Congress, "2027", "试验用通知", year); err != nil {
			t.Fatal(err)
		}
	}
	after := dues()
	if after["report"] != "2027-02-12" || after["plan"] != before["plan"] || after["progress"] != before["progress"] {
		t.Errorf("before %v\nafter %v", before, after)
	}
	said, err := e.reg.Said(ctx, s.Case)
	moved := map[string]int{}
	for _, n := range said {
		if n.Level == schemas.LevelMoved {
			moved[schemas.Kind(n.Stage)]++
		}
	}
	if err != nil || moved["report"] == 0 || len(moved) != 1 {
		t.Errorf("who was told of a move: %v, %v", moved, err)
	}
}
