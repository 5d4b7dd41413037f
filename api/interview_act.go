package api

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"bihuan/activities/register"
	"bihuan/schemas"
)

// meetsForm is how a form writes a day with its time.
const meetsForm = "2006-01-02T15:04"

// examineInterview checks what an act on an interview says besides what every act must, and fills in its instants and promises. Codes:
// TextMissing, BadDate, BadDue, NotYet, NoConsent, NoPromise.
func (s *Server) examineInterview(ctx context.Context, p *register.Person, m matter, o *schemas.Open, in schemas.ActIn, a *schemas.Act) error {
	switch kind := schemas.Kind(in.Stage); kind {
	case "notify":
		if strings.TrimSpace(in.Place) == "" {
			return schemas.Refuse("TextMissing", "请填写约谈地点")
		}
		return s.summoned(ctx, p, m, in, a)
	case "proxy-request":
		if strings.TrimSpace(in.Present) == "" {
			return schemas.Refuse("TextMissing", "请填写参加约谈的副职的姓名和职务")
		}
	case "postpone-request", "postpone":
		if kind == "postpone" && in.Verdict != "accept" {
			return nil
		}
		return s.postponed(ctx, p, m, in, a)
	case "hold":
		return happened(p, m, o, in)
	case "minutes":
		return promised(p, m, in, a)
	case "promise":
		if strings.TrimSpace(in.Text) == "" {
			return schemas.Refuse("TextMissing", "请填写承诺的兑现情况")
		}
	}
	return nil
}

// summoned takes over the day of an interview: a working day, so far ahead as the rules say.
func (s *Server) summoned(ctx context.Context, p *register.Person, m matter, in schemas.ActIn, a *schemas.Act) error {
	meets, err := s.meeting(ctx, m, in.Meets)
	if err != nil {
		return err
	}
	earliest, err := s.earliest(ctx, p, m)
	if err != nil {
		return err
	}
	if schemas.DayOf(meets).Before(earliest) {
		return schemas.Refuse("BadDue", "约谈须提前通知：今天发出通知，最早可定于%s", schemas.ZhDate(earliest))
	}
	a.Until = meets.UTC()
	return nil
}

// earliest is the first day on which a unit that is notified now can be seen.
func (s *Server) earliest(ctx context.Context, p *register.Person, m matter) (time.Time, error) {
	rules, calendar, err := s.reckoning(ctx, m)
	if err != nil {
		return time.Time{}, err
	}
	ahead, err := rules.Span(calendar, "hold", p.Now)
	return schemas.LastDay(ahead), err
}

// postponed takes over another day: after the first and at the latest a month after the notice.
func (s *Server) postponed(ctx context.Context, p *register.Person, m matter, in schemas.ActIn, a *schemas.Act) error {
	meets, err := s.meeting(ctx, m, in.Meets)
	if err != nil {
		return err
	}
	latest, err := s.latestMeeting(ctx, m)
	switch {
	case err != nil:
		return err
	case !meets.After(m.Interview.Meets), !meets.After(p.Now):
		return schemas.Refuse("BadDue", "延期后的时间应在原定时间%s以后，也在现在以后", zhInstant(m.Interview.Meets))
	case !meets.Before(latest):
		return schemas.Refuse("BadDue", "约谈最多延至通知之日起一个月内，即%s以前（含当日）", schemas.ZhDate(schemas.LastDay(latest)))
	case schemas.Kind(in.Stage) == "postpone-request" && !p.Now.Before(m.Interview.Meets):
		return schemas.Refuse("OutOfTime", "已经过了约谈的时间，不能再申请延期")
	}
	a.Until = meets.UTC()
	return nil
}

// latestMeeting is when an interview must have been held that is put off, exclusive: counted from the notice.
func (s *Server) latestMeeting(ctx context.Context, m matter) (time.Time, error) {
	rules, calendar, err := s.reckoning(ctx, m)
	if err != nil {
		return time.Time{}, err
	}
	return rules.Span(calendar, "postpone-limit", m.notice().At)
}

// notice is the last notice of an interview.
func (m matter) notice() (notice schemas.Act) {
	for n := 1; ; n++ {
		next, told := m.State.Told("notify#" + strconv.Itoa(n))
		if !told {
			return notice
		}
		notice = next
	}
}

