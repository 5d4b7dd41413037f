package api

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"bihuan/activities/register"
	"bihuan/schemas"
)

// matter reads a case with its state, for a person who may see it. Code: NotFound, also for those who may not.
func (s *Server) matter(ctx context.Context, p *register.Person, id string) (m matter, err error) {
	if len(id) != 36 {
		return m, schemas.Refuse("NotFound", "没有找到您要的事项，或者您无权查看")
	}
	if m.Case, err = s.Register.Case(ctx, p.Congress, id); err != nil {
		return m, err
	}
	if m.State, err = s.Register.State(ctx, id); err != nil {
		return m, err
	}
	if m.Parties, err = s.Register.Parties(ctx, id); err != nil {
		return m, err
	}
	if m.Items, err = s.Register.Items(ctx, id); err != nil {
		return m, err
	}
	if m.IsSuggestion() {
		if m.Suggestion, err = s.Register.Suggestion(ctx, id); err != nil {
			return m, err
		}
		if m.Proposers, err = s.Register.Proposers(ctx, id); err != nil {
			return m, err
		}
	}
	if m.IsInterview() {
		if m.Interview, err = s.Register.Interview(ctx, p.Congress, id); err != nil {
			return m, err
		}
		if m.Proposers, err = s.Register.Proposers(ctx, id); err != nil {
			return m, err
		}
	}
	if m.IsInquiry() {
		if m.Inquiry, err = s.Register.Inquiry(ctx, p.Congress, id); err != nil {
			return m, err
		}
	}
	if m.IsProblem() {
		if m.Problem, err = s.Register.Problem(ctx, p.Congress, id); err != nil {
			return m, err
		}
	}
	if m.IsAppraisal() {
		if m.Appraisal, err = s.Register.Appraisal(ctx, p.Congress, id); err != nil {
			return m, err
		}
	}
	if m.IsInterpellation() {
		if m.Interpellation, err = s.Register.Interpellation(ctx, p.Congress, id); err != nil {
			return m, err
		}
		if m.Proposers, err = s.Register.Proposers(ctx, id); err != nil {
			return m, err
		}
	}
	if m.IsEvaluation() {
		if m.Evaluation, err = s.Register.Evaluation(ctx, p.Congress, id); err != nil {
			return m, err
		}
	}
	if m.IsOfficial() {
		ballots, err := s.Register.BallotsOf(ctx, p.Congress, id, p.ID)
		if err != nil {
			return m, err
		}
		m.Votes = slices.ContainsFunc(ballots, func(b register.Ballot) bool { return b.Mine })
	}
	if m.Left, err = s.left(ctx, m.State); err != nil {
		return m, err
	}
	asked(ctx)
	if !mayRead(p, m) {
		return m, schemas.Refuse("NotFound", "没有找到您要的事项，或者您无权查看")
	}
	proof := proofOf(ctx)
	proof.others = proof.others || m.IsOfficial() || m.IsSuggestion() && !m.proposed(p.ID)
	return m, nil
}

// left are those of the persons who have open stages of their own whose accounts are shut.
func (s *Server) left(ctx context.Context, states ...schemas.State) ([]string, error) {
	var alone []string
	for _, st := range states {
		for _, o := range st.Open {
			if o.Person != "" {
				alone = append(alone, o.Person)
			}
		}
	}
	if len(alone) == 0 {
		return nil, nil
	}
	return s.Register.Left(ctx, alone)
}

