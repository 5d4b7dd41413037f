package api

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"slices"
	"time"

	"bihuan/activities/register"
	"bihuan/schemas"
)

type (
	peopleImportPage struct {
		Problems problems
		Columns  []sheetColumn[peopleRow]
		Sheet    *sheet[peopleRow] // nil: none has been read
		New      int               // accounts that the sheet would make
		Stored   string            // the hash under which the checked file is kept; empty: it may not be imported
	}
	issuedPage struct {
		Rows []register.NewPerson // with the first password in the clear, this once
		Old  int                  // accounts that were there and got posts
	}
	// peopleRow is one post of one person as it is written; the fields are named as their columns.
	peopleRow struct {
		Line       int
		Name       string `field:"姓名" label:"姓名" validate:"required,max=40"`
		Login      string `field:"账号" label:"账号" validate:"required,max=64"`
		Email      string `field:"邮箱" label:"邮箱" validate:"omitempty,email,max=120"`
		Role       string `field:"岗位" label:"岗位" validate:"required,max=40"`
		Unit       string `field:"单位" label:"单位" validate:"max=60"`
		Delegation string `field:"代表团" label:"代表团" validate:"max=60"`
		Occupation string `field:"工作单位和职务" label:"工作单位和职务" validate:"max=120"`
		Employer   string `field:"任职的承办单位" label:"任职的承办单位" validate:"max=60"`
		Until      string `field:"任期至" label:"任期至" validate:"max=20"`
	}
	// peopleRoll is what rows are held against, read once for all of them.
	peopleRoll struct {
		units    map[string]register.Unit       // by name
		roles    map[string]schemas.Role        // by their Chinese names
		accounts map[string]register.AccountRow // by login
		posts    map[string][]register.Post     // by account
		now      time.Time
	}
)

// peopleSheet is how people stand in a sheet.
var peopleSheet = sheetForm[peopleRow]{Name: "人员", Aside: "岗位和单位", Unit: "行", What: "人员", Key: "账号", Most: 1000,
	row: func(line int) peopleRow { return peopleRow{Line: line} },
	Columns: []sheetColumn[peopleRow]{
		{"姓名", true, false, 12, "", func(r *peopleRow) *string { return &r.Name }},
		{"账号", true, false, 16, "登录用；字母、数字和 . _ @ -。一个人有几个岗位的写几行，账号相同", func(r *peopleRow) *string { return &r.Login }},
		{"邮箱", false, false, 24, "提醒和催办发到这里", func(r *peopleRow) *string { return &r.Email }},
		{"岗位", true, false, 14, "见模板第二张工作表", func(r *peopleRow) *string { return &r.Role }},
		{"单位", false, false, 24, "系统里已有单位的全称；办公室、主任会议、督查室、代表和管理员不填", func(r *peopleRow) *string { return &r.Unit }},
		{"代表团", false, false, 16, "岗位是代表的必填", func(r *peopleRow) *string { return &r.Delegation }},
		{"工作单位和职务", false, false, 30, "代表的", func(r *peopleRow) *string { return &r.Occupation }},
		{"任职的承办单位", false, false, 24, "代表在承办单位工作的填它的全称：不能评价它的办理（回避）", func(r *peopleRow) *string { return &r.Employer }},
		{"任期至", false, false, 14, "如 2027-01-10，过后岗位自动终止；没有任期的不填", func(r *peopleRow) *string { return &r.Until }},
	}}

func (s *Server) showPeopleImport(w http.ResponseWriter, r *http.Request) {
	s.render(w, r, http.StatusOK, "people_import", peopleImportPage{Columns: peopleSheet.Columns})
}

// doPeopleImport checks a sheet and, with do=file, enters its people and shows their first passwords.
func (s *Server) doPeopleImport(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseMultipartForm(1 << 20); err != nil && !errors.Is(err, http.ErrNotMultipart) {
		s.fail(w, r, badForm(err))
		return
	}
	page := peopleImportPage{Columns: peopleSheet.Columns}
	issued, err := s.takePeople(r, &page)
	if err == nil && issued != nil {
		s.render(w, r, http.StatusOK, "people_issued", issued)
		return
	}
	status, ps, err := sheetProblems(page.Problems, page.Sheet != nil, err)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	page.Problems = ps
	s.render(w, r, status, "people_import", page)
}

