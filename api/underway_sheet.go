package api

import (
	"bytes"
	"context"
	"errors"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"bihuan/activities/register"
	"bihuan/schemas"

	"github.com/xuri/excelize/v2"
)

const (
	underwayRows  = 5000
	underwayItems = 10000
	itemsMost     = 60 // of a matter, as in schemas.FileIn
	partiesMost   = 40
)

type (
	// underwayRow is one unit of one matter as the office's ledger has it; the fields are named as their columns.
	underwayRow struct {
		Line        int
		Number      string `field:"编号" label:"编号" validate:"max=40"`
		Title       string `field:"议题" label:"议题" validate:"omitempty,min=4,max=80"`
		Kind        string `field:"类型" label:"类型" validate:"max=20"`
		Source      string `field:"来源" label:"来源" validate:"max=60"`
		Formed      string `field:"形成日" label:"形成日" validate:"max=40"`
		Committee   string `field:"督办委室" label:"督办委室" validate:"max=60"`
		Way         string `field:"交办方式" label:"交办方式" validate:"max=20"`
		Handed      string `field:"交办日" label:"交办日" validate:"max=40"`
		Received    string `field:"政府办签收日" label:"政府办签收日" validate:"max=40"`
		Distributed string `field:"分办日" label:"分办日" validate:"max=40"`
		Unit        string `field:"承办单位" label:"承办单位" validate:"required,max=60"`
		Capacity    string `field:"承办方式" label:"承办方式" validate:"required,max=20"`
		Signed      string `field:"签收日" label:"签收日" validate:"max=40"`
		Opinion     string `field:"会办意见日" label:"会办意见日" validate:"max=40"`
		Planned     string `field:"方案实报日" label:"方案实报日" validate:"max=40"`
		PlanForward string `field:"方案转报日" label:"方案转报日" validate:"max=40"`
		PlanChecked string `field:"方案审核日" label:"方案审核日" validate:"max=40"`
		PlanVerdict string `field:"方案审核结论" label:"方案审核结论" validate:"max=20"`
		Progress    string `field:"进展报告日" label:"进展报告日" validate:"max=40"`
		Drafted     string `field:"征求意见稿日" label:"征求意见稿日" validate:"max=40"`
		DraftFwd    string `field:"征求意见稿转报日" label:"征求意见稿转报日" validate:"max=40"`
		Checked     string `field:"委室意见日" label:"委室意见日" validate:"max=40"`
		Verdict     string `field:"委室意见" label:"委室意见" validate:"max=20"`
		Granted     string `field:"延期批准日" label:"延期批准日" validate:"max=40"`
		Extended    string `field:"延期至" label:"延期至" validate:"max=40"`
		Resolution  string `field:"决议确定的回告日" label:"决议确定的回告日" validate:"max=40"`
		Reported    string `field:"回告实报日" label:"回告实报日" validate:"max=40"`
		Examined    string `field:"主任会议审查日" label:"主任会议审查日" validate:"max=40"`
		ExamineWay  string `field:"审查方式" label:"审查方式" validate:"max=20"`
		Judged      string `field:"测评日" label:"测评日" validate:"max=40"`
		Judgement   string `field:"测评结果" label:"测评结果" validate:"max=20"`
		Settled     string `field:"逐条销号日" label:"逐条销号日" validate:"max=40"`
		Published   string `field:"公开日" label:"公开日" validate:"max=40"`
		Body        string `field:"总体评价" label:"总体评价" validate:"max=4000"`
	}
	// underwayItemRow is one item of one matter.
	underwayItemRow struct {
		Line    int
		Number  string `field:"编号" label:"编号" validate:"required,max=40"`
		Problem string `field:"问题" label:"问题" validate:"required,max=500"`
		Demand  string `field:"意见建议" label:"意见建议" validate:"required,max=500"`
		Unit    string `field:"责任单位" label:"责任单位" validate:"max=60"`
		Closed  string `field:"销号日" label:"销号日" validate:"max=40"`
	}
)