// perform does what a person asks on a stage of a matter: signs, answers, decides; or, for one who only drafts,
// proposes the paper for signature. It returns whether the paper was only proposed. Codes: those of
// schemas.State.May, of the checks below, and Pending.
func (s *Server) perform(ctx context.Context, p *register.Person, m matter, in schemas.ActIn, files []register.Attachment) (proposed bool, err error) {
	o := m.State.Find(in.Stage)
	if f, told := m.State.Told(in.Stage); told && f.ID == in.Token {
		return false, nil
	}
	if o == nil {
		return false, m.State.Closed(in.Stage)
	}
	role, entered := capacity(p, m, o.Stage), false
	if role == "" && !mayDraft(p, m, o.Stage) {
		if role = entersAs(p, m, o.Stage); role == "" {
			return false, notEntitled(p, m, o.Stage)
		}
		entered = true
		if err := arrived(in, files); err != nil {
			return false, err
		}
	}
	a := schemas.Act{ID: in.Token, Key: in.Stage, Role: role, Unit: o.Unit, Person: p.ID, Verdict: in.Verdict, Target: in.Target, Level: in.Level}
	if err := s.examine(ctx, p, m, o, in, &a); err != nil {
		return false, err
	}
	paper := register.Paper{CaseID: m.ID, Stage: in.Stage, Kind: paperKind(in.Stage), Unit: o.Unit, Author: p.ID, Status: "draft", WrittenAt: p.Now}
	if role == "" {
		paper.Status = "proposed"
	}
	if a.Ref, err = s.Register.WritePaper(ctx, p.Congress, paper, in, files); err != nil || role == "" {
		return role == "", err
	}
	if entered {
		if err := s.Register.EnterFor(ctx, p.Congress, m.ID, o.Unit, register.EnteredFor{Token: a.ID, Came: in.Came, Sender: strings.TrimSpace(in.Sender)}); err != nil {
			return false, err
		}
	} else if absent := inPlaceOf(p, m, o.Stage, role); absent != "" {
		if err := s.Register.ActFor(ctx, p.Congress, m.ID, a.ID, absent); err != nil {
			return false, err
		}
	}
	return false, s.Desk.Submit(ctx, p.Congress, m.ID, a)
}

// arrived refuses to enter an answer for a unit without saying how it came and from whom, and one on paper without its scan. Codes:
// ArrivalMissing, ScanMissing.
func arrived(in schemas.ActIn, files []register.Attachment) error {
	switch {
	case in.Came == "" || strings.TrimSpace(in.Sender) == "":
		return schemas.Refuse("ArrivalMissing", "代录须写明怎样收到、来件人是谁")
	case in.Came == "paper" && len(files) == 0:
		return schemas.Refuse("ScanMissing", "书面来件须上传扫描件或照片")
	}
	return nil
}

func paperKind(key string) string {
	if k := schemas.Duties[schemas.Kind(key)].Paper; k != "" {
		return k
	}
	return "act"
}

// examine checks what the act says against the matter and fills in the act's instants, parties and findings.
// Codes: ReasonMissing, BadVerdict, ItemsSkipped, AnchorInFuture, BadDue, SelfCheck, Secret, BadText, BadTarget and those of
// CheckParties.
func (s *Server) examine(ctx context.Context, p *register.Person, m matter, o *schemas.Open, in schemas.ActIn, a *schemas.Act) error {
	kind := schemas.Kind(in.Stage)
	duty := schemas.Duties[kind]
	if !duty.Admits(in.Verdict) {
		return schemas.Refuse("BadVerdict", "请选择办理结论")
	}
	if (duty.Reason || duty.Reasoned(in.Verdict)) && strings.TrimSpace(in.Reason) == "" && len(in.Reasons) == 0 {
		return schemas.Refuse("ReasonMissing", "请写明理由")
	}
	said := saidIn(in)
	if err := register.Storable(said); err != nil {
		return err
	}
	if err := notSecret("填写的内容", said); err != nil {
		return err
	}
	if err := s.instants(ctx, p, m, o, in, a); err != nil {
		return err
	}
	if f, told := m.State.Told(checked(in.Stage)); told && f.Person == p.ID {
		return schemas.Refuse("SelfCheck", "报送人不能审核自己报送的内容")
	}
	switch kind {
	case "handover", "distribute":
		if in.Verdict != "" && (in.Verdict != "complex" || !m.IsSuggestion()) {
			return schemas.Refuse("BadVerdict", "请选择办理结论")
		}
		if err := s.known(ctx, m.Congress, in.Parties...); err != nil {
			return err
		}
		return parties(m, in, a)
	case "evaluate":
		if b := ballotOf(in.Ballot); m.State.Facts["examine"].Verdict == "ballot" || b.Expected > 0 {
			if refusal := schemas.CheckBallot(b); refusal != nil {
				return refusal
			}
		}
	case "reassign", "instruct":
		if in.Target == "" {
			return schemas.Refuse("BadTarget", "请选择单位")
		}
		if kind == "instruct" && !slices.ContainsFunc(m.Parties, func(x register.Party) bool { return x.Unit == in.Target && !x.Gone }) {
			return schemas.Refuse("BadTarget", "批示只能交给本事项的承办单位")
		}
		return s.known(ctx, m.Congress, schemas.PartyIn{Unit: in.Target})
	case "raise":
		if t := m.State.Find(in.Target); t == nil || !slices.ContainsFunc(t.Rungs[t.Next:], func(r schemas.Rung) bool { return r.Level == in.Level }) {
			return schemas.Refuse("BadTarget", "只能把未办结的环节提到更高的等级")
		}
	}
	switch {
	case m.IsSuggestion():
		return s.examineSuggestion(ctx, p, m, in, a)
	case m.IsInterview():
		return s.examineInterview(ctx, p, m, o, in, a)
	case m.IsInquiry(), m.IsProblem():
		return s.examineInquiry(ctx, p, m, in, a)
	case m.IsInterpellation():
		return s.examineInterpellation(ctx, p, m, in, a)
	case m.IsEvaluation():
		return s.examineEvaluation(ctx, m, in)
	case m.IsAppraisal():
		return s.examineAppraisal(ctx, p, m, in, a)
	}
	if duty.ByItem {
		return answers(m, o, in, a)
	}
	return nil
}

