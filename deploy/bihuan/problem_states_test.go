package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"bihuan/activities/register"
	"bihuan/schemas"
)

// Every state of a problem that a special inquiry found is come into and left by every exit of spec 2b, and refuses what it does not list:
// through the pages, on the real engine.
func TestProblemStates(t *testing.T) {
	h := openHouse(t)
	seen := map[string]bool{}
	var rows sync.WaitGroup
	turn := make(chan struct{}, 6)
	for _, r := range problemRows {
		seen[r.state], seen[r.to] = true, true
		turn <- struct{}{}
		rows.Go(func() {
			t.Run(r.state+" "+r.exit, func(t *testing.T) { h.walk(t, r) })
			<-turn
		})
	}
	rows.Wait()
	for _, s := range []string{"P2", "P3", "P4", "P5", "closed"} {
		if !seen[s] {
			t.Errorf("no row is in %s", s)
		}
	}
}

// givenOut is a problem of 甲局 in an inquiry under survey, given to it with the gate of 14 April.
var givenOut = path{{do: func(m *matter) answer {
	ctx := context.Background()
	s, err := m.h.desk.Inquire(ctx, register.NewInquiry{Token: register.NewID(), Congress: m.Congress, Title: "优化营商环境", Body: "企业反映集中。", Committee: m.Committee,
		Owner: m.People["cmt"], Role: schemas.Clerk})
	if err == nil {
		err = m.clock.started(ctx, s.Case)
	}
	if err == nil { // the acts until the survey are the inquiry's own, and tested there
		_, err = m.h.reg.Pool().Exec(ctx, `update cases set state = jsonb_set(state::jsonb, '{open}', '[{"key":"survey"}]')::text where id = $1`, s.Case)
	}
	var listed []schemas.State
	if err == nil {
		listed, err = m.h.desk.List(ctx, s, fmt.Sprintf("专询〔2023〕%d号", m.h.cases.Add(1)), m.People["cmt"], []register.NewProblem{{Title: "施工许可办理超过承诺时限", Body: "查阅办件记录，超过承诺时限。",
			Class: "项目审批", Unit: m.Units[0]}})
	}
	if err == nil {
		m.id = listed[0].Case
		err = m.clock.started(ctx, m.id)
	}
	if err == nil {
		err = m.h.desk.Submit(ctx, m.Congress, m.id, schemas.Act{ID: "given/" + m.id, Key: "given", Role: schemas.System, Person: m.People["cmt"], At: closing.UTC(),
			Until: time.Date(2023, 4, 15, 0, 0, 0, 0, schemas.Shanghai).UTC()})
	}
	if err != nil {
		m.t.Fatal(err)
	}
	return answer{status: http.StatusSeeOther}
}}}

func putRight(n int, says ...string) step {
	return act("unh-jia", fmt.Sprint("fix#", n), append([]string{"text=已经整改到位，材料附后。"}, says...)...)
}

func look(who, kind string, n int, verdict string, says ...string) step {
	return act(who, fmt.Sprintf("%s#%d", kind, n), append([]string{"verdict=" + verdict, "text=到现场核查。"}, says...)...)
}

