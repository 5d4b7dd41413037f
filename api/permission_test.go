package api

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"bihuan/activities/intake"
	"bihuan/activities/register"
	"bihuan/schemas"

	"github.com/go-chi/chi/v5"
)

func TestPermissionsAreWellFormed(t *testing.T) {
	seen := map[string]bool{}
	for _, p := range schemas.Permissions() {
		if seen[p.Object+p.Action] || p.Says == "" || p.Source == "" || len(p.Grants) == 0 {
			t.Errorf("%s %s is said twice or lacks something", p.Action, p.Object)
		}
		seen[p.Object+p.Action] = true
		for role, scope := range p.Grants {
			if schemas.RoleNames[role] == "" || schemas.ScopeNames[scope] == "" {
				t.Errorf("%s %s: role %s, scope %s", p.Action, p.Object, role, scope)
			}
		}
	}
}

// One decision point: nothing else in this package looks at posts.
func TestOnlyThePermissionsLookAtPosts(t *testing.T) {
	files := must(filepath.Glob("*.go"))
	for _, f := range files {
		text := string(must(os.ReadFile(f)))
		if f != "permission.go" && !strings.HasSuffix(f, "_test.go") && (strings.Contains(text, ".Holds(") || strings.Contains(text, ".HoldsFor(")) {
			t.Errorf("%s decides for itself who may do what", f)
		}
	}
}