// underwaySheet is how matters stand in the first sheet: a unit a row, as the ledgers that offices keep. The names of the columns are those
// of the ledger (spec 5); what it reckons itself, such as 方案应报日 or 灯色, is not read.
var underwaySheet = sheetForm[underwayRow]{Name: "监督意见", Aside: "可填的词", Unit: "行", What: "事项", Key: "编号", Most: underwayRows,
	row:  func(line int) underwayRow { return underwayRow{Line: line} },
	Days: underwayDays,
	Also: map[string]string{"标题": "议题", "文书种类": "类型", "种类": "类型", "闭会日": "形成日", "方案报送日": "方案实报日", "正式回告日": "回告实报日",
		"征求意见稿报送日": "征求意见稿日", "会办意见报送日": "会办意见日", "回告延期至": "延期至", "审查测评日": "测评日"},
	Columns: []sheetColumn[underwayRow]{
		{"编号", true, false, 22, "本机关原有的编号，照旧使用；同一件有几个单位的，一个单位一行，下面各行的编号可以空着（合并单元格也认）", func(r *underwayRow) *string { return &r.Number }},
		{"议题", true, false, 40, "4—80个字；同一件只填第一行", func(r *underwayRow) *string { return &r.Title }},
		{"类型", true, false, 14, "审议意见书、调研意见书、整改意见书", func(r *underwayRow) *string { return &r.Kind }},
		{"来源", true, false, 20, "哪次会议、检查或者调研", func(r *underwayRow) *string { return &r.Source }},
		{"形成日", true, false, 14, "闭会日，或者调研、检查结束日；交办的一周从这一天算起", func(r *underwayRow) *string { return &r.Formed }},
		{"督办委室", true, false, 18, "委室的全称", func(r *underwayRow) *string { return &r.Committee }},
		{"交办方式", false, false, 16, "直接交办、经政府办；空白作直接交办", func(r *underwayRow) *string { return &r.Way }},
		{"交办日", false, false, 14, "空白：还没有交办", func(r *underwayRow) *string { return &r.Handed }},
		{"政府办签收日", false, false, 14, "只用于经政府办的", func(r *underwayRow) *string { return &r.Received }},
		{"分办日", false, false, 14, "只用于经政府办的", func(r *underwayRow) *string { return &r.Distributed }},
		{"承办单位", true, false, 22, "一个单位的全称", func(r *underwayRow) *string { return &r.Unit }},
		{"承办方式", true, false, 12, "主办、会办、独办、分办", func(r *underwayRow) *string { return &r.Capacity }},
		{"签收日", false, false, 14, "空白而期限已过：视为期满签收", func(r *underwayRow) *string { return &r.Signed }},
		{"会办意见日", false, false, 14, "只用于会办单位", func(r *underwayRow) *string { return &r.Opinion }},
		{"方案实报日", false, false, 14, "单位报送方案的日子", func(r *underwayRow) *string { return &r.Planned }},
		{"方案转报日", false, false, 14, "只用于经政府办的", func(r *underwayRow) *string { return &r.PlanForward }},
		{"方案审核日", false, false, 14, "空白而后面的日子填了：当作报送当天审核通过", func(r *underwayRow) *string { return &r.PlanChecked }},
		{"方案审核结论", false, false, 14, "通过、退回；有审核日而空白的作通过", func(r *underwayRow) *string { return &r.PlanVerdict }},
		{"进展报告日", false, false, 14, "半程报告办理进展的日子", func(r *underwayRow) *string { return &r.Progress }},
		{"征求意见稿日", false, false, 14, "单位报送征求意见稿的日子；空白而已经回告：当作方案通过当天", func(r *underwayRow) *string { return &r.Drafted }},
		{"征求意见稿转报日", false, false, 18, "只用于经政府办的", func(r *underwayRow) *string { return &r.DraftFwd }},
		{"委室意见日", false, false, 14, "委室对征求意见稿提出意见的日子", func(r *underwayRow) *string { return &r.Checked }},
		{"委室意见", false, false, 12, "同意、退回；有日子而空白的作同意", func(r *underwayRow) *string { return &r.Verdict }},
		{"延期批准日", false, false, 14, "回告延期批准的日子", func(r *underwayRow) *string { return &r.Granted }},
		{"延期至", false, false, 14, "回告延期到哪一天", func(r *underwayRow) *string { return &r.Extended }},
		{"决议确定的回告日", false, false, 18, "决议写明了回告日期的填，优先于三个月", func(r *underwayRow) *string { return &r.Resolution }},
		{"回告实报日", false, false, 14, "单位正式回告的日子", func(r *underwayRow) *string { return &r.Reported }},
		{"主任会议审查日", false, false, 16, "各单位都回告以后才填", func(r *underwayRow) *string { return &r.Examined }},
		{"审查方式", false, false, 18, "书面审阅、提请常委会审议、满意度测评", func(r *underwayRow) *string { return &r.ExamineWay }},
		{"测评日", false, false, 14, "审议或者测评的日子", func(r *underwayRow) *string { return &r.Judged }},
		{"测评结果", false, false, 12, "满意、基本满意、不满意；不满意的停在再整改", func(r *underwayRow) *string { return &r.Judgement }},
		{"逐条销号日", false, false, 14, "测评以后逐条作出销号结论的日子；没有销号的条目转入跟踪监督", func(r *underwayRow) *string { return &r.Settled }},
		{"公开日", false, false, 14, "向社会公布的日子", func(r *underwayRow) *string { return &r.Published }},
		{"总体评价", false, true, 40, "意见书的总体评价，可空", func(r *underwayRow) *string { return &r.Body }},
	}}

