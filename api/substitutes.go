package api

import (
	"context"
	"net/http"
	"slices"
	"time"

	"bihuan/activities/register"
	"bihuan/schemas"

	"github.com/go-chi/chi/v5"
)

const standInDays = 366 // the longest period

type (
	// standInPage is what a person sees of 代签 and B岗.
	standInPage struct {
		Rows     []substituteView
		Signs    bool           // may let another sign for him
		Staff    []staffMember  // those for whom a head of their unit names a B岗
		Peers    []staffMember  // who may stand in for the person himself
		Others   []staffMember  // who may stand in for one of the staff
		Roles    []schemas.Role // the person's own that can be passed on
		In       standInIn
		Problems problems
	}
	staffMember    struct{ ID, Name string }
	substituteView struct {
		register.Substitute
		Last  time.Time // the last day
		State string    // 尚未开始, 进行中, 已结束, 已撤销
		Ends  bool      // the person may end it
	}
	standInIn struct {
		Kind     string `field:"kind" label:"方式" validate:"oneof=substitute delegate"`
		Account  string `field:"account" label:"谁不在岗" validate:"max=36"`
		StandsIn string `field:"stands_in" label:"由谁代理" validate:"required,max=36"`
		Role     string `field:"role" label:"岗位" validate:"max=3"`
		From     string `field:"from" label:"开始日" validate:"required,max=10"`
		To       string `field:"to" label:"结束日" validate:"required,max=10"`
	}
)

// congressSide are the posts that stand in for each other on the congress's side.
var congressSide = []schemas.Role{schemas.Office, schemas.Clerk, schemas.Head, schemas.ViceChair, schemas.Chair, schemas.Deputies}

// peer reports whether the holder of some posts may stand in at a post: a unit's own people for the unit, the government's leaders
// for each other, the congress's side for its own. What nobody may pass on has no peers.
func peer(post register.Post, posts []register.Post) bool {
	return slices.ContainsFunc(posts, func(o register.Post) bool {
		switch post.Role {
		case schemas.Liaison, schemas.UnitHead:
			return o.Unit == post.Unit && (o.Role == schemas.Liaison || o.Role == schemas.UnitHead)
		case schemas.GovOffice, schemas.ViceMayor:
			return o.Role == schemas.GovOffice || o.Role == schemas.ViceMayor
		case schemas.Office, schemas.Clerk, schemas.Head, schemas.ViceChair, schemas.Chair, schemas.Deputies:
			return slices.Contains(congressSide, o.Role)
		}
		return false
	})
}

// passedOn are the posts of a person that others may hold for him: of one role, or of all.
func passedOn(posts []register.Post, role schemas.Role) (passed []register.Post) {
	for _, o := range posts {
		if o.For == "" && o.Role != schemas.Deputy && !schemas.Apart(o.Role, schemas.System) && (role == "" || o.Role == role) {
			passed = append(passed, o)
		}
	}
	return passed
}

// mayStandIn reports whether the holder of some posts is a peer at each of those passed on.
func mayStandIn(passed, posts []register.Post) bool {
	return len(passed) > 0 && !slices.ContainsFunc(passed, func(o register.Post) bool { return !peer(o, posts) })
}

// colleagues are the posts of all open accounts of a congress, in the order of the roll.
func (s *Server) colleagues(ctx context.Context, congress string) (order []staffMember, posts map[string][]register.Post, err error) {
	roll, err := s.Register.Roll(ctx, congress)
	posts = map[string][]register.Post{}
	for _, m := range roll {
		if !m.Active || m.Role == "" {
			continue
		}
		if posts[m.ID] == nil {
			order = append(order, staffMember{m.ID, m.Name})
		}
		posts[m.ID] = append(posts[m.ID], register.Post{Role: m.Role, Unit: m.Unit})
	}
	return order, posts, err
}

func (s *Server) standInPage(ctx context.Context, p *register.Person) (page standInPage, err error) {
	rows, err := s.Register.Substitutes(ctx, p.Congress, p.ID)
	if err != nil {
		return page, err
	}
	for _, row := range rows {
		v := substituteView{Substitute: row, Last: schemas.LastDay(row.Until), State: "进行中"}
		switch {
		case row.Revoked:
			v.State = "已撤销"
		case !p.Now.Before(row.Until):
			v.State = "已结束"
		case p.Now.Before(row.From):
			v.State = "尚未开始"
		}
		v.Ends = (v.State == "进行中" || v.State == "尚未开始") && (row.Account == p.ID || row.NamedBy == p.ID)
		page.Rows = append(page.Rows, v)
	}
	order, posts, err := s.colleagues(ctx, p.Congress)
	if err != nil {
		return page, err
	}
	page.Signs = signs(p)
	mine := passedOn(p.Posts, "")
	for _, o := range mine {
		if !slices.Contains(page.Roles, o.Role) {
			page.Roles = append(page.Roles, o.Role)
		}
	}
	for _, c := range order {
		if c.ID == p.ID {
			continue
		}
		if page.Signs && slices.ContainsFunc(mine, func(o register.Post) bool { return peer(o, posts[c.ID]) }) {
			page.Peers = append(page.Peers, c)
		}
		if heads(p, passedOn(posts[c.ID], "")) {
			page.Staff = append(page.Staff, c)
		}
	}
	for _, c := range order {
		if slices.ContainsFunc(page.Staff, func(m staffMember) bool { return mayStandIn(passedOn(posts[m.ID], ""), posts[c.ID]) }) {
			page.Others = append(page.Others, c)
		}
	}
	return page, nil
}