// walked is who gets through where, and with whose matter, as spec 7.2 has it. b: an open ballot; l: an issued letter of the opinion; n: an issued bulletin; o: an opinion,
// s: a suggestion, i: an interview, q: an inquiry with its problem p, z: an interpellation of scm, e: an end-effect evaluation, w: a work appraisal,
// v: the appraisal of an official of 甲局, each handed to 甲局; 乙 and the others of that name have nothing to do with them.
const walked = `
GET /: everyone
GET /api/calendar: everyone
GET /api/cases/e: ch cmh cmt cmt-other dep dep-head gov ofc scm unh-jia unt-jia vc vm-jia
GET /api/cases/i: ch cmh cmt cmt-other dep dep-head gov ofc scm unh-jia unt-jia vc vm-jia
GET /api/cases/o: ch cmh cmt cmt-other dep dep-head gov ofc scm unh-jia unt-jia vc vm-jia
GET /api/cases/p: ch cmh cmt cmt-other dep dep-head dpt1 dpt2 dpt3 dpt4 gov ofc scm unh-jia unt-jia vc vm-jia
GET /api/cases/q: ch cmh cmt cmt-other dep dep-head dpt1 dpt2 dpt3 dpt4 gov ofc scm unh-jia unt-jia vc vm-jia
GET /api/cases/s: ch cmh cmt cmt-other dep dep-head dpt1 gov ofc scm str-own unh-jia unt-jia vc vm-jia
GET /api/cases/v: ch ofc scm unh-jia vc
GET /api/cases/w: ch cmh cmt cmt-other dep dep-head dpt1 dpt2 dpt3 dpt4 gov ofc scm unh-jia unt-jia vc vm-jia
GET /api/cases/z: ch cmh cmt cmt-other dep dep-head gov ofc scm unh-jia unt-jia vc vm-jia
GET /api/cases: ch cmh cmt cmt-other dep dep-head dpt1 dpt2 dpt3 dpt4 gov ofc scm stn str str-own unh-bing unh-court unh-jia unh-yi unt-bing unt-court unt-jia unt-yi vc vm-jia vm-yi
GET /api/interviews: ch cmh cmt cmt-other dep dep-head dpt1 dpt2 dpt3 dpt4 gov ofc scm unh-bing unh-court unh-jia unh-yi unt-bing unt-court unt-jia unt-yi vc vm-jia vm-yi
GET /api/me: everyone
GET /api/notices: everyone
GET /api/rules: everyone
GET /api/search: everyone
GET /api/work: everyone
GET /appraisals/new: cmh cmt cmt-other dep dep-head ofc
GET /appraisals: ch cmh cmt cmt-other dep dep-head dpt1 dpt2 dpt3 dpt4 gov ofc scm unh-bing unh-court unh-jia unh-yi unt-bing unt-court unt-jia unt-yi vc vm-jia vm-yi
GET /audit.csv: aud
GET /audit: aud
GET /ballots/b/configure: dep ofc
GET /ballots/b/screen: ch dep dpt1 dpt2 dpt3 dpt4 ofc scm vc
GET /ballots/b/vote: dpt1 dpt2 dpt3 dpt4 scm
GET /ballots/b: ch dep dpt1 dpt2 dpt3 dpt4 ofc scm vc
GET /ballots/new: dep ofc
GET /ballots: ch dep dpt1 dpt2 dpt3 dpt4 ofc scm vc
GET /bots: adm ofc
GET /calendar/closings: ofc
GET /calendar/print: everyone
GET /calendar: everyone
GET /cases/e/act: ofc unh-jia unt-jia
GET /cases/e/archive.zip: ch cmh cmt cmt-other dep dep-head gov ofc scm unh-jia unt-jia vc vm-jia
GET /cases/e/corrections/new: ofc
GET /cases/e/corrections: ofc
GET /cases/e/disclosure: dep
GET /cases/e/files/{file}:
GET /cases/e/instruct: ch cmh cmt cmt-other dep dep-head gov ofc scm unh-jia unt-jia vc vm-jia
GET /cases/e/letters/new: cmh cmt ofc
GET /cases/e/minutes:
GET /cases/e/notice:
GET /cases/e: ch cmh cmt cmt-other dep dep-head gov ofc scm unh-jia unt-jia vc vm-jia
GET /cases/i/act: ofc unh-jia unt-jia
GET /cases/i/archive.zip: ch cmh cmt cmt-other dep dep-head gov ofc scm unh-jia unt-jia vc vm-jia
GET /cases/i/corrections/new: ofc
GET /cases/i/corrections: ofc
GET /cases/i/disclosure: dep
GET /cases/i/files/{file}:
GET /cases/i/instruct: ch cmh cmt cmt-other dep dep-head gov ofc scm unh-jia unt-jia vc vm-jia
GET /cases/i/letters/new: cmh cmt ofc
GET /cases/i/minutes:
GET /cases/i/notice:
GET /cases/i: ch cmh cmt cmt-other dep dep-head gov ofc scm unh-jia unt-jia vc vm-jia
GET /cases/import/template.xlsx: cmh cmt cmt-other dep-head ofc
GET /cases/import/{id}: cmh cmt cmt-other dep-head ofc
GET /cases/import: cmh cmt cmt-other dep-head ofc
GET /cases/new: cmh cmt cmt-other dep-head
GET /cases/o/act: ofc unh-jia unt-jia
GET /cases/o/archive.zip: ch cmh cmt cmt-other dep dep-head gov ofc scm unh-jia unt-jia vc vm-jia
GET /cases/o/corrections/new: ofc
GET /cases/o/corrections: ofc
GET /cases/o/disclosure: dep
GET /cases/o/files/{file}:
GET /cases/o/instruct: ch cmh cmt cmt-other dep dep-head gov ofc scm unh-jia unt-jia vc vm-jia
GET /cases/o/letters/new: cmh cmt ofc
GET /cases/o/minutes:
GET /cases/o/notice:
GET /cases/o: ch cmh cmt cmt-other dep dep-head gov ofc scm unh-jia unt-jia vc vm-jia
GET /cases/p/act: ofc unh-jia unt-jia
GET /cases/p/archive.zip: ch cmh cmt cmt-other dep dep-head dpt1 dpt2 dpt3 dpt4 gov ofc scm unh-jia unt-jia vc vm-jia
GET /cases/p/corrections/new: ofc
GET /cases/p/corrections: ofc
GET /cases/p/disclosure: dep
GET /cases/p/files/{file}:
GET /cases/p/instruct: ch cmh cmt cmt-other dep dep-head dpt1 dpt2 dpt3 dpt4 gov ofc scm unh-jia unt-jia vc vm-jia
GET /cases/p/letters/new: cmh cmt ofc
GET /cases/p/minutes:
GET /cases/p/notice:
GET /cases/p: ch cmh cmt cmt-other dep dep-head dpt1 dpt2 dpt3 dpt4 gov ofc scm unh-jia unt-jia vc vm-jia
GET /cases/q/act: ofc unh-jia unt-jia
GET /cases/q/archive.zip: ch cmh cmt cmt-other dep dep-head dpt1 dpt2 dpt3 dpt4 gov ofc scm unh-jia unt-jia vc vm-jia
GET /cases/q/corrections/new: ofc
GET /cases/q/corrections: ofc
GET /cases/q/disclosure: dep
GET /cases/q/files/{file}:
GET /cases/q/instruct: ch cmh cmt cmt-other dep dep-head dpt1 dpt2 dpt3 dpt4 gov ofc scm unh-jia unt-jia vc vm-jia
GET /cases/q/letters/new: cmh cmt ofc
GET /cases/q/minutes:
GET /cases/q/notice:
GET /cases/q: ch cmh cmt cmt-other dep dep-head dpt1 dpt2 dpt3 dpt4 gov ofc scm unh-jia unt-jia vc vm-jia
GET /cases/s/act: dep ofc unh-jia unt-jia
GET /cases/s/archive.zip: ch cmh cmt cmt-other dep dep-head dpt1 gov ofc scm str-own unh-jia unt-jia vc vm-jia
GET /cases/s/corrections/new: dep
GET /cases/s/corrections: dep
GET /cases/s/disclosure: dep
GET /cases/s/files/{file}:
GET /cases/s/instruct: ch cmh cmt cmt-other dep dep-head dpt1 gov ofc scm str-own unh-jia unt-jia vc vm-jia
GET /cases/s/letters/new: cmt-other dep dep-head ofc
GET /cases/s/minutes:
GET /cases/s/notice:
GET /cases/s: ch cmh cmt cmt-other dep dep-head dpt1 gov ofc scm str-own unh-jia unt-jia vc vm-jia
GET /cases/v/act: unh-jia
GET /cases/v/archive.zip: ch ofc scm vc
GET /cases/v/corrections/new:
GET /cases/v/corrections:
GET /cases/v/disclosure:
GET /cases/v/files/{file}:
GET /cases/v/instruct: ch ofc scm unh-jia vc
GET /cases/v/letters/new:
GET /cases/v/minutes:
GET /cases/v/notice:
GET /cases/v: ch ofc scm unh-jia vc
GET /cases/w/act: ofc unh-jia unt-jia
GET /cases/w/archive.zip: ch cmh cmt cmt-other dep dep-head dpt1 dpt2 dpt3 dpt4 gov ofc scm unh-jia unt-jia vc vm-jia
GET /cases/w/corrections/new: ofc
GET /cases/w/corrections: ofc
GET /cases/w/disclosure: dep
GET /cases/w/files/{file}:
GET /cases/w/instruct: ch cmh cmt cmt-other dep dep-head dpt1 dpt2 dpt3 dpt4 gov ofc scm unh-jia unt-jia vc vm-jia
GET /cases/w/letters/new: cmh cmt ofc
GET /cases/w/minutes:
GET /cases/w/notice:
GET /cases/w: ch cmh cmt cmt-other dep dep-head dpt1 dpt2 dpt3 dpt4 gov ofc scm unh-jia unt-jia vc vm-jia
GET /cases/z/act: dep ofc unh-jia unt-jia
GET /cases/z/archive.zip: ch cmh cmt cmt-other dep dep-head gov ofc scm unh-jia unt-jia vc vm-jia
GET /cases/z/corrections/new: ofc
GET /cases/z/corrections: ofc
GET /cases/z/disclosure: dep
GET /cases/z/files/{file}:
GET /cases/z/instruct: ch cmh cmt cmt-other dep dep-head gov ofc scm unh-jia unt-jia vc vm-jia
GET /cases/z/letters/new: cmt-other dep dep-head ofc
GET /cases/z/minutes:
GET /cases/z/notice:
GET /cases/z: ch cmh cmt cmt-other dep dep-head gov ofc scm unh-jia unt-jia vc vm-jia
GET /cases: ch cmh cmt cmt-other dep dep-head dpt1 dpt2 dpt3 dpt4 gov ofc scm stn str str-own unh-bing unh-court unh-jia unh-yi unt-bing unt-court unt-jia unt-yi vc vm-jia vm-yi
GET /cockpit/list: ch cmh dep-head gov ofc vc vm-jia vm-yi
GET /cockpit/print: ch cmh dep-head gov ofc vc vm-jia vm-yi
GET /cockpit/screen: ch cmh dep-head gov ofc vc vm-jia vm-yi
GET /cockpit: ch cmh dep-head gov ofc vc vm-jia vm-yi
GET /digest/{day}: everyone
GET /digest: everyone
GET /evaluations/new: cmh cmt cmt-other dep dep-head ofc
GET /evaluations: ch cmh cmt cmt-other dep dep-head gov ofc scm unh-bing unh-court unh-jia unh-yi unt-bing unt-court unt-jia unt-yi vc vm-jia vm-yi
GET /inquiries/new: cmh cmt cmt-other dep dep-head ofc
GET /inquiries/problems.xlsx: cmh cmt cmt-other dep dep-head
GET /inquiries/q/hall: cmh cmt ofc
GET /inquiries/q/problems: cmh cmt
GET /inquiries/q/screen: ch cmh cmt cmt-other dep dep-head dpt1 dpt2 dpt3 dpt4 gov ofc scm unh-jia unt-jia vc vm-jia
GET /inquiries: ch cmh cmt cmt-other dep dep-head dpt1 dpt2 dpt3 dpt4 gov ofc scm unh-bing unh-court unh-jia unh-yi unt-bing unt-court unt-jia unt-yi vc vm-jia vm-yi
GET /interpellations/new: scm
GET /interpellations: ch cmh cmt cmt-other dep dep-head gov ofc scm unh-bing unh-court unh-jia unh-yi unt-bing unt-court unt-jia unt-yi vc vm-jia vm-yi
GET /interviews/new: cmh cmt cmt-other dep dep-head dpt1 dpt2 dpt3 dpt4 ofc
GET /interviews: ch cmh cmt cmt-other dep dep-head dpt1 dpt2 dpt3 dpt4 gov ofc scm unh-bing unh-court unh-jia unh-yi unt-bing unt-court unt-jia unt-yi vc vm-jia vm-yi
GET /lateness: ch cmh cmt cmt-other dep dep-head gov ofc unh-bing unh-court unh-jia unh-yi unt-bing unt-court unt-jia unt-yi vc vm-jia vm-yi
GET /ledgers/instructions: ch cmh cmt cmt-other dep dep-head gov ofc scm unh-bing unh-court unh-jia unh-yi unt-bing unt-court unt-jia unt-yi vc vm-jia vm-yi
GET /ledgers/interviews: ch cmh cmt cmt-other dep dep-head gov ofc scm unh-bing unh-court unh-jia unh-yi unt-bing unt-court unt-jia unt-yi vc vm-jia vm-yi
GET /ledgers/opinions: ch cmh cmt cmt-other dep dep-head gov ofc scm unh-bing unh-court unh-jia unh-yi unt-bing unt-court unt-jia unt-yi vc vm-jia vm-yi
GET /ledgers/problems: ch cmh cmt cmt-other dep dep-head gov ofc scm unh-bing unh-court unh-jia unh-yi unt-bing unt-court unt-jia unt-yi vc vm-jia vm-yi
GET /ledgers/suggestions: ch cmh cmt cmt-other dep dep-head gov ofc scm unh-bing unh-court unh-jia unh-yi unt-bing unt-court unt-jia unt-yi vc vm-jia vm-yi
GET /ledgers: ch cmh cmt cmt-other dep dep-head gov ofc scm unh-bing unh-court unh-jia unh-yi unt-bing unt-court unt-jia unt-yi vc vm-jia vm-yi
GET /letters/l/letter.docx: ch cmh cmt cmt-other dep dep-head gov ofc scm unh-jia unt-jia vc vm-jia
GET /letters/l: ch cmh cmt cmt-other dep dep-head gov ofc scm unh-jia unt-jia vc vm-jia
GET /letters/templates/{kind}/template.docx: ofc
GET /letters/templates: ofc
GET /letters: ch cmh cmt cmt-other dep dep-head dpt1 dpt2 dpt3 dpt4 gov ofc scm stn str str-own unh-bing unh-court unh-jia unh-yi unt-bing unt-court unt-jia unt-yi vc vm-jia vm-yi
GET /mail/tomorrow: ofc
GET /mail/ways: ofc
GET /mail: ofc
GET /me/factor/qr.png: everyone
GET /me/factor: everyone
GET /me/notices: everyone
GET /me/password: everyone
GET /me: everyone
GET /notices: everyone
GET /numbers/bulletins/n/bulletin.docx: ch cmh cmt cmt-other dep dep-head gov ofc pfo scm str str-own unh-bing unh-court unh-jia unh-yi unt-bing unt-court unt-jia unt-yi vc vm-jia vm-yi
GET /numbers/bulletins/n/{code}: ch cmh cmt cmt-other dep dep-head gov ofc pfo scm str str-own unh-bing unh-court unh-jia unh-yi unt-bing unt-court unt-jia unt-yi vc vm-jia vm-yi
GET /numbers/bulletins/n: ch cmh cmt cmt-other dep dep-head gov ofc pfo scm str str-own unh-bing unh-court unh-jia unh-yi unt-bing unt-court unt-jia unt-yi vc vm-jia vm-yi
GET /numbers/bulletins/new: dep ofc
GET /numbers/bulletins: ch cmh cmt cmt-other dep dep-head gov ofc pfo scm str str-own unh-bing unh-court unh-jia unh-yi unt-bing unt-court unt-jia unt-yi vc vm-jia vm-yi
GET /numbers/committees: ch cmh cmt cmt-other dep dep-head gov ofc pfo scm str str-own unh-bing unh-court unh-jia unh-yi unt-bing unt-court unt-jia unt-yi vc vm-jia vm-yi
GET /numbers/leaders: ch cmh cmt cmt-other dep dep-head gov ofc pfo scm str str-own unh-bing unh-court unh-jia unh-yi unt-bing unt-court unt-jia unt-yi vc vm-jia vm-yi
GET /numbers/months: ch cmh cmt cmt-other dep dep-head gov ofc pfo scm str str-own unh-bing unh-court unh-jia unh-yi unt-bing unt-court unt-jia unt-yi vc vm-jia vm-yi
GET /numbers/opinions/{code}: ch cmh cmt cmt-other dep dep-head gov ofc pfo scm str str-own unh-bing unh-court unh-jia unh-yi unt-bing unt-court unt-jia unt-yi vc vm-jia vm-yi
GET /numbers/opinions: ch cmh cmt cmt-other dep dep-head gov ofc pfo scm str str-own unh-bing unh-court unh-jia unh-yi unt-bing unt-court unt-jia unt-yi vc vm-jia vm-yi
GET /numbers/report: ch cmh cmt cmt-other dep dep-head gov ofc pfo scm str str-own unh-bing unh-court unh-jia unh-yi unt-bing unt-court unt-jia unt-yi vc vm-jia vm-yi
GET /numbers/units: ch cmh cmt cmt-other dep dep-head gov ofc pfo scm str str-own unh-bing unh-court unh-jia unh-yi unt-bing unt-court unt-jia unt-yi vc vm-jia vm-yi
GET /numbers/{code}: ch cmh cmt cmt-other dep dep-head gov ofc pfo scm str str-own unh-bing unh-court unh-jia unh-yi unt-bing unt-court unt-jia unt-yi vc vm-jia vm-yi
GET /numbers: ch cmh cmt cmt-other dep dep-head gov ofc pfo scm str str-own unh-bing unh-court unh-jia unh-yi unt-bing unt-court unt-jia unt-yi vc vm-jia vm-yi
GET /people/accounts/new: adm
GET /people/accounts/{id}:
GET /people/accounts: adm sec
GET /people/demands: sec
GET /people/import/template.xlsx: adm
GET /people/import: adm
GET /people/units/import/template.xlsx: adm
GET /people/units/import: adm
GET /people/units: adm
GET /people: adm ofc sec
GET /permissions: everyone
GET /rules/edit/ladder: ofc
GET /rules/edit/limits: ofc
GET /rules/edit/reminders: ofc
GET /rules/edit/term: ofc
GET /rules/edit: ofc
GET /rules/moves/batch:
GET /rules/moves: ofc
GET /rules/preview: ofc
GET /rules/versions: everyone
GET /rules: everyone
GET /search/units.json: everyone
GET /search: everyone
GET /suggestions/batches/{id}:
GET /suggestions/bulk/{kind}: dep
GET /suggestions/import/template.xlsx: dep
GET /suggestions/import: dep
GET /suggestions/new: dpt1 dpt2 dpt3 dpt4
GET /suggestions: ch cmh cmt cmt-other dep dep-head dpt1 dpt2 dpt3 dpt4 gov ofc scm stn str str-own unh-bing unh-court unh-jia unh-yi unt-bing unt-court unt-jia unt-yi vc vm-jia vm-yi
GET /tracking/{unit}: ch cmh cmt cmt-other dep dep-head gov ofc scm unh-jia unt-jia vc vm-jia
GET /tracking: ch cmh cmt cmt-other dep dep-head gov ofc scm unh-bing unh-court unh-jia unh-yi unt-bing unt-court unt-jia unt-yi vc vm-jia vm-yi
POST /api/cases/e/acts: ofc unh-jia unt-jia
POST /api/cases/e/corrections/word: ch cmh cmt cmt-other dep dep-head gov ofc scm unh-jia unt-jia vc vm-jia
POST /api/cases/e/corrections: ofc
POST /api/cases/forecast: cmh cmt cmt-other dep-head
POST /api/cases/i/acts: ofc unh-jia unt-jia
POST /api/cases/i/corrections/word: ch cmh cmt cmt-other dep dep-head gov ofc scm unh-jia unt-jia vc vm-jia
POST /api/cases/i/corrections: ofc
POST /api/cases/o/acts: ofc unh-jia unt-jia
POST /api/cases/o/corrections/word: ch cmh cmt cmt-other dep dep-head gov ofc scm unh-jia unt-jia vc vm-jia
POST /api/cases/o/corrections: ofc
POST /api/cases/p/acts: ofc unh-jia unt-jia
POST /api/cases/p/corrections/word: ch cmh cmt cmt-other dep dep-head dpt1 dpt2 dpt3 dpt4 gov ofc scm unh-jia unt-jia vc vm-jia
POST /api/cases/p/corrections: ofc
POST /api/cases/q/acts: ofc unh-jia unt-jia
POST /api/cases/q/corrections/word: ch cmh cmt cmt-other dep dep-head dpt1 dpt2 dpt3 dpt4 gov ofc scm unh-jia unt-jia vc vm-jia
POST /api/cases/q/corrections: ofc
POST /api/cases/s/acts: dep ofc unh-jia unt-jia
POST /api/cases/s/corrections/word: ch cmh cmt cmt-other dep dep-head dpt1 gov ofc scm str-own unh-jia unt-jia vc vm-jia
POST /api/cases/s/corrections: dep
POST /api/cases/v/acts: unh-jia
POST /api/cases/v/corrections/word: ch ofc scm unh-jia vc
POST /api/cases/v/corrections:
POST /api/cases/w/acts: ofc unh-jia unt-jia
POST /api/cases/w/corrections/word: ch cmh cmt cmt-other dep dep-head dpt1 dpt2 dpt3 dpt4 gov ofc scm unh-jia unt-jia vc vm-jia
POST /api/cases/w/corrections: ofc
POST /api/cases/z/acts: dep ofc unh-jia unt-jia
POST /api/cases/z/corrections/word: ch cmh cmt cmt-other dep dep-head gov ofc scm unh-jia unt-jia vc vm-jia
POST /api/cases/z/corrections: ofc
POST /api/cases: cmh cmt cmt-other dep-head
POST /api/interviews: cmh cmt cmt-other dep dep-head dpt1 dpt2 dpt3 dpt4 ofc
POST /api/notices/read: everyone
POST /appraisals/new: cmh cmt cmt-other dep dep-head ofc
POST /appraisals/w/visits: cmh cmt
POST /audit/verify: aud
POST /ballots/b/announce: ofc
POST /ballots/b/approve: ch vc
POST /ballots/b/close: ofc
POST /ballots/b/configure: dep ofc
POST /ballots/b/confirm: scm
POST /ballots/b/count: ofc
POST /ballots/b/draw: dpt1 dpt2 dpt3 dpt4 scm
POST /ballots/b/open: ofc
POST /ballots/b/paper: dep ofc scm
POST /ballots/b/present: ofc
POST /ballots/b/seal: ofc
POST /ballots/b/slips: ofc
POST /ballots/b/take: ofc
POST /ballots/b/void: ofc
POST /ballots/new: dep ofc
POST /bots/{id}/remove: adm ofc
POST /bots: adm ofc
POST /calendar/closings/withdraw: ofc
POST /calendar/closings: ofc
POST /calendar: adm ofc
POST /cases/e/act: ofc unh-jia unt-jia
POST /cases/e/corrections/new: ofc
POST /cases/e/corrections/word: ch cmh cmt cmt-other dep dep-head gov ofc scm unh-jia unt-jia vc vm-jia
POST /cases/e/disclosure: dep
POST /cases/e/handler: unh-jia unt-jia
POST /cases/e/letters/new: cmh cmt ofc
POST /cases/e/urge: cmh cmt gov ofc
POST /cases/i/act: ofc unh-jia unt-jia
POST /cases/i/corrections/new: ofc
POST /cases/i/corrections/word: ch cmh cmt cmt-other dep dep-head gov ofc scm unh-jia unt-jia vc vm-jia
POST /cases/i/disclosure: dep
POST /cases/i/handler: unh-jia unt-jia
POST /cases/i/letters/new: cmh cmt ofc
POST /cases/i/urge: cmh cmt gov ofc
POST /cases/import: cmh cmt cmt-other dep-head ofc
POST /cases/new: cmh cmt cmt-other dep-head
POST /cases/o/act: ofc unh-jia unt-jia
POST /cases/o/corrections/new: ofc
POST /cases/o/corrections/word: ch cmh cmt cmt-other dep dep-head gov ofc scm unh-jia unt-jia vc vm-jia
POST /cases/o/disclosure: dep
POST /cases/o/handler: unh-jia unt-jia
POST /cases/o/letters/new: cmh cmt ofc
POST /cases/o/urge: cmh cmt gov ofc
POST /cases/p/act: ofc unh-jia unt-jia
POST /cases/p/corrections/new: ofc
POST /cases/p/corrections/word: ch cmh cmt cmt-other dep dep-head dpt1 dpt2 dpt3 dpt4 gov ofc scm unh-jia unt-jia vc vm-jia
POST /cases/p/disclosure: dep
POST /cases/p/handler: unh-jia unt-jia
POST /cases/p/letters/new: cmh cmt ofc
POST /cases/p/urge: cmh cmt gov ofc
POST /cases/q/act: ofc unh-jia unt-jia
POST /cases/q/corrections/new: ofc
POST /cases/q/corrections/word: ch cmh cmt cmt-other dep dep-head dpt1 dpt2 dpt3 dpt4 gov ofc scm unh-jia unt-jia vc vm-jia
POST /cases/q/disclosure: dep
POST /cases/q/handler: unh-jia unt-jia
POST /cases/q/letters/new: cmh cmt ofc
POST /cases/q/urge: cmh cmt gov ofc
POST /cases/s/act: dep ofc unh-jia unt-jia
POST /cases/s/corrections/new: dep
POST /cases/s/corrections/word: ch cmh cmt cmt-other dep dep-head dpt1 gov ofc scm str-own unh-jia unt-jia vc vm-jia
POST /cases/s/disclosure: dep
POST /cases/s/handler: unh-jia unt-jia
POST /cases/s/letters/new: cmt-other dep dep-head ofc
POST /cases/s/urge: cmt-other dep dep-head dpt1 gov ofc
POST /cases/v/act: unh-jia
POST /cases/v/corrections/new:
POST /cases/v/corrections/word: ch ofc scm unh-jia vc
POST /cases/v/disclosure:
POST /cases/v/handler:
POST /cases/v/letters/new:
POST /cases/v/urge: ofc
POST /cases/w/act: ofc unh-jia unt-jia
POST /cases/w/corrections/new: ofc
POST /cases/w/corrections/word: ch cmh cmt cmt-other dep dep-head dpt1 dpt2 dpt3 dpt4 gov ofc scm unh-jia unt-jia vc vm-jia
POST /cases/w/disclosure: dep
POST /cases/w/handler: unh-jia unt-jia
POST /cases/w/letters/new: cmh cmt ofc
POST /cases/w/urge: cmh cmt gov ofc
POST /cases/z/act: dep ofc unh-jia unt-jia
POST /cases/z/corrections/new: ofc
POST /cases/z/corrections/word: ch cmh cmt cmt-other dep dep-head gov ofc scm unh-jia unt-jia vc vm-jia
POST /cases/z/disclosure: dep
POST /cases/z/handler: unh-jia unt-jia
POST /cases/z/letters/new: cmt-other dep dep-head ofc
POST /cases/z/urge: cmt-other dep dep-head gov ofc
POST /evaluations/new: cmh cmt cmt-other dep dep-head ofc
POST /inquiries/new: cmh cmt cmt-other dep dep-head ofc
POST /inquiries/q/hall: cmh cmt ofc
POST /inquiries/q/problems: cmh cmt
POST /inquiries/q/visits: cmh cmt
POST /interpellations/new: scm
POST /interviews/new: cmh cmt cmt-other dep dep-head dpt1 dpt2 dpt3 dpt4 ofc
POST /letters/head: ofc
POST /letters/l/issue: ofc
POST /letters/l/void: ofc
POST /letters/l: cmh cmt ofc
POST /letters/templates: ofc
POST /mail/ways: ofc
POST /me/factor: everyone
POST /me/logins: everyone
POST /me/notices/feed: everyone
POST /me/notices/phone: everyone
POST /me/notices: everyone
POST /me/password: everyone
POST /me/substitutes/{id}/revoke: everyone
POST /me/substitutes: everyone
POST /notices/read: everyone
POST /numbers/bulletins/n/approve: ch vc
POST /numbers/bulletins/n/correct: dep ofc
POST /numbers/bulletins/n/issue: ofc
POST /numbers/bulletins/n: dep ofc
POST /numbers/bulletins/new: dep ofc
POST /people/accounts/new: adm
POST /people/accounts/{id}: adm sec
POST /people/demands: sec
POST /people/import: adm
POST /people/units/import: adm
POST /people/units/reading: adm
POST /people/units: adm
POST /rules/edit/ladder: ofc
POST /rules/edit/limits: ofc
POST /rules/edit/reminders: ofc
POST /rules/edit/term: ofc
POST /rules/edit: ofc
POST /rules/moves: ofc
POST /suggestions/bulk/{kind}: dep
POST /suggestions/import: dep
POST /suggestions/new: dpt1 dpt2 dpt3 dpt4
POST /tracking/{unit}/follower: ch ofc
POST /tracking/{unit}/void: cmh cmt cmt-other dep dep-head ofc
POST /tracking/{unit}: cmh cmt cmt-other dep dep-head ofc
`

