package register

import (
	"cmp"
	"context"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"bihuan/schemas"

	"github.com/mozillazg/go-pinyin"
)

// variants bounds in how many ways a name may be read: names of many characters with several readings each would have thousands.
const variants = 64

// surnames are characters that a family name reads otherwise than other words do, as lists sort them.
var surnames = map[rune]string{
	'单': "shan", '曾': "zeng", '仇': "qiu", '区': "ou", '解': "xie", '查': "zha", '盖': "ge", '朴': "piao", '翟': "zhai", '覃': "qin", '冼': "xian", '缪': "miao",
	'种': "chong", '员': "yun", '折': "she", '洗': "xian", '乐': "yue", '召': "shao", '祭': "zhai", '秘': "bi", '尉': "wei", '任': "ren", '华': "hua", '宁': "ning",
	'葛': "ge", '藏': "zang", '长': "zhang", '重': "chong", '万': "wan", '石': "shi", '车': "che", '都': "du", '干': "gan", '哈': "ha", '过': "guo", '晏': "yan",
}

// phrases are words in which a character reads otherwise than it mostly does, as lists sort them.
var phrases = map[string]string{"重庆": "chong", "长沙": "chang", "长安": "chang", "长江": "chang", "长寿": "chang", "银行": "yin hang", "行业": "hang", "调研": "diao",
	"调查": "diao", "会计": "kuai", "朝阳": "chao", "厦门": "xia", "大厦": "da sha", "乐山": "le", "音乐": "yin yue"}

// Spell is how a name is read (读音): its syllables, by which lists are sorted, and the first letters of its syllables in each way that it
// can be read. Where somebody has said how it is read, his word comes first. person: it begins with a family name.
func Spell(name, reading string, person bool) (spelled, initials string) {
	ways := []string{""}
	add := func(letters []string) {
		var more []string
		for _, way := range ways {
			for _, l := range letters {
				more = append(more, way+l)
			}
		}
		ways = more[:min(len(more), variants)]
	}
	var syllables []string
	args := pinyin.NewArgs()
	args.Heteronym = true
	usual := map[int]string{} // by place
	for phrase, read := range phrases {
		for at := strings.Index(name, phrase); at >= 0; {
			for n, syllable := range strings.Fields(read) {
				usual[at+3*n] = syllable
			}
			next := strings.Index(name[at+1:], phrase)
			if next < 0 {
				break
			}
			at += 1 + next
		}
	}
	for i, r := range name {
		switch readings := pinyin.SinglePinyin(r, args); {
		case len(readings) > 0:
			first := cmp.Or(usual[i], readings[0])
			if surname := surnames[r]; i == 0 && person && surname != "" {
				first = surname
			}
			syllables = append(syllables, first)
			letters := []string{first[:1]}
			for _, reading := range readings {
				if !slices.Contains(letters, reading[:1]) {
					letters = append(letters, reading[:1])
				}
			}
			add(letters)
		case r < unicode.MaxASCII && (unicode.IsLetter(r) || unicode.IsDigit(r)):
			syllables = append(syllables, strings.ToLower(string(r)))
			add([]string{strings.ToLower(string(r))})
		}
	}
	spelled = strings.Join(syllables, " ")
	if said := strings.Fields(strings.ToLower(reading)); len(said) > 0 {
		spelled = strings.Join(said, " ")
		way := ""
		for _, syllable := range said {
			way += syllable[:1]
		}
		ways = append([]string{way}, slices.DeleteFunc(ways, func(w string) bool { return w == way })...)
	}
	return spelled, strings.Join(ways, " ")
}

// spellAtOnce bounds how many names are spelled in a transaction.
const spellAtOnce = 500

// respell spells the names that nobody has spelled yet, or that an older program entered.
func respell(ctx context.Context, q querier) error {
	for _, table := range []string{"units", "accounts"} {
		for {
			rows, err := many[struct{ ID, Name, Reading string }](ctx, q, table+"_unspelled", spellAtOnce)
			if err != nil {
				return err
			}
			var ids, spelled, initials []string
			for _, row := range rows {
				s, i := Spell(row.Name, row.Reading, table == "accounts")
				ids, spelled, initials = append(ids, row.ID), append(spelled, s), append(initials, i)
			}
			if len(ids) == 0 {
				break
			}
			if _, err := many[struct{ ID string }](ctx, q, table+"_spell", ids, spelled, initials); err != nil {
				return err
			}
		}
	}
	return nil
}

// Read is how the name of a unit or a person is read.
type Read struct {
	ID, Name, Reading, Spelled, Initials string
}

// UnitReadings are those of a congress's units.
func (r *Register) UnitReadings(ctx context.Context, congress string) ([]Read, error) {
	return many[Read](ctx, r.pool, "unit_readings", congress)
}

// AccountReading is that of a person. Code: NotFound.
func (r *Register) AccountReading(ctx context.Context, congress, account string) (Read, error) {
	return one[Read](ctx, r.pool, "account_reading", congress, account)
}

// readable are readings that somebody may give: syllables without tones.
var readable = regexp.MustCompile(`^[a-z]{1,6}( [a-z]{1,6}){0,29}$`)

// SayReading says how the name of a unit or a person is read; empty: as the dictionary has it. Codes: NotFound, BadReading.
func (r *Register) SayReading(ctx context.Context, congress, id, reading string) error {
	reading = strings.Join(strings.Fields(strings.ToLower(reading)), " ")
	if reading != "" && !readable.MatchString(reading) {
		return schemas.Refuse("BadReading", "读音写成小写拼音，音节之间空一格，不标声调，例如 shan ying")
	}
	units, err := r.UnitReadings(ctx, congress)
	if err != nil {
		return err
	}
	if i := slices.IndexFunc(units, func(u Read) bool { return u.ID == id }); i >= 0 {
		spelled, initials := Spell(units[i].Name, reading, false)
		_, err = r.do(ctx, "say_unit_reading", congress, id, reading, spelled, initials)
		return err
	}
	a, err := r.AccountReading(ctx, congress, id)
	if err != nil {
		return err
	}
	spelled, initials := Spell(a.Name, reading, true)
	_, err = r.do(ctx, "say_account_reading", congress, id, reading, spelled, initials)
	return err
}