// meeting reads when an interview is to be. Code: BadDate.
func (s *Server) meeting(ctx context.Context, m matter, text string) (time.Time, error) {
	meets, err := time.ParseInLocation(meetsForm, text, schemas.Shanghai)
	if err != nil {
		return meets, schemas.Refuse("BadDate", "请填写日期和时间")
	}
	calendar, err := s.Register.CurrentCalendar(ctx, m.Congress)
	if err == nil && !calendar.Works(schemas.DayOf(meets)) {
		err = schemas.Refuse("BadDate", "%s不是工作日，请另定时间", schemas.ZhDate(meets))
	}
	return meets, err
}

// reckoning are the rules of a matter and the calendar of its congress.
func (s *Server) reckoning(ctx context.Context, m matter) (schemas.Rules, schemas.Calendar, error) {
	rules, err := s.Register.Rules(ctx, m.Rules)
	if err != nil {
		return rules, schemas.Calendar{}, err
	}
	calendar, err := s.Register.CurrentCalendar(ctx, m.Congress)
	return rules, calendar, err
}

// happened checks what is said of the day itself.
func happened(p *register.Person, m matter, o *schemas.Open, in schemas.ActIn) error {
	switch {
	case in.Verdict != "unheld" && p.Now.Before(m.Interview.Meets):
		return schemas.Refuse("NotYet", "约谈定于%s，还没有到时间", zhInstant(m.Interview.Meets))
	case in.Verdict == "proxy" && !m.proxyAllowed(o.Key):
		return schemas.Refuse("NoConsent", "没有同意过由副职参加：本人没有到会的，登记为没有举行，另行通知")
	case in.Verdict != "unheld" && strings.TrimSpace(in.Present) == "":
		return schemas.Refuse("TextMissing", "请填写双方到会的人员")
	}
	return nil
}

// proxyAllowed reports whether the committee agreed that a deputy head comes, for the notice that a stage belongs to.
func (m matter) proxyAllowed(key string) bool {
	_, n, _ := strings.Cut(key, "#")
	return m.State.Facts["proxy/"+m.Interview.Unit+"#"+n].Verdict == "accept"
}

// promised takes over the promises: each says what, who and by when.
func promised(p *register.Person, m matter, in schemas.ActIn, a *schemas.Act) error {
	if strings.TrimSpace(in.Text) == "" {
		return schemas.Refuse("TextMissing", "请填写约谈的情况")
	}
	if len(in.Promises) == 0 {
		return schemas.Refuse("NoPromise", "纪要至少写明一项承诺：做什么、谁负责、何时完成")
	}
	for n, x := range in.Promises {
		by, err := day(x.By)
		if err != nil {
			return err
		}
		if by.Before(schemas.DayOf(p.Now)) {
			return schemas.Refuse("BadDue", "第%d项承诺的完成时限不能早于今天", n+1)
		}
		a.Items = append(a.Items, schemas.Finding{Item: register.PromiseID(in.Token, n), Unit: m.Interview.Unit, Until: by.AddDate(0, 0, 1).UTC()})
	}
	return nil
}

// meetingForm is what the forms of an interview show besides the usual.
type meetingForm struct {
	Earliest, Latest time.Time  // days between which the interview can be; zero: no choice
	Asked            *paperView // the request that is decided upon
	Minutes          *paperView // the minutes that the unit signs
	Promise          *itemView  // the promise that the form is about
	Reported         *paperView // what the unit reported of it and is judged now, with what it attached
	Rows             []schemas.PromiseIn
}

// spareRows are the empty rows for promises that a form offers at least.
const spareRows = 3