var underwayDays = []string{"形成日", "交办日", "政府办签收日", "分办日", "签收日", "会办意见日", "方案实报日", "方案转报日", "方案审核日", "进展报告日", "征求意见稿日", "征求意见稿转报日",
	"委室意见日", "延期批准日", "延期至", "决议确定的回告日", "回告实报日", "主任会议审查日", "测评日", "逐条销号日", "公开日"}

// ofTheMatter are the columns that a matter has once, however many units it has.
var ofTheMatter = []string{"议题", "类型", "来源", "形成日", "督办委室", "交办方式", "交办日", "政府办签收日", "分办日", "决议确定的回告日", "主任会议审查日", "审查方式", "测评日", "测评结果",
	"逐条销号日", "公开日", "总体评价"}

// underwayItemSheet is how their items stand in the second sheet.
var underwayItemSheet = sheetForm[underwayItemRow]{Name: "条目", Aside: "可填的词", Unit: "行", What: "条目", Key: "编号", Most: underwayItems,
	row:  func(line int) underwayItemRow { return underwayItemRow{Line: line} },
	Days: []string{"销号日"},
	Also: map[string]string{"要求": "意见建议", "牵头单位": "责任单位"},
	Columns: []sheetColumn[underwayItemRow]{
		{"编号", true, false, 22, "所属事项的编号", func(r *underwayItemRow) *string { return &r.Number }},
		{"问题", true, true, 50, "意见书指出的问题，一条一行", func(r *underwayItemRow) *string { return &r.Problem }},
		{"意见建议", true, true, 50, "对这个问题的要求", func(r *underwayItemRow) *string { return &r.Demand }},
		{"责任单位", false, false, 22, "几个单位分办的必填；其他的空白作主办（独办）单位", func(r *underwayItemRow) *string { return &r.Unit }},
		{"销号日", false, false, 14, "已经销号的填", func(r *underwayItemRow) *string { return &r.Closed }},
	}}

// underwayTemplate makes empty sheets with the words that their cells may hold.
func underwayTemplate(units []register.Unit) (*bytes.Buffer, error) {
	var committees, handling []string
	for _, u := range units {
		if u.Kind == "committee" {
			committees = append(committees, u.Name)
		}
		if handles(u.Kind) {
			handling = append(handling, u.Name)
		}
	}
	return templateOf([]wordList{
		{"类型", offered(underwayKinds), []string{"类型"}, 16}, {"督办委室", committees, []string{"督办委室"}, 22}, {"交办方式", offered(underwayWays), []string{"交办方式"}, 16},
		{"单位", handling, []string{"承办单位", "责任单位"}, 32}, {"承办方式", offered(underwayCapacities), []string{"承办方式"}, 12},
		{"方案审核结论", offered(planVerdicts), []string{"方案审核结论"}, 16}, {"委室意见", offered(draftVerdicts), []string{"委室意见"}, 12},
		{"审查方式", offered(examineWays), []string{"审查方式"}, 22}, {"测评结果", offered(judgements), []string{"测评结果"}, 12},
	}, &underwaySheet, &underwayItemSheet)
}

// The words of cells with what they stand for, the first of a meaning being the one that the template offers.
var (
	underwayKinds = []option{{"deliberation", "审议意见书"}, {"survey", "调研意见书"}, {"rectification", "整改意见书"}, {"deliberation", "审议意见"}, {"survey", "调研意见"},
		{"rectification", "整改意见"}}
	underwayWays       = []option{{"direct", "直接交办"}, {"government", "经政府办"}, {"government", "经政府办转办"}}
	underwayCapacities = capacityOptions
	planVerdicts       = []option{{"accept", "通过"}, {"rework", "退回"}, {"accept", "审核通过"}, {"rework", "退回重报"}}
	draftVerdicts      = []option{{"accept", "同意"}, {"rework", "退回"}, {"accept", "同意正式回告"}, {"rework", "退回重报"}}
	examineWays        = []option{{"read", "书面审阅"}, {"deliberate", "提请常委会审议"}, {"ballot", "满意度测评"}}
	judgements         = []option{{"satisfied", "满意"}, {"basically", "基本满意"}, {"dissatisfied", "不满意"}}
)

// offered are the words offered: of each meaning the first.
func offered(options []option) (words []string) {
	var meant []string
	for _, o := range options {
		if !slices.Contains(meant, o.Value) {
			meant, words = append(meant, o.Value), append(words, o.Text)
		}
	}
	return words
}

