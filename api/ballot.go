package api

import (
	"math/big"
	"net/http"
	"slices"

	"bihuan/activities/register"
	"bihuan/schemas"

	"github.com/go-chi/chi/v5"
)

type (
	ballotPage struct {
		register.Ballot
		resultView
		State    string
		Steps    []ballotStep
		Groups   []groupView
		Deeds    []deedView
		Voids    bool // may still be declared void
		CaseOpen bool // its matter waits for the result
		MayCase  bool // sees the matter
		Second   bool // may be voted on again
		Problems problems
		can      map[string]bool
	}
	ballotStep struct {
		Text      string
		Done, Now bool
	}
	// groupView is one electorate before the result is known.
	groupView struct {
		N                         int
		Plan                      schemas.Electorate
		Expected, Present, Issued int
		Printed                   bool
		Voters                    []register.Voter
		Papers                    []string            // who has counted slips of paper
		Typed                     schemas.BallotCount // what this person counted
		Mine                      bool                // he has
	}
	deedView struct {
		register.BallotDeed
		Word string
	}
	// resultView is what came of a ballot, as pages show it.
	resultView struct {
		Known   bool
		Results []electorateView
	}
	electorateView struct {
		schemas.ElectorateResult
		Plan    schemas.Electorate
		Says    string
		Rows    []optionView
		Decides bool
	}
	optionView struct {
		Text, Stage string
		N           int
		Of          int
		Rate        string // of the valid slips
		Mean        string // of a sheet's item
		Max         int
		Wide        int // per cent, for the bar
	}
	screenPage struct {
		ballotPage
	}
	publicBallotPage struct {
		Congress register.Congress
		register.Ballot
		resultView
	}
)

// Area is the part of the navigation that the page belongs to.
func (ballotPage) Area() string { return "/ballots" }

// Bare tells the layout to leave everything out.
func (screenPage) Bare() {}

// Can reports whether the person may do so with the ballot now.
func (page ballotPage) Can(action string) bool { return page.can[action] }

// Composite is the composite score with two decimals.
func (page ballotPage) Composite() string { return schemas.Points(page.Ballot.Result.Composite) }

// Composite is the composite score with two decimals.
func (page publicBallotPage) Composite() string { return schemas.Points(page.Ballot.Result.Composite) }

func (s *Server) showBallot(w http.ResponseWriter, r *http.Request) {
	page, err := s.ballotPage(r, chi.URLParam(r, "id"))
	if err != nil {
		s.fail(w, r, err)
		return
	}
	s.render(w, r, http.StatusOK, "ballot", page)
}

// showScreen is the ballot for the hall: asked again every few seconds, it shows what everybody may know.
func (s *Server) showScreen(w http.ResponseWriter, r *http.Request) {
	page, err := s.ballotPage(r, chi.URLParam(r, "id"))
	if err == nil {
		page.resultView = resultView{}
		if page.Status == "announced" || page.Status == "sealed" {
			page.resultView = resultsOf(page.Ballot)
		}
		w.Header().Set("Refresh", "5")
		s.render(w, r, http.StatusOK, "screen", screenPage{page})
		return
	}
	s.fail(w, r, err)
}

func (s *Server) ballotPage(r *http.Request, id string) (page ballotPage, err error) {
	ctx, p := r.Context(), person(r.Context())
	if page.Ballot, err = s.ballot(ctx, p, id); err != nil {
		return page, err
	}
	b := page.Ballot
	page.State, page.can = schemas.BallotState(b.Status), map[string]bool{}
	for _, action := range []string{"configure", "approve", "conduct", "vote", "paper", "confirm", "foresee"} {
		page.can[action] = mayBallot(p, action, b)
	}
	page.can["vote"] = page.can["vote"] && b.Mine
	page.Steps = stepsOf(b.Status)
	page.Voids = slices.Contains([]string{"draft", "approved", "open", "closed", "counted", "confirmed"}, b.Status)
	if knowsResult(p, b) {
		page.resultView = resultsOf(b)
	}
	deeds, err := s.Register.BallotDeeds(ctx, p.Congress, b.ID)
	if err != nil {
		return page, err
	}
	for _, d := range deeds {
		page.Deeds = append(page.Deeds, deedView{d, deedWord(d.Deed)})
	}
	if err := s.groups(r, &page); err != nil {
		return page, err
	}
	page.Second = (b.Status == "announced" || b.Status == "sealed") && page.can["configure"]
	if b.CaseID != "" {
		m, err := s.matter(ctx, p, b.CaseID)
		page.MayCase = err == nil
		if err != nil && !isRefusal(err, "NotFound") {
			return page, err
		}
		page.CaseOpen = err == nil && evaluating(m, b.Unit) != "" && (b.Status == "announced" || b.Status == "sealed") && page.can["conduct"]
	}
	return page, nil
}

