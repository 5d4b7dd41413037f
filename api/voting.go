package api

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strconv"

	"bihuan/activities/register"
	"bihuan/schemas"

	"github.com/go-chi/chi/v5"
)

type (
	// drawPage is where a voter takes his slip (领票).
	drawPage struct {
		Ballot register.Ballot
		Slip   string // what the slip is called
		Drawn  bool
		Again  bool // it was drawn in this browser
		Open   bool
		Shut   string // why nobody can vote; empty: he can
	}
	// votePage is a slip: choosing, checking, and that it has come.
	votePage struct {
		Urn      register.Urn
		Slip     string // what it is called
		Code     string
		Link     link // where it goes on to a telephone; empty: it is voted here
		Chosen   schemas.Choice
		Points   []string // as typed
		Vetoes   map[string]bool
		Check    bool // the choice is shown to be confirmed
		Blank    bool // nothing valid is chosen: only a slip that does not count could be cast
		Cast     bool
		Problems problems
	}
	// link is an address with its QR code.
	link struct {
		URL, Path string
		Side      int
	}
	slipsPage struct {
		Ballot register.Ballot
		Name   string // of the slips
		Group  string // of whom
		Slips  []link
		Say    []string // what there is to choose
	}
)

// Area is the part of the navigation that the page belongs to.
func (drawPage) Area() string { return "/ballots" }

// Area is the part of the navigation that the page belongs to.
func (votePage) Area() string { return "/ballots" }

// Area is the part of the navigation that the page belongs to.
func (slipsPage) Area() string { return "/ballots" }

// seed is what the browser keeps until the slip is cast: from it the slip is made, and made again if the answer gets lost.
func (s *Server) seed(w http.ResponseWriter, r *http.Request, ballot string) string {
	name := s.seedCookie(ballot)
	if c, err := r.Cookie(name); err == nil && len(c.Value) == 52 {
		return c.Value
	}
	value := rand.Text() + rand.Text() // 260 bits
	http.SetCookie(w, s.seedIn(ballot, value, 0))
	return value
}

func (s *Server) seedIn(ballot, value string, age int) *http.Cookie {
	//nolint:gosec // Secure follows the one setting that says how people reach the pages
	return &http.Cookie{Name: s.seedCookie(ballot), Value: value, Path: "/", MaxAge: age, Secure: s.TLS, HttpOnly: true, SameSite: http.SameSiteStrictMode}
}

func (s *Server) hasSeed(r *http.Request, ballot string) bool {
	_, err := r.Cookie(s.seedCookie(ballot))
	return err == nil
}

// dropSeed has the browser forget the slip that was cast.
func (s *Server) dropSeed(w http.ResponseWriter, ballot string) {
	http.SetCookie(w, s.seedIn(ballot, "", -1))
}

func (s *Server) seedCookie(ballot string) string {
	return s.cookieName("slip_" + ballot[len(ballot)-12:])
}

// showDraw is the voter's page of a ballot.
func (s *Server) showDraw(w http.ResponseWriter, r *http.Request) {
	b, e, drawn, err := s.voting(r)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	page := drawPage{Ballot: b, Slip: b.Plan.Electorates[e.N].Slip, Drawn: drawn, Again: s.hasSeed(r, b.ID), Open: b.Status == "open"}
	if !page.Open {
		page.Shut = register.NotOpen(b.Status).Error()
	} else {
		s.seed(w, r, b.ID)
	}
	s.render(w, r, http.StatusOK, "draw", page)
}

// voting finds the ballot of the address and the group in which the person votes. Codes: NotFound, NotOnRoll, ConfiguresAndVotes.
func (s *Server) voting(r *http.Request) (b register.Ballot, e register.Electorate, drawn bool, err error) {
	p := person(r.Context())
	if b, err = s.ballot(r.Context(), p, chi.URLParam(r, "id")); err != nil {
		return b, e, false, err
	}
	if !mayBallot(p, "vote", b) {
		return b, e, false, schemas.Refuse("NotOnRoll", "%s", schemas.PermissionTo("vote", "ballot").Refusal)
	}
	e, drawn, err = s.Register.Voting(r.Context(), p.Congress, b.ID, p.ID)
	return b, e, drawn, err
}

