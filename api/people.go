package api

import (
	"net/http"

	"bihuan/activities/register"
)

type (
	peoplePage struct {
		Groups []unitGroup
		People int
	}
	// unitGroup are the units of one kind.
	unitGroup struct {
		Title string
		Units []unitView
	}
	unitView struct {
		Name    string
		Members []register.Member
	}
)

// unitKinds are the kinds of units in the order in which offices name them.
var unitKinds = []struct{ code, name string }{
	{"office", "人大常委会办公室"}, {"committee", "人大各委室"}, {"government", "政府办公室"}, {"department", "政府部门"},
	{"street", "街道乡镇"}, {"judicial", "监察和司法机关"},
}

// peopleTab is a page beside the roll, for the tabs above it.
type peopleTab struct {
	Person *register.Person
	Tab    string
}

func unitKindOptions() (os []option) {
	for _, k := range unitKinds {
		os = append(os, option{k.code, k.name})
	}
	return os
}

func (s *Server) people(w http.ResponseWriter, r *http.Request) {
	ctx, p := r.Context(), person(r.Context())
	units, err := s.Register.Units(ctx, p.Congress)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	roll, err := s.Register.Roll(ctx, p.Congress)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	s.render(w, r, http.StatusOK, "people", peopleByUnit(units, roll))
}

// peopleByUnit puts each post under its unit, those of the whole congress first and accounts without a post last.
func peopleByUnit(units []register.Unit, roll []register.Member) (page peoplePage) {
	var whole, none []register.Member
	in, seen := map[string][]register.Member{}, map[string]bool{}
	for _, m := range roll {
		seen[m.ID] = true
		switch {
		case m.Role == "":
			none = append(none, m)
		case m.Unit == "":
			whole = append(whole, m)
		default:
			in[m.Unit] = append(in[m.Unit], m)
		}
	}
	page.People = len(seen)
	page.add("全局岗位", []unitView{{"不限单位", whole}}, len(whole) > 0)
	for _, kind := range unitKinds {
		var views []unitView
		for _, u := range units {
			if u.Kind == kind.code {
				views = append(views, unitView{u.Name, in[u.ID]})
			}
		}
		page.add(kind.name, views, len(views) > 0)
	}
	page.add("尚未分配岗位", []unitView{{"没有岗位的账号", none}}, len(none) > 0)
	return page
}

func (page *peoplePage) add(title string, units []unitView, some bool) {
	if some {
		page.Groups = append(page.Groups, unitGroup{title, units})
	}
}