// underwayRoll is what rows are held against, read once for all of them.
type underwayRoll struct {
	person     *register.Person
	rulesID    string
	rules      schemas.Rules
	calendar   schemas.Calendar
	committees map[string]string // ids by name
	units      map[string]string
	names      map[string]string // by id
	taken      map[string]bool   // numbers
}

// underwayRead are the two sheets of a workbook.
type underwayRead struct {
	Matters *sheet[underwayRow]
	Items   *sheet[underwayItemRow]
}

// readUnderway reads both sheets. Codes: those of sheetForm.read.
func readUnderway(ctx context.Context, raw []byte) (read underwayRead, err error) {
	return read, openBook(ctx, raw, func(ctx context.Context, book *excelize.File) (err error) {
		names := book.GetSheetList()
		first, second := names[0], underwayItemSheet.Name
		if slices.Contains(names, underwaySheet.Name) {
			first = underwaySheet.Name
		}
		if !slices.Contains(names, second) || first == second {
			return schemas.Refuse("BadSheet", "没有名为“条目”的工作表：意见要逐条答复、逐条销号，请照模板把各件的条目填在“条目”工作表里")
		}
		if read.Matters, err = underwaySheet.from(ctx, book, first); err != nil {
			return named(first, err)
		}
		read.Items, err = underwayItemSheet.from(ctx, book, second)
		return named(second, err)
	})
}

// named says of a refusal which sheet it is about.
func named(name string, err error) error {
	var refusal *schemas.Error
	if errors.As(err, &refusal) && refusal.Code == "BadSheet" {
		return schemas.Refuse(refusal.Code, "“%s”工作表：%s", shortened(name), refusal.Text)
	}
	return err
}

// underwayMatter is one matter while its rows are put together.
type underwayMatter struct {
	first   underwayRow
	filing  register.Filing
	told    schemas.Underway
	wrong   map[int]problems // by line
	items   []underwayItemRow
	direct  bool
	answers string // the unit that answers for all; empty: several do
}

func (m *underwayMatter) note(line int, column, text string) {
	if ps := m.wrong[line]; ps.For(column) == "" {
		m.wrong[line] = append(ps, problem{column, text})
	}
}

// judge puts the rows together to matters, says what is wrong with each cell, and finds where each right matter stands.
func (roll underwayRoll) judge(read underwayRead) (fs []register.NewUnderway) {
	matters, sheet := roll.gather(read.Matters)
	byNumber := map[string]*underwayMatter{}
	for _, m := range matters {
		if byNumber[m.first.Number] == nil {
			byNumber[m.first.Number] = m
		}
	}
	roll.gatherItems(read.Items, byNumber)
	read.Matters.Mistakes, read.Matters.Wrong, read.Matters.Taken = nil, 0, 0
	for _, m := range matters {
		if len(m.items) == 0 && m.first.Number != "" {
			m.note(m.first.Line, "编号", "“条目”工作表里没有这个编号的条目")
		}
		if roll.taken[m.first.Number] {
			read.Matters.Taken++
			m.note(m.first.Line, "编号", "登记簿里已有编号“"+shortened(m.first.Number)+"”")
		}
	}
	for _, row := range sheet {
		m := row.of
		read.Matters.note(row.Line, m.first.Number, m.wrong[row.Line])
	}
	if read.Matters.Taken == len(matters) && len(read.Matters.Mistakes) == read.Matters.Taken && read.Items.Wrong == 0 {
		read.Matters.Mistakes = nil // the sheet was taken over before: the sentence above says all that its rows would
	}
	if read.Matters.Wrong > 0 || read.Items.Wrong > 0 {
		return nil
	}
	for _, m := range matters {
		fs = append(fs, roll.enter(m))
	}
	return fs
}

type underwayLine struct {
	underwayRow
	of *underwayMatter
}

// gather reads the rows of the first sheet, matter by matter.
func (roll underwayRoll) gather(read *sheet[underwayRow]) (matters []*underwayMatter, rows []underwayLine) {
	lines := map[string]int{}
	for _, row := range read.Rows {
		var m *underwayMatter
		if n := len(matters); n > 0 && (row.Number == "" && row.Title == "" || row.Number != "" && row.Number == matters[n-1].first.Number) {
			m = matters[n-1]
			for _, c := range underwaySheet.Columns {
				if text := *c.cell(&row); text != "" && slices.Contains(ofTheMatter, c.Name) && text != *c.cell(&m.first) {
					m.note(row.Line, c.Name, "与第"+strconv.Itoa(m.first.Line)+"行不同；同一件事项的"+c.Name+"只填一次")
				}
			}
		} else {
			m = &underwayMatter{first: row, wrong: map[int]problems{}}
			matters = append(matters, m)
			if row.Number == "" {
				m.note(row.Line, "编号", "请填写编号")
			} else if first := lines[row.Number]; first > 0 {
				m.note(row.Line, "编号", "编号“"+shortened(row.Number)+"”与第"+strconv.Itoa(first)+"行重复；同一件的几个单位要排在一起")
			}
			lines[row.Number] = row.Line
			roll.matter(m)
		}
		for _, p := range underwaySheet.check(row) {
			m.note(row.Line, p.Field, p.Text)
		}
		roll.party(m, row)
		rows = append(rows, underwayLine{row, m})
	}
	for _, m := range matters {
		roll.whole(m)
	}
	return matters, rows
}

