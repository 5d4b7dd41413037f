package schemas

import "slices"

// LetterKind is a kind of official letter (公文): from which matters it is drawn, by whom, and how it is numbered.
type LetterKind struct {
	Code   string   // stands in the register and in addresses: never renamed
	Name   string   // 交办函
	Series string   // the word after the congress's own in the number; the kinds of one series are numbered together
	Of     []string // the kinds of matter (CaseKinds) that it is drawn from
	Draws  []Role   // who draws it (拟文), of those who may draw letters at all
	Issues []Role   // who issues it (发文), of those who may issue letters at all
	Reads  string   // what the table of permissions calls it for those who read it
}

// What letters are drawn from.
var (
	fromOpinions    = []string{"deliberation", "survey", "rectification"}
	fromSuggestions = []string{"suggestion", "contact-letter", "motion"}
	fromHanded      = slices.Concat(fromOpinions, fromSuggestions, []string{"problem"})
	fromAll         = slices.Concat(fromHanded, []string{"inquiry", "interview", "interpellation", "evaluation", "appraisal-work"})

	ofAll        = []Role{Office, Clerk, Head, Deputies}
	ofCommittees = []Role{Office, Clerk, Head}
	ofDeputies   = []Role{Office, Deputies}
	ofOffice     = []Role{Office}
)

// LetterKinds are the kinds of letters in the order in which pages offer them.
var LetterKinds = []LetterKind{
	{"handover", "交办函", "办", fromHanded, ofAll, ofOffice, "letter"},
	{"deliberation", "审议意见书", "审", []string{"deliberation"}, ofCommittees, ofOffice, "letter"},
	{"survey", "调研意见书", "调", []string{"survey"}, ofCommittees, ofOffice, "letter"},
	{"rectification", "整改意见书", "改", []string{"rectification", "inquiry", "problem", "appraisal-work"}, ofCommittees, ofOffice, "letter"},
	{"urge", "催办函（一）", "办", fromHanded, ofAll, ofOffice, "letter"},
	{"urge-again", "催办函（二）", "办", fromHanded, ofAll, ofOffice, "letter"},
	{"supervise", "督办函", "办", slices.Concat(fromHanded, []string{"inquiry", "appraisal-work"}), ofAll, ofOffice, "letter"},
	{"summons", "约谈通知", "办", []string{"interview"}, ofCommittees, ofOffice, "letter"},
	{"minutes", "约谈纪要", "纪", []string{"interview"}, ofCommittees, ofOffice, "letter"},
	{"answer", "建议答复函", "复", fromSuggestions, ofDeputies, ofOffice, "reply"},
	{"consult", "征询意见表", "询", fromSuggestions, ofDeputies, ofOffice, "reply"},
	{"extension", "延期审批单", "批", fromHanded, ofAll, ofOffice, "slip"},
	{"return", "退办审批单", "批", fromHanded, ofAll, ofOffice, "slip"},
	{"circular", "通报", "通", fromAll, ofAll, ofOffice, "letter"},
}

// LetterKindOf finds a kind by its code.
func LetterKindOf(code string) (LetterKind, bool) {
	i := slices.IndexFunc(LetterKinds, func(k LetterKind) bool { return k.Code == code })
	if i < 0 {
		return LetterKind{}, false
	}
	return LetterKinds[i], true
}

// LetterWords are the placeholders that the template of a letter may hold (占位符), each in two pairs of braces.
var LetterWords = []string{"发文机关", "字号", "标题", "主送", "正文", "落款", "日期", "抄送", "印发机关", "案号", "事项", "承办单位", "督办委室"}

// LetterNeeds are those that it must hold.
var LetterNeeds = []string{"字号", "标题", "正文"}

// LetterWord is the congress's own word in the numbers of its letters (机关代字), as 某人常 of 某区人大常委会; an office sets another.
func LetterWord(congress string) string {
	for _, first := range congress {
		return string(first) + "人常"
	}
	return "人常"
}
