package api

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"bihuan/activities/intake"
	"bihuan/activities/register/registertest"
	"bihuan/schemas"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.temporal.io/sdk/client"
	sdklog "go.temporal.io/sdk/log"
)

// caller is a program that uses the JSON API; every answer it gets is held against the document.
type caller struct {
	t   *testing.T
	url string
	*http.Client
	doc *jsonschema.Compiler
}

func (c caller) call(method, path, route string, in any) (int, map[string]any, []byte) {
	c.t.Helper()
	var body io.Reader
	switch v := in.(type) {
	case nil:
	case string:
		body = strings.NewReader(v)
	default:
		body = bytes.NewReader(must(json.Marshal(v)))
	}
	req := must(http.NewRequestWithContext(c.t.Context(), method, c.url+path, body))
	r := must(c.Do(req))
	defer func() { _ = r.Body.Close() }()
	raw := must(io.ReadAll(r.Body))
	c.held(method, route, r.StatusCode, raw)
	out := map[string]any{}
	_ = json.Unmarshal(raw, &out) // lists stay raw
	return r.StatusCode, out, raw
}

// held fails when the answer is not what the document says of that operation and status.
func (c caller) held(method, route string, status int, raw []byte) {
	c.t.Helper()
	path := "openapi.json#/paths/" + strings.ReplaceAll(strings.ReplaceAll(route, "~", "~0"), "/", "~1") + "/" + strings.ToLower(method) + "/responses/"
	if status == http.StatusNoContent {
		if len(raw) > 0 {
			c.t.Errorf("%s %s answers 204 with %s", method, route, raw)
		}
		return
	}
	name := fmt.Sprint(status)
	if status >= 400 {
		name = "default"
	}
	schema, err := c.doc.Compile(path + name + "/content/application~1json/schema")
	if err != nil {
		c.t.Errorf("%s %s answers %d, which the document does not know: %v", method, route, status, err)
		return
	}
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(raw))
	if err == nil {
		err = schema.Validate(v)
	}
	if err != nil {
		c.t.Errorf("%s %s %d: %v\n%s", method, route, status, err, raw)
	}
}

