package conformance_test

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"flag"
	"fmt"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"paysim/conformance/recorded"
	"paysim/conformance/report"
	"paysim/conformance/run"
	"paysim/conformance/target"
)

var updateReadme = flag.Bool("update-readme", false, "write what the SDKs can drive into the provider's README")

const culqiClients = "culqi/clients"

// culqiSDK is a published client that a script of its own language drives.
type culqiSDK struct {
	name    string
	command []string
	needs   string // what install puts there
}

var culqiSDKs = []culqiSDK{
	{"culqi-node 2.1.0", []string{"node", "--no-deprecation", "--require", "./hosts.cjs", "drive.cjs"}, "node_modules/culqi-node"},
	python("culqi-api-python 2.0.0", "culqi-api-python", "drive.py"),
	python("culqi-python-oficial 1.0.0", "culqi-python-oficial", "drive.py"),
	python("culqipy 0.2.6", "culqipy-0.2.6", "drive_culqipy.py"),
	python("culqipy 0.2.1", "culqipy-0.2.1", "drive_culqipy.py"),
}

// python is an SDK in a virtual environment of its own, since they share their names.
func python(name, dir, script string) culqiSDK {
	program := dir + "/.venv/bin/python"
	return culqiSDK{name, []string{"./" + program, script}, program}
}

// driven is what a script says of one call.
type driven struct{ Operation, Call, Problem string }

// TestCulqiSDKs lets the published SDKs, unmodified, drive every method that they export against the hosts that they
// name, which lead to the target by TLS, and compares the table in the provider's README with what they did.
func TestCulqiSDKs(t *testing.T) {
	p := culqi(t)
	if !there.IsSimulator() {
		t.Skip("does not apply: the calls make and delete too much for a shared account")
	}
	did := map[string]map[string]int{} // operation → SDK → calls
	for _, sdk := range culqiSDKs {
		t.Run(sdk.name, func(t *testing.T) {
			if _, err := os.Stat(filepath.Join(culqiClients, sdk.needs)); err != nil {
				settle(t, run.Result{Outcome: run.Skip, Reason: fmt.Sprintf("%v; run conformance/%s/install", err, culqiClients)})
				return
			}
			for _, d := range sdk.drive(t) {
				if d.Operation != "" {
					did := p.report.Client(report.Entry{Operation: d.Operation, Sample: d.Call, Tool: sdk.name, Basis: "observed"})
					if d.Problem == "" {
						did(string(run.Pass), "")
					} else {
						did(string(run.Fail), d.Problem)
					}
				}
				if d.Problem != "" {
					t.Errorf("%s: %s", d.Call, d.Problem)
					continue
				}
				if did[d.Operation] == nil {
					did[d.Operation] = map[string]int{}
				}
				did[d.Operation][sdk.name]++
			}
		})
	}
	delete(did, "")
	if !t.Failed() && len(did) > 0 {
		compareTable(t, did)
	}
}

func culqi(t *testing.T) provider {
	t.Helper()
	for _, p := range providers {
		if p.Name == "culqi" {
			return p
		}
	}
	t.Skip("does not apply: -provider names another")
	return provider{}
}

func (s culqiSDK) drive(t *testing.T) []driven {
	t.Helper()
	tenant := run.Tenant(t.Name())
	listen(t, tenant)
	port, authority := frontDoor(t)
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, s.command[0], s.command[1:]...)
	if strings.HasPrefix(s.command[0], ".") {
		program, err := filepath.Abs(filepath.Join(culqiClients, s.command[0]))
		if err != nil {
			t.Fatal(err)
		}
		cmd.Path = program
	}
	cmd.Dir = culqiClients
	cmd.Env = append(os.Environ(), "CULQI_PORT="+port, "NODE_EXTRA_CA_CERTS="+authority, "REQUESTS_CA_BUNDLE="+authority, "NO_PROXY=*", "PYTHONDONTWRITEBYTECODE=1")
	cmd.Env = append(cmd.Env, culqiKeys(t, tenant)...)
	var trouble bytes.Buffer
	cmd.Stderr = &trouble
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v: %s", err, trouble.String())
	}
	var all []driven
	d := json.NewDecoder(bytes.NewReader(out))
	for d.More() {
		var one driven
		if err := d.Decode(&one); err != nil {
			t.Fatalf("%v in %s", err, out)
		}
		all = append(all, one)
	}
	if len(all) == 0 || !strings.HasPrefix(all[len(all)-1].Call, "all ") {
		t.Fatalf("the script ended early: %s%s", out, trouble.String())
	}
	return all
}