var (
	applied     = givenOut.then(putRight(1))
	watched     = applied.then(look("cmh", "closing-check", 1, "closed"), look("dpt1", "deputy-check", 1, "closed"))
	longTerm    = givenOut.then(act("ofc", "long-term", "reason=涉及上级规划，主任会议决定列入长期"))
	misgiven    = givenOut.then(paper("unh-jia", "return-request", "甲", 1, "target=乙", "reason=许可由乙局核发", "text=申请退办"))
	released    = misgiven.then(paper("gov", "return", "甲", 1, "verdict=accept"))
	givenToYi   = released.then(paper("gov", "reassign", "甲", 1, "target=乙"))
	problemRows = []row{
		{state: "P2", exit: "申请销号", into: givenOut, leave: path{putRight(1)}, to: "P3", holds: []truth{due("closing-check#1", "2023-03-13"), due("deputy-check#1", "2023-03-13")}},
		{state: "P2", exit: "期限是会前核对之日", into: givenOut, leave: path{act("unt-jia", "fix#1", "text=正在整改。")}, to: "P2", holds: []truth{waits("fix#1"), due("fix#1", "2023-04-14")}},
		{state: "P2", exit: "没有写情况", into: givenOut, leave: path{putRight(1, "text=")}, status: 422, says: "请写明整改的情况和效果"},
		{state: "P2", exit: "外单位看不到", into: givenOut, leave: path{act("unh-yi", "fix#1", "text=代为整改")}, status: 404, says: foreign},
		{state: "P2", exit: "逾期", into: givenOut, leave: passes("04-18 09:10"), to: "P2", holds: []truth{reaches("fix#1", "L1", "unt-jia", "unh-jia")}},
		{state: "P2", exit: "视频取证", into: givenOut, leave: path{film("取证.mp4", mp4(3<<20))}, to: "P2", holds: []truth{plays("取证.mp4", mp4(3<<20))}},
		{state: "P2", exit: "冒充视频的文件", into: givenOut, leave: path{film("取证.mp4", []byte("%PDF-1.7 not a film"))}, status: 422, says: "附件“取证.mp4”的内容与扩展名不符"},
		{state: "P2", exit: "申请退办", into: givenOut, leave: path{paper("unh-jia", "return-request", "甲", 1, "target=乙", "reason=许可由乙局核发", "text=申请退办")}, to: "P2",
			holds: []truth{waits("return/甲#1"), due("return/甲#1", "2023-03-08"), due("fix#1", "2023-04-14")}},
		{state: "P2", exit: "退办须写理由", into: givenOut, leave: path{paper("unh-jia", "return-request", "甲", 1, "target=乙")}, status: 422, says: unreasoned},
		{state: "P2", exit: "过了三个工作日不能再退", into: givenOut, leave: path{at("03-10 09:00", paper("unh-jia", "return-request", "甲", 1, "target=乙", "reason=许可由乙局核发", "text=申请退办"))},
			status: 422, says: "已超过规定的期限"},
		{state: "P2", exit: "人大不能审批退办", into: misgiven, leave: path{paper("ofc", "return", "甲", 1, "verdict=accept")}, status: 403, says: notYours},
		{state: "P2", exit: "不同意退办", into: misgiven, leave: path{paper("gov", "return", "甲", 1, "verdict=refuse", "reason=职责清单列明")}, to: "P2", holds: []truth{waits("fix#1")}},
		{state: "P2", exit: "改派：期限不变", into: released, leave: path{paper("gov", "reassign", "甲", 1, "target=乙")}, to: "P2", holds: []truth{due("fix#1", "2023-04-14"), answersFor("乙")}},
		{state: "P2", exit: "改派给原单位", into: released, leave: path{paper("gov", "reassign", "甲", 1, "target=甲")}, status: 422, says: "请选择一个尚未参与本事项的单位改派"},
		{state: "P2", exit: "改派后原单位不再办", into: givenToYi, leave: path{putRight(1)}, status: 403, says: notYours},
		{state: "P2", exit: "改派后由新单位整改", into: givenToYi, leave: path{act("unh-yi", "fix#1", "text=已经整改到位。")}, to: "P3"},
		{state: "P2", exit: "列入长期", into: givenOut, leave: path{act("ofc", "long-term", "reason=涉及上级规划，主任会议决定列入长期")}, to: "P5", holds: []truth{due("milestone#1", "2024-03-06")}},
		{state: "P3", exit: "退办未决时整改，不再退办", into: misgiven.then(putRight(1)), leave: path{look("cmh", "closing-check", 1, "closed")}, to: "P3", holds: []truth{closed("return/甲#1")}},
		{state: "P3", exit: "两人同意销号", into: applied.then(look("cmh", "closing-check", 1, "closed")), leave: path{look("dpt1", "deputy-check", 1, "closed")}, to: "P4"},
		{state: "P3", exit: "代表退回", into: applied.then(look("cmh", "closing-check", 1, "closed")), leave: path{look("dpt1", "deputy-check", 1, "open", "reason=现场没有整改")}, to: "P2", holds: []truth{waits("fix#2")}},
		{state: "P3", exit: "退回须写理由", into: applied, leave: path{look("dpt1", "deputy-check", 1, "open")}, status: 422, says: unreasoned},
		{state: "P3", exit: "单位不能自己核查", into: applied, leave: path{look("unh-jia", "closing-check", 1, "closed")}, status: 403, says: notYours},
		{state: "P4", exit: "反弹重开", into: watched, leave: path{act("cmt", "rebound#1", "reason=回访发现又超时")}, to: "P2", holds: []truth{waits("fix#2")}},
		{state: "P4", exit: "观察期满", into: watched, leave: passes("09-08 00:10"), to: "closed"},
		{state: "P5", exit: "报告进展", into: longTerm, leave: path{act("unh-jia", "milestone#1", "verdict=ongoing", "text=一期完成", "reason=一期完成")}, to: "P5", holds: []truth{waits("milestone#2")}},
		{state: "P5", exit: "完成后申请销号", into: longTerm, leave: path{act("unh-jia", "milestone#1", "verdict=done", "text=全部完成", "reason=全部完成")}, to: "P3"},
	}
)

