package api

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"strconv"

	"bihuan/activities/register"
	"bihuan/schemas"
)

type (
	unitsImportPage struct {
		Problems problems
		Columns  []sheetColumn[unitRow]
		Sheet    *sheet[unitRow] // nil: none has been read
		Stored   string          // the hash under which the checked file is kept; empty: it may not be imported
	}
	// unitRow is one unit as it is written; the fields are named as their columns.
	unitRow struct {
		Line int
		Name string `field:"名称" label:"名称" validate:"required,max=60"`
		Kind string `field:"类别" label:"类别" validate:"required,max=20"`
		Sort string `field:"排序" label:"排序" validate:"required,number,max=6"`
	}
)

// unitSheet is how units stand in a sheet.
var unitSheet = sheetForm[unitRow]{Name: "单位", Aside: "类别", Unit: "行", What: "单位", Key: "名称", Most: 1000,
	row: func(line int) unitRow { return unitRow{Line: line} },
	Columns: []sheetColumn[unitRow]{
		{"名称", true, false, 36, "全称，不能与已有的相同", func(r *unitRow) *string { return &r.Name }},
		{"类别", true, false, 18, "见模板第二张工作表", func(r *unitRow) *string { return &r.Kind }},
		{"排序", true, false, 10, "按惯用顺序的序号，小的在前", func(r *unitRow) *string { return &r.Sort }},
	}}

func (s *Server) showUnitsImport(w http.ResponseWriter, r *http.Request) {
	s.render(w, r, http.StatusOK, "units_import", unitsImportPage{Columns: unitSheet.Columns})
}

// doUnitsImport checks a sheet and, with do=file, enters its units.
func (s *Server) doUnitsImport(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseMultipartForm(1 << 20); err != nil && !errors.Is(err, http.ErrNotMultipart) {
		s.fail(w, r, badForm(err))
		return
	}
	page := unitsImportPage{Columns: unitSheet.Columns}
	entered, err := s.takeUnits(r, &page)
	if err == nil && entered {
		s.sessions.Put(r.Context(), toldKey, "已导入"+strconv.Itoa(len(page.Sheet.Rows))+"个单位。")
		http.Redirect(w, r, "/people/units", http.StatusSeeOther)
		return
	}
	status, ps, err := sheetProblems(page.Problems, page.Sheet != nil, err)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	page.Problems = ps
	s.render(w, r, status, "units_import", page)
}

// takeUnits reads and checks the sheet, and enters its units if that is asked and all is right. Codes: Invalid, Duplicate, those of
// importFile and sheetForm.read.
func (s *Server) takeUnits(r *http.Request, page *unitsImportPage) (entered bool, err error) {
	ctx, p := r.Context(), person(r.Context())
	raw, sum, err := s.importFile(r)
	if err != nil {
		return false, err
	}
	read, err := unitSheet.read(ctx, raw)
	if err != nil {
		return false, err
	}
	units, err := s.judgeUnits(ctx, p.Congress, read)
	if err != nil {
		return false, err
	}
	page.Sheet = read
	switch {
	case read.Taken == len(read.Rows):
		read.Mistakes = nil
		return false, schemas.Refuse("Duplicate", "表中的单位都已经有了，没有再次导入")
	case read.Wrong > 0:
		return false, schemas.Refuse("Invalid", "有%d行需要改正，见下表；改好以前一行都不会导入", read.Wrong)
	}
	if r.PostFormValue("do") != "file" {
		if sum == "" {
			sum, err = s.Files.store(bytes.NewReader(raw))
		}
		page.Stored = sum
		return false, err
	}
	return true, s.Register.AddUnits(context.WithoutCancel(ctx), p.Congress, units)
}

// judgeUnits holds each row against the register and those above it, and notes what is wrong.
func (s *Server) judgeUnits(ctx context.Context, congress string, read *sheet[unitRow]) (units []register.Unit, err error) {
	known, err := s.Register.Units(ctx, congress)
	if err != nil {
		return nil, err
	}
	taken := map[string]bool{}
	for _, u := range known {
		taken[u.Name] = true
	}
	above := map[string]bool{}
	for _, row := range read.Rows {
		wrong := unitSheet.check(row)
		u := register.Unit{Name: row.Name}
		for _, k := range unitKinds {
			if k.name == row.Kind {
				u.Kind = k.code
			}
		}
		if u.Kind == "" && wrong.For("类别") == "" {
			wrong = append(wrong, problem{"类别", "没有“" + shortened(row.Kind) + "”这个类别，请照模板第二张工作表填写"})
		}
		u.Sort, _ = strconv.Atoi(row.Sort) // checked
		switch {
		case taken[row.Name]:
			read.Taken++
			wrong = append(wrong, problem{"名称", "系统里已有“" + shortened(row.Name) + "”"})
		case above[row.Name] && row.Name != "":
			wrong = append(wrong, problem{"名称", "与上面一行重复"})
		}
		above[row.Name] = true
		units = append(units, u)
		read.note(row.Line, row.Name, wrong)
	}
	return units, nil
}

// unitsTemplate gives an empty sheet with the headings, and beside it the kinds.
func (s *Server) unitsTemplate(w http.ResponseWriter, r *http.Request) {
	var kinds []string
	for _, k := range unitKinds {
		kinds = append(kinds, k.name)
	}
	book, err := unitSheet.template([]wordList{{"类别", kinds, []string{"类别"}, 24}})
	if err != nil {
		s.fail(w, r, err)
		return
	}
	sendBook(w, book, "单位导入模板.xlsx")
}
