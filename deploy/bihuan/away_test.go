package main

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"bihuan/activities/intake"
	"bihuan/activities/notices"
	"bihuan/activities/register"
	"bihuan/activities/register/registertest"
	"bihuan/api"
	"bihuan/schemas"
	"bihuan/worker"

	"github.com/emersion/go-smtp"
	enums "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/converter"
	sdklog "go.temporal.io/sdk/log"
	"go.temporal.io/sdk/workflow"
	"google.golang.org/protobuf/encoding/protojson"
)

// With Temporal away an act is safe in the intake (正在登记); once it is back the act is done by itself, and its legal
// instant is that of its receipt.
func TestTemporalAway(t *testing.T) {
	e := newEngine(t)
	ctx := context.Background()
	d := registertest.Found(t, e.reg, schemas.Pace{}, api.Hash(registertest.Password))
	nowhere, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := nowhere.Addr().String()
	_ = nowhere.Close()
	log := slog.New(slog.NewTextHandler(io.Discard, nil))
	c, err := client.NewLazyClient(client.Options{HostPort: address, Namespace: e.namespace, Logger: sdklog.NewStructuredLogger(log)})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	away := &intake.Desk{Register: e.reg, Temporal: c, Log: log, Patience: time.Second}
	s, err := away.File(ctx, d.Filing("测审〔2026〕1号", time.Now().Add(-24*time.Hour)))
	if err != nil {
		t.Fatalf("filing needs no engine: %v", err)
	}
	eventually(t, "the case is started by itself", func() bool { st, err := e.reg.State(ctx, s.Case); return err == nil && st.Seq > 0 })
	act := schemas.Act{ID: "form-token-1", Key: "draft#1", Role: schemas.Clerk, Unit: d.Committee, Person: d.People["cmt"]}
	before := time.Now()
	err = away.Submit(ctx, d.Congress, s.Case, act)
	var known *schemas.Error
	if !errors.As(err, &known) || known.Code != "Pending" {
		t.Fatalf("with the engine away: %v", err)
	}
	after := time.Now()
	saysPending(t, e, away, d, s.Case)
	eventually(t, "the act is delivered by itself", func() bool {
		st, err := e.reg.State(ctx, s.Case)
		f, told := st.Told("draft#1")
		return err == nil && told && !f.At.Before(before.Add(-time.Second)) && f.At.Before(after)
	})
	if err := e.desk.Submit(ctx, d.Congress, s.Case, act); err != nil {
		t.Errorf("the same form again has its answer already: %v", err)
	}
	bad := act
	bad.ID, bad.Key = "form-token-2", "review#1"
	if err := away.Submit(ctx, d.Congress, s.Case, bad); !errors.As(err, &known) || known.Code != "Pending" {
		t.Fatalf("with the engine away: %v", err)
	}
	eventually(t, "a later refusal reaches the sender", func() bool {
		err := e.desk.Submit(ctx, d.Congress, s.Case, bad)
		return errors.As(err, &known) && known.Code == "NotEntitled"
	})
}

// A crash between the register's commit and the engine's leaves the engine one act behind. The next person to act finds the case
// where the register says it is.
func TestEngineForgot(t *testing.T) {
	e := newEngine(t)
	ctx := context.Background()
	d := registertest.Found(t, e.reg, schemas.Pace{}, "")
	s, err := e.desk.File(ctx, d.Filing("测审〔2026〕1号", time.Now().Add(-24*time.Hour)))
	if err != nil {
		t.Fatal(err)
	}
	eventually(t, "the case runs", func() bool { st, err := e.reg.State(ctx, s.Case); return err == nil && st.Seq > 0 })
	known, err := e.reg.State(ctx, s.Case)
	if err != nil {
		t.Fatal(err)
	}
	draft := schemas.Act{ID: "forgotten-draft", Key: "draft#1", Role: schemas.Clerk, Unit: d.Committee, Person: d.People["cmt"], At: time.Now()}
	known.Take(draft)
	known.Begin(schemas.Stage{Key: "review#1", Unit: d.Committee, Clocks: []schemas.Clock{{Rule: "review", Anchor: "draft#1"}}})
	known.Seq++
	state, err := json.Marshal(known)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := e.reg.Write(ctx, schemas.Entry{State: state, Acts: []schemas.Act{draft}}); err != nil {
		t.Fatal(err)
	}
	review := schemas.Act{ID: "review-after", Key: "review#1", Role: schemas.Head, Unit: d.Committee, Person: d.People["cmh"], Verdict: "accept"}
	if err := e.desk.Submit(ctx, d.Congress, s.Case, review); err != nil {
		t.Fatalf("what the register shows as open cannot be done: %v", err)
	}
	after, err := e.reg.State(ctx, s.Case)
	if f, told := after.Told("draft#1"); err != nil || !told || f.ID != draft.ID || after.Find("issue#1") == nil {
		t.Errorf("%v %+v", err, after.Facts)
	}
	wrong := review
	wrong.ID, wrong.Key = "nobody-may", "issue#1"
	var refusal *schemas.Error
	if err := e.desk.Submit(ctx, d.Congress, s.Case, wrong); !errors.As(err, &refusal) || refusal.Code != "NotEntitled" {
		t.Errorf("a refusal stays one: %v", err)
	}
}

