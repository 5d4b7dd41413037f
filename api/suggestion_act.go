package api

import (
	"context"
	"slices"
	"strings"
	"time"

	"bihuan/activities/register"
	"bihuan/schemas"
)

// examineSuggestion checks what an act on a suggestion says besides what every act must. Codes: BadTarget, TextMissing,
// BadDue, BadScore, ScoreDissatisfies, NotAgreed.
func (s *Server) examineSuggestion(ctx context.Context, p *register.Person, m matter, in schemas.ActIn, a *schemas.Act) error {
	switch kind := schemas.Kind(in.Stage); kind {
	case "vet":
		if in.Verdict != "merge" {
			a.Target = ""
			return nil
		}
		return s.mergeInto(ctx, p, m, in, a)
	case "revise":
		if strings.TrimSpace(in.Title) == "" || strings.TrimSpace(in.Text) == "" || strings.TrimSpace(in.Demand) == "" {
			return schemas.Refuse("TextMissing", "请填写题目、案由和具体建议")
		}
	case "reply", "redo":
		return replied(p, in, a)
	case "fulfil", "key-plan", "confront", "opinion", "motion-review", "implementation", "annual-report":
		if strings.TrimSpace(in.Text) == "" && strings.TrimSpace(in.Reason) == "" {
			return schemas.Refuse("TextMissing", "请填写正文")
		}
	case "motion-vote", "close-vote":
		if refusal := schemas.CheckVote(voteOf(in.Vote), in.Verdict == "passed" || in.Verdict == "closed"); refusal != nil {
			return refusal
		}
	case "choose-key":
		return s.chosen(ctx, p, in, a)
	case "publish":
		if in.Verdict == "public" && !(m.Suggestion.Consents && m.Suggestion.AnsweredOpenly) {
			return schemas.Refuse("NotAgreed", "代表或承办单位不同意公开，只能登记为不公开")
		}
	case "feedback", "refeedback", "score":
		return s.scored(ctx, m, kind, in, a)
	}
	return nil
}

// mergeInto finds the suggestion that this one is merged into (并案), by its number.
func (s *Server) mergeInto(ctx context.Context, p *register.Person, m matter, in schemas.ActIn, a *schemas.Act) error {
	id, err := s.Register.OpenNumbered(ctx, p.Congress, strings.TrimSpace(in.Target))
	switch {
	case isRefusal(err, "NotFound"), err == nil && id == m.ID:
		return schemas.Refuse("BadTarget", "没有找到编号为“%s”的在办建议，请核对要并入的编号", in.Target)
	case err != nil:
		return err
	}
	a.Target = id
	return nil
}

// replied checks a reply: a B says by when, at the latest by the end of the year (spec 2c, C12).
func replied(p *register.Person, in schemas.ActIn, a *schemas.Act) error {
	if strings.TrimSpace(in.Text) == "" {
		return schemas.Refuse("TextMissing", "请填写答复正文")
	}
	if in.Verdict != "B" {
		return nil
	}
	promised, err := day(in.Until)
	if err != nil {
		return schemas.Refuse("BadDue", "B类答复要写明承诺解决的日期")
	}
	if !promised.After(p.Now) || promised.Year() > p.Now.In(schemas.Shanghai).Year() {
		return schemas.Refuse("BadDue", "承诺解决的日期应在今天以后、当年12月31日以前；当年不能解决的，明年一月系统会重新启动跟踪")
	}
	a.Until = promised.AddDate(0, 0, 1).UTC()
	return nil
}

// chosen checks who leads a key suggestion and which committee office supervises it.
func (s *Server) chosen(ctx context.Context, p *register.Person, in schemas.ActIn, a *schemas.Act) error {
	leaders, err := s.leaders(ctx, p.Congress)
	if err != nil {
		return err
	}
	if len(in.People) != 1 || !slices.ContainsFunc(leaders, func(o option) bool { return o.Value == in.People[0] }) {
		return schemas.Refuse("BadTarget", "请选择领衔督办的主任会议成员")
	}
	units, err := s.Register.Units(ctx, p.Congress)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(units, func(u register.Unit) bool { return u.ID == in.Target && u.Kind == "committee" }) {
		return schemas.Refuse("BadTarget", "请选择督办委室")
	}
	a.People, a.Parties, a.Target = in.People, []schemas.Party{{Unit: in.Target, Capacity: "supervise"}}, ""
	return nil
}

// leaders are the members of the chairpersons' meeting (主任会议), for a choice.
func (s *Server) leaders(ctx context.Context, congress string) (os []option, err error) {
	roll, err := s.Register.Roll(ctx, congress)
	for _, m := range roll {
		if (m.Role == schemas.ViceChair || m.Role == schemas.Chair) && m.Active && !slices.ContainsFunc(os, func(o option) bool { return o.Value == m.ID }) {
			os = append(os, option{m.ID, m.Name + "（" + schemas.RoleNames[m.Role] + "）"})
		}
	}
	return os, err
}

// sheet is the score sheet of a kind of feedback under a case's rules; empty: no points are given.
func (s *Server) sheet(ctx context.Context, m matter, kind string) ([]schemas.Score, error) {
	rules, err := s.Register.Rules(ctx, m.Rules)
	return rules.Scores[kind], err
}

// scored takes over a deputy's marks and points. Points under sixty per cent of the stage count as dissatisfaction with it; that is
// said, not done behind the deputy's back.
func (s *Server) scored(ctx context.Context, m matter, kind string, in schemas.ActIn, a *schemas.Act) error {
	given := map[string]schemas.MarkIn{}
	for _, mark := range in.Marks {
		given[mark.Item] = mark
	}
	if kind != "score" {
		for _, item := range []string{"attitude", "outcome"} {
			if given[item].Mark == "" {
				return schemas.Refuse("BadScore", "请对办理态度和办理结果分别评价")
			}
			a.Items = append(a.Items, schemas.Finding{Item: item, Result: given[item].Mark})
		}
	}
	sheet, err := s.sheet(ctx, m, kind)
	if err != nil {
		return err
	}
	points, most := 0, 0
	for _, item := range sheet {
		got := given["points-"+item.Code].Points
		if item.System {
			got = systemPoints(m, in.Stage, item)
		}
		if got < 0 || got > item.Max*100 {
			return schemas.Refuse("BadScore", "“%s”应在0到%d分之间", item.Text, item.Max)
		}
		points, most = points+got, most+item.Max*100
		a.Items = append(a.Items, schemas.Finding{Item: "points-" + item.Code, Points: got})
	}
	if points*100 < most*60 && in.Verdict != "dissatisfied" {
		return schemas.Refuse("ScoreDissatisfies", "得分%s分，不到本阶段满分%d分的百分之六十，按规定计为不满意；请改评价为“不满意”并写明理由，或者调整得分",
			zhPoints(points), most/100)
	}
	return nil
}

// systemPoints are what the system gives: full for a reply in time, none for a late one.
func systemPoints(m matter, stage string, item schemas.Score) int {
	reply := m.State.Facts["reply/"+strings.TrimPrefix(stage, schemas.Kind(stage)+"/")]
	if schemas.Kind(stage) == "refeedback" {
		reply = m.State.Facts["redo/"+strings.TrimPrefix(stage, "refeedback/")]
	}
	if reply.Late() {
		return 0
	}
	return item.Max * 100
}

// endOfYear is the last day that a reply may promise.
func endOfYear(now time.Time) string {
	return time.Date(now.In(schemas.Shanghai).Year(), 12, 31, 0, 0, 0, 0, schemas.Shanghai).Format(time.DateOnly)
}