func TestCallsKeepToTheDocument(t *testing.T) {
	t.Parallel()
	reg := registertest.New(t)
	d := registertest.Found(t, reg, schemas.Pace{}, hashed)
	log := slog.New(slog.NewTextHandler(io.Discard, nil))
	away := must(client.NewLazyClient(client.Options{HostPort: "127.0.0.1:1", Logger: sdklog.NewStructuredLogger(log)}))
	t.Cleanup(away.Close)
	desk := &intake.Desk{Register: reg, Temporal: away, Log: log, Patience: 300 * time.Millisecond}
	server := must(New(Config{Register: reg, Desk: desk, Files: must(OpenFiles(t.TempDir())), Log: log}))
	web := httptest.NewServer(server)
	t.Cleanup(func() { web.Close(); server.Close() })
	doc := jsonschema.NewCompiler()
	doc.AssertFormat()
	if err := doc.AddResource("openapi.json", must(jsonschema.UnmarshalJSON(bytes.NewReader(must(document()))))); err != nil {
		t.Fatal(err)
	}
	as := func(login string) caller {
		c := caller{t, web.URL, &http.Client{Jar: must(cookiejar.New(nil))}, doc}
		if login != "" {
			if status, out, _ := c.call("POST", "/api/login", "/api/login", schemas.LoginIn{Login: login, Password: password}); status != http.StatusNoContent {
				t.Fatalf("login of %s: %d %v", login, status, out)
			}
		}
		return c
	}
	nobody, clerk, stranger := as(""), as("cmt"), as("unt-yi")
	for _, c := range calls {
		if c.method == "GET" && !strings.Contains(c.path, "{") {
			if status, out, _ := nobody.call("GET", c.path, c.path, nil); status != http.StatusUnauthorized || out["code"] != "NotLoggedIn" {
				t.Errorf("%s to nobody: %d %v", c.path, status, out)
			}
			if status, _, raw := clerk.call("GET", c.path, c.path, nil); status != http.StatusOK {
				t.Errorf("%s to the clerk: %d %s", c.path, status, raw)
			}
		}
	}
	in := schemas.FileIn{Number: "测审〔2026〕1号", Kind: "deliberation", Source: "执法检查", Title: "关于停车难问题的审议意见", Committee: d.Committee,
		T0: time.Now().In(schemas.Shanghai).Format(time.DateOnly), Direct: true, Items: []schemas.ItemIn{{Problem: "车位缺口大", Demand: "新增一千个车位"}},
		Parties: []schemas.PartyIn{{Unit: d.Units[0], Capacity: "sole"}}}
	if status, _, raw := clerk.call("POST", "/api/cases/forecast", "/api/cases/forecast", in); status != http.StatusOK || !bytes.Contains(raw, []byte("report")) {
		t.Errorf("forecast: %d %s", status, raw)
	}
	status, out, _ := clerk.call("POST", "/api/cases", "/api/cases", in)
	if status != http.StatusCreated {
		t.Fatalf("filing: %d %v", status, out)
	}
	id := fmt.Sprint(out["id"])
	for _, c := range []struct {
		name   string
		who    caller
		change func(*schemas.FileIn)
		status int
		code   string
	}{
		{"the number again", clerk, func(*schemas.FileIn) {}, http.StatusConflict, "Duplicate"},
		{"a unit twice", clerk, func(f *schemas.FileIn) { f.Number = "2"; f.Parties = append(f.Parties, f.Parties[0]) }, http.StatusUnprocessableEntity, "UnitTwice"},
		{"nobody leads", clerk, func(f *schemas.FileIn) { f.Number = "3"; f.Parties[0].Capacity = "joint" }, http.StatusUnprocessableEntity, "NoLead"},
		{"a day to come", clerk, func(f *schemas.FileIn) { f.Number = "4"; f.T0 = "2099-01-01" }, http.StatusUnprocessableEntity, "AnchorInFuture"},
		{"no title", clerk, func(f *schemas.FileIn) { f.Number = "5"; f.Title = "" }, http.StatusUnprocessableEntity, "Invalid"},
		{"by a unit", stranger, func(f *schemas.FileIn) { f.Number = "6" }, http.StatusForbidden, "NotEntitled"},
	} {
		f := in
		f.Parties = append([]schemas.PartyIn(nil), in.Parties...)
		c.change(&f)
		if status, out, _ := c.who.call("POST", "/api/cases", "/api/cases", f); status != c.status || out["code"] != c.code {
			t.Errorf("%s: %d %v", c.name, status, out)
		}
	}
	for name, raw := range map[string]string{"unknown field": `{"numbr":"1"}`, "wrong type": `{"number":1}`, "two values": `{} {}`, "nonsense": `{`} {
		if status, out, _ := clerk.call("POST", "/api/cases", "/api/cases", raw); status != http.StatusBadRequest && status != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d %v", name, status, out)
		}
	}
	if status, out, _ := clerk.call("POST", "/api/cases", "/api/cases", `{"body":"`+strings.Repeat("长", formLimit)+`"}`); status != http.StatusRequestEntityTooLarge {
		t.Errorf("oversized: %d %v", status, out)
	}
	talk := schemas.InterviewCall{Token: "token-of-a-talk", InterviewIn: schemas.InterviewIn{Title: "关于停车难问题的约谈", Body: "车位建设进度滞后，请说明原因。", Unit: d.Units[0],
		Post: "主要负责人", Committee: d.Committee, About: id}}
	status, talked, _ := clerk.call("POST", "/api/interviews", "/api/interviews", talk)
	if _, again, _ := clerk.call("POST", "/api/interviews", "/api/interviews", talk); status != http.StatusCreated || again["id"] != talked["id"] {
		t.Errorf("an interview, twice: %d %v %v", status, talked, again)
	}
	if status, _, raw := clerk.call("GET", "/api/cases/"+fmt.Sprint(talked["id"]), "/api/cases/{id}", nil); status != http.StatusOK {
		t.Errorf("the interview: %d %s", status, raw)
	}
	if status, _, raw := clerk.call("GET", "/api/interviews", "/api/interviews", nil); status != http.StatusOK || !bytes.Contains(raw, []byte("约谈〔")) {
		t.Errorf("interviews: %d %s", status, raw)
	}
	for name, change := range map[string]func(*schemas.InterviewCall){
		"no token": func(f *schemas.InterviewCall) { f.Token = "" }, "a committee's unit": func(f *schemas.InterviewCall) { f.Unit = d.Committee },
		"no reason": func(f *schemas.InterviewCall) { f.Body = "" },
	} {
		f := talk
		f.Token = "token of " + name
		change(&f)
		if status, out, _ := clerk.call("POST", "/api/interviews", "/api/interviews", f); status != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d %v", name, status, out)
		}
	}
	if status, out, _ := stranger.call("POST", "/api/interviews", "/api/interviews", talk); status != http.StatusForbidden || out["code"] != "NotEntitled" {
		t.Errorf("an interview by a unit: %d %v", status, out)
	}
	if status, _, raw := clerk.call("GET", "/api/cases/"+id, "/api/cases/{id}", nil); status != http.StatusOK {
		t.Errorf("the matter: %d %s", status, raw)
	}
	for _, path := range []string{id, "nonsense", "00000000-0000-0000-0000-000000000000"} {
		if status, out, _ := stranger.call("GET", "/api/cases/"+path, "/api/cases/{id}", nil); status != http.StatusNotFound {
			t.Errorf("another unit sees %s: %d %v", path, status, out)
		}
	}
	act := schemas.ActIn{Token: "token-of-a-form", Stage: "draft#1"}
	if status, out, _ := clerk.call("POST", "/api/cases/"+id+"/acts", "/api/cases/{id}/acts", act); status != http.StatusConflict {
		t.Errorf("a stage that has not begun: %d %v", status, out)
	}
	if status, _, _ := clerk.call("POST", "/api/notices/read", "/api/notices/read", nil); status != http.StatusNoContent {
		t.Errorf("read marks: %d", status)
	}
	if status, out, _ := nobody.call("POST", "/api/login", "/api/login", schemas.LoginIn{Login: "cmt", Password: "wrong"}); status != http.StatusUnauthorized {
		t.Errorf("a wrong password: %d %v", status, out)
	}
	r := must(http.Get(web.URL + "/api/openapi.json"))
	defer func() { _ = r.Body.Close() }()
	var spec struct{ OpenAPI string }
	if err := json.NewDecoder(r.Body).Decode(&spec); err != nil || !strings.HasPrefix(spec.OpenAPI, "3.1") {
		t.Errorf("the document says it is OpenAPI %q, %v", spec.OpenAPI, err)
	}
}
