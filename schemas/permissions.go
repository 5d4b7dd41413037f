package schemas

import (
	_ "embed" // the permissions
	"encoding/json"
	"sync"
)

// Roles of which no stage is settled; what they may see stands in the table of permissions (spec 7.1).
const (
	Member      Role = "SCM" // 常委会组成人员
	Street      Role = "STR" // 街工委、镇人大
	Station     Role = "STN" // 联络站
	Performance Role = "PFO" // 绩效办
)

// Anyone stands for every account in a permission.
const Anyone Role = "*"

// Scope is how far a permission reaches.
type Scope string

// The scopes. A role counts for the unit that it is held for.
const (
	All        Scope = "all"          // 全部
	Handed     Scope = "handed"       // 交办以后的
	Taking     Scope = "party"        // 交办以后，本单位（分管单位）承办的
	OfUnit     Scope = "unit"         // 本单位的
	InLine     Scope = "line"         // 本单位（分管单位）的，不含人大内部的
	Government Scope = "government"   // 政府一侧的
	Concerned  Scope = "concerned"    // 涉及本单位（分管单位）的
	Closing    Scope = "closing"      // 涉及本单位的，不满意的或者办结以后的
	Published  Scope = "published"    // 公开以后的
	InCharge   Scope = "charge"       // 本委室督办的
	Local      Scope = "constituency" // 交办以后，本街道（乡镇）代表提出的
	Owing      Scope = "owing"        // 本单位有待办环节的，只看该环节
	Own        Scope = "own"          // 本人的
	Given      Scope = "given"        // 本人作出的（结论）
)

// ScopeNames are the Chinese words for the scopes.
var ScopeNames = map[Scope]string{
	All: "全部", Handed: "交办以后的", Taking: "本单位承办的", OfUnit: "本单位的", InLine: "本单位、分管单位的", Government: "政府一侧的",
	Concerned: "涉及本单位的", Closing: "涉及本单位，不满意或办结以后的", Published: "公开以后的", InCharge: "本委室督办的", Local: "本街道代表提出的", Owing: "本单位待办的环节", Own: "本人的", Given: "本人作出的",
}

// Permission says who may do an action on a kind of object, and how far (spec 7.2).
type Permission struct {
	Object  string         `json:"object"`
	Action  string         `json:"action"`
	Says    string         `json:"says"` // what it allows, in Chinese
	Grants  map[Role]Scope `json:"grants"`
	Refusal string         `json:"refusal"` // the sentence for those who have none of it
	Source  string         `json:"source"`
}

// Elsewhere says of those whom spec 7.1 names and who hold no post of their own how they take part.
var Elsewhere = []struct{ Who, How string }{
	{"监察委、法院、检察院联络人", "在本机关任单位经办人、单位负责人，只办本机关的；政府一侧的升级不到他们"},
	{"财政局", "作为承办单位，任单位经办人、单位负责人"},
	{"媒体、群众评议员、公众", "不登录，只看公开页面"},
}

//go:embed permissions.json
var permissionsJSON []byte

// Permissions is the table (权限表). Acts on a stage are not in it: the table of duties says who settles which.
var Permissions = sync.OnceValue(func() (all []Permission) {
	if err := json.Unmarshal(permissionsJSON, &all); err != nil {
		panic("permissions.json: " + err.Error()) // embedded: a test reads it
	}
	return all
})

// PermissionTo finds one; a question that the table does not know is a mistake of the program.
func PermissionTo(action, object string) Permission {
	for _, p := range Permissions() {
		if p.Object == object && p.Action == action {
			return p
		}
	}
	panic("no permission to " + action + " " + object)
}
