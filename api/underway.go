package api

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"bihuan/activities/register"
	"bihuan/schemas"

	"github.com/go-chi/chi/v5"
)

type (
	// underwayPage is the page on which matters that are underway are taken over from the office's ledger (导入在办事项).
	underwayPage struct {
		Problems problems
		Columns  []sheetColumn[underwayRow]
		Items    []sheetColumn[underwayItemRow]
		Read     *underwayRead // nil: none has been read
		Stored   string        // the hash under which the checked file is kept; empty: it may not be imported
		File     string        // its name
		Rows     []underwayStand
		Sums     []option // how many stand how
		Before   []register.LedgerImport
	}
	// underwayStand is where one matter will stand.
	underwayStand struct {
		Line                     int
		Number, Title, Phase     string
		Committee, Units, Handed string
		Items, Closed            int
		Duties                   []underwayDuty // that can be settled now, the earliest due first
	}
	underwayDuty struct {
		Who, Title string
		Due        time.Time
		Lamp       lamp
	}
	importedPage struct {
		register.LedgerImport
		casesPage
	}
)

// Area is the part of the navigation that the page belongs to.
func (underwayPage) Area() string { return "/cases" }

// sheetFaults are what is wrong with the rows of one sheet.
type sheetFaults struct {
	Name        string
	Rows, Wrong int
	Mistakes    []importMistake
}

// Sheets are the two sheets with what is wrong with them.
func (page underwayPage) Sheets() []sheetFaults {
	m, i := page.Read.Matters, page.Read.Items
	return []sheetFaults{{underwaySheet.Name, len(m.Rows), m.Wrong, m.Mistakes}, {underwayItemSheet.Name, len(i.Rows), i.Wrong, i.Mistakes}}
}

// Area is the part of the navigation that the page belongs to.
func (importedPage) Area() string { return "/cases" }

const importsShown = 10

func (s *Server) underwayRoutes(r chi.Router) {
	r.With(s.asks("import", "opinion")).Get("/cases/import", s.showUnderway)
	r.With(s.asks("import", "opinion")).Post("/cases/import", s.doUnderway)
	r.With(s.asks("import", "opinion")).Get("/cases/import/template.xlsx", s.underwayTemplate)
	r.With(s.asks("import", "opinion")).Get("/cases/import/{id}", s.showImported)
}

func (s *Server) showUnderway(w http.ResponseWriter, r *http.Request) {
	s.renderUnderway(w, r, http.StatusOK, underwayPage{})
}

func (s *Server) renderUnderway(w http.ResponseWriter, r *http.Request, status int, page underwayPage) {
	var err error
	page.Columns, page.Items = underwaySheet.Columns, underwayItemSheet.Columns
	if page.Before, err = s.Register.LedgerImports(r.Context(), person(r.Context()).Congress, importsShown); err != nil {
		s.fail(w, r, err)
		return
	}
	s.render(w, r, status, "underway", page)
}

// doUnderway checks a ledger and, with do=file, takes its matters over.
func (s *Server) doUnderway(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseMultipartForm(1 << 20); err != nil && !errors.Is(err, http.ErrNotMultipart) {
		s.fail(w, r, badForm(err))
		return
	}
	var page underwayPage
	id, err := s.takeUnderway(r, &page)
	if err == nil && id != "" {
		http.Redirect(w, r, "/cases/import/"+id, http.StatusSeeOther)
		return
	}
	status, ps, err := sheetProblems(page.Problems, page.Read != nil, err)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	page.Problems = ps
	s.renderUnderway(w, r, status, page)
}

// takeUnderway reads and checks the ledger, and takes its matters over if that is asked and all is right; id: the import's. Codes: Invalid,
// Duplicate, those of importFile and readUnderway.
func (s *Server) takeUnderway(r *http.Request, page *underwayPage) (id string, err error) {
	ctx, p := r.Context(), person(r.Context())
	raw, sum, err := s.importFile(r)
	if err != nil {
		return "", err
	}
	page.File = ledgerName(r)
	read, err := readUnderway(ctx, raw)
	if err != nil {
		return "", err
	}
	roll, err := s.underwayRoll(ctx, p, read)
	if err != nil {
		return "", err
	}
	fs := roll.judge(read)
	page.Read = &read
	if err := read.refusal(); err != nil {
		return "", err
	}
	page.Rows, page.Sums = roll.stands(fs)
	if r.PostFormValue("do") != "file" {
		// Only what may be imported is kept: a sheet that is still being mended would fill the store at every try.
		if sum == "" {
			sum, err = s.Files.store(bytes.NewReader(raw))
		}
		page.Stored = sum
		return "", err
	}
	hash := sha256.Sum256(raw)
	in := register.LedgerImport{ID: register.NewID(), Account: p.ID, File: page.File, Sha256: hex.EncodeToString(hash[:])}
	// Once begun it goes on without the browser, so that nobody is left to guess whether a whole ledger was entered.
	_, err = s.Desk.TakeOver(context.WithoutCancel(ctx), p.Congress, in, fs)
	if isRefusal(err, "Duplicate") { // another sending of the form was faster
		again, e := s.underwayRoll(ctx, p, read)
		if e != nil {
			return "", e
		}
		again.judge(read)
		page.Rows, page.Sums = nil, nil
		if e := read.refusal(); e != nil {
			return "", e
		}
	}
	if err != nil {
		return "", err
	}
	s.Log.InfoContext(ctx, "matters underway imported", "account", p.ID, "import", in.ID, "matters", len(fs), "sha256", in.Sha256, "request", requestID(ctx))
	return in.ID, nil
}

