package app_test

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"paysim/internal/app"
	"paysim/internal/authority"
	"paysim/internal/provider"
	"paysim/internal/providertest/toypay"
)

// running is a simulator in this process.
type running struct {
	t              *testing.T
	main, provider string // base URLs
	stop           context.CancelFunc
	ended          chan int
	logs           *logs
}

// logs is what a simulator says on stderr.
type logs struct {
	mu   sync.Mutex
	text strings.Builder
}

func (l *logs) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(b)
}

func (l *logs) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

func start(t *testing.T, args ...string) *running {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	r := &running{t: t, stop: cancel, ended: make(chan int, 1), logs: &logs{}}
	out, in := io.Pipe()
	go func() {
		r.ended <- app.Main(ctx, app.Env{
			Args: append([]string{"--port", "0"}, args...), Lookup: func(string) (string, bool) { return "", false },
			Stdout: in, Stderr: r.logs, Providers: []*provider.Provider{toypay.Provider()},
		})
		in.Close()
	}()
	url := regexp.MustCompile(`http://127\.0\.0\.1:\d+`)
	lines := bufio.NewScanner(out)
	for _, base := range []*string{&r.main, &r.provider} {
		if !lines.Scan() {
			t.Fatalf("it ended with %d: %s", <-r.ended, r.logs)
		}
		*base = url.FindString(lines.Text())
	}
	go io.Copy(io.Discard, out)
	t.Cleanup(cancel)
	return r
}

// atOnce is how long a stop may take that waits for nobody, on a busy machine.
const atOnce = 5 * time.Second

// end stops the simulator and gives its exit status and how long it took.
func (r *running) end() (int, time.Duration) {
	r.t.Helper()
	began := time.Now()
	r.stop()
	select {
	case status := <-r.ended:
		return status, time.Since(began)
	case <-time.After(time.Minute):
		r.t.Fatal("it does not end")
		return 0, 0
	}
}

func (r *running) call(method, url, body string) (int, string, error) {
	r.t.Helper()
	req, err := http.NewRequest(method, url, strings.NewReader(body))
	if err != nil {
		r.t.Fatal(err)
	}
	req.Header.Set("Toy-Key", "toy-default")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, "", err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	return resp.StatusCode, string(text), err
}

func (r *running) want(status int, method, url, body string) string {
	r.t.Helper()
	got, text, err := r.call(method, url, body)
	if err != nil || got != status {
		r.t.Fatalf("%s %s: %d %v, want %d: %s", method, url, got, err, status, text)
	}
	return text
}

const someCharge = `{"reference":"A-1","amount":1000,"currency":"EUR"}`

func TestEveryAddressServes(t *testing.T) {
	r := start(t, "--seed", "7")
	r.want(200, "GET", r.main+"/_sim/health", "")
	page := regexp.MustCompile(`"page_url":"([^"]+)"`)
	for base, charge := range map[string]string{r.provider: "A-1", r.main + "/toypay": "A-2"} {
		text := r.want(201, "POST", base+"/v1/charges", strings.Replace(someCharge, "A-1", charge, 1))
		at := page.FindStringSubmatch(text)
		if at == nil || !strings.HasPrefix(at[1], base+"/pay/") {
			t.Errorf("the page of a charge made at %s is at %v", base, at)
			continue
		}
		r.want(200, "GET", at[1], "")
	}
	r.want(404, "GET", r.provider+"/_sim/health", "") // nothing of ours among a provider's paths
	for _, host := range []string{"api.toypay.test", "toypay.localhost"} {
		req, _ := http.NewRequest("GET", r.main+"/v1/charges/x", nil)
		req.Host = host
		req.Header.Set("Toy-Key", "toy-default")
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.Header.Get("Toy-Version") == "" {
			t.Errorf("host %s does not lead to the provider: %s", host, resp.Status)
		}
	}
	if status, took := r.end(); status != 0 || took > atOnce {
		t.Errorf("it ended with %d after %s: %s", status, took, r.logs)
	}
}

// TestStopEndsWhatWaits stops a simulator while one call waits for its delayed
// answer, one for an answer that never comes and one for the journal.
func TestStopEndsWhatWaits(t *testing.T) {
	for name, answer := range map[string]string{"delayed": "{delay: 1h}", "lost": "lost", "dripping": "{drip: {bytes: 1, every: 1h}}"} {
		t.Run(name, func(t *testing.T) {
			r := start(t)
			r.want(200, "PUT", r.main+"/_sim/tenants/default/scenario", "version: 1\nrules: [{on: toypay.charge.create, answer: "+answer+"}]\n")
			ended := make(chan error, 2)
			go func() {
				status, text, err := r.call("POST", r.provider+"/v1/charges", someCharge)
				if err == nil {
					t.Errorf("a call that was cut short is answered %d %q", status, text)
				}
				ended <- err
			}()
			req, _ := http.NewRequest("GET", r.main+"/_sim/tenants/default/journal", nil)
			req.Header.Set("Accept", "text/event-stream")
			stream, err := http.DefaultClient.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			defer stream.Body.Close()
			for lines := bufio.NewScanner(stream.Body); lines.Scan() && !strings.Contains(lines.Text(), "charge.create"); {
			}
			go func() {
				_, err := io.Copy(io.Discard, stream.Body)
				ended <- err
			}()
			if status, took := r.end(); status != 0 || took > atOnce {
				t.Errorf("it ended with %d after %s: %s", status, took, r.logs)
			}
			<-ended
			<-ended
			if _, _, err := r.call("GET", r.main+"/_sim/health", ""); !errors.Is(err, syscall.ECONNREFUSED) {
				t.Errorf("after the end: %v", err)
			}
		})
	}
}

