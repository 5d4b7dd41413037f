package schemas

import (
	"slices"
	"strings"
)

type (
	// IndicatorIn is one of the indicators (评估指标) of an evaluation, with the points that it can give.
	IndicatorIn struct {
		Name     string `json:"name" label:"指标" validate:"required,max=60"`
		Weight   int    `json:"weight" label:"权重" validate:"gte=1,lte=100"`
		Way      string `json:"way" label:"采集方式" validate:"required,oneof=statistics survey site document"`
		Standard string `json:"standard" label:"评分标准" validate:"required,max=200"`
	}
	// ReadingIn is what one indicator reads and the points that it gets, in hundredths.
	ReadingIn struct {
		N       int    `json:"n" label:"序号" validate:"gte=1,lte=40"` // of the indicator, from 1
		Reading string `json:"reading" label:"数据" validate:"required,max=200"`
		Points  int    `json:"points" label:"得分（百分之一分）" validate:"gte=0,lte=10000"`
	}
)

// IndicatorWays are how the data of an indicator are gathered (规格2e: 统计, 问卷, 现场, and what the files say).
var IndicatorWays = []Verdict{{Code: "statistics", Text: "统计数据"}, {Code: "survey", Text: "问卷调查"}, {Code: "site", Text: "现场核查"}, {Code: "document", Text: "查阅资料"}}

// CheckIndicators refuses a system of indicators that cannot yield an index out of a hundred. Codes: TooFew, NameTwice, BadWeights.
func CheckIndicators(is []IndicatorIn) *Error {
	if len(is) < 2 {
		return Refuse("TooFew", "指标体系至少要有两项指标")
	}
	var names []string
	sum := 0
	for _, i := range is {
		name := strings.TrimSpace(i.Name)
		if slices.Contains(names, name) {
			return Refuse("NameTwice", "指标“%s”写了两次", name)
		}
		names, sum = append(names, name), sum+i.Weight
	}
	if sum != 100 {
		return Refuse("BadWeights", "各项指标的权重合计应为100，现在是%d", sum)
	}
	return nil
}

// CheckReadings refuses readings that leave out an indicator, name one twice or give it more points than it has; weights are those of the
// indicators, in order. Codes: ReadingMissing, BadPoints.
func CheckReadings(weights []int, rs []ReadingIn) *Error {
	for n, weight := range weights {
		of := slices.DeleteFunc(slices.Clone(rs), func(r ReadingIn) bool { return r.N != n+1 })
		switch {
		case len(of) != 1 || strings.TrimSpace(of[0].Reading) == "":
			return Refuse("ReadingMissing", "请填写第%d项指标的数据和得分", n+1)
		case of[0].Points < 0 || of[0].Points > weight*100:
			return Refuse("BadPoints", "第%d项指标的得分应在0到%d之间，最多两位小数", n+1, weight)
		}
	}
	if len(rs) > len(weights) {
		return Refuse("ReadingMissing", "填写的得分多于指标")
	}
	return nil
}
