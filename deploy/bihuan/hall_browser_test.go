package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"io"
	"log/slog"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"bihuan/activities/register"
	"bihuan/activities/register/registertest"
	"bihuan/api"
	"bihuan/schemas"

	"github.com/chromedp/chromedp"
)

// served is a district with three members of the standing committee, whose pages are served; nothing of it needs the engine.
func served(t *testing.T, folder string) (reg *register.Register, d registertest.District, url string) {
	t.Helper()
	t.Parallel()
	files, err := api.OpenFiles(folder)
	if err != nil {
		t.Fatal(err)
	}
	reg = registertest.New(t)
	d = registertest.Found(t, reg, schemas.Pace{Real: time.Now(), Virtual: time.Date(2023, 6, 7, 10, 0, 0, 0, schemas.Shanghai), Rate: 1}, api.Hash(registertest.Password))
	ctx := context.Background()
	for i := range 3 {
		login := fmt.Sprintf("scm%d", i+1)
		id, err := reg.AddAccount(ctx, register.Account{Congress: d.Congress, Login: login, Name: fmt.Sprintf("委员%d", i+1), Password: api.Hash(registertest.Password), Active: true})
		if err == nil {
			err = reg.AddPost(ctx, d.Congress, id, register.Post{Role: schemas.Member})
		}
		if err != nil {
			t.Fatal(err)
		}
		d.People[login] = id
	}
	server, err := api.New(api.Config{Register: reg, Files: files, Log: slog.New(slog.NewTextHandler(io.Discard, nil))})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	web := httptest.NewServer(server)
	t.Cleanup(web.Close)
	return reg, d, web.URL
}

// A ballot goes by clicks alone from its configuration to its announcement; the members vote on telephones, without script.
func TestBallotByBrowser(t *testing.T) {
	_, d, url := served(t, t.TempDir())
	desk, phone := newBrowser(t, url, 1366, 768, true), newBrowser(t, url, 390, 844, false)
	desk.login("ofc")
	desk.open("/ballots/new")
	desk.write("#title", "区水务局工作评议")
	desk.write("#scrutineer", d.People["scm1"])
	desk.noSideways("/ballots/new")
	desk.press("#main .act button")
	desk.sees("ol.steps")
	where, err := chromedp.Run(desk.ctx, chromedp.Location())
	if err != nil {
		t.Fatal(err)
	}
	path := strings.TrimPrefix(where, url)
	deed := func(login, name, leadsTo string) {
		t.Helper()
		desk.login(login)
		desk.open(path)
		desk.press(`form[action$="/` + name + `"] button`)
		eventually(t, "it stands at "+leadsTo, func() bool {
			stands, err := chromedp.Run(desk.ctx, chromedp.Text("[aria-current=step]"))
			return err == nil && stands == leadsTo
		})
	}
	deed("vc", "approve", "已核准")
	deed("ofc", "open", "投票中")
	for i, option := range []string{"satisfied", "satisfied", "basically"} {
		phone.login(fmt.Sprintf("scm%d", i+1))
		phone.open(path + "/vote")
		phone.press(`form[action$="/draw"] button:not([name])`)
		phone.sees("#choices")
		phone.press(`input[name=option][value=` + option + `]`)
		phone.press("button[value=check]")
		phone.sees(".chosen")
		phone.press("button[value=cast]")
		phone.sees(".receipt")
	}
	deed("ofc", "close", "已截止")
	deed("ofc", "count", "已计票")
	deed("scm1", "confirm", "监票人已确认")
	deed("ofc", "announce", "已宣布")
	desk.open(path + "/screen")
	if said := desk.text(".screen"); !strings.Contains(said, "发出测评表3张，收回3张，满意票2票，满意率66.67%") || !strings.Contains(said, "基本满意") {
		t.Errorf("the hall reads %q", said)
	}
}