// A deputy does not judge the unit that he works in.
func TestDeputyOfTheHandlingUnit(t *testing.T) {
	o := newOpenDistrict(t)
	id := o.file(o.Suggestion())[0]
	o.hand(id, o.Units[0], "sole", "")
	o.sql(`insert into parties (congress, case_id, unit, capacity) values ($1, $2, $3, 'sole')`, o.Congress, id, o.Units[0])
	stage := "feedback/" + o.Units[0]
	o.sql(`update cases set state = jsonb_set(state::jsonb, '{open}', jsonb_build_array(jsonb_build_object('key', $2::text, 'for', $3::text, 'person', $4::text)))::text
		where id = $1`, id, stage, o.Units[0], o.People["dpt1"])
	b := o.browser()
	b.login("dpt1")
	form := "/cases/" + id + "/act?stage=" + url.QueryEscape(stage)
	r, body := b.get(form)
	expect(t, r, http.StatusOK, body)
	err := o.register.AddDeputy(context.Background(), o.Congress, register.DeputyRow{Account: o.People["dpt1"], Delegation: "第一代表团", Employer: o.Units[0]})
	if err != nil {
		t.Fatal(err)
	}
	r, body = b.get(form)
	expect(t, r, http.StatusForbidden, body, "按回避规定不能评价")
	r, body = b.post("/cases/"+id+"/act", url.Values{"stage": {stage}, "token": {"0123456789abcdef"}, "verdict": {"satisfied"}})
	expect(t, r, http.StatusForbidden, body, "Conflict")
}

