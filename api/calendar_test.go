package api

import (
	"bytes"
	"context"
	"encoding/json"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"bihuan/activities/intake"
	"bihuan/activities/register"
	"bihuan/activities/register/registertest"
	"bihuan/schemas"
)

// newDistrict is a site with a whole district, on the 20th of November 2026, and one report due on 9 February 2027.
func newDistrict(t *testing.T) (*site, registertest.District) {
	s := newSite(t)
	s.register.Clock(func() time.Time { return at(2026, 11, 20, 10, 0) })
	d := registertest.Found(t, s.register, schemas.Pace{}, hashed)
	s.server.Desk = &intake.Desk{Register: s.register, Log: s.server.Log}
	ctx := context.Background()
	st := must(s.register.File(ctx, d.Filing("测人常审〔2026〕9号", at(2026, 11, 9, 0, 0))))
	st.Seq = 1
	st.Begin(schemas.Stage{Key: "report/" + d.Units[0], Unit: d.Units[0], Clocks: []schemas.Clock{{Rule: "report", Anchor: "T0"}}})
	must(s.register.Write(ctx, schemas.Entry{State: must(json.Marshal(st))}))
	return s, d
}

func (s *site) as(login string) browser {
	s.t.Helper()
	b := s.browser()
	b.login(login)
	return b
}

func TestCalendarPage(t *testing.T) {
	s, _ := newDistrict(t)
	b := s.as("unt-jia")
	r, body := b.get("/calendar")
	expect(t, r, http.StatusOK, body, "2026年放假和调休", `<td class="rest">1<b>休</b><i>国庆节</i></td>`, `<td class="makeup">10<b>班</b></td>`,
		`aria-current="date">20</td>`, "2026年10月1日（周四）至2026年10月7日（周三）国庆节，放假", "/calendar?year=2027")
	if strings.Contains(body, "尚未公布") || strings.Contains(body, "导入") {
		t.Errorf("shown to a liaison, of a published year:\n%s", body)
	}
	r, body = b.get("/calendar?year=2027")
	expect(t, r, http.StatusOK, body, "2027年放假和调休", "暂定", "2027年的放假安排尚未公布", "端午节")
	r, body = b.get("/calendar?year=2040")
	expect(t, r, http.StatusOK, body, "没有资料，只按周末计算")
	for _, year := range []string{"x", "1", "99999"} {
		r, body = b.get("/calendar?year=" + year)
		expect(t, r, http.StatusOK, body, "2026年放假和调休")
	}
}

func TestCalendarImportIsForItsKeepers(t *testing.T) {
	s, d := newDistrict(t)
	form := url.Values{"edition": {"2027"}, "source": {"国办发明电〔2026〕1号"}, "days": {registertest.Notice2027}, "do": {"import"}}
	for _, login := range []string{"unt-jia", "cmt", "cmh", "gov", "ch"} {
		r, body := s.as(login).post("/calendar", form)
		expect(t, r, http.StatusForbidden, body, "由办公室或系统管理员导入")
	}
	if c := must(s.register.CurrentCalendar(context.Background(), d.Congress)); c.PublishedYear(2027) {
		t.Error("imported all the same")
	}
	for _, login := range []string{"ofc", "adm"} {
		r, body := s.as(login).get("/calendar")
		expect(t, r, http.StatusOK, body, "导入放假安排", `name="days"`)
	}
}

func TestCalendarPreview(t *testing.T) {
	s, d := newDistrict(t)
	b := s.as("ofc")
	form := url.Values{"edition": {"2027"}, "source": {"国办发明电〔2026〕1号"}, "days": {registertest.Notice2027}, "do": {"preview"}}
	r, body := b.post("/calendar", form)
	expect(t, r, http.StatusOK, body, "测人常审〔2026〕9号", "关于老旧小区改造情况的审议意见", "正式回告", "甲局", "2027年2月9日（周二）", "2027年2月12日（周五）",
		"导入并重新推算期限", "2027-02-14,work,春节", `<td class="makeup">14<b>班</b></td>`)
	if c := must(s.register.CurrentCalendar(context.Background(), d.Congress)); c.PublishedYear(2027) {
		t.Error("the preview has imported")
	}
	found := must(s.register.Cases(context.Background(), d.Congress, "opinion"))
	stages := must(s.register.Stages(context.Background(), found[0].ID))
	if len(stages) != 1 || !stages[0].Due.Equal(at(2027, 2, 10, 0, 0)) || !stages[0].Provisional {
		t.Errorf("the preview has moved a date: %+v", stages)
	}
}

func TestCalendarPreviewOfAFile(t *testing.T) {
	s, _ := newDistrict(t)
	b := s.as("adm")
	send := func(content string) (*http.Response, string) {
		var body bytes.Buffer
		form := multipart.NewWriter(&body)
		_ = form.WriteField("edition", "2027")
		_ = form.WriteField("source", "国办发明电〔2026〕1号")
		_ = form.WriteField("days", "这里的不算")
		_ = form.WriteField("do", "preview")
		file := must(form.CreateFormFile("file", "2027.csv"))
		_, _ = file.Write([]byte(content))
		_ = form.Close()
		return b.read(b.Post(s.url+"/calendar", form.FormDataContentType(), &body))
	}
	r, body := send("\ufeff" + registertest.Notice2027)
	expect(t, r, http.StatusOK, body, "2027年2月12日（周五）", "2027-02-14,work,春节", "测人常审〔2026〕9号")
	if strings.Contains(body, "老旧小区") {
		t.Error("an administrator reads the title of a matter")
	}
	if strings.Contains(body, "这里的不算") {
		t.Error("the text field went before the file")
	}
	r, body = send("date,kind,name\n2027-01-01,rest,\xd4\xaa\xb5\xa9\n") // 元旦 in GBK
	expect(t, r, http.StatusUnprocessableEntity, body, "不是 UTF-8", `href="#file"`)
	r, body = send(strings.Repeat("2027-01-01,rest,元旦\n", 5000))
	expect(t, r, http.StatusUnprocessableEntity, body, "内容过大")
}

