package api

import (
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"slices"

	"bihuan/activities/register"
	"bihuan/schemas"

	"github.com/go-chi/chi/v5"
)

type (
	mailPage struct {
		pager
		Channel  string
		Waiting  bool
		Channels []option
		Rows     []postedView
		Foresees bool
	}
	postedView struct {
		register.Posted
		Subject string
	}
	carriagesPage struct {
		Told string
		Rows []schemas.Carriage
	}
	botsPage struct {
		Told     string
		Rows     []register.Bot
		Units    []register.Unit
		In       botIn
		Problems problems
	}
	botIn struct {
		Unit    string `field:"unit" label:"单位" validate:"max=36"`
		Channel string `field:"channel" label:"哪一种" validate:"oneof=wecom dingtalk"`
		Address string `field:"address" label:"机器人地址" validate:"required,max=400"`
		Secret  string `field:"secret" label:"加签密钥" validate:"max=200"`
	}
)

var channelNames = []option{{register.Mail, "邮件"}, {register.SMS, "短信"}, {register.WeCom, "企业微信群"}, {register.DingTalk, "钉钉群"}}

func channelName(code string) string {
	i := slices.IndexFunc(channelNames, func(o option) bool { return o.Value == code })
	return channelNames[max(i, 0)].Text
}

// ChannelName is the Chinese name of what a message went by.
func (v postedView) ChannelName() string { return channelName(v.Channel) }

// Area is the part of the navigation that the page belongs to.
func (botsPage) Area() string { return "/mail" }

// mail shows what left the house, or would have: by every channel, with what went wrong.
func (s *Server) mail(w http.ResponseWriter, r *http.Request) {
	p, q := person(r.Context()), r.URL.Query()
	page := mailPage{pager: pagerOf(r), Channel: q.Get("channel"), Waiting: q.Get("waiting") != "", Channels: channelNames,
		Foresees: grantedSome(p, "foresee", "digest")}
	if !slices.Contains(register.Channels, page.Channel) {
		page.Channel = ""
	}
	rows, next, err := s.Register.Posted(r.Context(), p.Congress, page.Channel, page.Waiting, page.after(), page.rows)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	for _, row := range rows {
		page.Rows = append(page.Rows, postedView{row, subjectOf(row)})
	}
	page.turn(next, -1)
	s.render(w, r, http.StatusOK, "mail", page)
}

// subjectOf says in a line what a dispatch carries.
func subjectOf(row register.Posted) string {
	var d schemas.Digest
	switch {
	case row.CaseID != "":
		return schemas.Word(row.Stage, row.Level, row.UnitName, row.Due)
	case row.Content != "":
		_ = json.Unmarshal([]byte(row.Content), &d) // the register wrote it
		return d.Subject()
	case row.Group:
		return "群里的晨报"
	}
	return "验证码"
}

func (s *Server) carriages(w http.ResponseWriter, r *http.Request) {
	rows, err := s.Register.Carriages(r.Context(), person(r.Context()).Congress)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	s.render(w, r, http.StatusOK, "carriages", carriagesPage{s.sessions.PopString(r.Context(), toldKey), rows})
}

func (s *Server) chooseCarriage(w http.ResponseWriter, r *http.Request) {
	p := person(r.Context())
	single := r.PostFormValue("single")
	if single != "yes" && single != "no" {
		s.fail(w, r, schemas.Refuse("Invalid", "请选择单独发送，或者并入晨报"))
		return
	}
	if err := s.Register.ChooseCarriage(r.Context(), p.Congress, p.ID, r.PostFormValue("code"), single == "yes"); err != nil {
		s.fail(w, r, err)
		return
	}
	s.sessions.Put(r.Context(), toldKey, "已保存，此后写出的消息照新的办。")
	http.Redirect(w, r, "/mail/ways", http.StatusSeeOther)
}

func (s *Server) bots(w http.ResponseWriter, r *http.Request) {
	page, err := s.botsPage(r)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	page.Told = s.sessions.PopString(r.Context(), toldKey)
	s.render(w, r, http.StatusOK, "bots", page)
}

func (s *Server) botsPage(r *http.Request) (page botsPage, err error) {
	p := person(r.Context())
	if page.Rows, err = s.Register.Bots(r.Context(), p.Congress); err != nil {
		return page, err
	}
	page.Units, err = s.Register.Units(r.Context(), p.Congress)
	return page, err
}

// ChannelName is for the template.
func (botsPage) ChannelName(code string) string { return channelName(code) }

// botKey is what a bot's webhook ends in.
var botKey = regexp.MustCompile(`^[A-Za-z0-9_-]{16,128}$`)

// keyOf takes the key out of a webhook's address as its maker shows it, or takes it as it is.
func keyOf(channel, address string) string {
	if u, err := url.Parse(address); err == nil && u.Host != "" {
		address = u.Query().Get(map[string]string{register.WeCom: "key", register.DingTalk: "access_token"}[channel])
	}
	if !botKey.MatchString(address) {
		return ""
	}
	return address
}

// addBot enters a bot by its webhook. Only what its address ends in is kept: whereto the product posts is the operator's to say.
func (s *Server) addBot(w http.ResponseWriter, r *http.Request) {
	ctx, p := r.Context(), person(r.Context())
	if err := r.ParseForm(); err != nil {
		s.fail(w, r, badForm(err))
		return
	}
	in := botIn{trimmed(r.PostForm, "unit"), trimmed(r.PostForm, "channel"), trimmed(r.PostForm, "address"), trimmed(r.PostForm, "secret")}
	ps := check(in)
	key := keyOf(in.Channel, in.Address)
	if len(ps) == 0 && key == "" {
		ps = append(ps, problem{"address", "这不是机器人的地址：请在群设置里复制整个 Webhook 地址"})
	}
	if len(ps) == 0 && in.Unit != "" && !uuidForm.MatchString(in.Unit) {
		ps = append(ps, problem{"unit", "请从列表里选择单位"})
	}
	if in.Channel == register.WeCom {
		in.Secret = ""
	}
	if len(ps) == 0 {
		err := s.Register.AddBot(ctx, p.Congress, p.ID, in.Unit, in.Channel, key, in.Secret)
		if err != nil {
			s.fail(w, r, err)
			return
		}
		s.sessions.Put(ctx, toldKey, "已登记。下一个工作日早上九点起，群里会收到晨报。")
		http.Redirect(w, r, "/bots", http.StatusSeeOther)
		return
	}
	page, err := s.botsPage(r)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	page.In, page.Problems = in, ps
	page.In.Secret = ""
	s.render(w, r, http.StatusUnprocessableEntity, "bots", page)
}

func (s *Server) removeBot(w http.ResponseWriter, r *http.Request) {
	id := chi.URLParam(r, "id")
	if !uuidForm.MatchString(id) {
		s.fail(w, r, schemas.Refuse("NotFound", "没有找到这个机器人，可能已经移除"))
		return
	}
	if err := s.Register.RemoveBot(r.Context(), person(r.Context()).Congress, id); err != nil {
		s.fail(w, r, err)
		return
	}
	s.sessions.Put(r.Context(), toldKey, "已移除，群里不再收到消息。")
	http.Redirect(w, r, "/bots", http.StatusSeeOther)
}