// The office leads the meeting on one screen; the hall sees on another, by itself, what is asked and what was said.
func TestHallByBrowser(t *testing.T) {
	folder := t.TempDir()
	reg, d, url := served(t, folder)
	ctx := context.Background()
	sql := func(statement string, args ...any) {
		t.Helper()
		if _, err := reg.Pool().Exec(ctx, statement, args...); err != nil {
			t.Fatal(err)
		}
	}
	s, err := reg.FileInquiry(ctx, register.NewInquiry{Congress: d.Congress, Title: "优化营商环境", Body: "企业反映集中。", Committee: d.Committee, Owner: d.People["cmt"], Role: schemas.Clerk})
	if err != nil {
		t.Fatal(err)
	}
	open := `update cases set state = jsonb_set(jsonb_set(state::jsonb, '{open}', jsonb_build_array(jsonb_build_object('key', $2::text))), '{facts}', $3::jsonb)::text where id = $1`
	sql(open, s.Case, "survey", `{}`)
	problems, err := reg.FileProblems(ctx, s, "专询〔2023〕1号", d.People["cmt"], []register.NewProblem{
		{Title: "施工许可办理超过承诺时限", Body: "查阅办件记录，超过承诺时限。", Class: "项目审批", Unit: d.Units[0]}, {Title: "净地交付滞后", Body: "到现场查看。", Class: "用地保障", Unit: d.Units[1]}})
	if err != nil {
		t.Fatal(err)
	}
	sound := silence(20)
	sum := fmt.Sprintf("%x", sha256.Sum256(sound))
	if err = os.Mkdir(filepath.Join(folder, sum[:2]), 0o700); err == nil {
		err = os.WriteFile(filepath.Join(folder, sum[:2], sum), sound, 0o600)
	}
	if err == nil {
		_, err = reg.WritePaper(ctx, d.Congress, register.Paper{CaseID: problems[0].Case, Stage: "evidence#1", Kind: "evidence", Author: d.People["cmt"], Status: "signed", WrittenAt: time.Now()},
			schemas.ActIn{Text: "窗口录音"}, []register.Attachment{{CaseID: problems[0].Case, Name: "窗口录音.wav", Type: "audio/wav", Size: int64(len(sound)), SHA256: sum}})
	}
	if err != nil {
		t.Fatal(err)
	}
	told := `{"questions": {"id": "x", "key": "questions", "at": "2023-06-06T01:00:00Z"}, "problem-distribute": {"id": "y", "key": "problem-distribute", "at": "2023-05-02T01:00:00Z"}}`
	sql(open, s.Case, "meeting", told)
	sql(open, problems[0].Case, "fix#1", `{"given": {"id": "z", "key": "given", "at": "2023-05-02T01:00:00Z"}}`)
	sql(`update problems set question = n where inquiry = $1`, s.Case)
	sql(`update inquiries set meets = '2023-06-07T01:00:00Z', place = '会议厅' where case_id = $1`, s.Case)
	desk, hall := newBrowser(t, url, 1366, 768, true), newBrowser(t, url, 1366, 768, true)
	desk.login("ofc")
	hall.login("scm1")
	hall.open("/inquiries/" + s.Case + "/screen")
	reads := func(words ...string) {
		t.Helper()
		eventually(t, "the hall reads "+strings.Join(words, ", "), func() bool {
			said, err := chromedp.Run(hall.ctx, chromedp.Text(".screen"))
			if err != nil {
				return false // between two looks
			}
			for _, w := range words {
				if !strings.Contains(said, w) {
					return false
				}
			}
			return true
		})
	}
	reads("2道考题，已问0道")
	desk.open("/inquiries/" + s.Case + "/hall")
	desk.noSideways("/hall")
	desk.press(`.act button[value=show]`)
	desk.sees("#asker")
	reads("第1道 / 共2道", "施工许可办理超过承诺时限", "甲局", "请作答", "限时10分钟")
	play := `(function () { const a = document.querySelector('.screen audio'); if (a && a.paused && !a.currentTime) { a.play(); } return a ? a.currentTime : -1; })()`
	hall.press(".screen h1") // browsers play nothing before somebody has touched the page
	eventually(t, "the recording plays", func() bool {
		at, err := chromedp.Run(hall.ctx, chromedp.Evaluate[float64](play))
		return err == nil && at > 0.2
	})
	desk.write("#asker", "委员1")
	desk.write("#promise", "九月底前办结")
	desk.press("input[name=answer][value=written]")
	desk.press("section.card .act button")
	desk.sees("#asker")
	reads("提问：委员1", "承诺：九月底前办结", "会后五个工作日内书面答复")
	if at, err := chromedp.Run(hall.ctx, chromedp.Evaluate[float64](play)); err != nil || at < 2 { // the hall was told a question later than it began
		t.Errorf("the recording was broken off by what the hall was told: %v at second %v", err, at)
	}
	if at, err := chromedp.Run(hall.ctx, chromedp.Evaluate[float64](`(function () { const a = document.querySelector('.screen audio'); a.currentTime = 15; return a.currentTime; })()`)); err != nil || at != 15 {
		t.Errorf("the recording cannot be heard from where one likes: %v at second %v", err, at)
	}
	desk.press(`.act button[value=show]`) // the next that nobody has answered
	reads("第2道 / 共2道", "净地交付滞后", "乙局")
}

// silence is a recording (WAV) of so many seconds in which nobody speaks.
func silence(seconds int) []byte {
	const rate = 8000
	head := []byte("RIFF")
	head = binary.LittleEndian.AppendUint32(head, uint32(36+seconds*rate))
	head = append(head, "WAVEfmt "...)
	head = binary.LittleEndian.AppendUint32(head, 16)
	for _, v := range []uint16{1, 1} { // PCM, one channel
		head = binary.LittleEndian.AppendUint16(head, v)
	}
	head = binary.LittleEndian.AppendUint32(head, rate)
	head = binary.LittleEndian.AppendUint32(head, rate)
	for _, v := range []uint16{1, 8} { // a byte each
		head = binary.LittleEndian.AppendUint16(head, v)
	}
	head = append(head, "data"...)
	head = binary.LittleEndian.AppendUint32(head, uint32(seconds*rate))
	return append(head, bytes.Repeat([]byte{128}, seconds*rate)...)
}