// checked is the stage whose paper a check judges; empty: the stage is no check.
func checked(key string) string {
	for _, pair := range [][2]string{{"plan-check/", "plan/"}, {"draft-check/", "draft-report/"}, {"promise-check/", "promise/"}} {
		if strings.HasPrefix(key, pair[0]) {
			return pair[1] + strings.TrimPrefix(key, pair[0])
		}
	}
	return ""
}

// instants reads the days of an act. An anchor lies in the past, with a reason past ten days; a new due date lies in the
// future, after the present one and within the limit (settled 7).
func (s *Server) instants(ctx context.Context, p *register.Person, m matter, o *schemas.Open, in schemas.ActIn, a *schemas.Act) error {
	if in.On != "" && schemas.Kind(in.Stage) != "handover" && in.Came == "" {
		return schemas.Refuse("BadDate", "只有交办、代录可以填写实际日期")
	}
	if in.On != "" {
		on, err := day(in.On)
		if err != nil {
			return err
		}
		if on.After(p.Now) {
			return schemas.Refuse("AnchorInFuture", "实际日期不能晚于今天")
		}
		earliest := m.AnchorDay
		if handed, told := m.State.Told("handover"); told {
			earliest = handed.When()
		}
		if on.Before(schemas.DayOf(earliest)) {
			return schemas.Refuse("BadDate", "实际日期不能早于%s", schemas.ZhDate(earliest))
		}
		if p.Now.Sub(on) > 11*24*time.Hour && strings.TrimSpace(in.Reason) == "" {
			return schemas.Refuse("ReasonMissing", "实际日期在十天以前，请写明理由")
		}
		if !on.Equal(schemas.DayOf(p.Now)) {
			a.On = on.UTC()
		}
	}
	kind := schemas.Kind(in.Stage)
	if m.IsSuggestion() || kind != "extension-request" && (kind != "extension" || in.Verdict != "accept") {
		return nil // a suggestion's extension is by rule: six months from the hand-over
	}
	until, err := day(in.Until)
	if err != nil {
		return schemas.Refuse("BadDue", "请填写新的期限")
	}
	a.Until = until.AddDate(0, 0, 1).UTC()
	target := strings.TrimPrefix(strings.TrimPrefix(in.Stage, "extension-request/"), "extension/")
	t := m.State.Find(target)
	if t == nil {
		return schemas.Refuse("StageClosed", "要延期的环节已经办结")
	}
	if !a.Until.After(t.Due) || !a.Until.After(p.Now) {
		return schemas.Refuse("BadDue", "新的期限必须晚于原期限%s，也晚于今天", schemas.ZhDate(schemas.LastDay(t.Due)))
	}
	latest, err := s.latest(ctx, m, t)
	if err != nil || latest.IsZero() || !a.Until.After(latest) {
		return err
	}
	return schemas.Refuse("BadDue", "按规定最多延至%s", schemas.ZhDate(schemas.LastDay(latest)))
}

// latest is the last instant an extension may reach; zero: no limit is set.
func (s *Server) latest(ctx context.Context, m matter, t *schemas.Open) (time.Time, error) {
	rules, err := s.Register.Rules(ctx, m.Rules)
	if err != nil {
		return time.Time{}, err
	}
	calendar, err := s.Register.CurrentCalendar(ctx, m.Congress)
	if err != nil {
		return time.Time{}, err
	}
	return rules.Latest(calendar, &m.State, t)
}