// nameSubstitute lets another sign for oneself, or names a B岗 for one of the staff.
func (s *Server) nameSubstitute(w http.ResponseWriter, r *http.Request) {
	ctx, p := r.Context(), person(r.Context())
	if err := r.ParseForm(); err != nil {
		s.fail(w, r, badForm(err))
		return
	}
	in := standInIn{trimmed(r.PostForm, "kind"), trimmed(r.PostForm, "account"), trimmed(r.PostForm, "stands_in"), trimmed(r.PostForm, "role"),
		trimmed(r.PostForm, "from"), trimmed(r.PostForm, "to")}
	sub, ps, err := s.readStandIn(ctx, p, in)
	if err == nil && len(ps) == 0 {
		err = s.Register.NameSubstitute(ctx, p.Congress, sub)
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	if len(ps) > 0 {
		page, err := s.mePage(r)
		if err != nil {
			s.fail(w, r, err)
			return
		}
		page.In, page.Problems = in, ps
		s.render(w, r, http.StatusUnprocessableEntity, "me", page)
		return
	}
	s.sessions.Put(ctx, toldKey, "已登记。代理期间双方都会收到通知，办理记录写明由谁代谁办理。")
	http.Redirect(w, r, "/me", http.StatusSeeOther)
}

// readStandIn checks who may be represented by whom, and when. Code: NotEntitled.
func (s *Server) readStandIn(ctx context.Context, p *register.Person, in standInIn) (sub register.Substitute, ps problems, err error) {
	if ps = check(in); len(ps) > 0 {
		return sub, ps, nil
	}
	_, posts, err := s.colleagues(ctx, p.Congress)
	if err != nil {
		return sub, nil, err
	}
	sub = register.Substitute{Account: p.ID, StandsIn: in.StandsIn, Role: schemas.Role(in.Role), Kind: in.Kind, NamedBy: p.ID}
	if in.Kind == "substitute" {
		sub.Account, sub.Role = in.Account, ""
	}
	passed := passedOn(posts[sub.Account], sub.Role)
	switch {
	case in.Kind == "delegate" && !signs(p):
		return sub, nil, schemas.Refuse("NotEntitled", "代签由领导和单位负责人本人委托")
	case in.Kind == "substitute" && !heads(p, passed):
		return sub, nil, schemas.Refuse("NotEntitled", "B岗由本单位负责人指定")
	case len(passed) == 0:
		ps = append(ps, problem{"role", "您没有这个岗位，或者它不能委托别人"})
	case sub.StandsIn == sub.Account:
		ps = append(ps, problem{"stands_in", "不能由本人代理本人"})
	case !mayStandIn(passed, posts[sub.StandsIn]):
		ps = append(ps, problem{"stands_in", "只能由同一单位、同一方面的人代理；如果只委托一个岗位，请选定岗位"})
	}
	from, err := day(in.From)
	if err != nil {
		ps = append(ps, problem{"from", "开始日无法识别，请按2026-03-02填写"})
	}
	to, err := day(in.To)
	if err != nil {
		ps = append(ps, problem{"to", "结束日无法识别，请按2026-03-02填写"})
	}
	sub.From, sub.Until = from.UTC(), to.AddDate(0, 0, 1).UTC()
	switch {
	case len(ps) > 0:
	case from.Before(schemas.DayOf(p.Now)):
		ps = append(ps, problem{"from", "开始日不能早于今天"})
	case to.Before(from):
		ps = append(ps, problem{"to", "结束日不能早于开始日"})
	case sub.Until.Sub(sub.From) > standInDays*24*time.Hour:
		ps = append(ps, problem{"to", "代理最长一年"})
	}
	return sub, ps, nil
}

func (s *Server) revokeSubstitute(w http.ResponseWriter, r *http.Request) {
	p := person(r.Context())
	if err := s.Register.RevokeSubstitute(r.Context(), p.Congress, chi.URLParam(r, "id"), p.ID, p.Now); err != nil {
		s.fail(w, r, err)
		return
	}
	s.sessions.Put(r.Context(), toldKey, "代理已撤销，立即生效。")
	http.Redirect(w, r, "/me", http.StatusSeeOther)
}
