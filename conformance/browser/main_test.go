package browser_test

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"paysim/conformance/browser"
	"paysim/conformance/report"
	"paysim/conformance/run"
	"paysim/conformance/target"
)

var (
	simulator = flag.String("simulator", os.Getenv("CONFORMANCE_SIMULATOR"), "address of the control API of a simulator that already runs")
	pictures  = flag.String("pictures", "", "folder to write pictures of every page to")
)

// chromium and there are what the tests share.
var (
	chromium browser.Browser
	there    *target.Target
)

func TestMain(m *testing.M) {
	// Most of the time a page waits for the payer or goes back by itself, so that more tests at once cost little.
	if err := flag.Set("test.parallel", strconv.Itoa(2*runtime.GOMAXPROCS(0))); err != nil {
		panic(err)
	}
	flag.Parse()
	code, err := testAll(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, "browser:", err)
		code = 1
	}
	os.Exit(code)
}

func testAll(m *testing.M) (code int, err error) {
	if *simulator != "" {
		there, err = target.Running(context.Background(), *simulator)
	} else {
		there, err = target.Simulator(context.Background(), "../..", false)
	}
	if err != nil {
		return 1, err
	}
	defer func() {
		chromium.Close()
		if closing := there.Close(); err == nil {
			err = closing
		}
	}()
	code = m.Run()
	if f := flag.Lookup("test.run"); f.Value.String() != "" {
		return code, nil // a part of the suite says nothing of the whole
	}
	return code, keep()
}

// keep writes what Chromium did of every provider's operations.
func keep() error {
	ctx := context.Background()
	for _, name := range there.Providers() {
		calls, err := there.Calls(ctx, name)
		if err != nil {
			return err
		}
		r := report.New(name, there.Name, "")
		r.Calls(calls)
		if err := r.Write("../results/browser"); err != nil {
			return err
		}
	}
	return nil
}

// world is one merchant of one provider, with a shop of its own.
type world struct {
	*testing.T
	there    *target.Target
	provider string
	tenant   string
	base     string
	shop     *shop

	vietnamese bool // the language that calls to AppotaPay ask for, which are in English otherwise
}

func newWorld(t *testing.T, provider string) *world {
	t.Helper()
	return newWorldAt(t, there, provider, run.Tenant(t.Name()))
}

func newWorldAt(t *testing.T, there *target.Target, provider, tenant string) *world {
	t.Helper()
	base, err := there.Base(provider)
	if err != nil {
		t.Fatal(err)
	}
	return &world{T: t, there: there, provider: provider, tenant: tenant, base: base, shop: newShop(t)}
}

// payment is something that waits for its payer.
type payment struct {
	id   string
	page string
}

// answer is what a call was answered with.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// at is the value at a path of members, "data.payment.client.0.content"; nil where there is none.
func (a answer) at(path string) any {
	var v any
	if json.Unmarshal(a.body, &v) != nil {
		return nil
	}
	for _, name := range strings.Split(path, ".") {
		switch in := v.(type) {
		case map[string]any:
			v = in[name]
		case []any:
			var i int
			if _, err := fmt.Sscan(name, &i); err != nil || i >= len(in) {
				return nil
			}
			v = in[i]
		default:
			return nil
		}
	}
	return v
}

func (a answer) text(path string) string {
	s, _ := a.at(path).(string)
	return s
}

// direct answers with redirects instead of following them.
var direct = &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }, Timeout: 30 * time.Second}

// ask calls any address; header is names and values in turn.
func (w *world) ask(method, url, body string, header ...string) answer {
	w.Helper()
	r, err := http.NewRequestWithContext(w.Context(), method, url, strings.NewReader(body))
	if err != nil {
		w.Fatal(err)
	}
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	got, err := direct.Do(r)
	if err != nil {
		w.Fatal(err)
	}
	defer got.Body.Close()
	text, err := io.ReadAll(got.Body)
	if err != nil {
		w.Fatal(err)
	}
	return answer{got.StatusCode, got.Header, bytes.TrimSpace(text)}
}

// control calls the control API below the tenant.
func (w *world) control(method, path, body string) answer {
	w.Helper()
	a := w.ask(method, w.there.Control+"/_sim/tenants/"+w.tenant+path, body, "Content-Type", "application/json")
	if a.status/100 != 2 {
		w.Fatalf("%s %s: %d %s", method, path, a.status, a.body)
	}
	return a
}

// listed is the payment in the control API's list.
func (w *world) listed(id string) (state, page string, actions []string) {
	w.Helper()
	var list struct {
		Payments []struct {
			ID, State string
			Page      string `json:"page_url"`
			Actions   []string
		}
	}
	a := w.control("GET", "/payments", "")
	if err := json.Unmarshal(a.body, &list); err != nil {
		w.Fatal(err)
	}
	for _, p := range list.Payments {
		if p.ID == id {
			return p.State, p.Page, p.Actions
		}
	}
	w.Fatalf("no payment %s in %s", id, a.body)
	return "", "", nil
}

// delivery is a webhook as the control API tells it.
type delivery struct {
	Event, Payment, State, Body string
}

// deliveries are the webhooks of a payment in their order, once none is on its way any more.
func (w *world) deliveries(id string) []delivery {
	w.Helper()
	w.control("POST", "/webhooks/flush", "")
	var list struct{ Webhooks []delivery }
	if err := json.Unmarshal(w.control("GET", "/webhooks", "").body, &list); err != nil {
		w.Fatal(err)
	}
	var mine []delivery
	for _, d := range list.Webhooks {
		if d.Payment == id {
			mine = append(mine, d)
		}
	}
	return mine
}

// twin is a page's JSON form.
type twin struct {
	State     string
	StateKind string `json:"state_kind"`
	Title     string
	Merchant  string
	Amount    string
	Reference string
	QR        string
	ReturnURL string `json:"return_url"`
	ExpiresAt string `json:"expires_at"`
	Submit    *struct {
		Method, URL string
		Type        string `json:"content_type"`
		Form        map[string]string
	}
	Actions []struct {
		Value, Action, Outcome, Label string
		LeadsTo                       string `json:"leads_to"`
	}
}

func (w *world) twin(page string, header ...string) twin {
	w.Helper()
	return w.read(w.ask("GET", page, "", append([]string{"Accept", "application/json"}, header...)...))
}

func (w *world) read(a answer) twin {
	w.Helper()
	var v twin
	if err := json.Unmarshal(a.body, &v); err != nil {
		w.Fatalf("%v: %d %s", err, a.status, a.body)
	}
	return v
}

// leads is where a button of the page leads to.
func (v twin) leads(action string) string {
	for _, a := range v.Actions {
		if a.Value == action {
			return a.LeadsTo
		}
	}
	return ""
}

func (v twin) values() []string {
	var out []string
	for _, a := range v.Actions {
		out = append(out, a.Value)
	}
	return out
}
