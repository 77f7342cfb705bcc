package app

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"paysim/internal/client"
	"paysim/internal/tenant"
)

// probeTimeout is how long a probe may take, in real time. One that is compiled
// first may take long on a machine that never did it.
const probeTimeout = 2 * time.Minute

// doctorCommand lets every client that it finds call a provider's own host, and
// looks whether the call arrives here. A call that arrives is the proof: a client
// that does not trust us hangs up before it says what it wants.
type doctorCommand struct{}

func (d *doctorCommand) run(ctx context.Context, env Env) error {
	host := ""
	for _, p := range env.Providers {
		if len(p.Hosts) > 0 && host == "" {
			host = p.Hosts[0]
		}
	}
	if host == "" {
		return misuse("no provider has a host of its own")
	}
	seen := &arrivals{}
	s, err := (&execCommand{Tenant: tenant.Default, LogLevel: "error"}).surround(ctx, env, seen.watch)
	if err != nil {
		return err
	}
	defer s.close()
	t := newTable(env, "CLIENT", "RESULT", "TOLD BY")
	failed := 0
	for i, stack := range client.Stacks {
		program, err := exec.LookPath(stack.Program)
		if err != nil {
			continue
		}
		p := probe{Stack: stack, program: program, host: host, path: fmt.Sprintf("/doctor-%d", i), dir: s.dir, environ: s.environ, proxy: s.hostport(s.main)}
		said := p.run(ctx)
		if stack.Absent != "" && strings.Contains(said, stack.Absent) {
			continue
		}
		result := "comes here and trusts us"
		if !seen.has(p.path) {
			failed++
			result = "does not: " + said[strings.LastIndexByte(said, '\n')+1:]
		}
		t.row(stack.Name, result, strings.Join(stack.Sets, " "))
	}
	if err := t.print(); err != nil {
		return err
	}
	d.isolation(ctx, env)
	d.explain(env)
	if failed > 0 {
		return fmt.Errorf("%s not led here", many(failed, "client"))
	}
	return nil
}

// isolation says whether exec can isolate here. Not to be able to is no fault:
// many machines do well without.
func (d *doctorCommand) isolation(ctx context.Context, env Env) {
	const nothing = "true" // a program that does it
	if _, err := exec.LookPath(nothing); err != nil {
		return
	}
	var said strings.Builder
	inner := env
	inner.Args = []string{"exec", "--isolate", "--quiet", "--", nothing}
	inner.Stdin, inner.Stdout, inner.Stderr = nil, nil, &said
	err := isolated(ctx, inner)
	var status exitStatus
	switch {
	case err == nil:
		fmt.Fprint(env.Stdout, "\nsimulator exec --isolate works here: for clients that know no proxy.\n")
	case errors.As(err, &status): // those inside have said it
		fmt.Fprintf(env.Stdout, "\nsimulator exec --isolate does not work here: %s\n", strings.TrimPrefix(strings.TrimSpace(said.String()), "simulator: "))
	default:
		fmt.Fprintf(env.Stdout, "\nsimulator exec --isolate does not work here: %v\n", err)
	}
}

// explain says what to set for who does not use exec.
func (d *doctorCommand) explain(env Env) {
	fmt.Fprint(env.Stdout, `
simulator exec -- command sets all of it. By hand, beside a simulator at its usual address:

  export HTTP_PROXY=http://127.0.0.1:4010 HTTPS_PROXY=http://127.0.0.1:4010 NO_PROXY=localhost,127.0.0.1
  export http_proxy=$HTTP_PROXY https_proxy=$HTTPS_PROXY no_proxy=$NO_PROXY NODE_USE_ENV_PROXY=1
  export CURL_CA_BUNDLE=$(simulator ca --path)
  export SSL_CERT_FILE=$CURL_CA_BUNDLE REQUESTS_CA_BUNDLE=$CURL_CA_BUNDLE NODE_EXTRA_CA_CERTS=$CURL_CA_BUNDLE

PHP reads a file: php -d curl.cainfo=$CURL_CA_BUNDLE -d openssl.cafile=$CURL_CA_BUNDLE. So does Java:

  keytool -importcert -noprompt -file $CURL_CA_BUNDLE -keystore trust.p12 -storepass changeit
  java -Djavax.net.ssl.trustStore=trust.p12 -Djavax.net.ssl.trustStorePassword=changeit \
    -Dhttps.proxyHost=127.0.0.1 -Dhttps.proxyPort=4010 …

Node before 22.21 knows no proxy; exec gives it a file that leads it here.
`)
}

// probe is one client's call.
type probe struct {
	client.Stack
	program           string
	host, path, proxy string
	dir               string
	environ           []string
}

// run makes the call and gives what the client said; of one that said nothing,
// how it ended.
func (p probe) run(ctx context.Context) string {
	ctx, cancel := context.WithTimeout(ctx, probeTimeout)
	defer cancel()
	file := filepath.Join(p.dir, p.File)
	if p.File != "" {
		if err := os.WriteFile(file, []byte(p.Text), 0o600); err != nil {
			return err.Error()
		}
	}
	fill := strings.NewReplacer("{url}", "https://"+p.host+p.path, "{host}", p.host, "{path}", p.path, "{proxy}", p.proxy, "{file}", file)
	var args []string
	for _, a := range p.Probe {
		args = append(args, fill.Replace(a))
	}
	cmd := exec.CommandContext(ctx, p.program, args...)
	cmd.Dir, cmd.Env = p.dir, p.environ
	cmd.Stdin = strings.NewReader(fill.Replace(p.Stdin))
	cmd.WaitDelay = time.Second
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	err := cmd.Run()
	if text := strings.TrimSpace(said.String()); text != "" {
		return text
	}
	return fmt.Sprint(err)
}

// arrivals is what came to us by TLS.
type arrivals struct {
	mu    sync.Mutex
	paths map[string]bool
}

func (a *arrivals) watch(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.TLS != nil {
			a.mu.Lock()
			if a.paths == nil {
				a.paths = map[string]bool{}
			}
			a.paths[r.URL.Path] = true
			a.mu.Unlock()
		}
		h.ServeHTTP(w, r)
	})
}

func (a *arrivals) has(path string) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.paths[path]
}
