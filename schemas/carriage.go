package schemas

import (
	_ "embed" // the table
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

type (
	// Carriage is a kind of notice with the way it is carried (送达方式): by itself at once, because it cannot wait, or in the
	// person's next digest. The first kind that a notice is of decides.
	Carriage struct {
		Code   string   `json:"code"`
		Says   string   `json:"says"`   // the kind, in Chinese
		Kinds  []string `json:"kinds"`  // of stages; empty: all
		Levels []string `json:"levels"` // of rungs; *: all
		Today  bool     `json:"today"`  // only what is due on the day it is said
		First  bool     `json:"first"`  // only what had not climbed to its person before
		Single bool     `json:"single"` // by itself; an office may decide otherwise
		Why    string   `json:"why"`
	}
	// UrgeLimits bound how often people urge (人工催办).
	UrgeLimits struct {
		PersonDay int    `json:"person_day"` // by one person, on one stage, in one working day
		Stage     int    `json:"stage"`      // on one stage, by whomever
		Why       string `json:"why"`
	}
)

//go:embed carriage.json
var carriageJSON []byte

var carriage = sync.OnceValue(func() (table struct {
	Carriages []Carriage `json:"carriages"`
	Urges     UrgeLimits `json:"urges"`
}) {
	if err := json.Unmarshal(carriageJSON, &table); err != nil {
		panic(err) // part of the build, read in its tests
	}
	return table
})

// Carriages are the kinds of notices in the order in which they are tried; the last takes whatever is left.
func Carriages() []Carriage { return slices.Clone(carriage().Carriages) }

// Urging are the limits of urges.
func Urging() UrgeLimits { return carriage().Urges }

// CarriageOf is the kind of a notice about a stage at a level, due at an instant (zero: none) and said at another; again: a lower rung
// of the stage had reached its person.
func CarriageOf(stage, level string, due, said time.Time, again bool) Carriage {
	table := carriage().Carriages
	if strings.HasPrefix(level, LevelUrge) {
		level = LevelUrge
	}
	i := slices.IndexFunc(table, func(c Carriage) bool {
		return (len(c.Kinds) == 0 || slices.Contains(c.Kinds, Kind(stage))) &&
			(c.Levels[0] == "*" || slices.Contains(c.Levels, level)) &&
			!(c.First && again) && (!c.Today || !due.IsZero() && !DayOf(lastDay(due)).After(DayOf(said)))
	})
	return table[i]
}

// LevelUrge begins the level of an urge (人工催办), before which one of its stage it is.
const LevelUrge = "urge"

// UrgeLevel is the level of a stage's n-th urge.
func UrgeLevel(n int) string { return LevelUrge + "#" + strconv.Itoa(n) }

// urgeOf is which urge a level is; 0: none.
func urgeOf(level string) int {
	text, is := strings.CutPrefix(level, LevelUrge+"#")
	if !is {
		return 0
	}
	n, _ := strconv.Atoi(text)
	return n
}