// ledgerName is what the browser calls the file, or called the one that was checked before.
func ledgerName(r *http.Request) string {
	name := r.PostForm.Get("name")
	if r.MultipartForm != nil {
		for _, h := range r.MultipartForm.File["file"] {
			if h.Filename != "" {
				name = h.Filename
			}
		}
	}
	name = tidy(name[strings.LastIndexAny(name, `/\`)+1:], false)
	if name == "" || notSecret("文件名", name) != nil {
		return "台账.xlsx"
	}
	return shortened(name)
}

// refusal tells in one sentence why the ledger is not taken over; nil: it may be. Codes: Duplicate, Invalid.
func (read underwayRead) refusal() error {
	switch wrong := read.Matters.Wrong + read.Items.Wrong; {
	case read.Matters.Taken > 0:
		return schemas.Refuse("Duplicate", "有%d个编号登记簿里已经有了，没有再次导入；如果刚刚导入过，不用再做", read.Matters.Taken)
	case wrong > 0:
		return schemas.Refuse("Invalid", "有%d行需要改正，见下表；改好以前一件都不会导入", wrong)
	}
	return nil
}

// underwayRoll reads what rows are held against.
func (s *Server) underwayRoll(ctx context.Context, p *register.Person, read underwayRead) (roll underwayRoll, err error) {
	roll = underwayRoll{person: p, committees: map[string]string{}, units: map[string]string{}, names: map[string]string{}, taken: map[string]bool{}}
	units, err := s.Register.Units(ctx, p.Congress)
	if err != nil {
		return roll, err
	}
	for _, u := range units {
		roll.names[u.ID] = u.Name
		if u.Kind == "committee" {
			roll.committees[u.Name] = u.ID
		}
		if handles(u.Kind) {
			roll.units[u.Name] = u.ID
		}
	}
	if roll.rulesID, roll.rules, err = s.Register.CurrentRules(ctx, p.Congress, "opinion"); err != nil {
		return roll, err
	}
	if roll.calendar, err = s.Register.CurrentCalendar(ctx, p.Congress); err != nil {
		return roll, err
	}
	var numbers []string
	for _, row := range read.Matters.Rows {
		if row.Number != "" {
			numbers = append(numbers, row.Number)
		}
	}
	taken, err := s.Register.Taken(ctx, p.Congress, numbers)
	for _, n := range taken {
		roll.taken[n] = true
	}
	return roll, err
}

// stands tells of each matter where it will stand, and how many stand how.
func (roll underwayRoll) stands(fs []register.NewUnderway) (rows []underwayStand, sums []option) {
	counts := map[string]int{}
	for _, f := range fs {
		row := underwayStand{Line: f.Line, Number: f.Number, Title: f.Title, Phase: f.Entrance.Phase, Committee: roll.names[f.Committee], Items: len(f.Items)}
		var units []string
		for _, p := range f.Parties {
			units = append(units, roll.names[p.Unit]+"（"+schemas.Capacities[p.Capacity]+"）")
		}
		row.Units = strings.Join(units, "、")
		if handed, told := f.Entrance.State.Told("handover"); told {
			row.Handed = schemas.ZhDate(handed.At)
		}
		for _, i := range f.Items {
			if !i.ClosedAt.IsZero() {
				row.Closed++
			}
		}
		worst, height := "按期", -2 // -1: late, and on no rung
		for _, o := range f.Entrance.Turns() {
			duty := schemas.Duties[schemas.Kind(o.Key)]
			st := register.Stage{Kind: schemas.Kind(o.Key), NPC: duty.NPC, Due: o.Due, Yellow: f.Entrance.Yellow[o.Key], Level: f.Entrance.Levels[o.Key], Held: o.Held}
			for _, role := range o.Roles() {
				st.Roles = append(st.Roles, string(role))
			}
			st.UnitName = roll.names[o.Unit]
			if o.For != "" {
				st.UnitName = roll.names[o.For]
			}
			d := underwayDuty{Who: whose(st), Title: duty.Title, Due: o.Due, Lamp: lampOf(roll.calendar, st, roll.person.Now)}
			if duty.NPC && o.For != "" {
				d.Title += "（" + roll.names[o.For] + "）"
			}
			row.Duties = append(row.Duties, d)
			if d.Lamp.Colour == "red" {
				level, at := "逾期，还没有到第一级", -1
				if n, err := strconv.Atoi(strings.TrimLeft(st.Level, "LNG")); err == nil {
					level, at = "逾期"+strconv.Itoa(n)+"级", n
				}
				if at > height {
					worst, height = level, at
				}
			}
		}
		counts[worst]++
		rows = append(rows, row)
	}
	for _, name := range slices.Sorted(func(yield func(string) bool) {
		for name := range counts {
			if !yield(name) {
				return
			}
		}
	}) {
		sums = append(sums, option{fmt.Sprint(counts[name]), name})
	}
	return rows, sums
}

// underwayTemplate gives empty sheets with the headings, and beside them the words that their cells may hold.
func (s *Server) underwayTemplate(w http.ResponseWriter, r *http.Request) {
	units, err := s.Register.Units(r.Context(), person(r.Context()).Congress)
	var book *bytes.Buffer
	if err == nil {
		book, err = underwayTemplate(units)
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	sendBook(w, book, "在办事项导入模板.xlsx")
}

// showImported shows what became of an import: which of its matters run already, and where they stand.
func (s *Server) showImported(w http.ResponseWriter, r *http.Request) {
	ctx, p := r.Context(), person(r.Context())
	id := chi.URLParam(r, "id")
	if !uuidForm.MatchString(id) {
		s.fail(w, r, schemas.Refuse("NotFound", "没有这次导入"))
		return
	}
	var page importedPage
	var err error
	if page.LedgerImport, err = s.Register.LedgerImport(ctx, p.Congress, id); err != nil {
		s.fail(w, r, err)
		return
	}
	page.pager = pagerOf(r)
	ids, next, err := s.Register.LedgerMatters(ctx, p.Congress, id, page.after(), page.rows)
	if err == nil {
		page.Rows, err = s.caseRows(ctx, p, ids)
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	page.turn(next, page.Matters)
	s.render(w, r, http.StatusOK, "underway_imported", page)
}

// Going is how many matters of an import have started.
func (page importedPage) Going() int { return page.Matters - page.Waiting }

// takenOver notes by which import the matter came in, and of which duties only the day is known.
func (s *Server) takenOver(ctx context.Context, page *casePage) error {
	in, taken, err := s.Register.TakenOver(ctx, page.M.ID)
	if err != nil || !taken {
		return err
	}
	page.TakenOver = &in
	for i, v := range page.Closed {
		page.Closed[i].ByDay = v.ClosedAt.Before(in.At)
	}
	return nil
}

// ledgerEvents tell what the office's ledger said of a matter before it was taken over.
func (page *casePage) ledgerEvents(acts []schemas.Act) {
	in := page.TakenOver
	page.Events = append(page.Events, event{At: in.At, Text: fmt.Sprintf("导入：%s从台账录入这件在办的事项，台账记载此前的办理%d项", in.AccountName, len(acts))})
	for _, a := range acts {
		duty := schemas.Duties[schemas.Kind(a.Key)]
		who := page.Names[a.Unit]
		if who == "" {
			who = schemas.RoleNames[a.Role]
		}
		e := event{At: a.At, Day: true, Text: who + duty.Verb, Note: "台账记载；" + schemas.ZhDate(in.At) + "由" + in.AccountName + "录入"}
		if a.Role == schemas.System {
			e.System, e.Text = true, page.Names[a.Unit]+page.came(a.Key)
		}
		if of := page.about(a.Key); of != "" {
			e.Text += "（" + of + "）"
		}
		if a.Verdict != "" && a.Role != schemas.System {
			e.Text += "：" + duty.Says(a.Verdict)
		}
		if f := page.M.State.Facts[a.Key]; f.Late() && a.Role != schemas.System {
			e.Late, e.Note = true, "逾期，应于"+schemas.ZhDate(schemas.LastDay(f.Due))+"前；"+e.Note
		}
		page.Events = append(page.Events, e)
	}
}
