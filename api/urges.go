package api

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"bihuan/activities/register"
	"bihuan/schemas"

	"github.com/go-chi/chi/v5"
)

type (
	// urgeView is an open stage that the person may urge, with how often it was.
	urgeView struct {
		Stage, Title, Whose string
		Said, Left          int
		Today               bool // he has already
	}
	// readingView is one message of urging or supervision on a matter, with who has read it.
	readingView struct {
		Word    string
		At      time.Time
		Readers []register.Notice
		Unread  int
	}
)

const urgeLength = 200 // characters of an urge

// mayUrge reports whether a person may have a stage urged: it is late or near, and his to look after.
func mayUrge(p *register.Person, m matter, v stageView) bool {
	return m.Outcome == "" && (v.Lamp.Colour == "red" || v.Lamp.Colour == "yellow") && !v.Held && v.After == "" && !v.Can &&
		!slices.Equal(v.Roles, []string{string(schemas.System)}) &&
		granted(p, "press", subject{object: "urge", matter: &m, npc: v.NPC})
}

// urges are what the person may urge, and who has read what the matter's people were told.
func (s *Server) urges(r *http.Request, page *casePage) error {
	ctx, p := r.Context(), person(r.Context())
	said, err := s.Register.Urges(ctx, page.M.ID)
	if err != nil {
		return err
	}
	for _, g := range said {
		office := schemas.RoleNames[g.Role]
		page.Events = append(page.Events, event{At: g.At, Text: fmt.Sprintf("%s（%s）催办“%s”（第%d次）：%s", g.Name, office, schemas.Title(g.Stage)+roundOf(g.Stage), g.N, g.Text),
			Note: "告知" + cmp.Or(g.To, "无人")})
	}
	if len(said) > 0 {
		slices.SortStableFunc(page.Events, func(a, b event) int { return b.At.Compare(a.At) })
	}
	for _, v := range page.Open {
		if !mayUrge(p, page.M, v) {
			continue
		}
		u := urgeView{Stage: v.Key, Title: v.Duty.Title + v.Round, Whose: v.WhoseAct, Left: schemas.Urging().Stage}
		for _, g := range said {
			if g.Stage == v.Key {
				u.Said++
				u.Left--
				u.Today = u.Today || g.Account == p.ID && schemas.DayOf(g.At).Equal(schemas.DayOf(p.Now))
			}
		}
		page.Urges = append(page.Urges, u)
	}
	if !granted(p, "see", subject{object: "reading", matter: &page.M}) {
		return nil
	}
	notices, err := s.Register.Said(ctx, page.M.ID)
	if err != nil {
		return err
	}
	for i := len(notices) - 1; i >= 0; i-- {
		n := notices[i]
		if !schemas.Climbs(n.Level) && n.Level != "L0" && !strings.HasPrefix(n.Level, schemas.LevelUrge) {
			continue
		}
		word := schemas.Word(n.Stage, n.Level, n.UnitName, n.Due)
		at := slices.IndexFunc(page.Readings, func(x readingView) bool { return x.Word == word && x.At.Equal(n.At) })
		if at < 0 {
			if len(page.Readings) == readings {
				break
			}
			page.Readings = append(page.Readings, readingView{Word: word, At: n.At})
			at = len(page.Readings) - 1
		}
		page.Readings[at].Readers = append(page.Readings[at].Readers, n)
		if n.ReadAt.IsZero() {
			page.Readings[at].Unread++
		}
	}
	return nil
}

// readings is how many of the latest messages a matter's page shows with their readers.
const readings = 8

// urge has a sentence said to those who have an open stage.
func (s *Server) urge(w http.ResponseWriter, r *http.Request) {
	ctx, p := r.Context(), person(r.Context())
	page, err := s.casePage(r, chi.URLParam(r, "id"))
	if err != nil {
		s.fail(w, r, err)
		return
	}
	stage, text := strings.TrimSpace(r.PostFormValue("stage")), strings.Join(strings.Fields(r.PostFormValue("text")), " ")
	i := slices.IndexFunc(page.Open, func(v stageView) bool { return v.Key == stage })
	switch {
	case urgesAs(p, page.M) == "":
		err = schemas.Refuse("NotEntitled", "%s", schemas.PermissionTo("press", "urge").Refusal)
	case i < 0:
		err = schemas.Refuse("StageClosed", "此环节尚未开启或已经办结，不需要再催")
	case !granted(p, "press", subject{object: "urge", matter: &page.M, npc: page.Open[i].NPC}):
		err = schemas.Refuse("NotEntitled", "%s", schemas.PermissionTo("press", "urge").Refusal)
	case !mayUrge(p, page.M, page.Open[i]):
		err = schemas.Refuse("NotDue", "这个环节还没有临期，不需要催；临期以后才能催办")
	case utf8.RuneCountInString(text) < 2 || utf8.RuneCountInString(text) > urgeLength:
		err = schemas.Refuse("Invalid", "请写一句催办的话，2到%d个字", urgeLength)
	}
	if err == nil {
		err = s.pressed(r, page, stage, text)
	}
	if err == nil {
		s.sessions.Put(ctx, toldKey, "催办已经发出，对方会马上收到；是不是读了，在本页可以看到。")
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	http.Redirect(w, r, "/cases/"+page.M.ID, http.StatusSeeOther)
}

func (s *Server) pressed(r *http.Request, page casePage, stage, text string) error {
	ctx, p := r.Context(), person(r.Context())
	calendar, err := s.Register.CurrentCalendar(ctx, p.Congress)
	if err != nil {
		return err
	}
	if !calendar.Works(p.Now) {
		return schemas.Refuse("RestDay", "今天不是工作日，请在工作日催办")
	}
	return s.Register.Urge(ctx, p.Congress, page.M.ID, register.Urge{Stage: stage, Account: p.ID, Role: urgesAs(p, page.M), At: p.Now.Truncate(time.Microsecond), Text: text})
}
