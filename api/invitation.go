package api

import (
	"context"
	"crypto/rand"
	"errors"
	"net/http"
	"strings"

	"bihuan/activities/register"
	"bihuan/schemas"

	"github.com/go-chi/chi/v5"
)

// invited finds what a one-time link stands for and who acts. Codes: NotFound, LinkUsed, NotEntitled, StageClosed.
func (s *Server) invited(ctx context.Context, token string) (i register.Invitation, p register.Person, err error) {
	gone := schemas.Refuse("NotFound", "这个链接无效，可能没有复制完整；请登录后办理")
	if len(token) != 52 {
		return i, p, gone
	}
	if i, err = s.Register.Invitation(ctx, token); isRefusal(err, "NotFound") {
		return i, p, gone
	} else if err != nil {
		return i, p, err
	}
	if i.Used {
		return i, p, schemas.Refuse("LinkUsed", "这个链接已经用过，或者超过三天失效了；请登录后办理")
	}
	if p, err = s.Register.Person(ctx, i.Account); isRefusal(err, "NotFound") {
		return i, p, gone
	} else if err != nil {
		return i, p, err
	}
	if p.Factor || p.Owes() != "" { // what a password alone does not open, a mail does not open either
		return i, p, schemas.Refuse("NotEntitled", "您的账号须登录后才能办理")
	}
	st, err := s.Register.State(ctx, i.CaseID)
	if err != nil {
		return i, p, err
	}
	for _, o := range st.Open {
		if o.Key == i.Stage || strings.HasPrefix(o.Key, i.Stage+"#") {
			i.Stage = o.Key
			return i, p, nil
		}
	}
	return i, p, schemas.Refuse("StageClosed", "此环节尚未开启或已经办结，不需要再办理；可以登录查看")
}

// showInvited shows the act's form. Looking does nothing: programs that check mails open every link.
func (s *Server) showInvited(w http.ResponseWriter, r *http.Request) {
	token := chi.URLParam(r, "token")
	i, p, err := s.invited(r.Context(), token)
	if err == nil {
		err = s.renderInvited(w, r, token, i, p, func(page *actPage) { page.In.Token = rand.Text() }, http.StatusOK)
	}
	if err != nil {
		s.fail(w, anybody(r), err)
	}
}

func (s *Server) renderInvited(w http.ResponseWriter, r *http.Request, token string, i register.Invitation, p register.Person, fill func(*actPage), status int) error {
	page, err := s.actPage(withPerson(r, p), i.CaseID, i.Stage)
	if err != nil {
		return err
	}
	page.Link, page.Actor = "/l/"+token, p.Name
	fill(&page)
	w.Header().Set("Referrer-Policy", "no-referrer")
	s.render(w, anybody(r), status, "act", page)
	return nil
}

// doInvited does the one act of a link. Of two at once one has it; a refused act leaves the link.
func (s *Server) doInvited(w http.ResponseWriter, r *http.Request) {
	ctx, token := r.Context(), chi.URLParam(r, "token")
	if err := r.ParseMultipartForm(8 << 20); err != nil && !errors.Is(err, http.ErrNotMultipart) {
		s.fail(w, anybody(r), badForm(err))
		return
	}
	i, p, err := s.invited(ctx, token)
	if err != nil {
		s.fail(w, anybody(r), err)
		return
	}
	in := readAct(r.PostForm)
	if in.Stage != i.Stage {
		s.fail(w, anybody(r), schemas.Refuse("NotEntitled", "这个链接只能办理“%s”，请登录后办理其他环节", schemas.Title(i.Stage)))
		return
	}
	if mine, err := s.Register.UseInvitation(ctx, token); err != nil || !mine {
		if err == nil {
			err = schemas.Refuse("LinkUsed", "这个链接刚刚用过；请登录后查看")
		}
		s.fail(w, anybody(r), err)
		return
	}
	m, err := s.matter(ctx, &p, i.CaseID)
	if err == nil {
		err = s.submit(w, withPerson(r, p), m, in)
	}
	line := lineOf(r, &p)
	line.Action, line.Object, line.ObjectID, line.Reason, line.Result = "POST /l/{token}", "case", i.CaseID, schemas.Title(i.Stage), "done"
	var known *schemas.Error
	if err != nil && !isPending(err) {
		line.Result = "failed"
		if spared := s.Register.SpareInvitation(context.WithoutCancel(ctx), token); spared != nil {
			err = errors.Join(err, spared)
		}
	}
	if noted := s.record(ctx, line); noted != nil {
		s.fail(w, anybody(r), noted)
		return
	}
	switch {
	case err == nil:
		s.render(w, anybody(r), http.StatusOK, "invited", m)
	case isPending(err):
		s.render(w, anybody(r), http.StatusAccepted, "invited", m)
	case errors.As(err, &known) && statusOf(known.Code) == http.StatusUnprocessableEntity:
		err = s.renderInvited(w, r, token, i, p, func(page *actPage) {
			page.In = in
			page.given(in.Marks)
			page.Problems = problems{{"main", known.Text}}
		}, http.StatusUnprocessableEntity)
		if err != nil {
			s.fail(w, anybody(r), err)
		}
	default:
		s.fail(w, anybody(r), err)
	}
}
