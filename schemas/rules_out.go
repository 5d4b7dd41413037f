package schemas

// The rules and the calendar as programs read them.
type (
	// RulesOut is the version of a procedure's rules that counts for matters that begin now.
	RulesOut struct {
		Procedure string    `json:"procedure" label:"程序" validate:"required"`
		Name      string    `json:"name" label:"名称" validate:"required"`
		Version   string    `json:"version" label:"版本" validate:"required"`
		Terms     []TermOut `json:"terms" label:"期限" validate:"required"`
	}
	// TermOut is one term with what it rests on.
	TermOut struct {
		Key    string `json:"key" label:"规则名" validate:"required"`
		Name   string `json:"name" label:"环节" validate:"required"`
		Rule   string `json:"rule" label:"规则" validate:"required"`
		Mode   string `json:"mode" label:"计算方式" validate:"required"`
		Words  string `json:"words" label:"期限" validate:"required"`
		Ladder string `json:"ladder,omitempty" label:"升级梯度"`
		Source string `json:"source" label:"依据" validate:"required"`
	}
	// CalendarOut is a year as the congress reckons with it.
	CalendarOut struct {
		Year        int      `json:"year" label:"年" validate:"required"`
		Edition     string   `json:"edition" label:"日历" validate:"required"`
		Provisional bool     `json:"provisional,omitempty" label:"暂定"`
		Days        []DayOut `json:"days" label:"放假、调休、停办的日子" validate:"required"`
	}
	// DayOut is a day that is not what its weekday says, or that a notice names.
	DayOut struct {
		Date  string `json:"date" label:"日期" validate:"required"`
		Works bool   `json:"works" label:"上班"`
		Name  string `json:"name,omitempty" label:"名称"`
		Local bool   `json:"local,omitempty" label:"本地停办"`
	}
)