// drawSlip hands the voter his slip: it is made, blinded, marked on the roll, signed and unblinded here, and stands in this answer only.
func (s *Server) drawSlip(w http.ResponseWriter, r *http.Request) {
	ctx, p := r.Context(), person(r.Context())
	b, e, _, err := s.voting(r)
	if err == nil && b.Status != "open" {
		err = register.NotOpen(b.Status)
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	seed := s.seed(w, r, b.ID)
	blank, err := newBlank(e.PublicKey, seed, e.ID, p.ID)
	if err == nil {
		err = s.Register.Draw(ctx, p.Congress, e.ID, p.ID, blank.hash())
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	done, err := blank.sign(e.PrivateKey)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	u, err := s.Register.Urn(ctx, e.ID)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	page := newVotePage(u, done)
	if page.Cast, err = s.Register.IsCast(ctx, u, done.hash()); err == nil && !page.Cast && r.PostFormValue("do") == "phone" {
		page.Link, err = s.slipLink(r, e.ID, done)
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	s.renderSlip(w, anybody(r), http.StatusOK, page)
}

func newVotePage(u register.Urn, s slip) votePage {
	return votePage{Urn: u, Slip: u.Plan.Electorates[u.N].Slip, Code: s.code(), Points: make([]string, len(u.Plan.Sheet)), Vetoes: map[string]bool{}}
}

func (s *Server) slipLink(r *http.Request, electorate string, done slip) (l link, err error) {
	scheme := "http"
	if s.TLS {
		scheme = "https"
	}
	l.URL = scheme + "://" + r.Host + "/v/" + electorate + "/" + done.code()
	l.Path, l.Side, err = qrPath(l.URL)
	return l, err
}

func (s *Server) renderSlip(w http.ResponseWriter, r *http.Request, status int, page votePage) {
	w.Header().Set("Referrer-Policy", "no-referrer")
	s.render(w, r, status, "vote", page)
}

// slip finds what the address and the code stand for. Codes: BadSlip, RegisterAway.
func (s *Server) slip(ctx context.Context, electorate, code string) (u register.Urn, one slip, err error) {
	if !uuidForm.MatchString(electorate) {
		return u, one, errNoSlip
	}
	if u, err = s.Register.Urn(ctx, electorate); isRefusal(err, "NotFound") {
		return u, one, errNoSlip
	} else if err != nil {
		return u, one, err
	}
	one, err = readSlip(u.PublicKey, code)
	return u, one, err
}

// showSlip shows the slip of a link. Looking does nothing.
func (s *Server) showSlip(w http.ResponseWriter, r *http.Request) {
	u, one, err := s.slip(r.Context(), chi.URLParam(r, "electorate"), chi.URLParam(r, "slip"))
	if err != nil {
		s.fail(w, r, err)
		return
	}
	page := newVotePage(u, one)
	if page.Cast, err = s.Register.IsCast(r.Context(), u, one.hash()); err == nil && !page.Cast && u.Status != "open" {
		err = register.NotOpen(u.Status)
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	s.renderSlip(w, r, http.StatusOK, page)
}

// castSlip shows the choice to be confirmed, and casts it. A slip that could not count is cast only on a further word.
func (s *Server) castSlip(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil {
		s.fail(w, r, badForm(err))
		return
	}
	u, one, err := s.slip(r.Context(), chi.URLParam(r, "electorate"), r.PostForm.Get("slip"))
	if err != nil {
		s.fail(w, r, err)
		return
	}
	page := newVotePage(u, one)
	wrong := page.read(r)
	do := r.PostForm.Get("do")
	switch {
	case do == "cast" && wrong == "" || do == "spoil":
		choice := page.Chosen
		if do == "spoil" {
			choice = schemas.Choice{}
		}
		if err = s.Register.Cast(r.Context(), u, one.hash(), choice); err != nil {
			s.fail(w, r, err)
			return
		}
		s.dropSeed(w, u.Ballot)
		page.Cast = true
		s.renderSlip(w, r, http.StatusOK, page)
	case wrong != "" && do != "back":
		page.Blank, page.Problems = true, problems{{"choices", wrong}}
		s.renderSlip(w, r, http.StatusUnprocessableEntity, page)
	default:
		page.Check = do == "check"
		s.renderSlip(w, r, http.StatusOK, page)
	}
}

// read takes the choice from the form and says what is wrong with it; empty: nothing.
func (page *votePage) read(r *http.Request) string {
	f, plan := r.PostForm, page.Urn.Plan
	if plan.Form != "sheet" {
		switch chosen := f["option"]; len(chosen) {
		case 0:
			return "您还没有选择，请选一项"
		case 1:
			page.Chosen.Option = chosen[0]
		default:
			return "只能选一项：选了几项的票是无效票"
		}
	} else {
		for i := range plan.Sheet {
			page.Points[i] = trimmed(f, "points-"+strconv.Itoa(i))
			n, err := strconv.Atoi(page.Points[i])
			if err != nil || n < 0 || n > plan.Sheet[i].Max {
				return "“" + plan.Sheet[i].Text + "”请填0到" + strconv.Itoa(plan.Sheet[i].Max) + "的整数"
			}
			page.Chosen.Points = append(page.Chosen.Points, n)
		}
		for _, v := range plan.Vetoes {
			if f.Get("veto-"+v.Code) != "" {
				page.Chosen.Vetoes, page.Vetoes[v.Code] = append(page.Chosen.Vetoes, v.Code), true
			}
		}
	}
	if !plan.Accepts(page.Chosen) {
		page.Chosen = schemas.Choice{}
		return "没有这个选项，请重新选择"
	}
	return ""
}

// ChosenText is the choice in words.
func (page votePage) ChosenText() string {
	for _, o := range page.Urn.Plan.Options {
		if o.Code == page.Chosen.Option {
			return o.Text
		}
	}
	return ""
}

// printSlips makes the slips of those without an account, for paper. They stand in this answer only; the same browser can ask again for
// the same ones.
func (s *Server) printSlips(w http.ResponseWriter, r *http.Request) {
	ctx, p := r.Context(), person(r.Context())
	b, err := s.ballotFor(r, "conduct")
	if err == nil && b.Status != "open" {
		err = register.NotOpen(b.Status)
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	es, err := s.Register.Electorates(ctx, p.Congress, b.ID)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	n, err := strconv.Atoi(r.PostFormValue("n"))
	if err != nil || n < 0 || n >= len(es) || b.Plan.Electorates[n].Who != "public" {
		s.fail(w, r, schemas.Refuse("NotFound", "没有这一组群众票"))
		return
	}
	page, err := s.slips(w, r, b, es[n])
	if err != nil {
		s.fail(w, r, err)
		return
	}
	s.render(w, r, http.StatusOK, "slips", page)
}

func (s *Server) slips(w http.ResponseWriter, r *http.Request, b register.Ballot, e register.Electorate) (page slipsPage, err error) {
	group := b.Plan.Electorates[e.N]
	page = slipsPage{Ballot: b, Name: group.Slip, Group: group.Name}
	for _, o := range b.Plan.Options {
		page.Say = append(page.Say, o.Text)
	}
	seed, all := s.seed(w, r, b.ID), sha256.New()
	blanks := make([]blankSlip, group.Size)
	for i := range blanks {
		if blanks[i], err = newBlank(e.PublicKey, seed, e.ID, strconv.Itoa(i)); err != nil {
			return page, err
		}
		_, _ = all.Write(blanks[i].blinded)
	}
	if err = s.Register.Printed(r.Context(), b.Congress, e.ID, hex.EncodeToString(all.Sum(nil))); err != nil {
		return page, err
	}
	for _, blank := range blanks {
		done, err := blank.sign(e.PrivateKey)
		if err != nil {
			return page, err
		}
		l, err := s.slipLink(r, e.ID, done)
		if err != nil {
			return page, err
		}
		page.Slips = append(page.Slips, l)
	}
	return page, nil
}
