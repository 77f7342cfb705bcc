package conformance_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"paysim/conformance/report"
	"paysim/conformance/run"
	"paysim/conformance/suite"
)

// appotapayClients is where the pinned libraries are; its install script puts them there.
const appotapayClients = "appotapay/clients"

func init() {
	credentials["appotapay"] = func(vars suite.Vars) error {
		token, err := goToken(vars["partner-code"], vars["api-key"], vars["secret-key"])
		vars["jwt"] = token
		return err
	}
}

// goToken makes a token as AppotaPay's page on security says, with golang-jwt.
func goToken(partner, apiKey, secret string) (string, error) {
	now := time.Now().Unix()
	t := jwt.NewWithClaims(jwt.SigningMethodHS256, jwt.MapClaims{"iss": partner, "api_key": apiKey, "jti": fmt.Sprintf("%s-%d", apiKey, now), "exp": now + 300})
	t.Header["cty"] = "appotapay-api;v=1"
	return t.SignedString([]byte(secret))
}

// program is a script of a language's own, and what has to be there to run it.
type program struct {
	command, needs []string
}

func nodeProgram(script string, needs ...string) program {
	return program{[]string{"node", filepath.Join(appotapayClients, script)}, needs}
}

func pythonProgram(script string, needs ...string) program {
	command := "python3"
	if needs != nil {
		command = filepath.Join(appotapayClients, ".venv", "bin", "python")
	}
	return program{[]string{command, filepath.Join(appotapayClients, script)}, needs}
}

// run gives what the program prints. A program that is not installed skips the test, loudly, or fails it where the tools
// are required.
func (p program) run(t *testing.T, stdin string, args ...string) (string, error) {
	t.Helper()
	_, err := exec.LookPath(p.command[0])
	for _, file := range p.needs {
		if err == nil {
			_, err = os.Stat(filepath.Join(appotapayClients, file))
		}
	}
	if err != nil {
		settle(t, run.Result{Outcome: run.Skip, Reason: fmt.Sprintf("%v; run conformance/%s/install", err, appotapayClients)})
		t.SkipNow()
	}
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	cmd := exec.CommandContext(ctx, p.command[0], append(p.command[1:], args...)...)
	cmd.Stdin = strings.NewReader(stdin)
	var out, trouble bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &trouble
	if err := cmd.Run(); err != nil {
		return "", fmt.Errorf("%w: %s", err, trouble.String())
	}
	return out.String(), nil
}

// appotapayWorld is a merchant of AppotaPay's.
type appotapayWorld struct {
	*testing.T
	tenant string
	base   string
	keys   suite.Vars
	report *report.Report
}

func newAppotapayWorld(t *testing.T) appotapayWorld {
	t.Helper()
	for _, p := range providers {
		if p.Name != "appotapay" {
			continue
		}
		base, err := there.Base(p.Name)
		if err != nil {
			t.Fatal(err)
		}
		tenant := run.Tenant(t.Name())
		keys, err := there.Keys(p.Provider, tenant)
		if err != nil {
			t.Fatal(err)
		}
		return appotapayWorld{t, tenant, base, keys, p.report}
	}
	t.Skip("does not apply: -provider names another")
	return appotapayWorld{}
}