// takePeople reads and checks the sheet, and enters its people if that is asked and all is right. Codes: Invalid, Duplicate, those of
// importFile and sheetForm.read.
func (s *Server) takePeople(r *http.Request, page *peopleImportPage) (*issuedPage, error) {
	ctx, p := r.Context(), person(r.Context())
	raw, sum, err := s.importFile(r)
	if err != nil {
		return nil, err
	}
	read, err := peopleSheet.read(ctx, raw)
	if err != nil {
		return nil, err
	}
	people, err := s.judgePeople(ctx, p, read)
	if err != nil {
		return nil, err
	}
	page.Sheet = read
	switch {
	case read.Taken == len(read.Rows):
		read.Mistakes = nil
		return nil, schemas.Refuse("Duplicate", "表中的账号和岗位都已经有了，没有再次导入")
	case read.Wrong > 0:
		return nil, schemas.Refuse("Invalid", "有%d行需要改正，见下表；改好以前一行都不会导入", read.Wrong)
	}
	for _, n := range people {
		if n.ID == "" {
			page.New++
		}
	}
	if r.PostFormValue("do") != "file" {
		if sum == "" {
			sum, err = s.Files.store(bytes.NewReader(raw))
		}
		page.Stored = sum
		return nil, err
	}
	return s.enterPeople(ctx, p, people)
}

// enterPeople enters the people under fresh passwords. Once begun it goes on without the browser.
func (s *Server) enterPeople(ctx context.Context, p *register.Person, people []register.NewPerson) (*issuedPage, error) {
	page := &issuedPage{}
	for i := range people {
		if people[i].ID != "" {
			page.Old++
			continue
		}
		told := people[i]
		told.Password = Initial()
		page.Rows = append(page.Rows, told)
		people[i].Password, people[i].MustChange = Hash(told.Password), true
	}
	if err := s.Register.AddPeople(context.WithoutCancel(ctx), p.Congress, people); err != nil {
		return nil, err
	}
	s.Log.InfoContext(ctx, "people imported", "account", p.ID, "new", len(page.Rows), "old", page.Old, "request", requestID(ctx))
	return page, nil
}

// judgePeople holds each row against the register and those above it, notes what is wrong, and joins the rows of one account.
func (s *Server) judgePeople(ctx context.Context, p *register.Person, read *sheet[peopleRow]) (people []register.NewPerson, err error) {
	roll, err := s.peopleRoll(ctx, p.Congress, p.Now)
	if err != nil {
		return nil, err
	}
	at := map[string]int{} // login → place in people
	for _, row := range read.Rows {
		post, wrong := roll.judge(row)
		i, known := at[row.Login]
		if !known {
			i = len(people)
			at[row.Login] = i
			old := roll.accounts[row.Login]
			people = append(people, register.NewPerson{Account: register.Account{ID: old.ID, Login: row.Login, Name: row.Name, Email: row.Email}})
		}
		n := &people[i]
		say := func(column, text string) {
			if wrong.For(column) == "" {
				wrong = append(wrong, problem{column, text})
			}
		}
		if n.Name != row.Name {
			say("姓名", "账号“"+shortened(row.Login)+"”在上面一行里是“"+shortened(n.Name)+"”的")
		}
		if row.Email != "" && n.Email != "" && n.Email != row.Email {
			say("邮箱", "同一账号的邮箱与上面一行不同")
		}
		if n.Email == "" {
			n.Email = row.Email
		}
		same := func(o register.Post) bool { return o.Role == post.Role && o.Unit == post.Unit }
		switch {
		case post.Role == "":
		case slices.ContainsFunc(roll.posts[n.ID], same):
			read.Taken++
			say("岗位", "系统里已有这个账号的这个岗位")
		case slices.ContainsFunc(n.Posts, same):
			say("岗位", "与上面一行重复")
		}
		if i := slices.IndexFunc(slices.Concat(roll.posts[n.ID], n.Posts), func(o register.Post) bool { return post.Role != "" && schemas.Apart(o.Role, post.Role) }); i >= 0 {
			say("岗位", "管理员与其他岗位要分开，不能由同一个人担任")
		}
		if row.Delegation != "" {
			n.Delegation, n.Occupation, n.Employer = row.Delegation, row.Occupation, roll.units[row.Employer].ID
		}
		n.Posts = append(n.Posts, post)
		read.note(row.Line, row.Login, wrong)
	}
	return people, nil
}