func TestScenarioFileIsLoadedAgainWhenItChanges(t *testing.T) {
	file := filepath.Join(t.TempDir(), "scenario.yaml")
	write := func(text string) {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	rule := func(status string) string {
		return "version: 1\nrules: [{on: toypay.charge.get, answer: {status: " + status + "}}]\n"
	}
	write(rule("503"))
	r := start(t, "--scenario", file)
	r.want(503, "GET", r.provider+"/v1/charges/x", "")
	until := func(what string, ok func() bool) {
		t.Helper()
		for end := time.Now().Add(time.Minute); !ok(); <-time.After(10 * time.Millisecond) {
			if time.Now().After(end) {
				t.Fatalf("never: %s", what)
			}
		}
	}
	write(rule("504"))
	until("the new scenario answers", func() bool {
		status, _, _ := r.call("GET", r.provider+"/v1/charges/x", "")
		return status == 504
	})
	write("version: 1\nrulse: []\n")
	until("somebody is told why it was not loaded", func() bool { return strings.Contains(r.logs.String(), "did you mean") })
	r.want(504, "GET", r.provider+"/v1/charges/x", "")
	r.end()
}

func TestConfigSettingsReachTheirTenant(t *testing.T) {
	file := filepath.Join(t.TempDir(), "simulator.yaml")
	if err := os.WriteFile(file, []byte("tenants: {default: {settings: {toypay: {strict: true}}}}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	r := start(t, "--config", file)
	odd := strings.Replace(someCharge, "{", `{"odd":1,`, 1)
	r.want(400, "POST", r.provider+"/v1/charges", odd)
	r.want(200, "POST", r.main+"/_sim/tenants/default/reset", "")
	r.want(400, "POST", r.provider+"/v1/charges", odd)
	r.end()
}

// TestFaultsByTLS lets a client come through the proxy, and the answers be spoilt.
func TestFaultsByTLS(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "ca")
	r := start(t, "--ca-dir", dir)
	r.want(200, "PUT", r.main+"/_sim/tenants/default/scenario", `{version: 1, rules: [
		{on: toypay.charge.get, attempt: 1, answer: reset}, {on: toypay.charge.get, attempt: 2, answer: {truncate: 0.5}},
		{on: toypay.charge.get, attempt: 3, answer: {status: 503}}, {on: toypay.charge.get, attempt: 4, answer: lost}]}`)
	a, err := authority.Open(dir, []string{"api.toypay.test", "toypay.localhost"})
	if err != nil {
		t.Fatal(err)
	}
	trust := x509.NewCertPool()
	trust.AddCert(a.Certificate())
	through, _ := url.Parse(r.main)
	client := &http.Client{Transport: &http.Transport{Proxy: http.ProxyURL(through), TLSClientConfig: &tls.Config{RootCAs: trust}}}
	get := func() (int, error) {
		resp, err := client.Get("https://api.toypay.test/v1/charges/x")
		if err != nil {
			return 0, err
		}
		defer resp.Body.Close()
		_, err = io.ReadAll(resp.Body)
		return resp.StatusCode, err
	}
	if _, err := get(); !errors.Is(err, syscall.ECONNRESET) {
		t.Errorf("a reset is seen as %v", err)
	}
	if _, err := get(); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("half an answer is seen as %v", err)
	}
	if status, err := get(); status != 503 || err != nil {
		t.Errorf("%d %v, want 503", status, err)
	}
	waits := make(chan error)
	go func() {
		_, err := get()
		waits <- err
	}()
	req, _ := http.NewRequest("GET", r.main+"/_sim/tenants/default/journal?since=3", nil)
	req.Header.Set("Accept", "text/event-stream")
	stream, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer stream.Body.Close()
	for lines := bufio.NewScanner(stream.Body); lines.Scan() && !strings.Contains(lines.Text(), "charge.get"); {
	}
	if status, took := r.end(); status != 0 || took > atOnce {
		t.Errorf("it ended with %d after %s: %s", status, took, r.logs)
	}
	if err := <-waits; err == nil {
		t.Error("a lost answer came")
	}
}
