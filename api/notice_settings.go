package api

import (
	"fmt"
	"net/http"
	"regexp"
	"strconv"
	"time"

	"bihuan/activities/register"
	"bihuan/schemas"
)

type (
	// noticeSettingsPage is what a person set about his messages (消息设置).
	noticeSettingsPage struct {
		register.NoticeSettings
		Told      string
		Email     string
		Quiet     bool
		From      string // of the quiet hours
		Until     string
		Coded     bool // a code is on its way
		Singles   []schemas.Carriage
		FeedMade  time.Time
		Feed      string // the secret address, shown once
		Problems  problems
		PhoneIn   string
		Rehearsal bool
	}
)

// Area is the part of the navigation that the page belongs to.
func (noticeSettingsPage) Area() string { return "/notices" }

const feedKey = "feed" // in the session: a secret address that is shown once

var (
	clockForm = regexp.MustCompile(`^([01]\d|2[0-3]):[0-5]\d$`)
	phoneForm = regexp.MustCompile(`^1[3-9]\d{9}$`)
)

func (s *Server) noticeSettings(w http.ResponseWriter, r *http.Request) {
	page, err := s.noticeSettingsPage(r)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	page.Told = s.sessions.PopString(r.Context(), toldKey)
	if token := s.sessions.PopString(r.Context(), feedKey); token != "" {
		scheme := map[bool]string{true: "https", false: "http"}[s.TLS]
		page.Feed = scheme + "://" + r.Host + "/ics/" + token + ".ics"
	}
	s.render(w, r, http.StatusOK, "notice_settings", page)
}

func (s *Server) noticeSettingsPage(r *http.Request) (page noticeSettingsPage, err error) {
	ctx, p := r.Context(), person(r.Context())
	page.Email, page.Rehearsal = p.Email, p.Rehearsal
	if page.NoticeSettings, err = s.Register.NoticeSettings(ctx, p.Congress, p.ID); err != nil {
		return page, err
	}
	page.Quiet, page.From, page.Until = page.QuietFrom >= 0, "22:00", "07:00"
	if page.Quiet {
		page.From, page.Until = clockOf(page.QuietFrom), clockOf(page.QuietUntil)
	}
	page.Coded = page.Proving != ""
	all, err := s.Register.Carriages(ctx, p.Congress)
	if err != nil {
		return page, err
	}
	for _, k := range all {
		if k.Single {
			page.Singles = append(page.Singles, k)
		}
	}
	page.FeedMade, err = s.Register.FeedMade(ctx, p.Congress, p.ID)
	return page, err
}

func clockOf(minutes int) string { return fmt.Sprintf("%02d:%02d", minutes/60, minutes%60) }

func minutesOf(clock string) int {
	hours, _ := strconv.Atoi(clock[:2])
	minutes, _ := strconv.Atoi(clock[3:])
	return hours*60 + minutes
}

// setNotices enters what a person chose about his messages. The inbox cannot be turned off: a notice is the proof that he was told.
func (s *Server) setNotices(w http.ResponseWriter, r *http.Request) {
	ctx, p := r.Context(), person(r.Context())
	if err := r.ParseForm(); err != nil {
		s.fail(w, r, badForm(err))
		return
	}
	in := register.NoticeSettings{Mail: r.PostForm.Get("mail") != "", SMS: r.PostForm.Get("sms") != "", Digest: r.PostForm.Get("digest") != "", QuietFrom: -1, QuietUntil: -1}
	var ps problems
	from, until := trimmed(r.PostForm, "from"), trimmed(r.PostForm, "until")
	if r.PostForm.Get("quiet") != "" {
		switch {
		case !clockForm.MatchString(from):
			ps = append(ps, problem{"from", "开始的时间无法识别，请按22:00填写"})
		case !clockForm.MatchString(until):
			ps = append(ps, problem{"until", "结束的时间无法识别，请按07:00填写"})
		case from == until:
			ps = append(ps, problem{"until", "免打扰的开始和结束不能相同"})
		default:
			in.QuietFrom, in.QuietUntil = minutesOf(from), minutesOf(until)
		}
	}
	if len(ps) > 0 {
		page, err := s.noticeSettingsPage(r)
		if err != nil {
			s.fail(w, r, err)
			return
		}
		page.Mail, page.SMS, page.Digest, page.Quiet, page.From, page.Until, page.Problems = in.Mail, in.SMS, in.Digest, true, from, until, ps
		s.render(w, r, http.StatusUnprocessableEntity, "notice_settings", page)
		return
	}
	if err := s.Register.SetNotices(ctx, p.Congress, p.ID, in); err != nil {
		s.fail(w, r, err)
		return
	}
	s.sessions.Put(ctx, toldKey, "已保存。消息页里的每一条不受影响，照样都在。")
	http.Redirect(w, r, "/me/notices", http.StatusSeeOther)
}

// setPhone proves a number by a code that is sent to it, or takes it away.
func (s *Server) setPhone(w http.ResponseWriter, r *http.Request) {
	ctx, p := r.Context(), person(r.Context())
	if err := r.ParseForm(); err != nil {
		s.fail(w, r, badForm(err))
		return
	}
	phone := trimmed(r.PostForm, "phone")
	var err error
	told := ""
	switch r.PostForm.Get("do") {
	case "send":
		if !phoneForm.MatchString(phone) {
			err = schemas.Refuse("BadPhone", "请填写11位手机号码")
			break
		}
		told, err = "验证码已经发往"+phone+"，十分钟内有效。", s.Register.ProvePhone(ctx, p.Congress, p.ID, phone)
	case "prove":
		told, err = "号码已经确认，不能等的消息会发短信。", s.Register.ProvedPhone(ctx, p.Congress, p.ID, trimmed(r.PostForm, "code"))
	case "forget":
		told, err = "号码已经删去，不再发短信。", s.Register.ForgetPhone(ctx, p.Congress, p.ID)
	default:
		err = schemas.Refuse("BadForm", "没有说明要做什么，请从页面上的按钮操作")
	}
	field := map[string]string{"send": "phone", "prove": "code"}[r.PostForm.Get("do")]
	if field != "" && err != nil {
		var ps problems
		if ps, err = under(field, err); err == nil {
			var page noticeSettingsPage
			if page, err = s.noticeSettingsPage(r); err == nil {
				page.Problems, page.PhoneIn = ps, phone
				s.render(w, r, http.StatusUnprocessableEntity, "notice_settings", page)
				return
			}
		}
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	s.sessions.Put(ctx, toldKey, told)
	http.Redirect(w, r, "/me/notices", http.StatusSeeOther)
}

// setFeed makes the secret address of one's calendar anew, or ends it.
func (s *Server) setFeed(w http.ResponseWriter, r *http.Request) {
	ctx, p := r.Context(), person(r.Context())
	if r.PostFormValue("do") == "end" {
		if err := s.Register.EndFeed(ctx, p.Congress, p.ID); err != nil {
			s.fail(w, r, err)
			return
		}
		s.sessions.Put(ctx, toldKey, "日历地址已经停用。")
	} else {
		token, err := s.Register.NewFeed(ctx, p.Congress, p.ID)
		if err != nil {
			s.fail(w, r, err)
			return
		}
		s.sessions.Put(ctx, feedKey, token)
	}
	http.Redirect(w, r, "/me/notices", http.StatusSeeOther)
}