// judge makes a post of a row and says what is wrong with it.
func (roll peopleRoll) judge(row peopleRow) (post register.Post, ps problems) {
	ps = peopleSheet.check(row)
	if ps.For("账号") == "" && !loginForms.MatchString(row.Login) {
		ps = append(ps, problem{"账号", "账号由字母、数字和 . _ @ - 组成，以字母或数字开头"})
	}
	if old, there := roll.accounts[row.Login]; there && old.Name != row.Name {
		ps = append(ps, problem{"账号", "账号“" + shortened(row.Login) + "”已经是“" + old.Name + "”的"})
	} else if there && !old.Active {
		ps = append(ps, problem{"账号", "账号“" + shortened(row.Login) + "”已停用，请先恢复"})
	}
	role, known := roll.roles[joined(row.Role)]
	if !known && ps.For("岗位") == "" {
		ps = append(ps, problem{"岗位", "没有“" + shortened(row.Role) + "”这个岗位，请照模板第二张工作表填写"})
	}
	unit, there := roll.units[row.Unit]
	switch {
	case row.Unit != "" && !there:
		if ps.For("单位") == "" {
			ps = append(ps, problem{"单位", "没有名为“" + shortened(row.Unit) + "”的单位，请填全称"})
		}
	case known && misplaced(role, unit.Kind) != "":
		ps = append(ps, problem{"单位", misplaced(role, unit.Kind)})
	}
	if _, there := roll.units[row.Employer]; row.Employer != "" && !there && ps.For("任职的承办单位") == "" {
		ps = append(ps, problem{"任职的承办单位", "没有名为“" + shortened(row.Employer) + "”的单位，请填全称"})
	}
	if (role == schemas.Deputy) != (row.Delegation != "") && known {
		ps = append(ps, problem{"代表团", "岗位是代表的要填代表团，其他岗位不填"})
	}
	until, err := termOf(row.Until, roll.now)
	if err != nil && ps.For("任期至") == "" {
		ps = append(ps, problem{"任期至", "任期至请按2027-03-02填写，不能早于今天"})
	}
	return register.Post{Role: role, Unit: unit.ID, Until: until}, ps
}

// peopleRoll reads units, roles, and the accounts with their posts.
func (s *Server) peopleRoll(ctx context.Context, congress string, now time.Time) (peopleRoll, error) {
	roll := peopleRoll{map[string]register.Unit{}, map[string]schemas.Role{}, map[string]register.AccountRow{}, map[string][]register.Post{}, now}
	for _, x := range seats {
		roll.roles[schemas.RoleNames[x.Role]] = x.Role
	}
	units, err := s.Register.Units(ctx, congress)
	if err != nil {
		return roll, err
	}
	for _, u := range units {
		roll.units[u.Name] = u
	}
	accounts, err := s.Register.Accounts(ctx, congress, "")
	if err != nil {
		return roll, err
	}
	for _, a := range accounts {
		roll.accounts[a.Login] = a
	}
	members, err := s.Register.Roll(ctx, congress)
	for _, m := range members {
		if m.Role != "" {
			roll.posts[m.ID] = append(roll.posts[m.ID], register.Post{Role: m.Role, Unit: m.Unit})
		}
	}
	return roll, err
}

// peopleTemplate gives an empty sheet with the headings, and beside it the words that its cells may hold.
func (s *Server) peopleTemplate(w http.ResponseWriter, r *http.Request) {
	p := person(r.Context())
	units, err := s.Register.Units(r.Context(), p.Congress)
	var book *bytes.Buffer
	if err == nil {
		var roles, names []string
		for _, x := range seats {
			roles = append(roles, schemas.RoleNames[x.Role])
		}
		for _, u := range units {
			names = append(names, u.Name)
		}
		book, err = peopleSheet.template([]wordList{{"岗位", roles, []string{"岗位"}, 16}, {"单位", names, []string{"单位"}, 32}})
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	sendBook(w, book, "人员导入模板.xlsx")
}