// Every route behind the login × every role × own and other unit.
func TestWalkOfRoutesAndRoles(t *testing.T) {
	o := newOpenDistrict(t)
	o.server.Desk = &intake.Desk{Register: o.register, Log: o.server.Log}
	ctx := context.Background()
	for login, posts := range map[string][]register.Post{
		"cmt-other": {{Role: schemas.Clerk, Unit: o.District.Deputies}}, "vm-jia": {{Role: schemas.ViceMayor, Unit: o.Units[0]}},
		"vm-yi": {{Role: schemas.ViceMayor, Unit: o.Units[1]}}, "scm": {{Role: schemas.Member}}, "str": {{Role: schemas.Street, Unit: o.Units[2]}},
		"stn": {{Role: schemas.Station}}, "pfo": {{Role: schemas.Performance}}, "aud": {{Role: schemas.Auditor}}, "none": nil,
	} {
		o.People[login] = o.add(o.Congress, login, login, posts...)
	}
	street := must(o.register.AddUnit(ctx, o.Congress, register.Unit{Name: "第一", Kind: "street", Sort: 99}))
	o.People["str-own"] = o.add(o.Congress, "str-own", "本街道", register.Post{Role: schemas.Street, Unit: street})
	delete(o.People, "vm")
	opinion := must(o.register.File(ctx, o.Filing("测审〔2026〕1号", at(2026, 3, 1, 0, 0)))).Case
	suggestion := o.file(o.Suggestion())[0]
	o.hand(suggestion, o.Units[0], "sole", "")
	o.sql(`insert into parties (congress, case_id, unit, capacity) values ($1, $2, $3, 'sole') on conflict do nothing`, o.Congress, suggestion, o.Units[0])
	interview := must(o.register.FileInterview(ctx, register.NewInterview{Congress: o.Congress, Source: "委室提出", Title: "关于老旧小区改造的约谈", Body: "方案逾期未报。",
		Unit: o.Units[0], Post: "主要负责人", Committee: o.Committee, Owner: o.People["cmt"], About: opinion, Role: schemas.Clerk})).Case
	surveyed := must(o.register.FileInquiry(ctx, register.NewInquiry{Congress: o.Congress, Title: "优化营商环境", Body: "企业反映集中。", Committee: o.Committee, Owner: o.People["cmt"], Role: schemas.Clerk}))
	inquiry := surveyed.Case
	o.sql(`update cases set state = jsonb_set(state::jsonb, '{open}', '[{"key": "survey"}]')::text where id = $1`, inquiry)
	o.sql(`insert into parties (congress, case_id, unit, capacity) values ($1, $2, $3, 'several')`, o.Congress, inquiry, o.Units[0])
	problem := must(o.register.FileProblems(ctx, surveyed, "专询〔2026〕1号", o.People["cmt"], []register.NewProblem{{Title: "审批超时", Body: "事实", Class: "项目审批", Unit: o.Units[0]}}))[0].Case
	work := must(o.register.FileAppraisal(ctx, register.NewAppraisal{Congress: o.Congress, Title: "甲局2026年工作评议", Body: "任务重。", Unit: o.Units[0], Committee: o.Committee,
		Owner: o.People["cmt"], Role: schemas.Clerk})).Case
	official := must(o.register.FileAppraisal(ctx, register.NewAppraisal{Congress: o.Congress, Body: "任后监督。", Unit: o.Units[0], Committee: o.Committee, Owner: o.People["ofc"],
		Role: schemas.Office, Official: "欧阳某某", Post: "局长"})).Case
	put := must(o.register.FileInterpellation(ctx, register.NewInterpellation{Congress: o.Congress, Title: "关于供水水质的质询案", Body: "水质不达标。", Unit: o.Units[0], Committee: o.District.Deputies,
		Leader: o.People["scm"], Signers: []string{o.People["dpt1"], o.People["dpt2"]}})).Case
	evaluated := must(o.register.FileEvaluation(ctx, register.NewEvaluation{Congress: o.Congress, Title: "湖泊治理末端评估", Body: "办结一年。", Unit: o.Units[0], Committee: o.Committee,
		Owner: o.People["cmt"], Role: schemas.Clerk})).Case
	for id, given := range map[string]string{evaluated: "given", put: "given", work: "given", official: "party-consent", opinion: "handover", suggestion: "handover", interview: "notify#1", inquiry: "problem-distribute", problem: "given"} {
		o.sql(`update cases set state = jsonb_set(jsonb_set(state::jsonb, '{facts}', jsonb_build_object($3::text, jsonb_build_object('id', 'x', 'key', $3::text, 'at', '2026-03-02T01:00:00Z'))),
			'{open}', jsonb_build_array(jsonb_build_object('key', 'sign/' || $2::text || '#1', 'unit', $2::text)))::text where id = $1`, id, o.Units[0], given)
	}
	plan := schemas.BallotPlan{Form: "options", Options: schemas.BallotScales[0].Options, Rule: schemas.BallotScales[0].Rule, Electorates: []schemas.Electorate{
		{Who: "members", Base: "all", Weight: 60}, {Who: "deputies", Base: "all", Weight: 40}}}
	ballot := must(o.register.Configure(ctx, register.Ballot{Congress: o.Congress, Title: "区水务局工作评议", Scrutineer: o.People["scm"], Plan: plan}, o.People["ofc"]))
	if err := cmp.Or(o.register.Approve(ctx, o.Congress, ballot, o.People["vc"]), o.register.OpenBallot(ctx, o.Congress, ballot, o.People["ofc"], newSlipKeys)); err != nil {
		t.Fatal(err)
	}
	restricted := plan
	restricted.Electorates = []schemas.Electorate{{Who: "members", Base: "all", Weight: 100}}
	must(o.register.Configure(ctx, register.Ballot{Congress: o.Congress, Title: "欧阳某某履职测评", Restricted: true, Consent: "区委〔2026〕1号", CaseID: official, Scrutineer: o.People["scm"], Plan: restricted}, o.People["ofc"]))
	o.sql(`insert into stages (congress, case_id, key, kind, unit, roles, npc, rev, due, opened_at, level) values ($1, $2, 'duty-report', 'duty-report', $3, '{UNH}', false, 0, '2026-01-01', '2025-12-01', 'L0')`, o.Congress, official, o.Units[0])
	letter := must(o.register.DrawLetter(ctx, o.Congress, "walk-letter", register.Letter{CaseID: opinion, Kind: "handover", Title: "关于交办的函", Body: "请办理。", Author: o.People["ofc"], DrawnAt: at(2026, 3, 2, 9, 0)}))
	if err := o.register.IssueLetter(ctx, o.Congress, register.Issuing{Letter: letter, Account: o.People["ofc"], Series: "办", Word: "测人常", At: at(2026, 3, 2, 9, 0)}, func(register.Letter) ([]byte, error) { return []byte("x"), nil }); err != nil {
		t.Fatal(err)
	}
	bulletin := must(o.register.DrawBulletin(ctx, register.BulletinDraft{Congress: o.Congress, Token: "walk-bulletin", Author: o.People["dep"], Snapshot: "{}",
		Bulletin: register.Bulletin{Procedure: "opinion", Title: "关于办理情况的通报", Scope: "全部", FiguresAt: at(2026, 3, 2, 9, 0), DrawnAt: at(2026, 3, 2, 9, 0), Version: 1}}))
	if err := cmp.Or(o.register.ApproveBulletin(ctx, o.Congress, bulletin, 0, o.People["ch"], at(2026, 3, 2, 9, 0)), o.register.IssueBulletin(ctx, o.Congress, bulletin, 0,
		register.Issuing{Account: o.People["ofc"], Series: "通", Word: "测人常", At: at(2026, 3, 2, 9, 0)}, func(register.Bulletin) register.Letter {
			return register.Letter{Kind: "circular", Title: "关于办理情况的通报", Body: "通报如下。"}
		},
		func(register.Bulletin, register.Letter) ([]byte, error) { return []byte("x"), nil })); err != nil {
		t.Fatal(err)
	}
	var through []string
	asked, denied := 0, 0
	logins := slices.Sorted(func(yield func(string) bool) {
		for login := range o.People {
			if !yield(login) {
				return
			}
		}
	})
	browsers := map[string]browser{}
	for _, login := range logins {
		browsers[login] = o.browser()
		r, body := browsers[login].post("/login", url.Values{"login": {login}, "password": {password}, "congress": {o.Congress}})
		expect(t, r, http.StatusSeeOther, body)
	}
	walk := func(method, route, path string) {
		var who []string
		for _, login := range logins {
			var answer *http.Response
			var body string
			if method == http.MethodGet {
				answer, body = browsers[login].get(path)
			} else if strings.HasPrefix(path, "/api/") {
				asks := `{"stage":"sign/` + o.Units[0] + `#1","token":"0123456789abcdef","on":"2030-01-01"}`
				switch {
				case strings.HasSuffix(path, "/corrections"):
					asks = `{"token":"0123456789abcdef","kind":"text","part":"nothing","text":"x","reason":"x"}`
				case strings.HasSuffix(path, "/corrections/word"):
					asks = `{"token":"0123456789abcdef","word":"agree"}`
				}
				answer, body = browsers[login].read(browsers[login].Post(o.url+path, "application/json", strings.NewReader(asks)))
			} else {
				answer, body = browsers[login].post(path, url.Values{"stage": {"sign/" + o.Units[0] + "#1"}, "token": {"0123456789abcdef"}, "unit": {o.Units[0]}, "on": {"2030-01-01"}})
			}
			asked++
			switch {
			case answer.StatusCode == http.StatusInternalServerError:
				t.Errorf("%s %s for %s: the route did not ask\n%s", method, path, login, body)
			case answer.StatusCode == http.StatusForbidden, answer.StatusCode == http.StatusNotFound && strings.Contains(body, "无权查看"):
				denied++
			default:
				who = append(who, login)
			}
		}
		if len(who) == len(logins) {
			who = []string{"everyone"}
		}
		through = append(through, strings.TrimSuffix(method+" "+route+": "+strings.Join(who, " "), " "))
	}
	err := chi.Walk(o.server.router, func(method, route string, _ http.Handler, _ ...func(http.Handler) http.Handler) error {
		if open[method+" "+route] {
			return nil
		}
		if strings.HasPrefix(route, "/ballots/{id}") {
			walk(method, strings.ReplaceAll(route, "{id}", "b"), strings.ReplaceAll(route, "{id}", ballot))
			return nil
		}
		if strings.HasPrefix(route, "/appraisals/{id}") {
			walk(method, strings.ReplaceAll(route, "{id}", "w"), strings.ReplaceAll(route, "{id}", work))
			return nil
		}
		if strings.HasPrefix(route, "/inquiries/{id}") {
			walk(method, strings.ReplaceAll(route, "{id}", "q"), strings.ReplaceAll(route, "{id}", inquiry))
			return nil
		}
		if strings.HasPrefix(route, "/letters/{id}") {
			walk(method, strings.ReplaceAll(route, "{id}", "l"), strings.ReplaceAll(route, "{id}", letter))
			return nil
		}
		if strings.HasPrefix(route, "/numbers/bulletins/{id}") {
			walk(method, strings.ReplaceAll(route, "{id}", "n"), strings.NewReplacer("{id}", bulletin, "{code}", "timely").Replace(route))
			return nil
		}
		if strings.HasPrefix(route, "/letters/templates/{kind}") {
			walk(method, route, "/letters/templates/handover/template.docx")
			return nil
		}
		if strings.HasPrefix(route, "/tracking/{unit}") {
			walk(method, route, strings.ReplaceAll(route, "{unit}", o.Units[0]))
			return nil
		}
		if !strings.Contains(route, "/cases/{id}") {
			walk(method, route, parameter.ReplaceAllString(route, "vet"))
			return nil
		}
		for name, id := range map[string]string{"o": opinion, "s": suggestion, "i": interview, "q": inquiry, "p": problem, "z": put, "e": evaluated, "w": work, "v": official} {
			path := strings.ReplaceAll(strings.ReplaceAll(route, "{id}", id), "{file}", register.NewID())
			if method == http.MethodGet && strings.HasSuffix(path, "/act") {
				path += "?stage=" + url.QueryEscape("sign/"+o.Units[0]+"#1")
			}
			walk(method, strings.ReplaceAll(route, "{id}", name), path)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for login, listed := range map[string]bool{"str-own": true, "str": false, "unt-jia": true, "unt-yi": false, "dpt1": true, "dpt2": false, "gov": true} {
		if _, body := browsers[login].get("/suggestions"); strings.Contains(body, "/cases/"+suggestion) != listed {
			t.Errorf("%s: the list shows what the page refuses, or hides what it shows", login)
		}
	}
	for login, listed := range map[string]bool{"unt-jia": true, "unt-yi": false, "dpt1": false, "gov": true, "cmt-other": true, "vm-yi": false} {
		if _, body := browsers[login].get("/interviews"); strings.Contains(body, "/cases/"+interview) != listed {
			t.Errorf("%s: the list of interviews shows what the page refuses, or hides what it shows", login)
		}
		if _, body := browsers[login].get("/cases/" + opinion); login != "dpt1" && strings.Contains(body, "/cases/"+interview) != listed {
			t.Errorf("%s: the opinion's page names an interview that its own refuses, or hides it", login)
		}
	}
	read := map[string]bool{"ofc": true, "vc": true, "ch": true}
	for _, login := range logins {
		for _, path := range []string{"/", "/appraisals", "/appraisals?tab=officials", "/appraisals?q=履职", "/cases", "/lateness", "/lateness?side=unit", "/cockpit", "/cockpit/list?of=late", "/ballots", "/notices", "/numbers", "/people"} {
			_, body := browsers[login].get(path)
			if strings.Contains(body, "欧阳某某") && !read[login] && (login != "scm" || path != "/ballots") {
				t.Errorf("%s reads the official's name on %s", login, path)
			}
			if strings.Contains(body, official) && !read[login] && (login != "unh-jia" || path != "/") {
				t.Errorf("%s finds the official's appraisal on %s", login, path)
			}
		}
		_, body := browsers[login].get("/cases/" + official)
		if named, may := strings.Contains(body, "欧阳某某"), read[login] || login == "unh-jia" || login == "scm"; named != may {
			t.Errorf("%s: the official is named: %v", login, named)
		}
		if strings.Contains(body, "任后监督。") && login == "unh-jia" {
			t.Error("the head of the unit reads more than what the unit owes")
		}
	}
	if _, body := browsers["ofc"].get("/lateness?side=unit"); !strings.Contains(body, official) {
		t.Error("the office does not find the official's late report: nothing was hidden from the others")
	}
	slices.Sort(through)
	if got := "\n" + strings.Join(through, "\n") + "\n"; got != walked {
		t.Errorf("who gets through:\n%s", got)
	}
	o.nobodyFindsMore(logins, browsers, []string{opinion, suggestion, interview, inquiry, problem, put, evaluated, work, official}, official)
	for _, secret := range []string{"代表一", "甲经办", "jia负责人", "@example.gov.cn", "老旧小区", "每逢大雨", "欧阳", password} {
		if strings.Contains(o.log.String(), secret) {
			t.Errorf("the log knows %q", secret)
		}
	}
	t.Logf("%d routes, %d people, %d questions, %d denied", len(through), len(logins), asked, denied)
}