// deedWord is what a deed is called.
func deedWord(deed string) string {
	if deed == "configure" {
		return "配置"
	}
	return deeds["POST /ballots/{id}/"+deed].Word
}

func stepsOf(status string) (steps []ballotStep) {
	if status == "void" {
		return nil
	}
	now := slices.IndexFunc(schemas.BallotStates, func(x struct{ Code, Text string }) bool { return x.Code == status })
	for i, x := range schemas.BallotStates[:len(schemas.BallotStates)-1] {
		steps = append(steps, ballotStep{x.Text, i < now, i == now})
	}
	return steps
}

// groups collects what is known of the electorates before the counting: how many came, never how many voted.
func (s *Server) groups(r *http.Request, page *ballotPage) error {
	ctx, p, b := r.Context(), person(r.Context()), page.Ballot
	es, err := s.Register.Electorates(ctx, p.Congress, b.ID)
	if err != nil {
		return err
	}
	var voters []register.Voter
	if page.can["conduct"] || page.can["approve"] || page.can["configure"] {
		if voters, err = s.Register.BallotRoll(ctx, p.Congress, b.ID); err != nil {
			return err
		}
	}
	papers, err := s.Register.PaperCounts(ctx, p.Congress, b.ID)
	if err != nil {
		return err
	}
	for i, e := range es {
		plan := b.Plan.Electorates[i]
		g := groupView{N: i, Plan: plan, Expected: e.Voters, Present: e.Present, Issued: e.Drawn, Printed: e.Printed != ""}
		if plan.Who == "public" {
			g.Expected = plan.Size
			if g.Printed {
				g.Present, g.Issued = plan.Size, plan.Size
			}
		}
		for _, v := range voters {
			if v.N == i {
				g.Voters = append(g.Voters, v)
			}
		}
		for _, c := range papers {
			if c.N != i {
				continue
			}
			g.Papers = append(g.Papers, c.Name)
			if c.Account == p.ID {
				g.Typed, g.Mine = c.Count, true
			}
		}
		page.Groups = append(page.Groups, g)
	}
	return nil
}

// resultsOf is the result of a ballot as pages show it.
func resultsOf(b register.Ballot) (v resultView) {
	v.Known = true
	for i, e := range b.Result.Electorates {
		one := electorateView{Plan: b.Plan.Electorates[i], ElectorateResult: e, Says: b.Plan.Says(i, e.BallotCount), Decides: i == b.Plan.Rule.Decides}
		for n, votes := range e.Options {
			one.Rows = append(one.Rows, optionView{Text: b.Plan.Options[n].Text, N: votes, Rate: schemas.Rate(votes, e.Valid), Of: e.Valid, Wide: wide(votes, e.Valid)})
		}
		for n, sum := range e.Points {
			item := b.Plan.Sheet[n]
			one.Rows = append(one.Rows, optionView{Text: item.Text, Stage: item.Stage, N: sum, Mean: mean(sum, e.Valid), Max: item.Max, Wide: wide(sum, e.Valid*item.Max)})
		}
		for n, votes := range e.Vetoes {
			one.Rows = append(one.Rows, optionView{Text: "否决：" + b.Plan.Vetoes[n].Text, N: votes, Rate: schemas.Rate(votes, e.Valid), Of: e.Valid, Wide: wide(votes, e.Valid)})
		}
		v.Results = append(v.Results, one)
	}
	return v
}

func wide(n, of int) int {
	if of == 0 {
		return 0
	}
	return 100 * n / of
}

func mean(sum, n int) string {
	if n == 0 {
		return "—"
	}
	return schemas.Points(big.NewRat(int64(sum), int64(n)).RatString())
}

// publicBallot shows a result that was announced to everybody.
func (s *Server) publicBallot(w http.ResponseWriter, r *http.Request) {
	ctx, congress, id := r.Context(), chi.URLParam(r, "congress"), chi.URLParam(r, "id")
	gone := schemas.Refuse("NotFound", "没有这个页面，地址可能不完整或已经变更")
	if !uuidForm.MatchString(congress) || !uuidForm.MatchString(id) {
		s.fail(w, anybody(r), gone)
		return
	}
	b, err := s.Register.Ballot(ctx, congress, id, "")
	if isRefusal(err, "NotFound") || err == nil && (!b.Published || b.Restricted || b.Status != "announced" && b.Status != "sealed") {
		err = gone
	}
	if err != nil {
		s.fail(w, anybody(r), err)
		return
	}
	u, _, err := s.Register.PublicCongress(ctx, congress)
	if err != nil {
		s.fail(w, anybody(r), err)
		return
	}
	s.render(shared{w}, anybody(r), http.StatusOK, "public_ballot", publicBallotPage{Congress: u, Ballot: b, resultView: resultsOf(b)})
}