// interviewForm fills in what the form of a stage of an interview needs.
func (s *Server) interviewForm(ctx context.Context, page *actPage, whole casePage) (err error) {
	m := page.M
	form := &meetingForm{}
	page.Meeting = form
	_, n, _ := strings.Cut(page.Stage.Key, "#")
	last := func(kind string) (found *paperView) {
		for _, v := range whole.Papers {
			if schemas.Kind(v.Stage) == kind {
				found = &v
			}
		}
		return found
	}
	switch page.Kind {
	case "notify":
		form.Earliest, err = s.earliest(ctx, person(ctx), m)
		if page.In.Place == "" {
			page.In.Place = m.Interview.Place
		}
	case "postpone-request", "postpone":
		form.Earliest = schemas.DayOf(m.Interview.Meets)
		var latest time.Time
		if latest, err = s.latestMeeting(ctx, m); err == nil {
			form.Latest = schemas.LastDay(latest)
		}
		asked := m.State.Facts["postpone-request/"+m.Interview.Unit+"#"+n]
		if page.Kind == "postpone" {
			form.Asked = last("postpone-request")
			page.In.Meets = asked.Until.In(schemas.Shanghai).Format(meetsForm)
		}
	case "proxy":
		form.Asked = last("proxy-request")
	case "hold":
		page.Duty.Verdicts = slices.DeleteFunc(slices.Clone(page.Duty.Verdicts), func(v schemas.Verdict) bool {
			return v.Code == "proxy" && !m.proxyAllowed(page.Stage.Key)
		})
	case "minutes":
		if before := last("minutes"); before != nil && page.In.Text == "" { // objected to: what stands is amended
			page.In.Text, page.In.Promises = before.In.Text, before.In.Promises
		}
		form.Asked = last("countersign")
	case "countersign", "minutes-ruling":
		form.Minutes = last("minutes")
		if page.Kind == "minutes-ruling" {
			form.Asked = last("countersign")
		}
	}
	for _, v := range whole.Papers {
		if v.Stage == checked(page.Stage.Key) {
			form.Reported = &v
		}
	}
	for _, i := range whole.Items {
		if strings.Contains(page.Stage.Key, i.ID) {
			form.Promise = &i
		}
	}
	page.promises()
	return err
}

// promises leaves empty rows to go on with.
func (page *actPage) promises() {
	if page.Kind == "minutes" {
		page.Meeting.Rows = append(page.In.Promises[:len(page.In.Promises):len(page.In.Promises)], make([]schemas.PromiseIn, spareRows)...)
	}
}

// textLabel is what the paper of a stage says at length, where that is not just its text; a dash: nothing.
func textLabel(kind string) string {
	switch kind {
	case "notify":
		return "请单位说明的情况和准备的材料"
	case "minutes":
		return "约谈的情况"
	case "promise":
		return "兑现情况"
	case "hold", "proxy-request", "postpone-request", "inquiry-ballot", "promise-ballot", "first-ballot", "second-ballot", "official-ballot", "official-second-ballot",
		"party-consent":
		return "-"
	case "inquiry-plan":
		return "方案：目的、应询单位、调研组、日程"
	case "survey":
		return "调研情况"
	case "problem-list":
		return "调研报告"
	case "fix":
		return "整改情况和效果"
	case "put":
		return "-"
	case "indicators":
		return "说明：怎样选定指标、征求了谁的意见"
	case "self-rating":
		return "自评报告"
	case "collect":
		return "采集的经过：问卷发放和回收、统计口径、现场点位"
	case "expert-review":
		return "专家组成员和评审意见"
	case "evaluation-report":
		return "末端评估报告：结论、成效、差距、建议"
	case "hear-evaluation":
		return "会议听取的情况"
	case "oral-answer":
		return "谁到会、怎样答复、追问和回答"
	case "signed-answer":
		return "对质询问题的答复"
	case "evidence":
		return "证据说明"
	case "closing-check", "deputy-check":
		return "核查情况"
	case "mobilise":
		return "动员会的时间、地点、参加范围和要求"
	case "appraisal-plan":
		return "方案：评议内容、六个评议组、面对面和背靠背的安排、日程"
	case "appraisal-survey":
		return "调研情况：面对面听到的、背靠背查到的"
	case "survey-report":
		return "调研报告"
	case "self-report", "duty-report":
		return "述职报告"
	case "review-meeting":
		return "报告和发言的要点"
	case "appraisal-opinion":
		return "评议意见：成绩、问题、建议、整改要求"
	case "party-report", "government-circular", "official-report":
		return "文号、日期和要点"
	case "rectification-plan":
		return "整改措施、责任人、完成时限"
	case "rectification-report", "official-rectify":
		return "整改情况"
	case "follow-up":
		return "督查情况"
	}
	return "正文"
}