// filed is an opinion of the day before, whose draft is awaited.
func (e engine) filed(t *testing.T, d registertest.District, number string) (id string) {
	t.Helper()
	s, err := e.desk.File(t.Context(), d.Filing(number, time.Now().Add(-24*time.Hour)))
	if err != nil {
		t.Fatal(err)
	}
	eventually(t, "the case runs", func() bool {
		st, err := e.reg.State(t.Context(), s.Case)
		return err == nil && st.Find("draft#1") != nil
	})
	return s.Case
}

// A Record that cannot be written waits as long as it must: first briefly within the task, then as an activity without end. Then it is
// there once, and the case goes on.
func TestRecordIsPatient(t *testing.T) {
	e := newEngine(t)
	ctx := context.Background()
	d := registertest.Found(t, e.reg, schemas.Pace{}, "")
	id := e.filed(t, d, "测审〔2026〕1号")
	held, err := e.reg.Pool().Begin(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = held.Rollback(ctx) }()
	if _, err := held.Exec(ctx, "select from cases where id = $1 for no key update", id); err != nil {
		t.Fatal(err)
	}
	act := schemas.Act{ID: "patient-draft", Key: "draft#1", Role: schemas.Clerk, Unit: d.Committee, Person: d.People["cmt"]}
	if _, err := e.reg.Receive(ctx, d.Congress, id, act); err != nil {
		t.Fatal(err)
	}
	patient := func() (n int) {
		h, err := worker.History(ctx, e.client, id)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range befell(h, &schemas.State{}) {
			if name == "patient" {
				n++
			}
		}
		return n
	}
	eventually(t, "the Record is patient", func() bool { return patient() > 0 })
	if st, err := e.reg.State(ctx, id); err != nil || st.Find("review#1") != nil {
		t.Fatalf("it is on record before the register could write: %v %+v", err, st)
	}
	if err := held.Rollback(ctx); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the act is on record", func() bool { st, err := e.reg.State(ctx, id); return err == nil && st.Find("review#1") != nil })
	var times int
	if err := e.reg.Pool().QueryRow(ctx, "select count(*) from journal where case_id = $1 and acts like '%patient-draft%'", id).Scan(&times); err != nil || times != 1 || patient() != 1 {
		t.Errorf("on record %d times, by %d patient Records, %v", times, patient(), err)
	}
	review := schemas.Act{ID: "review-after", Key: "review#1", Role: schemas.Head, Unit: d.Committee, Person: d.People["cmh"], Verdict: "accept"}
	if err := e.desk.Submit(ctx, d.Congress, id, review); err != nil {
		t.Errorf("the case does not go on: %v", err)
	}
}

