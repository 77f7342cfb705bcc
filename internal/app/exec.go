package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"net"
	"net/http"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"

	"paysim/internal/authority"
	"paysim/internal/client"
	"paysim/internal/scenario"
	"paysim/internal/tenant"
)

// execCommand runs a command in surroundings in which its clients come to a
// simulator that lives as long as the command does.
type execCommand struct {
	Scenario     string   `placeholder:"FILE" help:"Scenario of the tenant; what it expects is checked in the end."`
	Expect       string   `placeholder:"FILE" help:"Expectations to check in the end, instead of the scenario's own; when one does not hold, exec fails."`
	Tenant       string   `default:"default" placeholder:"NAME" help:"Tenant whose keys the command is given, and whom scenario and expectations are about."`
	Seed         *uint64  `help:"What ids and everything random follow from."`
	Isolate      bool     `help:"Run the command where there is no network but us, and the hosts' names lead here: for clients that know no proxy (Linux)."`
	ProxyAllow   []string `placeholder:"HOST" help:"Host that may be reached besides the providers'; repeatable, *.example.com for all under one, * for all."`
	WebhookAllow []string `placeholder:"HOST" help:"Host outside this machine's own networks that webhooks may go to; repeatable, * for all."`
	LogLevel     string   `default:"error" enum:"debug,info,warn,error" help:"Least level that is logged: ${enum}."`
	Quiet        bool     `help:"Do not print what happened."`
	Inside       bool     `hidden:"" help:"The world was made already."`
	Command      []string `arg:"" passthrough:"" help:"What to run, after --."`
}

func (c *execCommand) run(ctx context.Context, env Env) error {
	if c.Command = afterDashes(c.Command); len(c.Command) == 0 {
		return misuse("which command? simulator exec -- npm test")
	}
	if err := checkTenant(c.Tenant); err != nil {
		return err
	}
	expects, err := c.expectations(env)
	if err != nil {
		return err
	}
	if _, err := exec.LookPath(c.Command[0]); err != nil {
		return ended(cannotRun(err))
	}
	if c.Isolate && !c.Inside {
		return isolated(ctx, env)
	}
	s, err := c.surround(ctx, env, nil)
	if err != nil {
		return err
	}
	status, err := s.runCommand(ctx, env, c.Command)
	if err == nil {
		err = s.judge(ctx, env, expects)
	}
	if !c.Quiet {
		s.summary(env.Stderr)
	}
	return ended(status, errors.Join(err, s.close()))
}

// afterDashes is a command line without the -- that flags may end by.
func afterDashes(command []string) []string {
	if command[0] == "--" {
		return command[1:]
	}
	return command
}

// cannotRun is the exit status that shells give for a command that cannot be
// run, and why it cannot.
func cannotRun(err error) (int, error) {
	if errors.Is(err, exec.ErrNotFound) || errors.Is(err, fs.ErrNotExist) {
		return exitNotFound, err
	}
	return exitNotRunnable, err
}

// expectations reads --expect. nil: none were given.
func (c *execCommand) expectations(env Env) ([]scenario.Expect, error) {
	if c.Expect == "" {
		return nil, nil
	}
	text, err := os.ReadFile(c.Expect)
	if err != nil {
		return nil, misuse("--expect: %w", err)
	}
	expects, problems := scenario.ParseExpect(c.Expect, text, env.Providers)
	if len(problems) > 0 {
		return nil, misuse("the expectations make no sense:\n%s", problems)
	}
	return expects, nil
}

// surroundings is a simulator and what leads a command's clients to it.
type surroundings struct {
	*Program
	tenant  string
	dir     string   // the files that variables name
	environ []string // the command's

	mu      sync.Mutex
	refused map[string]bool // addresses that the proxy let nobody reach
}

// isolatedPort is the main port in a world of our own, where all are free.
const isolatedPort = 4010

