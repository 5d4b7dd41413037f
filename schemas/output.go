package schemas

import "time"

// The shapes of answers of the JSON API. Instants are UTC, RFC 3339; a due instant is exclusive: 24:00 of the last day.
type (
	// Problem is every answer that is not what was asked for.
	Problem struct {
		Code string `json:"code" label:"代码" validate:"required"`
		Text string `json:"text" label:"说明" validate:"required"`
	}
	// MeOut is who is logged in.
	MeOut struct {
		ID       string    `json:"id" label:"账号" validate:"required"`
		Name     string    `json:"name" label:"姓名" validate:"required"`
		Congress string    `json:"congress" label:"人大" validate:"required"`
		Now      time.Time `json:"now" label:"本级人大的当前时间" validate:"required"`
		Posts    []PostOut `json:"posts" label:"岗位" validate:"required"`
	}
	// PostOut is one role in one place.
	PostOut struct {
		Role string `json:"role" label:"岗位" validate:"required"`
		Unit string `json:"unit,omitempty" label:"单位"`
	}
	// StageOut is one duty, or one thing that may be done.
	StageOut struct {
		Case        string     `json:"case" label:"事项" validate:"required"`
		Number      string     `json:"number,omitempty" label:"编号"`
		Title       string     `json:"title,omitempty" label:"标题"`
		Key         string     `json:"key" label:"环节" validate:"required"`
		Name        string     `json:"name" label:"环节名称" validate:"required"`
		Unit        string     `json:"unit,omitempty" label:"责任单位"`
		Due         *time.Time `json:"due,omitempty" label:"期限（不含）"`
		Provisional bool       `json:"provisional,omitempty" label:"暂定"`
		Working     string     `json:"working,omitempty" label:"推算过程"`
		Light       string     `json:"light,omitempty" label:"灯" validate:"omitempty,oneof=green yellow red blue grey"`
		LightText   string     `json:"light_text,omitempty" label:"状态"`
		Level       string     `json:"level,omitempty" label:"等级"`
		After       string     `json:"after,omitempty" label:"须先完成"`
		Can         bool       `json:"can,omitempty" label:"我可以办理"`
		Drafts      bool       `json:"drafts,omitempty" label:"我可以拟稿"`
		ClosedAt    *time.Time `json:"closed_at,omitempty" label:"办结时间"`
		Verdict     string     `json:"verdict,omitempty" label:"结论"`
	}
	// CaseOut is a matter in a list.
	CaseOut struct {
		ID        string     `json:"id" label:"事项" validate:"required"`
		Number    string     `json:"number" label:"编号" validate:"required"`
		Title     string     `json:"title" label:"标题" validate:"required"`
		Kind      string     `json:"kind" label:"文书种类" validate:"required"`
		Phase     string     `json:"phase" label:"状态" validate:"required"`
		Turn      string     `json:"turn" label:"现在由"`
		Due       *time.Time `json:"due,omitempty" label:"期限（不含）"`
		Light     string     `json:"light" label:"灯" validate:"required,oneof=green yellow red blue grey"`
		LightText string     `json:"light_text" label:"状态说明" validate:"required"`
		Units     string     `json:"units" label:"承办单位"`
		Items     int        `json:"items" label:"条目数" validate:"gte=0"`
		Closed    int        `json:"closed" label:"已销号数" validate:"gte=0"`
	}
	// CaseFullOut is a matter with all that its page shows.
	CaseFullOut struct {
		ID      string       `json:"id" label:"事项" validate:"required"`
		Number  string       `json:"number" label:"编号" validate:"required"`
		Title   string       `json:"title" label:"标题" validate:"required"`
		Phase   string       `json:"phase" label:"状态" validate:"required"`
		Items   []ItemOut    `json:"items" label:"条目" validate:"required"`
		Parties []PartyOut   `json:"parties" label:"承办单位" validate:"required"`
		Open    []StageOut   `json:"open" label:"待办环节" validate:"required"`
		Doors   []StageOut   `json:"doors" label:"我还可以" validate:"required"`
		Closed  []StageOut   `json:"closed" label:"已办环节" validate:"required"`
		Coming  []MessageOut `json:"coming" label:"将要发出的消息" validate:"required"`
		Events  []EventOut   `json:"events" label:"办理过程" validate:"required"`
	}
	// ItemOut is one item.
	ItemOut struct {
		ID       string     `json:"id" label:"条目" validate:"required"`
		N        int        `json:"n" label:"序号" validate:"gte=1"`
		Problem  string     `json:"problem" label:"问题" validate:"required"`
		Demand   string     `json:"demand" label:"意见建议" validate:"required"`
		Result   string     `json:"result,omitempty" label:"结果"`
		ClosedAt *time.Time `json:"closed_at,omitempty" label:"销号时间"`
	}
	// PartyOut is one unit of a matter.
	PartyOut struct {
		Unit     string `json:"unit" label:"单位" validate:"required"`
		Name     string `json:"name" label:"名称" validate:"required"`
		Capacity string `json:"capacity" label:"承办方式" validate:"required,oneof=lead joint several sole"`
		Gone     bool   `json:"gone,omitempty" label:"已退办"`
	}
	// MessageOut is a notice, to come or written.
	MessageOut struct {
		At    time.Time `json:"at" label:"时间" validate:"required"`
		Case  string    `json:"case" label:"事项" validate:"required"`
		Stage string    `json:"stage" label:"环节" validate:"required"`
		Level string    `json:"level" label:"等级" validate:"required"`
		Text  string    `json:"text" label:"内容" validate:"required"`
		To    string    `json:"to,omitempty" label:"收件人"`
		Read  bool      `json:"read,omitempty" label:"已读"`
	}
	// FoundOut is a matter in which what was looked for was found.
	FoundOut struct {
		ID     string      `json:"id" label:"编号" validate:"required,uuid"`
		Number string      `json:"number" label:"文号" validate:"required"`
		Title  string      `json:"title" label:"标题" validate:"required"`
		Kind   string      `json:"kind" label:"种类" validate:"required"`
		Phase  string      `json:"phase" label:"阶段" validate:"required"`
		Lines  []FoundLine `json:"lines,omitempty" label:"所在的文字"`
	}
	// FoundLine is a line of a text, and where it stands.
	FoundLine struct {
		Where string `json:"where" label:"在哪里" validate:"required"`
		Text  string `json:"text" label:"文字" validate:"required"`
	}
	// EventOut is one line of what happened.
	EventOut struct {
		At   time.Time `json:"at" label:"时间" validate:"required"`
		Text string    `json:"text" label:"内容" validate:"required"`
		Late bool      `json:"late,omitempty" label:"逾期"`
	}
	// ForecastOut is one date a matter will have.
	ForecastOut struct {
		Stage       string    `json:"stage" label:"环节" validate:"required"`
		Name        string    `json:"name" label:"环节名称" validate:"required"`
		Due         time.Time `json:"due" label:"期限（不含）" validate:"required"`
		Provisional bool      `json:"provisional,omitempty" label:"暂定"`
		Working     []string  `json:"working" label:"推算过程" validate:"required"`
	}
	// FiledOut names the matter that was filed.
	FiledOut struct {
		ID string `json:"id" label:"事项" validate:"required"`
	}
	// ActOut says what became of an act: done, proposed for signature, or pending registration (正在登记).
	ActOut struct {
		State string `json:"state" label:"结果" validate:"required,oneof=done proposed pending"`
	}
	// CorrectionOut says what became of a correction: done, proposed for consent, pending registration, or, only tried, what it would bring about.
	CorrectionOut struct {
		State string   `json:"state" label:"结果" validate:"required,oneof=done proposed pending tried"`
		Would []string `json:"would,omitempty" label:"会带来什么"`
	}
	// LoginIn is a login.
	LoginIn struct {
		Login    string `json:"login" label:"账号" validate:"required,max=60"`
		Password string `json:"password" label:"密码" validate:"required,max=200"`
		Congress string `json:"congress,omitempty" label:"人大" validate:"omitempty,uuid"`
		Code     string `json:"code,omitempty" label:"动态口令" validate:"max=40"`
	}
)