// A case whose history has grown long goes on in a new run with all that it knows, and both runs replay.
func TestLongCaseContinues(t *testing.T) {
	e := newEngine(t)
	ctx := context.Background()
	d := registertest.Found(t, e.reg, schemas.Pace{}, "")
	id := e.filed(t, d, "测审〔2026〕1号")
	if err := e.desk.Submit(ctx, d.Congress, id, schemas.Act{ID: "before", Key: "draft#1", Role: schemas.Clerk, Unit: d.Committee, Person: d.People["cmt"]}); err != nil {
		t.Fatal(err)
	}
	run := func() string {
		info, err := e.client.DescribeWorkflowExecution(ctx, intake.WorkflowID(id), "")
		if err != nil {
			t.Fatal(err)
		}
		return info.GetWorkflowExecutionInfo().GetExecution().GetRunId()
	}
	first := run()
	woken := 0
	for ; run() == first && woken < 2000; woken++ {
		h, err := e.client.UpdateWorkflow(ctx, client.UpdateWorkflowOptions{WorkflowID: intake.WorkflowID(id), UpdateName: schemas.UpdateWake, WaitForStage: client.WorkflowUpdateStageCompleted})
		if err == nil {
			err = h.Get(ctx, nil)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if run() == first {
		t.Fatalf("it was woken %d times and is the same run still", woken)
	}
	if err := e.desk.Submit(ctx, d.Congress, id, schemas.Act{ID: "after", Key: "review#1", Role: schemas.Head, Unit: d.Committee, Person: d.People["cmh"], Verdict: "accept"}); err != nil {
		t.Fatal(err)
	}
	st, err := e.reg.State(ctx, id)
	if f, told := st.Told("draft#1"); err != nil || !told || f.ID != "before" || st.Find("issue#1") == nil {
		t.Errorf("it forgot what it knew: %v %+v", err, st.Facts)
	}
	replayer, err := worker.Replayer(converter.GetDefaultDataConverter())
	if err != nil {
		t.Fatal(err)
	}
	for _, one := range []string{first, run()} {
		if err := replayer.ReplayWorkflowExecution(ctx, e.client.WorkflowService(), nil, e.namespace, workflow.Execution{ID: intake.WorkflowID(id), RunID: one}); err != nil {
			t.Error(err)
		}
	}
	t.Logf("a new run after it was woken %d times", woken)
}

// A case whose workflow answers nothing holds up no other: it oversleeps, and an act on it waits, older than all others.
func TestOneCaseIsStuck(t *testing.T) {
	e := newEngine(t)
	ctx := context.Background()
	d := registertest.Found(t, e.reg, schemas.Pace{}, "")
	var ids []string
	for _, number := range []string{"测审〔2026〕1号", "测审〔2026〕2号"} {
		ids = append(ids, e.filed(t, d, number))
	}
	stuck, other := ids[0], ids[1]
	if _, err := e.client.ExecuteWorkflow(ctx, client.StartWorkflowOptions{ID: intake.WorkflowID(stuck), TaskQueue: "nobody-polls",
		WorkflowIDConflictPolicy: enums.WORKFLOW_ID_CONFLICT_POLICY_TERMINATE_EXISTING}, schemas.Opinion); err != nil {
		t.Fatal(err)
	}
	if _, err := e.reg.Pool().Exec(ctx, "update cases set next = now() - interval '1 hour' where id = $1", stuck); err != nil {
		t.Fatal(err)
	}
	act := schemas.Act{ID: "on-the-stuck-one", Key: "draft#1", Role: schemas.Clerk, Unit: d.Committee, Person: d.People["cmt"]}
	wrong := act
	wrong.ID, wrong.Key = "on-the-other-wrong", "review#1"
	right := act
	right.ID = "on-the-other"
	if _, err := e.reg.Receive(ctx, d.Congress, stuck, act); err != nil {
		t.Fatal(err)
	}
	time.Sleep(20 * time.Second) // the stuck one has been asked for a while
	for _, a := range []schemas.Act{wrong, right} {
		if _, err := e.reg.Receive(ctx, d.Congress, other, a); err != nil {
			t.Fatal(err)
		}
	}
	eventually(t, "the other case is served", func() bool {
		st, err := e.reg.State(ctx, other)
		_, told := st.Told("draft#1")
		return err == nil && told
	})
	var said int
	if err := e.reg.Pool().QueryRow(ctx, "select count(*) from notices where case_id = $1 and level = 'refused' and id in (select notice from outbox union select notice from dispatches)", other).Scan(&said); err != nil || said != 1 {
		t.Errorf("the late refusal was said %d times, %v", said, err)
	}
	h, err := e.client.DescribeWorkflowExecution(ctx, intake.WorkflowID(stuck), "")
	if err != nil || h.GetWorkflowExecutionInfo().GetStatus() != enums.WORKFLOW_EXECUTION_STATUS_RUNNING {
		t.Errorf("the stuck one is stuck no more: %v %v", h, err)
	}
	if err := e.client.TerminateWorkflow(ctx, intake.WorkflowID(stuck), "", "the test is over"); err != nil {
		t.Error(err)
	}
}

// saysPending signs in to the pages over a desk whose engine is away, and reads what the act's page says.
func saysPending(t *testing.T, e engine, away *intake.Desk, d registertest.District, caseID string) {
	t.Helper()
	files, err := api.OpenFiles(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	server, err := api.New(api.Config{Register: e.reg, Desk: away, Files: files, Log: away.Log})
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	web := httptest.NewServer(server)
	defer web.Close()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	c := &http.Client{Jar: jar}
	post := func(path string, form url.Values) (int, string) {
		r, err := c.PostForm(web.URL+path, form)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = r.Body.Close() }()
		b, err := io.ReadAll(r.Body)
		if err != nil {
			t.Fatal(err)
		}
		return r.StatusCode, string(b)
	}
	post("/login", url.Values{"login": {"vc"}, "password": {registertest.Password}})
	status, body := post("/cases/"+caseID+"/act", url.Values{"token": {"form-token-3"}, "stage": {"withdraw"}, "reason": {"试着撤回"}})
	if status != http.StatusAccepted || !strings.Contains(body, "正在登记") {
		t.Errorf("the page says %d %s", status, body)
	}
	if _, err := e.reg.Pool().Exec(t.Context(), "update intake set outcome = 'refused' where token = 'form-token-3'"); err != nil {
		t.Error(err) // the matter is still needed
	}
}

// A case begun under one key goes on under the next, and its history shows neither ids nor keys.
func TestSealedHistories(t *testing.T) {
	e := newEngine(t)
	ctx := context.Background()
	d := registertest.Found(t, e.reg, schemas.Pace{}, "")
	file := filepath.Join(t.TempDir(), "keys")
	keys := []string{"2027 " + base64.StdEncoding.EncodeToString([]byte(strings.Repeat("b", 32))), "2026 " + base64.StdEncoding.EncodeToString([]byte(strings.Repeat("a", 32)))}
	var id string
	for round, lines := range [][]string{keys[1:], keys} {
		if err := os.WriteFile(file, []byte(strings.Join(lines, "\n")), 0o600); err != nil {
			t.Fatal(err)
		}
		sealed, err := worker.Converter(file)
		if err != nil {
			t.Fatal(err)
		}
		log := slog.New(slog.NewTextHandler(io.Discard, nil))
		c, err := client.Dial(client.Options{HostPort: os.Getenv("TEMPORAL_ADDRESS"), DataConverter: sealed, Namespace: e.namespace, Logger: sdklog.NewStructuredLogger(log)})
		if err != nil {
			t.Fatal(err)
		}
		working, stop := context.WithCancel(ctx)
		done := make(chan error, 1)
		w := worker.Worker{Register: e.reg, Temporal: c, Log: log, Sender: &notices.Sender{Register: e.reg, Log: log}}
		e.stop() // the first worker has no keys
		go func() { done <- w.Run(working) }()
		desk := &intake.Desk{Register: e.reg, Temporal: c, Log: log, Patience: 90 * time.Second}
		act := schemas.Act{ID: "review", Key: "review#1", Role: schemas.Head, Unit: d.Committee, Person: d.People["cmh"], Verdict: "accept"}
		if round == 0 {
			s, err := desk.File(ctx, d.Filing("测审〔2026〕1号", time.Now().Add(-24*time.Hour)))
			if err != nil {
				t.Fatal(err)
			}
			id = s.Case
			eventually(t, "the case runs", func() bool { st, err := e.reg.State(ctx, id); return err == nil && st.Find("draft#1") != nil })
			act = schemas.Act{ID: "draft", Key: "draft#1", Role: schemas.Clerk, Unit: d.Committee, Person: d.People["cmt"]}
		}
		if err := desk.Submit(ctx, d.Congress, id, act); err != nil {
			t.Fatalf("round %d: %v", round, err)
		}
		h, err := worker.History(ctx, c, id)
		if err != nil {
			t.Fatal(err)
		}
		if text := protojson.Format(h); strings.Contains(text, d.Committee) || strings.Contains(text, base64.StdEncoding.EncodeToString([]byte(d.Committee))) || !strings.Contains(text, "bihuan-key") {
			t.Errorf("round %d: the history is not sealed", round)
		}
		if n, err := worker.Replay(ctx, c, sealed, []string{id}); n != 1 || err != nil {
			t.Errorf("round %d: replay %d, %v", round, n, err)
		}
		stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
		c.Close()
	}
}

// A worker killed in the midst of its cases loses nothing: the next one finishes what was begun.
func TestWorkerKilled(t *testing.T) {
	t.Parallel()
	address := registertest.URL(t)
	reg, err := register.Open(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(reg.Close)
	d := registertest.Found(t, reg, schemas.Pace{}, "")
	log := slog.New(slog.NewTextHandler(io.Discard, nil))
	c, err := client.Dial(client.Options{HostPort: os.Getenv("TEMPORAL_ADDRESS"), Logger: sdklog.NewStructuredLogger(log)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	desk := &intake.Desk{Register: reg, Temporal: c, Log: log, Patience: 2 * time.Second}
	work := func() *exec.Cmd {
		w := exec.Command("../../bin/bihuan", "worker")
		w.Env = append(os.Environ(), "DATABASE_URL="+address)
		if err := w.Start(); err != nil {
			t.Fatal(err)
		}
		return w
	}
	first := work()
	var ids []string
	for i := range 5 {
		s, err := desk.File(t.Context(), d.Filing("测审〔2026〕"+strconv.Itoa(i)+"号", time.Now().Add(-24*time.Hour)))
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, s.Case)
	}
	act := func(id string) schemas.Act {
		return schemas.Act{ID: "draft-of-" + id, Key: "draft#1", Role: schemas.Clerk, Unit: d.Committee, Person: d.People["cmt"]}
	}
	for _, id := range ids {
		eventually(t, "the case runs", func() bool { s, err := reg.State(t.Context(), id); return err == nil && s.Seq > 0 })
	}
	_ = first.Process.Kill()
	_ = first.Wait()
	for _, id := range ids {
		var known *schemas.Error
		if err := desk.Submit(t.Context(), d.Congress, id, act(id)); !errors.As(err, &known) || known.Code != "Pending" {
			t.Errorf("without a worker: %v", err)
		}
	}
	second := work()
	t.Cleanup(func() { _ = second.Process.Signal(syscall.SIGTERM); _ = second.Wait() })
	for _, id := range ids { // a case waits for its dead worker as long as the sticky time-out
		for begun := time.Now(); ; time.Sleep(500 * time.Millisecond) {
			s, err := reg.State(t.Context(), id)
			f, told := s.Told("draft#1")
			if err == nil && told && f.ID == act(id).ID && s.Find("review#1") != nil {
				break
			}
			if time.Since(begun) > 150*time.Second {
				t.Fatalf("an acknowledged act is lost: %v", err)
			}
		}
		journal, err := reg.Journal(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for _, l := range journal {
			n += strings.Count(l.Acts, act(id).ID)
		}
		if n != 1 {
			t.Errorf("the act stands %d times in the journal", n)
		}
	}
}

// While the mail server is away notices wait in the outbox; when it comes each is sent under one Message-ID.
func TestMailServerAway(t *testing.T) {
	e := newEngine(t)
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	d := registertest.Found(t, e.reg, schemas.Pace{}, "")
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	_ = l.Close()
	log := slog.New(slog.NewTextHandler(io.Discard, nil))
	channels, err := notices.Settings{SMTP: address, From: "bihuan@example.gov.cn"}.Open()
	if err != nil {
		t.Fatal(err)
	}
	if err := e.reg.ChooseCarriage(ctx, d.Congress, d.People["ofc"], "duty", true); err != nil { // the first notice is a new duty
		t.Fatal(err)
	}
	sender := &notices.Sender{Register: e.reg, Log: log, Channels: channels, Link: "http://127.0.0.1:8080"}
	digests := &notices.Digests{Register: e.reg, Log: log}
	var sending sync.WaitGroup
	sending.Go(func() { sender.Run(ctx) })
	sending.Go(func() { digests.Run(ctx) })
	defer sending.Wait()
	defer stop()
	s, err := e.desk.File(ctx, d.Filing("测审〔2026〕1号", time.Now().Add(-24*time.Hour)))
	if err != nil {
		t.Fatal(err)
	}
	posted := func() []register.Posted {
		rows, _, err := e.reg.Posted(ctx, d.Congress, register.Mail, false, nil, 100)
		if err != nil {
			t.Fatal(err)
		}
		return rows
	}
	eventually(t, "the mail has been tried in vain", func() bool {
		rows := posted()
		return len(rows) > 0 && rows[0].Tries > 0 && rows[0].Trouble != ""
	})
	box := &mailbox{}
	srv := smtp.NewServer(box)
	srv.Domain = "localhost"
	back, err := net.Listen("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	go func() { _ = srv.Serve(back) }()
	defer srv.Close()
	eventually(t, "the mail arrives", func() bool {
		rows := posted()
		for _, row := range rows {
			if row.SentAt.IsZero() {
				return false
			}
		}
		return len(box.all()) >= len(rows)
	})
	ids := map[string]bool{}
	for _, m := range box.all() {
		for _, line := range strings.Split(m, "\r\n") {
			if strings.HasPrefix(line, "Message-ID:") {
				ids[line] = true
			}
		}
	}
	said, err := e.reg.Said(ctx, s.Case)
	if err != nil || len(ids) != len(said) {
		t.Errorf("%d Message-IDs for %d notices, %v", len(ids), len(said), err)
	}
	for _, act := range []schemas.Act{
		{Key: "draft#1", Role: schemas.Clerk, Unit: d.Committee, Person: d.People["cmt"]},
		{Key: "review#1", Role: schemas.Head, Unit: d.Committee, Person: d.People["cmh"], Verdict: "accept"},
		{Key: "issue#1", Role: schemas.ViceChair, Unit: d.Committee, Person: d.People["vc"], Verdict: "accept"},
		{Key: "handover", Role: schemas.Office, Person: d.People["ofc"], Parties: []schemas.Party{{Unit: d.Units[0], Capacity: "sole"}}},
	} {
		eventually(t, act.Key, func() bool { st, err := e.reg.State(ctx, s.Case); return err == nil && st.Find(act.Key) != nil })
		act.ID = "mail-" + act.Key
		if err := e.desk.Submit(ctx, d.Congress, s.Case, act); err != nil {
			t.Fatal(act.Key, err)
		}
	}
	eventually(t, "the unit's mail has links to sign and to ask to be relieved", func() bool {
		for _, m := range box.all() {
			if strings.Count(m, "/l/") == 2 && strings.Contains(m, "unt-jia@example.gov.cn") {
				return true
			}
		}
		return false
	})
}

func eventually(t *testing.T, what string, is func() bool) {
	t.Helper()
	for begun := time.Now(); time.Since(begun) < 45*time.Second; time.Sleep(100 * time.Millisecond) {
		if is() {
			return
		}
	}
	t.Fatal("not so: " + what)
}

// mailbox is a real SMTP server's store.
type mailbox struct {
	mu   sync.Mutex
	mail []string
}

func (b *mailbox) NewSession(*smtp.Conn) (smtp.Session, error) { return &letter{b}, nil }

func (b *mailbox) all() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return append([]string(nil), b.mail...)
}

type letter struct{ box *mailbox }

func (*letter) Reset()                               {}
func (*letter) Logout() error                        { return nil }
func (*letter) Mail(string, *smtp.MailOptions) error { return nil }
func (*letter) Rcpt(string, *smtp.RcptOptions) error { return nil }
func (l *letter) Data(r io.Reader) error {
	b, err := io.ReadAll(r)
	l.box.mu.Lock()
	defer l.box.mu.Unlock()
	l.box.mail = append(l.box.mail, string(b))
	return err
}