// meaning is what a cell's word stands for; empty: it is blank, or wrong, which is noted.
func (m *underwayMatter) meaning(line int, column, text string, words []option) string {
	if text == "" {
		return ""
	}
	for _, o := range words {
		if o.Text == text {
			return o.Value
		}
	}
	m.note(line, column, "不能填“"+shortened(text)+"”，请填"+strings.Join(offered(words), "、")+"中的一个")
	return ""
}

var daySpelt = regexp.MustCompile(`^(\d{4})(?:-(\d{1,2})-|/(\d{1,2})/|\.(\d{1,2})\.|年(\d{1,2})月|(\d{2}))(\d{1,2})日?(?: 0?0:00(?::00)?)?$`)

// day reads a day; the zero one: the cell is blank, or wrong, which is noted. Only what is promised lies in the future.
func (roll underwayRoll) day(m *underwayMatter, line int, column, text string) time.Time {
	if text == "" || slices.Contains(formulaErrors, text) {
		return time.Time{}
	}
	parts := daySpelt.FindStringSubmatch(text)
	if parts == nil {
		m.note(line, column, "日期“"+shortened(text)+"”无法识别，请写成2026-03-02")
		return time.Time{}
	}
	at, err := time.ParseInLocation("2006-1-2", parts[1]+"-"+strings.Join(parts[2:7], "")+"-"+parts[7], schemas.Shanghai)
	switch {
	case err != nil || at.Year() < 2000:
		m.note(line, column, "没有“"+shortened(text)+"”这一天，请核对")
	case column != "延期至" && column != "决议确定的回告日" && at.After(roll.person.Now):
		m.note(line, column, "日期"+schemas.ZhDate(at)+"晚于今天；这里只填已经办过的")
	case at.Year() > roll.person.Now.Year()+5:
		m.note(line, column, "日期"+schemas.ZhDate(at)+"太远，请核对")
	default:
		return at.UTC()
	}
	return time.Time{}
}

// matter reads what a matter has once.
func (roll underwayRoll) matter(m *underwayMatter) {
	row := m.first
	for _, c := range []struct{ column, text string }{{"议题", row.Title}, {"类型", row.Kind}, {"来源", row.Source}, {"形成日", row.Formed}, {"督办委室", row.Committee}} {
		if c.text == "" {
			m.note(row.Line, c.column, "请填写"+c.column)
		}
	}
	m.filing = register.Filing{Congress: roll.person.Congress, Number: row.Number, Source: row.Source, Title: row.Title, Body: row.Body, Owner: roll.person.ID,
		Kind: m.meaning(row.Line, "类型", row.Kind, underwayKinds)}
	if row.Committee != "" {
		id := roll.committees[row.Committee]
		switch {
		case id == "":
			m.note(row.Line, "督办委室", "没有名为“"+shortened(row.Committee)+"”的委室，请填全称")
		case !granted(roll.person, "import", subject{object: "opinion", unit: id}):
			m.note(row.Line, "督办委室", "只能导入本委室督办的事项")
		}
		m.filing.Committee = id
	}
	m.direct = m.meaning(row.Line, "交办方式", row.Way, underwayWays) != "government"
	m.filing.Direct = m.direct
	at := func(column, text string) time.Time { return roll.day(m, row.Line, column, text) }
	m.told = schemas.Underway{T0: at("形成日", row.Formed), Handed: at("交办日", row.Handed), Received: at("政府办签收日", row.Received), Distributed: at("分办日", row.Distributed),
		Examined: at("主任会议审查日", row.Examined), Judged: at("测评日", row.Judged), Settled: at("逐条销号日", row.Settled), Published: at("公开日", row.Published),
		Way: m.meaning(row.Line, "审查方式", row.ExamineWay, examineWays), Judgement: m.meaning(row.Line, "测评结果", row.Judgement, judgements)}
	fixed := at("决议确定的回告日", row.Resolution)
	if !fixed.IsZero() {
		m.told.Resolution = fixed.In(schemas.Shanghai).AddDate(0, 0, 1).UTC()
	}
	m.filing.T0, m.filing.Resolution = m.told.T0, m.told.Resolution
	if m.direct {
		m.empty(row.Line, "直接交办的不填", entry{"政府办签收日", row.Received}, entry{"分办日", row.Distributed})
	}
	if m.told.Handed.IsZero() {
		m.empty(row.Line, "还没有交办日，不能填", entry{"政府办签收日", row.Received}, entry{"分办日", row.Distributed})
	}
	m.ordered(row.Line, milestone{"形成日", m.told.T0}, milestone{"交办日", m.told.Handed}, milestone{"政府办签收日", m.told.Received}, milestone{"分办日", m.told.Distributed})
	m.ordered(row.Line, milestone{"形成日", m.told.T0}, milestone{"交办日", m.told.Handed}, milestone{"决议确定的回告日", fixed})
	if err := notSecret("这件事项", row.Number, row.Title, row.Source, row.Body); err != nil {
		m.note(row.Line, "议题", err.Error())
	}
}