func TestCalendarRefuses(t *testing.T) {
	s, d := newDistrict(t)
	b := s.as("ofc")
	for name, c := range map[string]struct{ edition, source, days, says string }{
		"nothing":           {"", "", "", "请填写日历名称"},
		"no source":         {"2027", " ", registertest.Notice2027, "请填写依据"},
		"no such day":       {"2027", "x", "date,kind\n2027-02-30,rest\n", "日历第2行"},
		"make-up on Friday": {"2027", "x", "date,kind\n2027-10-08,work\n", "本来就是工作日"},
		"two years":         {"2027", "x", registertest.Notice2027 + "2028-01-01,rest,元旦\n", "不在2027年"},
		"no Dragon Boat":    {"2027", "x", strings.Replace(registertest.Notice2027, "2027-06-09,rest,端午节\n", "", 1), "是法定假日（端午节）"},
		"a year left out":   {"2028", "x", "date,kind\n2028-01-01,rest\n", "2027年的放假安排尚未导入"},
	} {
		for _, do := range []string{"preview", "import"} {
			r, body := b.post("/calendar", url.Values{"edition": {c.edition}, "source": {c.source}, "days": {c.days}, "do": {do}})
			if !strings.Contains(body, c.says) || r.StatusCode != http.StatusUnprocessableEntity || strings.Contains(body, "导入并重新推算") {
				t.Errorf("%s, %s: %d, %q is missing in\n%s", name, do, r.StatusCode, c.says, body)
			}
		}
	}
	if c := must(s.register.CurrentCalendar(context.Background(), d.Congress)); c.Edition != schemas.BuiltinCalendar().Edition {
		t.Error("imported:", c.Edition)
	}
}

func TestCalendarEditionIsTakenOnce(t *testing.T) {
	s, d := newDistrict(t)
	ctx := context.Background()
	days := must(schemas.ReadYear(strings.NewReader(registertest.Notice2027)))
	if err := s.register.AddCalendar(ctx, d.Congress, "2027", "国办发明电〔2026〕1号", days); err != nil {
		t.Fatal(err)
	}
	b := s.as("ofc")
	r, body := b.get("/calendar?year=2027")
	expect(t, r, http.StatusOK, body, "日历：2027", `<td class="makeup">14<b>班</b></td>`)
	if strings.Contains(body, "尚未公布") {
		t.Error("2027 is provisional still")
	}
	r, body = b.post("/calendar", url.Values{"edition": {"2027"}, "source": {"x"}, "days": {"date,kind\n2027-07-05,rest\n"}, "do": {"import"}})
	expect(t, r, http.StatusUnprocessableEntity, body, "已经有名为“2027”的日历", `href="#edition"`)
}

func TestRulesPage(t *testing.T) {
	s, _ := newDistrict(t)
	r, body := s.as("vm").get("/rules")
	expect(t, r, http.StatusOK, body, "“123”机制", "报送方案", "2周", "3个月前10个工作日", "次年6月30日前", "自然日，遇休息日顺延", "江夏区“123”机制（J14）",
		"到期视为签收", "人大内部督促3级", "到期后第3个工作日9:00", "分管副区长、政府办督查室", "催办函（二）", "15日以内", "到期前3个工作日", "/calendar", "通知责任人")
	for _, raw := range []string{"P2W", "natural_shift", "T-3wd", "UNT", "100000"} {
		if strings.Contains(body, raw) {
			t.Errorf("%q is shown", raw)
		}
	}
	s.add(s.congress, "lijun", "李军", register.Post{Role: schemas.Admin})
	r, body = s.as("lijun").get("/rules")
	expect(t, r, http.StatusOK, body, "还没有规则")
}

func TestEveryTermHasAName(t *testing.T) {
	for _, v := range showTerms(must(schemas.BuiltinRules("opinion"))) {
		if strings.ContainsFunc(v.Name, func(r rune) bool { return r < 0x80 }) || v.Mode == "" || v.Source == "" {
			t.Errorf("%+v", v)
		}
	}
}

func TestPeoplePage(t *testing.T) {
	s, _ := newDistrict(t)
	for _, login := range []string{"ofc", "adm", "sec"} {
		r, body := s.as(login).get("/people")
		expect(t, r, http.StatusOK, body, "城建工委", "委室主任", "区法院", "法院联络人", "政府部门", "甲局", "全局岗位", "系统管理员", "unt-jia@example.gov.cn",
			"还没有人员")
		if strings.Contains(body, "王敏") {
			t.Error("people of another congress are shown")
		}
	}
	for _, login := range []string{"cmt", "unt-jia", "ch"} {
		r, body := s.as(login).get("/people")
		expect(t, r, http.StatusForbidden, body, "由办公室和管理员查看")
	}
}
