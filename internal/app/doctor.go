package app

import (
	"bytes"
	"context"
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
			result = "does not: " + said
		}
		t.row(stack.Name, result, strings.Join(stack.Sets, " "))
	}
	if err := t.print(); err != nil {
		return err
	}
	d.explain(env, s)
	if failed > 0 {
		return fmt.Errorf("%s not led here", many(failed, "client"))
	}
	return nil
}

// explain says what to set for who does not use exec.
func (d *doctorCommand) explain(env Env, s *surroundings) {
	fmt.Fprint(env.Stdout, "\nsimulator exec -- command sets all of it. By hand, beside a simulator at its usual address:\n\n")
	fmt.Fprint(env.Stdout, "  export HTTP_PROXY=http://127.0.0.1:4010 HTTPS_PROXY=http://127.0.0.1:4010 NO_PROXY=localhost,127.0.0.1\n")
	fmt.Fprint(env.Stdout, "  export http_proxy=$HTTP_PROXY https_proxy=$HTTPS_PROXY no_proxy=$NO_PROXY NODE_USE_ENV_PROXY=1\n")
	fmt.Fprint(env.Stdout, "  export CURL_CA_BUNDLE=$(simulator ca --path); export SSL_CERT_FILE=$CURL_CA_BUNDLE REQUESTS_CA_BUNDLE=$CURL_CA_BUNDLE NODE_EXTRA_CA_CERTS=$CURL_CA_BUNDLE\n\n")
	fmt.Fprint(env.Stdout, "Node before 22.21, and Java with its own store of trust, need exec: it gives them a file that it writes.\n")
}

// probe is one client's call.
type probe struct {
	client.Stack
	program           string
	host, path, proxy string
	dir               string
	environ           []string
}

// run makes the call and gives the last that the client said.
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
	lines := strings.Split(strings.TrimSpace(said.String()), "\n")
	if last := lines[len(lines)-1]; last != "" {
		return last
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