func day(text string) (time.Time, error) {
	t, err := time.ParseInLocation(time.DateOnly, text, schemas.Shanghai)
	if err != nil {
		return t, schemas.Refuse("BadDate", "日期“%s”无法识别，请按2026-03-02填写", text)
	}
	return t, nil
}

// known refuses units that the congress has not: what no record can hold would keep the case from being written for ever. Code: BadTarget.
func (s *Server) known(ctx context.Context, congress string, ps ...schemas.PartyIn) error {
	units, err := s.Register.Units(ctx, congress)
	if err != nil {
		return err
	}
	for _, p := range ps {
		if !slices.ContainsFunc(units, func(u register.Unit) bool { return u.ID == p.Unit }) {
			return schemas.Refuse("BadTarget", "没有找到所选的单位，请重新选择")
		}
	}
	return nil
}

// parties takes over who is to handle the matter, and which unit answers for which item.
func parties(m matter, in schemas.ActIn, a *schemas.Act) error {
	if refusal := schemas.CheckParties(in.Parties); refusal != nil {
		return refusal
	}
	lead, answering := "", map[string]bool{}
	for _, p := range in.Parties {
		a.Parties = append(a.Parties, schemas.Party(p))
		if p.Capacity != "joint" {
			answering[p.Unit] = true
		}
		if p.Capacity == "lead" || p.Capacity == "sole" {
			lead = p.Unit
		}
	}
	chosen := map[string]string{}
	for _, i := range in.Items {
		chosen[i.Item] = i.Lead
	}
	for _, i := range m.Items {
		unit := lead
		if unit == "" {
			if unit = chosen[i.ID]; unit == "" {
				unit = i.Lead
			}
		}
		if !answering[unit] {
			return schemas.Refuse("ItemsSkipped", "第%d条还没有指定由哪个分办单位答复", i.N)
		}
		a.Items = append(a.Items, schemas.Finding{Item: i.ID, Unit: unit})
	}
	return nil
}

// itemsAt are the items that a stage answers: those of the unit it is for, or all.
func itemsAt(m matter, st schemas.Stage) (items []register.Item) {
	unit := st.For
	if unit == "" {
		unit = st.Unit
	}
	kind := schemas.Kind(st.Key)
	for _, i := range m.Items {
		if kind == "settle" || kind == "track" {
			if i.ClosedAt.IsZero() {
				items = append(items, i)
			}
		} else if m.State.Answers(i.ID) == unit {
			items = append(items, i)
		}
	}
	return items
}

// answers checks that no item is skipped (带着问题走、把答案交回来) and takes over what became of each.
func answers(m matter, o *schemas.Open, in schemas.ActIn, a *schemas.Act) error {
	given := map[string]schemas.ItemAnswer{}
	for _, i := range in.Items {
		given[i.Item] = i
	}
	kind := schemas.Kind(in.Stage)
	for _, item := range itemsAt(m, o.Stage) {
		g := given[item.ID]
		missing := ""
		switch kind {
		case "plan":
			if g.Measure == "" || g.Person == "" || g.By == "" {
				missing = "整改措施、责任人和完成时限"
			}
		case "progress":
			if g.Process == "" {
				missing = "办理进展"
			}
		case "plan-check", "draft-check":
			if g.Result != "answered" && g.Result != "missed" {
				missing = "审核意见"
			}
			if g.Result == "missed" && in.Verdict == "accept" {
				return schemas.Refuse("ItemsSkipped", "第%d条未答复到位，不能通过；请退回重报", item.N)
			}
		case "settle", "track":
			if g.Result != "closed" && g.Result != "open" {
				missing = "销号结论"
			}
		default:
			if g.Process == "" || g.Result == "" {
				missing = "办理情况和结果"
			}
		}
		if missing != "" {
			return schemas.Refuse("ItemsSkipped", "第%d条“%s”还没有填写%s：意见要逐条答复", item.N, brief(item.Problem), missing)
		}
		if kind != "plan" && kind != "plan-check" && kind != "draft-check" && kind != "progress" {
			a.Items = append(a.Items, schemas.Finding{Item: item.ID, Result: g.Result, Reasoned: g.Reason != ""})
		}
	}
	return nil
}

func brief(text string) string {
	if rs := []rune(text); len(rs) > 16 {
		return string(rs[:16]) + "…"
	}
	return text
}

// isPending reports that an act is safe in the intake and will be registered later.
func isPending(err error) bool {
	var known *schemas.Error
	return errors.As(err, &known) && known.Code == "Pending"
}
