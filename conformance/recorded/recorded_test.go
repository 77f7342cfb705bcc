package recorded_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"

	"paysim/conformance/recorded"
	"paysim/conformance/suite"
)

const rulesText = `
source: a public place
operations:
  - {operation: charge.create, method: POST, path: /charges}
  - {operation: charge.get, method: GET, path: /charges/*}
name: [method, client]
code: error.code
request:
  constants: [method, client.*]
answer:
  headers:
    Content-Type: {}
    Vary: {without: [accept-encoding]}
  etag: true
  constants: [status, error.code]
  addresses: [data.page]
  patterns: {data.id: '^ch_[0-9]+$'}
  echoes: {data.reference: [reference], data.amount: [amount]}
`

func rules(t *testing.T) recorded.Rules {
	t.Helper()
	var r recorded.Rules
	if err := yaml.Unmarshal([]byte(rulesText), &r); err != nil {
		t.Fatal(err)
	}
	return r
}

// exchange is a line as recorded; the ETag is right for the answer.
func exchange(method, path, request string, status int, answer string) string {
	return fmt.Sprintf(`{"request":{"method":%q,"url":"https://api.acme.example%s","body":%s},"response":{"status":%d,"headers":{"Content-Type":"application/json","Vary":"Origin, accept-encoding","ETag":%q},"body":%s}}`,
		method, path, request, status, recorded.ETag([]byte(answer)), answer)
}

func created(n int) string {
	return exchange("POST", "/charges",
		fmt.Sprintf(`{"reference":"secret-%d","amount":%d.0,"method":"wallet","client":["desktop","mobile"]}`, n, n), 200,
		fmt.Sprintf(`{"status":"success","data":{"id":"ch_%d","reference":"secret-%d","amount":%d,"note":null,"page":"https://pay.acme.example/v1/landing/a889f730bc8d11f0967f3b2a428a7e16?x=1","time":17}}`, n, n, n))
}

func read(t *testing.T, lines ...string) []recorded.Exchange {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "a.jsonl"), []byte(strings.Join(lines, "\n")+"\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	exchanges, err := recorded.Read(dir)
	if err != nil {
		t.Fatal(err)
	}
	return exchanges
}

const derived = `# Derived from recorded exchanges by cmd/shapes with the rules beside this file; do not edit.
# The exchanges themselves are not part of this project.
source: a public place
exchanges: 4
kinds:
  - name: charge.create wallet desktop+mobile 200
    operation: charge.create
    seen: 2
    method: POST
    path: /charges
    request:
      reference: string
      amount: decimal
      method: = "wallet"
      client:
        - = "desktop"
        - = "mobile"
    status: 200
    headers:
      Content-Type: = "application/json"
      Vary: = "Origin"
    etag: true
    body:
      status: = "success"
      data:
        id: string ~ ^ch_[0-9]+$
        reference: = "{{request.reference}}"
        amount: = {{request.amount}}
        note: = null
        page: string ~ ^https?://[^/]+/v1/landing/[0-9a-f]{32}$
        time: integer
  - name: charge.create wallet desktop+mobile 200 (2)
    operation: charge.create
    seen: 1
    method: POST
    path: /charges
    request:
      reference: string
      amount: decimal
      method: = "wallet"
      client:
        - = "desktop"
        - = "mobile"
      more: boolean
    status: 200
    headers:
      Content-Type: = "application/json"
      Vary: = "Origin"
    etag: true
    body:
      status: = "success"
  - name: charge.get 404 E1
    operation: charge.get
    seen: 1
    method: GET
    path: /charges/*
    status: 404
    code: E1
    headers:
      Content-Type: = "application/json"
      Vary: = "Origin"
    etag: true
    body:
      error:
        code: = "E1"
`

