package register

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"bihuan/schemas"
)

type (
	// LedgerFilter is what a ledger (台账) is asked for: what somebody sees, and filters that leave out what they do not name.
	LedgerFilter struct {
		Listing
		Procedures []string
		Stands     []string  // nil: all
		From, To   time.Time // filed in this time, the end excluded
		Late       bool      // only what is overdue now
		Newest     bool      // the newest first, not the oldest
	}
	// OpinionLine is a line of the ledger of opinions (监督意见台账). Due is exclusive.
	OpinionLine struct {
		ID, Number, Source, Title, Kind   string
		AnchorDay                         time.Time
		Direct                            bool
		Phase, Outcome                    string
		Committee, Leader, Reopens        string
		Units, Joint                      string
		Stages                            string // JSON: see Steps
		Items, ClosedItems                int
		Urged, Supervised                 int // how often it was urged at the levels of 催办, of 督办
		UrgingLetters, SupervisingLetters string
		StageKind, StageUnit              string
		StageRoles                        []string
		Due, Yellow                       *time.Time
		Level                             string
		NPC, Held, Paused                 bool
	}
	// LedgerStep is a duty of a matter as a ledger needs it. Due is exclusive.
	LedgerStep struct {
		Key     string     `json:"key"`
		Kind    string     `json:"kind"`
		Unit    string     `json:"unit"` // by name
		Due     *time.Time `json:"due"`
		Closed  *time.Time `json:"closed"`
		Verdict string     `json:"verdict"`
		Lead    bool       `json:"lead"` // the unit answers for the matter, and still does
	}
	// SuggestionLine is a suggestion in its ledger (建议台账), with the parts of its units.
	SuggestionLine struct {
		ID, Number, Title, Phase, Outcome, Category string
		InSession, Key                              bool
		KeyLeader, Leader, Delegation               string
		Published                                   bool
		Publication, Merged                         string // the verdict about publishing; the number of the suggestion that it went into
		Cosigners                                   int
		Proposers                                   []string // account ids
		Parts                                       string   // JSON: see Shares
	}
	// Share is a unit's part in a suggestion as its ledger needs it. Due instants are exclusive.
	Share struct {
		Unit     string     `json:"unit"`
		Name     string     `json:"name"`
		Capacity string     `json:"capacity"`
		Gone     bool       `json:"gone"`
		Handed   *time.Time `json:"handed"`
		Signed   *time.Time `json:"signed"`
		Auto     bool       `json:"auto"`
		Asked    int        `json:"asked"`
		Due      *time.Time `json:"due"`
		Answered *time.Time `json:"answered"`
		Class    string     `json:"class"`
		Now      string     `json:"now"`
		Turned   *time.Time `json:"turned"`
		Verified *time.Time `json:"verified"`
		Met      bool       `json:"met"`
		First    string     `json:"first"`
		Attitude string     `json:"attitude"`
		Result   string     `json:"result"`
		RedoDue  *time.Time `json:"redo_due"`
		Redone   *time.Time `json:"redone"`
		Final    string     `json:"final"`
		Promised *time.Time `json:"promised"`
	}
	// ProblemLine is a line of the list of problems that inquiries found (问题清单).
	ProblemLine struct {
		ID, Number, Title, Body, Phase, Outcome string
		Class, Unit, Site, Basis                string
		Files                                   int // signed evidence
		Teams                                   string
		Closed                                  *time.Time
		Checkers                                string
	}
	// InterviewLine is a line of the ledger of interviews (约见约谈台账).
	InterviewLine struct {
		ID, Number, Title, Source, Phase, Outcome string
		FiledAt                                   time.Time
		Unit, Post                                string
		Meets                                     *time.Time
		Place, Committee                          string
		Notified, Signed                          *time.Time
		Promises, Kept, Late                      int
	}
	// InstructionLine is a line of the ledger of leaders' instructions (批示台账). Due is exclusive.
	InstructionLine struct {
		CaseID, Key        string
		OpenedAt           time.Time
		Unit, UnitName     string
		Due, ClosedAt      *time.Time
		Verdict            string
		Yellow             *time.Time
		Level              string
		Paused, Held       bool
		Number, Title      string
		Committee          string
		Author, Body, Role string
	}
)