type (
	entry     struct{ column, text string }
	milestone struct {
		column string
		at     time.Time
	}
)

// empty notes the cells that must not be filled in.
func (m *underwayMatter) empty(line int, why string, cells ...entry) {
	for _, c := range cells {
		if c.text != "" {
			m.note(line, c.column, why)
		}
	}
}

// ordered notes each day that lies before one that comes before it.
func (m *underwayMatter) ordered(line int, days ...milestone) {
	var last milestone
	for _, d := range days {
		if d.at.IsZero() {
			continue
		}
		if d.at.Before(last.at) {
			m.note(line, d.column, d.column+schemas.ZhDate(d.at)+"早于"+last.column+schemas.ZhDate(last.at)+"，请核对")
			continue
		}
		last = d
	}
}

// party reads what a unit has done.
func (roll underwayRoll) party(m *underwayMatter, row underwayRow) {
	line := row.Line
	at := func(column, text string) time.Time { return roll.day(m, line, column, text) }
	p := schemas.UnderwayParty{Signed: at("签收日", row.Signed), Opinion: at("会办意见日", row.Opinion), Planned: at("方案实报日", row.Planned), PlanForwarded: at("方案转报日", row.PlanForward),
		PlanChecked: at("方案审核日", row.PlanChecked), Progress: at("进展报告日", row.Progress), Drafted: at("征求意见稿日", row.Drafted), DraftForward: at("征求意见稿转报日", row.DraftFwd),
		DraftChecked: at("委室意见日", row.Checked), Granted: at("延期批准日", row.Granted), Reported: at("回告实报日", row.Reported)}
	p.Unit = roll.units[row.Unit]
	switch {
	case p.Unit != "" || row.Unit == "":
	case len(namesIn(row.Unit)) > 1:
		m.note(line, "承办单位", "一行只填一个单位，其他单位另起一行")
	default:
		m.note(line, "承办单位", "没有名为“"+shortened(row.Unit)+"”的承办单位，请填全称")
	}
	p.Capacity = m.meaning(line, "承办方式", row.Capacity, underwayCapacities)
	extended := at("延期至", row.Extended)
	done := []entry{{"签收日", row.Signed}, {"会办意见日", row.Opinion}, {"方案实报日", row.Planned}, {"方案转报日", row.PlanForward}, {"方案审核日", row.PlanChecked}, {"方案审核结论", row.PlanVerdict},
		{"进展报告日", row.Progress}, {"征求意见稿日", row.Drafted}, {"征求意见稿转报日", row.DraftFwd}, {"委室意见日", row.Checked}, {"委室意见", row.Verdict}, {"延期批准日", row.Granted},
		{"延期至", row.Extended}, {"回告实报日", row.Reported}}
	switch {
	case m.first.Handed == "":
		m.empty(line, "还没有交办日，不能填单位办理的日子", done...)
	case !m.direct && m.first.Distributed == "":
		m.empty(line, "经政府办转办的，还没有分办日，不能填单位办理的日子", done...)
	case p.Capacity == "joint":
		m.empty(line, "会办单位只填签收日、会办意见日", done[2:]...)
	case p.Capacity != "":
		m.empty(line, "只有会办单位填会办意见日", done[1])
	}
	if m.direct {
		m.empty(line, "直接交办的不填", entry{"方案转报日", row.PlanForward}, entry{"征求意见稿转报日", row.DraftFwd})
	}
	after := []entry{{"进展报告日", row.Progress}, {"征求意见稿日", row.Drafted}, {"征求意见稿转报日", row.DraftFwd}, {"委室意见日", row.Checked}, {"委室意见", row.Verdict}, {"回告实报日", row.Reported}}
	if row.Planned == "" {
		m.empty(line, "方案实报日空着，不能填后面的日子", append(slices.Clone(done[3:6]), after...)...)
	}
	plan := m.meaning(line, "方案审核结论", row.PlanVerdict, planVerdicts)
	if p.PlanRework = plan == "rework"; p.PlanRework {
		m.empty(line, "方案退回重报，不能填后面的日子", after...)
	}
	if plan != "" && p.PlanChecked.IsZero() {
		p.PlanChecked = later(p.Planned, p.PlanForwarded) // the ledger knows the verdict, not its day
	}
	if row.Drafted == "" {
		m.empty(line, "征求意见稿日空着，不能填", done[8], done[9], done[10])
	}
	verdict := m.meaning(line, "委室意见", row.Verdict, draftVerdicts)
	if p.DraftRework = verdict == "rework"; p.DraftRework {
		m.empty(line, "征求意见稿退回重报，不能填回告实报日", entry{"回告实报日", row.Reported})
	}
	if verdict != "" && p.DraftChecked.IsZero() {
		p.DraftChecked = later(p.Drafted, p.DraftForward)
	}
	given := later(m.told.Handed, m.told.Distributed)
	from := milestone{"交办日", given}
	if !m.told.Distributed.IsZero() {
		from.column = "分办日"
	}
	m.ordered(line, milestone{"形成日", m.told.T0}, from, milestone{"签收日", p.Signed}, milestone{"方案实报日", p.Planned}, milestone{"方案转报日", p.PlanForwarded}, milestone{"方案审核日", p.PlanChecked},
		milestone{"征求意见稿日", p.Drafted}, milestone{"征求意见稿转报日", p.DraftForward}, milestone{"委室意见日", p.DraftChecked}, milestone{"回告实报日", p.Reported})
	m.ordered(line, from, milestone{"签收日", p.Signed}, milestone{"会办意见日", p.Opinion})
	m.ordered(line, milestone{"方案实报日", p.Planned}, milestone{"方案审核日", p.PlanChecked}, milestone{"进展报告日", p.Progress}, milestone{"回告实报日", p.Reported})
	m.ordered(line, from, milestone{"延期批准日", p.Granted}, milestone{"回告实报日", p.Reported})
	switch {
	case (row.Granted == "") != (row.Extended == ""):
		column := "延期批准日"
		if row.Extended == "" {
			column = "延期至"
		}
		m.note(line, column, "延期批准日和延期至要一起填")
	case !extended.IsZero() && m.first.Resolution != "":
		m.note(line, "延期至", "决议确定了回告日的不能延期")
	case !extended.IsZero() && !extended.After(p.Granted):
		m.note(line, "延期至", "延期至的日子应当晚于延期批准日")
	case !extended.IsZero():
		p.Extended = extended.In(schemas.Shanghai).AddDate(0, 0, 1).UTC()
	}
	if slices.ContainsFunc(m.told.Parties, func(x schemas.UnderwayParty) bool { return x.Unit == p.Unit && p.Unit != "" }) {
		m.note(line, "承办单位", "同一件事项里已经有这个单位，请删去重复的行")
	}
	m.told.Parties = append(m.told.Parties, p)
	m.filing.Parties = append(m.filing.Parties, register.Party{Unit: p.Unit, Capacity: p.Capacity})
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// whole checks what concerns all units of a matter together.
func (roll underwayRoll) whole(m *underwayMatter) {
	line := m.first.Line
	var ps []schemas.PartyIn
	reported, all, known := time.Time{}, true, true
	for _, p := range m.told.Parties {
		if !slices.ContainsFunc(ps, func(x schemas.PartyIn) bool { return x.Unit == p.Unit }) { // one that is named twice is told of at its row
			ps = append(ps, schemas.PartyIn{Unit: p.Unit, Capacity: p.Capacity})
		}
		known = known && p.Unit != "" && p.Capacity != ""
		if p.Capacity == "lead" || p.Capacity == "sole" {
			m.answers = p.Unit
		}
		if p.Capacity != "joint" {
			all = all && !p.Reported.IsZero()
			reported = later(reported, p.Reported)
		}
	}
	if len(m.told.Parties) > partiesMost {
		m.note(line, "承办单位", "一件事项最多"+strconv.Itoa(partiesMost)+"个单位")
	}
	if refusal := schemas.CheckParties(ps); refusal != nil && known {
		m.note(line, "承办方式", refusal.Text)
	}
	row, u := m.first, m.told
	conclusion := []entry{{"主任会议审查日", row.Examined}, {"审查方式", row.ExamineWay}, {"测评日", row.Judged}, {"测评结果", row.Judgement}, {"逐条销号日", row.Settled}, {"公开日", row.Published}}
	if !all {
		m.empty(line, "还有单位没有回告实报日，不能填", conclusion...)
		return
	}
	if row.Examined == "" {
		m.empty(line, "主任会议审查日空着，不能填审查方式", conclusion[1])
	}
	switch {
	case row.Judged != "" && row.Judgement == "":
		m.note(line, "测评结果", "填了测评日，请填测评结果")
	case row.Judged == "" && row.Judgement != "":
		m.note(line, "测评日", "填了测评结果，请填测评日")
	case row.Judged == "" && row.Settled != "": // the result counts in the statistics: it is never supposed
		m.note(line, "测评日", "填了逐条销号日，请填测评日和测评结果")
	case u.Judgement == "dissatisfied":
		m.empty(line, "测评不满意的要再整改、再测评，不能填；请导入以后在系统里办理", conclusion[4:]...)
	}
	if row.Settled == "" {
		m.empty(line, "逐条销号日空着，不能填", conclusion[5])
	}
	m.ordered(line, milestone{"回告实报日", reported}, milestone{"主任会议审查日", u.Examined}, milestone{"测评日", u.Judged}, milestone{"逐条销号日", u.Settled}, milestone{"公开日", u.Published})
}

// gatherItems reads the rows of the second sheet.
func (roll underwayRoll) gatherItems(read *sheet[underwayItemRow], matters map[string]*underwayMatter) {
	read.Mistakes, read.Wrong = nil, 0
	for _, row := range read.Rows {
		wrong := underwayItemSheet.check(row)
		note := func(column, text string) {
			if wrong.For(column) == "" {
				wrong = append(wrong, problem{column, text})
			}
		}
		m := matters[row.Number]
		if m == nil {
			if row.Number != "" {
				note("编号", "“监督意见”工作表里没有编号“"+shortened(row.Number)+"”")
			}
			read.note(row.Line, row.Number, wrong)
			continue
		}
		unit := m.answers
		if row.Unit != "" {
			id := roll.units[row.Unit]
			i := slices.IndexFunc(m.told.Parties, func(p schemas.UnderwayParty) bool { return p.Unit == id && id != "" })
			switch {
			case i < 0:
				note("责任单位", "“"+shortened(row.Unit)+"”不是这件事项的承办单位")
			case m.answers == "":
				unit = id
			}
		} else if m.answers == "" {
			note("责任单位", "几个单位分办的，要写明由哪个单位答复")
		}
		held := &underwayMatter{wrong: map[int]problems{}}
		closed := roll.day(held, row.Line, "销号日", row.Closed)
		wrong = append(wrong, held.wrong[row.Line]...)
		if !closed.IsZero() {
			if said := struckOff(m.told, unit, closed); said != "" {
				note("销号日", said)
			}
		}
		if err := notSecret("这一条", row.Problem, row.Demand); err != nil {
			note("问题", err.Error())
		}
		if len(m.items) == itemsMost {
			note("编号", "一件事项最多"+strconv.Itoa(itemsMost)+"条")
		}
		m.items = append(m.items, row)
		item := register.Item{ID: register.NewID(), Problem: row.Problem, Demand: row.Demand, Lead: unit, ClosedAt: closed}
		if id := roll.units[row.Unit]; id != "" {
			item.Lead = id
		}
		m.filing.Items = append(m.filing.Items, item)
		m.told.Items = append(m.told.Items, schemas.UnderwayItem{ID: item.ID, Unit: unit, Closed: closed})
		read.note(row.Line, row.Number, wrong)
	}
}

// struckOff says why an item cannot have been struck off on a day; empty: it can.
func struckOff(u schemas.Underway, unit string, on time.Time) string {
	if !u.Settled.IsZero() {
		if on.After(u.Settled) {
			return "销号日" + schemas.ZhDate(on) + "晚于逐条销号日" + schemas.ZhDate(u.Settled)
		}
	}
	i := slices.IndexFunc(u.Parties, func(p schemas.UnderwayParty) bool { return p.Unit == unit })
	if i < 0 {
		return ""
	}
	p := u.Parties[i]
	accepted := p.PlanChecked
	if accepted.IsZero() && (!p.Progress.IsZero() || !p.Drafted.IsZero() || !p.Reported.IsZero()) {
		accepted = later(p.Planned, p.PlanForwarded)
	}
	switch {
	case accepted.IsZero() || p.PlanRework:
		return "方案审核通过以后才能销号"
	case on.Before(accepted):
		return "销号日" + schemas.ZhDate(on) + "早于方案审核通过的" + schemas.ZhDate(accepted)
	}
	return ""
}

// enter finds where a right matter stands.
func (roll underwayRoll) enter(m *underwayMatter) register.NewUnderway {
	s := schemas.State{Congress: roll.person.Congress, Case: register.NewID(), Rules: roll.rulesID, Policy: roll.rules.Policy}
	s.Policy.Direct, s.Policy.Committee = m.direct, m.filing.Committee
	return register.NewUnderway{Filing: m.filing, Line: m.first.Line, Entrance: m.told.Enter(roll.rules, roll.calendar, s, roll.person.Now)}
}
