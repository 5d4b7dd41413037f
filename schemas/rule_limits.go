package schemas

import (
	"slices"
	"strconv"
	"strings"
)

// Limit (限次、门槛) is one of the choices and counts of a procedure that an office may set: Policy holds it, and what it rests on by default.
type Limit struct {
	Code, Name, Hint, Source string
	Min, Max                 int       // of a number
	Choices                  []Verdict // instead of a number
}

var yesNo = []Verdict{{Code: "yes", Text: "是"}, {Code: "no", Text: "否"}}

var limits = map[string]Limit{
	"anchor": {Name: "单位期限的起算", Hint: "方案、回告等从哪一天起算", Source: "江夏区“123”机制（J14）：自交办之日起",
		Choices: []Verdict{{Code: "handover", Text: "从交办之日起"}, {Code: "sign", Text: "从签收之日起"}}},
	"restart":  {Name: "改派后重新起算", Hint: "改派后，新单位的答复期限是否从改派之日重新起算", Source: "本单位设定：沿用首次交办之日", Choices: yesNo},
	"rework":   {Name: "退回重报", Hint: "最多退回几次，再不合格就上报一级裁定", Source: "本单位设定", Max: 9},
	"returns":  {Name: "退办", Hint: "退办几次以后，由政府办和代表工委共同裁定", Source: "本单位设定", Max: 9},
	"tracking": {Name: "跟踪监督", Hint: "每半年一次，最多几次", Source: "本单位设定：半年一次，最长两年", Max: 20},
	"years":    {Name: "跨年度跟踪", Hint: "B类答复最多跟踪几个年度，再由人大决定", Source: "本单位设定", Min: 1, Max: 10},
	"signers":  {Name: "联名人数", Hint: "含领衔人；法律规定了人数的，不能少于法定人数", Min: 1, Max: 100},
	"minutes":  {Name: "每题时间", Hint: "询问会每题几分钟", Source: "本单位设定", Min: 1, Max: 120},
	"each":     {Name: "问到的单位各测评一张", Hint: "否：整次询问一张", Source: "本单位设定", Choices: yesNo},
	"proxy":    {Name: "可以申请由副职参加", Hint: "主要负责人不能到的", Source: "本单位设定", Choices: yesNo},
	"share":    {Name: "会前销号的门槛", Hint: "百分之几以上（含）才开会", Source: "江夏区专题询问（J12）：询问大会以前销号60%以上", Min: 1, Max: 100},
}

// statutory are the numbers of signers that the law asks for.
var statutory = map[string]string{"motion": "地方组织法第22条：县级以上代表十人以上联名", "interpellation": "监督法第51条：县级常委会组成人员三人以上联名"}

var limitsOf = map[string][]string{
	"opinion": {"anchor", "restart", "rework", "returns", "tracking"}, "suggestion": {"restart", "returns", "tracking", "years"}, "motion": {"signers"},
	"interview": {"rework", "proxy"}, "inquiry": {"share", "minutes", "each"}, "problem": {"returns"}, "interpellation": {"signers"},
}

// Limits are those of a procedure, in the order of a form.
func Limits(procedure string) (ls []Limit) {
	for _, code := range limitsOf[procedure] {
		l := limits[code]
		l.Code = code
		if code == "signers" {
			l.Source = statutory[procedure]
		}
		ls = append(ls, l)
	}
	return ls
}

// Says is a value as people read it.
func (l Limit) Says(value string) string {
	if i := slices.IndexFunc(l.Choices, func(v Verdict) bool { return v.Code == value }); i >= 0 {
		return l.Choices[i].Text
	}
	return value
}

func yes(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

// Limit is the value of a limit.
func (p Policy) Limit(code string) string {
	switch code {
	case "anchor":
		return p.Anchor
	case "restart":
		return yes(p.Restart)
	case "rework":
		return strconv.Itoa(p.Rework)
	case "returns":
		return strconv.Itoa(p.Returns)
	case "tracking":
		return strconv.Itoa(p.Tracking)
	case "years":
		return strconv.Itoa(p.Years)
	case "signers":
		return strconv.Itoa(p.Signers)
	case "minutes":
		return strconv.Itoa(p.Minutes)
	case "each":
		return yes(p.Each)
	case "proxy":
		return yes(p.Proxy)
	case "share":
		if p.Gate != nil {
			return strconv.Itoa(p.Gate.Share)
		}
	}
	return ""
}

// SetLimit sets one. Code: BadLimit.
func (p *Policy) SetLimit(l Limit, value string) error {
	n := 0
	if l.Choices != nil {
		if !slices.ContainsFunc(l.Choices, func(v Verdict) bool { return v.Code == value }) {
			return Refuse("BadLimit", "请选择一项")
		}
	} else {
		var err error
		if n, err = strconv.Atoi(strings.TrimSpace(value)); err != nil || n < l.Min || n > l.Max {
			return Refuse("BadLimit", "须是%d到%d的整数", l.Min, l.Max)
		}
	}
	switch l.Code {
	case "anchor":
		p.Anchor = value
	case "restart":
		p.Restart = value == "yes"
	case "rework":
		p.Rework = n
	case "returns":
		p.Returns = n
	case "tracking":
		p.Tracking = n
	case "years":
		p.Years = n
	case "signers":
		p.Signers = n
	case "minutes":
		p.Minutes = n
	case "each":
		p.Each = value == "yes"
	case "proxy":
		p.Proxy = value == "yes"
	case "share":
		gate := Gate{}
		if p.Gate != nil {
			gate = *p.Gate
		}
		gate.Share = n
		p.Gate = &gate
	}
	return nil
}

// copied makes a policy that shares nothing with this one.
func (p Policy) copied(into *Policy) *Policy {
	*into = p
	if p.Gate != nil {
		gate := *p.Gate
		into.Gate = &gate
	}
	return into
}