// surround starts a simulator of its own, with an authority that exists in
// memory only: nobody else can be fooled by it, and two do not meet. watch may
// stand before what is served by TLS.
func (c *execCommand) surround(ctx context.Context, env Env, watch func(http.Handler) http.Handler) (*surroundings, error) {
	vouch, err := authority.New(hosts(env.Providers))
	if err != nil {
		return nil, err
	}
	config := serveCommand{
		addresses: addresses{listening: listening{Listen: "127.0.0.1"}},
		Scenario:  c.Scenario, Seed: c.Seed, ProxyAllow: c.ProxyAllow, WebhookAllow: c.WebhookAllow,
		LogLevel: c.LogLevel, LogFormat: "text", tenant: c.Tenant, usual: c.Inside,
		JournalKeep: tenant.DefaultLimits.Entries, Rows: tenant.DefaultLimits.Rows,
	}
	s := &surroundings{tenant: c.Tenant, refused: map[string]bool{}}
	if s.dir, err = os.MkdirTemp("", "simulator-"); err != nil {
		return nil, fmt.Errorf("no directory for the files that clients are given: %w", err)
	}
	// What is in it is no secret, and the command may go on as another user.
	if err = os.Chmod(s.dir, 0o755); err != nil {
		return nil, errors.Join(err, os.RemoveAll(s.dir))
	}
	s.Program = &Program{Config: config, providers: env.Providers, log: config.logger(env.Stderr), refused: s.refuse}
	s.watch = watch
	s.vouch = func() (*authority.Authority, error) { return vouch, nil }
	if c.Inside {
		s.Config.Port = isolatedPort
		err = enter(s.dir, hosts(env.Providers))
	} else {
		err = reachable()
	}
	if err == nil {
		err = s.Run(ctx)
	}
	if err != nil {
		os.RemoveAll(s.dir)
		return nil, err
	}
	if err = s.prepare(env, vouch); err != nil {
		return nil, errors.Join(err, s.close())
	}
	return s, nil
}

// prepare writes down what the command's clients must be told.
func (s *surroundings) prepare(env Env, vouch *authority.Authority) error {
	told := client.Simulator{
		Cert: vouch.Certificate(), Plain: s.main.port(), TLS: s.secure.port(), Hosts: hosts(env.Providers), Allow: s.Config.ProxyAllow,
	}
	if len(s.Config.ProxyAllow) > 0 {
		told.Roots = roots(env)
	}
	before := append(slices.Clone(env.Environ), "SIM_URL=http://"+s.hostport(s.main))
	for i, p := range env.Providers {
		before = append(before, strings.ToUpper(p.Name)+"_BASE_URL=http://"+s.hostport(s.own[i]))
		for _, k := range p.Keys(s.tenant) {
			if k.Env != "" {
				before = append(before, k.Env+"="+k.Value)
			}
		}
	}
	var err error
	s.environ, err = told.Prepare(s.dir, before)
	return err
}

// roots are the certificates that this machine trusts, for the hosts that are
// let out; nothing when they are nowhere that we know.
func roots(env Env) []byte {
	files := []string{
		"/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/ca-bundle.pem", "/etc/ssl/cert.pem",
	}
	if own, ok := env.Lookup("SSL_CERT_FILE"); ok && own != "" {
		files = append([]string{own}, files...)
	}
	for _, file := range files {
		if text, err := os.ReadFile(file); err == nil {
			return text
		}
	}
	return nil
}

func (s *surroundings) refuse(hostport string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refused[hostport] = true
}

// judge checks expectations: those given, else those of the scenario.
func (s *surroundings) judge(ctx context.Context, env Env, expects []scenario.Expect) error {
	if expects == nil && s.Config.Scenario == "" {
		return nil
	}
	t, err := s.engine.Tenants.Find(s.tenant)
	if err != nil {
		return err
	}
	report, err := scenario.Verify(context.WithoutCancel(ctx), s.engine, t, expects)
	if err != nil {
		return err
	}
	if !report.Holds {
		fmt.Fprint(env.Stderr, report)
		return errors.New("not everything is as expected")
	}
	return nil
}

func (s *surroundings) close() error { return errors.Join(s.Close(), os.RemoveAll(s.dir)) }

// summary says what happened.
func (s *surroundings) summary(w io.Writer) {
	var b strings.Builder
	for _, t := range s.engine.Tenants.All() {
		t.Lock()
		seen := tally(t)
		t.Unlock()
		seen.payments = len(s.engine.Payments(t))
		if seen.calls == 0 && t.Name != s.tenant {
			continue
		}
		fmt.Fprintf(&b, "simulator: tenant %s: %s\n", t.Name, seen)
		for _, line := range seen.lines {
			fmt.Fprintf(&b, "  %s\n", line)
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, address := range slices.Sorted(maps.Keys(s.refused)) {
		host, _, _ := net.SplitHostPort(address) // the proxy joined it
		fmt.Fprintf(&b, "simulator: refused %s; --proxy-allow %s would let it out\n", address, host)
	}
	io.WriteString(w, b.String())
}