// culqiKeys are the tenant's keys as variables of the environment, those to encrypt with among them.
func culqiKeys(t *testing.T, tenant string) []string {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), "GET", there.Control+"/_sim/tenants/"+tenant, nil)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	var got struct {
		Providers map[string]struct {
			Keys []struct{ Env, Value string }
		}
	}
	if err := json.NewDecoder(answer.Body).Decode(&got); err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, key := range got.Providers["culqi"].Keys {
		all = append(all, key.Env+"="+key.Value)
	}
	return all
}

// listen registers a receiver of webhooks: without one Culqi keeps no events.
func listen(t *testing.T, tenant string) {
	t.Helper()
	shop := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	t.Cleanup(shop.Close)
	body := fmt.Sprintf(`{"webhooks": {"*": %q}}`, shop.URL)
	r, err := http.NewRequestWithContext(t.Context(), "PUT", there.Control+"/_sim/tenants/"+tenant+"/settings/culqi", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	if answer.StatusCode/100 != 2 {
		t.Fatalf("settings: %s", answer.Status)
	}
}

// frontDoor serves Culqi's hosts by TLS in front of the target, and gives the port and the file of the authority that
// its certificate is signed by.
func frontDoor(t *testing.T) (port, authority string) {
	t.Helper()
	base, err := there.Base("culqi")
	if err != nil {
		t.Fatal(err)
	}
	to, err := url.Parse(base)
	if err != nil {
		t.Fatal(err)
	}
	proxy := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(to)
		r.Out.Host = r.In.Host
	}}
	door := httptest.NewUnstartedServer(target.Whole(proxy))
	certificate, authority := certified(t, "api.culqi.com", "secure.culqi.com")
	door.TLS = &tls.Config{Certificates: []tls.Certificate{certificate}}
	door.StartTLS()
	t.Cleanup(door.Close)
	u, err := url.Parse(door.URL)
	if err != nil {
		t.Fatal(err)
	}
	return u.Port(), authority
}

// certified makes a certificate for hosts and the file that a client must trust for it.
func certified(t *testing.T, hosts ...string) (tls.Certificate, string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "conformance"}, DNSNames: hosts, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "authority.pem")
	if err := os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600); err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, file
}

// compareTable compares the README's table with a run.
func compareTable(t *testing.T, did map[string]map[string]int) {
	t.Helper()
	var b strings.Builder
	b.WriteString("| operation |")
	for _, sdk := range culqiSDKs {
		fmt.Fprintf(&b, " %s |", sdk.name)
	}
	b.WriteString("\n| --- |" + strings.Repeat(" --- |", len(culqiSDKs)) + "\n")
	var operations []string
	for op := range did {
		operations = append(operations, op)
	}
	slices.Sort(operations)
	for _, op := range operations {
		fmt.Fprintf(&b, "| %s |", op)
		for _, sdk := range culqiSDKs {
			switch n := did[op][sdk.name]; n {
			case 0:
				b.WriteString(" makes no such call |")
			case 1:
				b.WriteString(" 1 case |")
			default:
				fmt.Fprintf(&b, " %d cases |", n)
			}
		}
		b.WriteString("\n")
	}
	const file, begin, end = "../sims/culqi/README.md", "<!-- measured: clients -->\n", "<!-- end -->"
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok := strings.Cut(string(text), begin)
	was, after, closed := strings.Cut(rest, end)
	if !ok || !closed {
		t.Fatalf("%s has no place for the table", file)
	}
	switch {
	case was == b.String():
	case *updateReadme:
		if err := os.WriteFile(file, []byte(before+begin+b.String()+end+after), 0o644); err != nil {
			t.Fatal(err)
		}
	default:
		t.Errorf("the table in %s is stale; go test . -run TestCulqiSDKs -update-readme writes\n%s", file, b.String())
	}
}

// TestCulqiRecordedShare proves that the kinds which TestRecorded calls again stand for at least 98 of 100 exchanges.
func TestCulqiRecordedShare(t *testing.T) {
	p := culqi(t)
	shapes, err := recorded.Load(filepath.Join(p.Dir, "recorded", "shapes.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	plan, err := recorded.LoadPlan(filepath.Join(p.Dir, "recorded", "replay.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	again, all := 0, 0
	for _, k := range shapes.Kinds {
		given, err := plan.For(k)
		if err != nil {
			t.Fatal(err)
		}
		all += k.Seen
		if given.Skip == "" {
			again += k.Seen
		}
	}
	if all != shapes.Exchanges || 100*again < 98*all {
		t.Errorf("%d of %d exchanges are called again", again, shapes.Exchanges)
	}
}