func (w appotapayWorld) call(method, url, token, body string) (int, string) {
	w.Helper()
	r, err := http.NewRequestWithContext(w.Context(), method, url, strings.NewReader(body))
	if err != nil {
		w.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	if token != "" {
		r.Header.Set("X-APPOTAPAY-AUTH", token)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		w.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		w.Fatal(err)
	}
	return answer.StatusCode, string(text)
}

// TestAppotaPayTokens proves that tokens of the libraries that clients use are taken, bare and as a bearer's, and that one
// made with another key is not.
func TestAppotaPayTokens(t *testing.T) {
	for _, maker := range []struct {
		name string
		make func(t *testing.T, partner, apiKey, secret string) (string, error)
	}{
		{"go, golang-jwt", func(_ *testing.T, partner, apiKey, secret string) (string, error) {
			return goToken(partner, apiKey, secret)
		}},
		{"node, jsonwebtoken", func(t *testing.T, partner, apiKey, secret string) (string, error) {
			return nodeProgram("make-token.mjs", "node_modules/jsonwebtoken").run(t, "", partner, apiKey, secret)
		}},
		{"python, PyJWT", func(t *testing.T, partner, apiKey, secret string) (string, error) {
			return pythonProgram("make_token.py", ".venv/bin/python").run(t, "", partner, apiKey, secret)
		}},
	} {
		t.Run(maker.name, func(t *testing.T) {
			t.Parallel()
			w := newAppotapayWorld(t)
			token, err := maker.make(t, w.keys["partner-code"], w.keys["api-key"], w.keys["secret-key"])
			if err != nil {
				t.Fatal(err)
			}
			forged, err := maker.make(t, w.keys["partner-code"], w.keys["api-key"], "not-the-key-0123456789abcdef0123456789abcdef")
			if err != nil {
				t.Fatal(err)
			}
			for header, want := range map[string]int{token: 200, "Bearer " + token: 200, forged: 401, "Bearer " + forged: 401} {
				if status, body := w.call("GET", w.base+"/credit-card/error-code/list", header, ""); status != want {
					t.Errorf("%d %.100s, want %d", status, body, want)
				}
			}
			did := w.report.Client(report.Entry{Operation: "error_code.list", Sample: "tokens", Tool: maker.name, Basis: "documented"})
			if t.Failed() {
				did(string(run.Fail), "see the test")
			} else {
				did(string(run.Pass), "")
			}
		})
	}
}

// TestAppotaPayNotification lets a payer pay and gives what the merchant then hears to verifiers that know nothing of the
// simulator: programs in Python and Node.
func TestAppotaPayNotification(t *testing.T) {
	if !there.IsSimulator() {
		t.Skip("does not apply: a person must pay")
	}
	for name, verifier := range map[string]program{"python": pythonProgram("verify.py"), "node": nodeProgram("verify.mjs")} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newAppotapayWorld(t)
			heard := w.paid("hai phần phở / bò")
			got, err := verifier.run(t, heard, w.keys["secret-key"])
			if err != nil || strings.TrimSpace(got) != "O-1 success 10000" {
				t.Errorf("%s says %q, %v, of %s", name, got, err, heard)
			}
			if got, err := verifier.run(t, heard, "not-the-key"); err == nil {
				t.Errorf("%s takes another key: %s", name, got)
			}
			if got, err := verifier.run(t, strings.Replace(heard, `"data":"e`, `"data":"f`, 1), w.keys["secret-key"]); err == nil {
				t.Errorf("%s takes other data: %s", name, got)
			}
		})
	}
}

// paid makes an order, lets the payer pay it and gives the body of the notification.
func (w appotapayWorld) paid(info string) string {
	w.Helper()
	notices := make(chan string, 4)
	shop := httptest.NewServer(http.HandlerFunc(func(out http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		notices <- string(body)
		_, _ = io.WriteString(out, `{"status": "ok"}`)
	}))
	w.Cleanup(shop.Close)
	token, err := goToken(w.keys["partner-code"], w.keys["api-key"], w.keys["secret-key"])
	if err != nil {
		w.Fatal(err)
	}
	status, body := w.call("POST", w.base+"/api/v2/orders/payment", token, fmt.Sprintf(`{"transaction": {"amount": 10000, "currency": "VND", "paymentMethod": "ATM", "action": "PAY"},
		"partnerReference": {"order": {"id": "O-1", "info": %q}, "notificationConfig": {"notifyUrl": %q, "redirectUrl": %q}}}`, info, shop.URL+"/ipn", shop.URL))
	_, after, _ := strings.Cut(body, `"transactionId":"`)
	id, _, ok := strings.Cut(after, `"`)
	if status != 200 || !ok {
		w.Fatalf("%d %s", status, body)
	}
	if status, body := w.call("POST", there.Control+"/_sim/tenants/"+w.tenant+"/payments/appotapay/"+id+"/approve", "", "{}"); status/100 != 2 {
		w.Fatalf("%d %s", status, body)
	}
	select {
	case notice := <-notices:
		return notice
	case <-time.After(10 * time.Second):
		w.Fatal("no notification came")
	}
	return ""
}