// answersFor is which unit the list of the inquiry names for the problem.
func answersFor(unit string) truth {
	return func(m *matter) {
		m.t.Helper()
		p, err := m.h.reg.Problem(context.Background(), m.Congress, m.id)
		if want := m.names(unit); err != nil || p.Unit != want {
			m.t.Errorf("the list names %s, not %s, %v", p.Unit, want, err)
		}
	}
}

// mp4 begins as a film does, and goes on with noise.
func mp4(size int) []byte {
	film := append([]byte("\x00\x00\x00\x20ftypisom\x00\x00\x02\x00isomiso2avc1mp41"), bytes.Repeat([]byte("frame by frame "), size/15)...)
	return film[:size]
}

// film adds a film as evidence, by the form.
func film(name string, content []byte) step {
	return step{do: func(m *matter) answer {
		f := m.fill("cmt", "evidence#1", []string{"verdict=film", "text=暗访视频"})
		var sent bytes.Buffer
		w := multipart.NewWriter(&sent)
		for field, values := range f.form {
			for _, v := range values {
				_ = w.WriteField(field, v) // into memory
			}
		}
		_ = w.WriteField("open", "1")
		part, err := w.CreateFormFile("files", name)
		if err == nil {
			_, err = part.Write(content)
		}
		if err == nil {
			err = w.Close()
		}
		if err != nil {
			m.t.Fatal(err)
		}
		return m.carry(m.window("cmt"), http.MethodPost, f.to, w.FormDataContentType(), &sent)
	}}
}

var fileLink = regexp.MustCompile(`href="(/cases/[^"]+/files/[^"]+)"[^>]*>([^<]+)<`)

// plays is that a deputy gets the film from the page of the matter, whole and from the middle.
func plays(name string, content []byte) truth {
	return func(m *matter) {
		m.t.Helper()
		links := fileLink.FindAllStringSubmatch(m.get("ch", "/cases/"+m.id).body, -1)
		i := slices.IndexFunc(links, func(l []string) bool { return strings.Contains(l[2], name) })
		if i < 0 {
			m.t.Fatalf("%s is not on the page: %v", name, links)
		}
		req, err := http.NewRequest(http.MethodGet, m.h.web.URL+links[i][1], nil)
		if err != nil {
			m.t.Fatal(err)
		}
		for from, want := range map[string][]byte{"": content, "bytes=1000000-": content[1_000_000:]} {
			req.Header.Set("Range", from)
			resp, err := m.window("ch").Do(req)
			if err != nil {
				m.t.Fatal(err)
			}
			got, err := io.ReadAll(resp.Body)
			resp.Body.Close()
			if err != nil || !bytes.Equal(got, want) || resp.Header.Get("Content-Type") != "video/mp4" {
				m.t.Errorf("%q: %d, %d of %d bytes, %s, %v", from, resp.StatusCode, len(got), len(want), resp.Header.Get("Content-Type"), err)
			}
		}
	}
}