func TestDerive(t *testing.T) {
	shapes, err := recorded.Derive(read(t, created(1), created(2),
		exchange("GET", "/charges/ch_9", "null", 404, `{"error":{"code":"E1"}}`),
		exchange("POST", "/charges", `{"reference":"secret-3","amount":1.5,"method":"wallet","client":["desktop","mobile"],"more":true}`, 200, `{"status":"success"}`),
	), rules(t))
	if err != nil {
		t.Fatal(err)
	}
	text, err := shapes.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	if string(text) != derived {
		t.Errorf("got:\n%s\nwant:\n%s", text, derived)
	}
}

func TestDeriveKeepsNothingRecorded(t *testing.T) {
	shapes, err := recorded.Derive(read(t, created(1), created(2)), rules(t))
	if err != nil {
		t.Fatal(err)
	}
	text, err := shapes.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	for _, value := range []string{"secret", "ch_1", "pay.acme", "a889f730"} {
		if strings.Contains(string(text), value) {
			t.Errorf("%s is in the result", value)
		}
	}
}

func TestDeriveRefuses(t *testing.T) {
	for want, line := range map[string]string{
		"no operation for PUT":    exchange("PUT", "/charges", "{}", 200, "{}"),
		"does not match":          exchange("POST", "/charges", "{}", 200, `{"data":{"id":"ref_1"}}`),
		"is no address":           exchange("POST", "/charges", "{}", 200, `{"data":{"page":"soon"}}`),
		"does not belong to the ": strings.Replace(created(1), `"time":17`, `"time":18`, 1),
	} {
		_, err := recorded.Derive(read(t, line), rules(t))
		if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "a.jsonl:1") {
			t.Errorf("got %v, want it to say %q and where", err, want)
		}
	}
}

func TestETag(t *testing.T) {
	const body = `{"status":"fail","app":"citcon_upi","version":"v1.0.0","data":{"code":"4202","message":"refund failed"}}`
	if got, want := recorded.ETag([]byte(body)), `W/"68-IemmPsVYxXS1L5wH00+Y/h1ZmIs"`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestRequest(t *testing.T) {
	shapes, err := recorded.Derive(read(t, created(1)), rules(t))
	if err != nil {
		t.Fatal(err)
	}
	plan := recorded.Plan{Fill: map[string]string{"reference": `"{{reference}}"`, "amount": "150"}}
	body, values, err := plan.Request(shapes.Kinds[0], suite.Vars{"reference": "ours"})
	if err != nil {
		t.Fatal(err)
	}
	if want := `{"reference":"ours","amount":150.0,"method":"wallet","client":["desktop","mobile"]}`; body != want {
		t.Errorf("got %s, want %s", body, want)
	}
	if values["request.reference"] != "ours" || values["request.amount"] != "150" || values["request.client.1"] != "mobile" {
		t.Errorf("got %v", values)
	}
	for want, fill := range map[string]string{"want string, got integer 1": "1", "no value for other": `"{{other}}"`, "not JSON": "ours"} {
		plan.Fill["reference"] = fill
		if body, _, err := plan.Request(shapes.Kinds[0], nil); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("fill %s: got %s and %v, want it to say %q", fill, body, err, want)
		}
	}
	delete(plan.Fill, "reference")
	if _, _, err := plan.Request(shapes.Kinds[0], nil); err == nil {
		t.Error("want an error for a member that no fill serves")
	}
}

func TestPlanFor(t *testing.T) {
	plan := recorded.Plan{Given: []recorded.Given{
		{Operation: "charge.create", Code: "E1", Note: "code"},
		{Operation: "charge.create", Status: 400, Note: "status"},
		{Operation: "charge.create", Note: "any"},
	}}
	for want, k := range map[string]recorded.Kind{
		"code":   {Operation: "charge.create", Status: 400, Code: "E1"},
		"status": {Operation: "charge.create", Status: 400, Code: "E2"},
		"any":    {Operation: "charge.create", Status: 200},
	} {
		if g, err := plan.For(k); err != nil || g.Note != want {
			t.Errorf("got %q, %v; want %q", g.Note, err, want)
		}
	}
	if g, err := plan.For(recorded.Kind{Operation: "charge.get"}); err == nil {
		t.Errorf("got %v, want an error", g)
	}
}
