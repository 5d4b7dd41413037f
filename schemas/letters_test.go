package schemas

import (
	"slices"
	"testing"
)

func TestLetterKindsAreWhole(t *testing.T) {
	seen := map[string]bool{}
	for _, k := range LetterKinds {
		if seen[k.Code] || seen[k.Name] || k.Series == "" || len(k.Of) == 0 || len(k.Draws) == 0 || len(k.Issues) == 0 {
			t.Errorf("%s is said twice or lacks something", k.Code)
		}
		seen[k.Code], seen[k.Name] = true, true
		for _, of := range k.Of {
			if CaseKinds[of] == "" || of == OfficialAppraisal {
				t.Errorf("%s is drawn from %q", k.Name, of)
			}
		}
		for role := range PermissionTo("draw", "letter").Grants {
			if role != Office && !slices.Contains([]Role{Clerk, Head, Deputies}, role) {
				t.Errorf("%s draws letters", role)
			}
		}
		for _, role := range k.Draws {
			if PermissionTo("draw", "letter").Grants[role] == "" {
				t.Errorf("%s is drawn by %s, who draws no letters", k.Name, role)
			}
		}
		for _, role := range k.Issues {
			if PermissionTo("issue", "letter").Grants[role] == "" {
				t.Errorf("%s is issued by %s, who issues no letters", k.Name, role)
			}
		}
		PermissionTo("read", k.Reads)
	}
	for _, name := range []string{"交办函", "审议意见书", "调研意见书", "整改意见书", "催办函（一）", "催办函（二）", "督办函", "约谈通知", "约谈纪要", "建议答复函", "征询意见表", "延期审批单", "退办审批单", "通报"} {
		if !seen[name] {
			t.Errorf("no %s", name)
		}
	}
	if LetterWord("某某区人大常委会") != "某人常" {
		t.Error(LetterWord("某某区人大常委会"))
	}
}