// ever is a year's bound where no year is asked for.
var ever = [2]time.Time{time.Date(1900, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(9000, 1, 1, 0, 0, 0, 0, time.UTC)}

func (f LedgerFilter) span() (from, to time.Time) {
	if f.From.IsZero() {
		return ever[0], ever[1]
	}
	return f.From, f.To
}

// LedgerCases are the matters of a page of a ledger after a place, in the order of filing; and where the next page begins.
func (r *Register) LedgerCases(ctx context.Context, congress string, f LedgerFilter, now time.Time, after *Place, limit int) ([]string, *Place, error) {
	ls := f.of(congress, Tab{Procedures: f.Procedures, Stands: f.Stands}, now)
	words := ""
	if f.Words != "" {
		words = likely(f.Words)
	}
	var place Place
	if after != nil {
		place = *after
	}
	from, to := f.span()
	query := "ledger_cases_old"
	if f.Newest {
		query = "ledger_cases_new"
	}
	rows, err := many[Place](ctx, r.pool, query, append(f.args(congress, ls, words), from, to, moment(place.At), null(place.ID), f.Late, now, limit+1)...)
	out := page(rows, limit)
	return out.IDs, out.Next, err
}

// LedgerCount is how many matters a ledger has, up to Counted+1.
func (r *Register) LedgerCount(ctx context.Context, congress string, f LedgerFilter, now time.Time) (int, error) {
	words := ""
	if f.Words != "" {
		words = likely(f.Words)
	}
	from, to := f.span()
	row, err := one[struct{ N int }](ctx, r.pool, "ledger_count", append(f.args(congress, f.of(congress, Tab{Procedures: f.Procedures, Stands: f.Stands}, now), words), from, to, f.Late, now, Counted+1)...)
	return row.N, err
}

// OpinionLines are those opinions as their ledger shows them, in the order of the ids.
func (r *Register) OpinionLines(ctx context.Context, congress string, ids []string) ([]OpinionLine, error) {
	return many[OpinionLine](ctx, r.pool, "ledger_opinions", congress, ids)
}

// SuggestionLines are those suggestions as their ledger shows them, in the order of the ids.
func (r *Register) SuggestionLines(ctx context.Context, congress string, ids []string) ([]SuggestionLine, error) {
	return many[SuggestionLine](ctx, r.pool, "ledger_suggestions", congress, ids)
}

// ProblemLines are those problems as their list shows them, in the order of the ids.
func (r *Register) ProblemLines(ctx context.Context, congress string, ids []string) ([]ProblemLine, error) {
	return many[ProblemLine](ctx, r.pool, "ledger_problems", congress, ids)
}

// InterviewLines are those interviews as their ledger shows them at an instant, in the order of the ids.
func (r *Register) InterviewLines(ctx context.Context, congress string, ids []string, now time.Time) ([]InterviewLine, error) {
	return many[InterviewLine](ctx, r.pool, "ledger_interviews", congress, ids, now)
}

// InstructionLines are the instructions of a page after a place, in the order in which they were given; and where the next page begins. Of
// the stands there are open and ended; late ones are open.
func (r *Register) InstructionLines(ctx context.Context, congress string, f LedgerFilter, now time.Time, after *Place, limit int) ([]InstructionLine, *Place, error) {
	var procedures, ways, whos []string
	var handed, published []bool
	for procedure := range f.Sights {
		for _, a := range (Listing{Sights: f.Sights}).lanes(congress, procedure, "") {
			procedures, ways, whos = append(procedures, a.procedure), append(ways, a.way), append(whos, a.who)
			handed, published = append(handed, a.handed), append(published, a.published)
		}
	}
	stand := strings.Join(f.Stands, "")
	if f.Late {
		stand = "late"
	}
	at, id, key := after.parts()
	from, to := f.span()
	rows, err := many[InstructionLine](ctx, r.pool, "ledger_instructions", planned, congress, procedures, ways, whos, handed, published, null(f.Unit), null(f.Committee), from, to, stand, now,
		moment(at), id, key, limit+1)
	if err != nil || len(rows) <= limit {
		return rows, nil, err
	}
	last := rows[limit-1]
	return rows[:limit], &Place{last.OpenedAt, last.CaseID + "/" + last.Key}, nil
}

// Steps are the duties of an opinion that its line tells of, in the order of opening.
func (l OpinionLine) Steps() (steps []LedgerStep, err error) {
	return steps, json.Unmarshal([]byte(l.Stages), &steps)
}

// Shares are the parts of a suggestion's units.
func (l SuggestionLine) Shares() (shares []Share, err error) {
	return shares, json.Unmarshal([]byte(l.Parts), &shares)
}

// Says is what the leader wrote.
func (l InstructionLine) Says() string {
	var in schemas.ActIn
	if l.Body == "" || json.Unmarshal([]byte(l.Body), &in) != nil {
		return ""
	}
	if in.Reason != "" {
		return in.Reason
	}
	return in.Text
}
