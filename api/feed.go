package api

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"slices"
	"strings"
	"time"

	"bihuan/activities/register"
	"bihuan/schemas"

	ical "github.com/arran4/golang-ical"
	"github.com/go-chi/chi/v5"
)

// feedMost is how many open stages a calendar holds, the earliest due first.
const feedMost = 500

// feed is a person's calendar (日历订阅) under its secret address: when his open stages are due, and the meetings that he attends. It
// says no title and no name: calendars lie on the servers of others.
func (s *Server) feed(w http.ResponseWriter, r *http.Request) {
	ctx, token := r.Context(), chi.URLParam(r, "token")
	account, err := "", error(schemas.Refuse("NotFound", "这个日历地址无效，可能已经停用；请登录后重新生成"))
	if len(token) == 52 {
		account, err = s.Register.Feed(ctx, token)
	}
	var p register.Person
	if err == nil {
		p, err = s.Register.Person(ctx, account) // of a shut account there is nothing
	}
	var text string
	if err == nil {
		text, err = s.calendarOf(ctx, &p)
	}
	if isRefusal(err, "NotFound") {
		answer(w, http.StatusNotFound, "没有这个日历，可能已经停用")
		return
	}
	if err != nil {
		_, status := s.judge(r, err)
		answer(w, status, "暂时不能提供，请稍后再试")
		return
	}
	sum := sha256.Sum256([]byte(text))
	h := w.Header()
	h.Set("Content-Type", "text/calendar; charset=utf-8")
	h.Set("Content-Disposition", `inline; filename="bihuan.ics"`)
	h.Set("Cache-Control", "private, max-age=900")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("ETag", `"`+hex.EncodeToString(sum[:16])+`"`)
	http.ServeContent(w, r, "", time.Time{}, strings.NewReader(text))
}

// calendarOf writes a person's calendar; the same things give the same text.
func (s *Server) calendarOf(ctx context.Context, p *register.Person) (string, error) {
	work, _, err := s.Register.Work(ctx, p.Congress, p.ID, p.Now, nil, feedMost)
	if err != nil {
		return "", err
	}
	now, later, err := s.owed(ctx, p, work)
	if err != nil {
		return "", err
	}
	var kinds []string
	for kind, d := range schemas.Duties {
		if len(d.Attends) > 0 {
			kinds = append(kinds, kind)
		}
	}
	slices.Sort(kinds)
	meetings, err := s.Register.Meetings(ctx, p.ID, kinds)
	if err != nil {
		return "", err
	}
	var dates []register.Meeting
	for _, v := range append(now, later...) {
		if !v.Due.IsZero() && !v.Paused {
			dates = append(dates, register.Meeting{Case: v.CaseID, Procedure: v.Procedure, Number: v.Number, Stage: v.Key, Unit: v.UnitName, Due: v.Due, OpenedAt: v.OpenedAt})
		}
	}
	for _, m := range meetings {
		if !slices.ContainsFunc(dates, func(d register.Meeting) bool { return d.Case == m.Case && d.Stage == m.Stage }) {
			dates = append(dates, m)
		}
	}
	var cases, keys []string
	for _, d := range dates {
		cases, keys = append(cases, d.Case), append(keys, d.Stage)
	}
	revs, err := s.Register.Revs(ctx, cases, keys)
	if err != nil {
		return "", err
	}
	c := ical.NewCalendar()
	c.SetProductId("-//bihuan//闭环//ZH")
	c.SetMethod(ical.MethodPublish)
	c.SetXWRCalName("闭环 · " + p.CongressName)
	c.SetRefreshInterval("PT1H")
	for _, d := range dates {
		addEvent(c, d, revs[d.Case+"/"+d.Stage])
	}
	return c.Serialize(ical.WithNewLineWindows), nil
}

// addEvent enters a stage as an event of its last day. Its UID is the stage's; a date that moved has a higher SEQUENCE.
func addEvent(c *ical.Calendar, d register.Meeting, rev int) {
	sum := sha256.Sum256([]byte(d.Case + "/" + d.Stage))
	day := schemas.LastDay(d.Due)
	e := c.AddEvent(hex.EncodeToString(sum[:16]) + "@bihuan")
	e.SetDtStampTime(d.OpenedAt.UTC())
	e.SetSequence(rev)
	e.SetAllDayStartAt(day.In(schemas.Shanghai))
	e.SetAllDayEndAt(day.In(schemas.Shanghai).AddDate(0, 0, 1))
	said := schemas.Title(d.Stage) + roundOf(d.Stage)
	if len(schemas.Duties[schemas.Kind(d.Stage)].Attends) == 0 {
		said += "到期"
	}
	if d.Procedure != schemas.OfficialAppraisal { // whose head is appraised stands on the matter's page alone
		said = strings.TrimSpace(d.Unit+" "+said) + "（" + d.Number + "）"
	}
	e.SetSummary(said)
	e.SetTimeTransparency(ical.TransparencyTransparent)
	e.SetProperty(ical.ComponentPropertyCategories, "闭环")
}
