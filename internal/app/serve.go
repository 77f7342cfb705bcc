package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"runtime/debug"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"paysim/internal/authority"
	"paysim/internal/clock"
	"paysim/internal/control"
	"paysim/internal/engine"
	"paysim/internal/ident"
	"paysim/internal/provider"
	"paysim/internal/tenant"
	"paysim/internal/webhook"
)

// How long things may take, in real time.
const (
	headerTimeout = time.Minute            // until a request's headers are read
	idleTimeout   = 2 * time.Minute        // until an unused connection is closed
	stopGrace     = 250 * time.Millisecond // until a stop ends what waits on purpose
	stopTimeout   = time.Second            // until a stop ends everything else
)

// maxHeaderBytes is the largest header block that is read.
const maxHeaderBytes = 64 << 10

// Program is a simulator: a value that can be run and closed.
type Program struct {
	Config serveCommand

	providers []*provider.Provider
	log       *slog.Logger
	seed      ident.Seed
	engine    *engine.Engine
	main      listener
	own       []listener                           // one per provider, in order
	secure    listener                             // all of main, over TLS
	inner     listener                             // the same, for tunnels through the proxy
	usual     []listener                           // 443 and 80, in a world of our own
	vouch     func() (*authority.Authority, error) // made or read at first use
	refused   func(hostport string)                // is told what the proxy refused; may be nil
	watch     func(http.Handler) http.Handler      // stands before what is served by TLS; may be nil
	ready     atomic.Bool
	failed    chan error
	scenario  *scenarioFile // nil without --scenario

	stop     context.CancelFunc // ends the program's own goroutines …
	watching sync.WaitGroup     // … and this waits for them
}

// listener is a socket and the server on it.
type listener struct {
	name   string
	socket net.Listener
	server *http.Server
}

// tlsSlot is where the TLS listener is, counted from the main port. Providers'
// slots are below it, so ten ports in a row belong to one simulator.
const tlsSlot = 9

func (l listener) port() int { return l.socket.Addr().(*net.TCPAddr).Port }

func (s *serveCommand) run(ctx context.Context, env Env) error {
	p := &Program{Config: *s, providers: env.Providers, log: s.logger(env.Stderr)}
	p.vouch = p.kept(env)
	if err := p.Run(ctx); err != nil {
		return err
	}
	p.announce(env.Stdout)
	debug.FreeOSMemory() // of what only starting needed
	var err error
	select {
	case <-ctx.Done():
	case err = <-p.failed:
	}
	return errors.Join(err, p.Close())
}

func (s *serveCommand) logger(to io.Writer) *slog.Logger {
	var level slog.Level
	level.UnmarshalText([]byte(s.LogLevel)) // the flag allows valid ones only
	opts := &slog.HandlerOptions{Level: level}
	if s.LogFormat == "json" {
		return slog.New(slog.NewJSONHandler(to, opts))
	}
	return slog.New(slog.NewTextHandler(to, opts))
}

// Run starts everything or nothing. When it returns nil, every listener serves,
// and Close must be called. ctx is for the start alone.
func (p *Program) Run(ctx context.Context) error {
	if err := p.Config.check(p.providers); err != nil {
		return err
	}
	p.seed = ident.NewSeed()
	if p.Config.Seed != nil {
		p.seed = ident.Seed(*p.Config.Seed)
	}
	limits := tenant.DefaultLimits
	limits.Entries, limits.Rows = p.Config.JournalKeep, p.Config.Rows
	var err error
	p.engine, err = engine.New(engine.Config{
		Providers: p.providers,
		Tenants:   tenant.Options{Seed: p.seed, Fixed: p.Config.Seed != nil, Only: p.Config.Tenants, Limits: limits},
		Sender:    webhook.NewSender(p.Config.WebhookAllow),
		Log:       p.log,
		PublicURL: p.Config.PublicURL,
		Settings:  p.Config.settings,
	})
	if err != nil {
		return err
	}
	if err = p.loadScenario(ctx); err == nil {
		err = p.listen()
	}
	if err != nil {
		p.engine.Close()
		return err
	}
	ctx, p.stop = context.WithCancel(context.WithoutCancel(ctx))
	if p.scenario != nil {
		p.watching.Go(func() { p.watchScenario(ctx) })
	}
	p.serve()
	return nil
}

// listen opens every socket, or none.
func (p *Program) listen() (err error) {
	var opened []net.Listener
	defer func() {
		if err != nil {
			for _, l := range opened {
				l.Close()
			}
		}
	}()
	open := func(name string, port int) listener {
		if err != nil {
			return listener{}
		}
		socket, failed := net.Listen("tcp", net.JoinHostPort(p.Config.Listen, strconv.Itoa(port)))
		if failed != nil {
			err = cannotListen(name, port, failed)
			return listener{}
		}
		opened = append(opened, socket)
		return listener{name: name, socket: socket}
	}
	p.main = open("main", p.Config.slot(0))
	for _, sim := range p.providers {
		p.own = append(p.own, open(sim.Name, p.Config.slot(sim.Slot)))
	}
	p.secure = open("https", p.Config.tlsPort())
	if p.Config.usual {
		p.usual = []listener{open("https, usual port", 443), open("http, usual port", 80)}
	}
	return err
}

// serve puts a server on every socket, the main one last: it is asked for
// health.
func (p *Program) serve() {
	p.failed = make(chan error, len(p.listeners()))
	for i := range p.own {
		l := &p.own[i]
		p.engine.SetBase(l.name, "http://"+p.hostport(*l))
	}
	for i := range p.own {
		p.start(&p.own[i], p.engine.Alone(p.own[i].name))
	}
	api := control.New(control.Config{
		Engine:    p.engine,
		Log:       p.log,
		Ready:     p.ready.Load,
		Loopback:  p.main.socket.Addr().(*net.TCPAddr).IP.IsLoopback(),
		Token:     p.Config.ControlToken,
		PublicURL: p.Config.PublicURL,
		Ports:     p.port,
	})
	h := p.engine.Main(api)
	p.startTLS(h)
	p.start(&p.main, p.front(h))
	p.ready.Store(true)
}

// listeners lists all that serve, the main one first.
func (p *Program) listeners() []*listener {
	out := []*listener{&p.main, &p.secure, &p.inner}
	for _, some := range [][]listener{p.own, p.usual} {
		for i := range some {
			out = append(out, &some[i])
		}
	}
	return out
}

func (p *Program) start(l *listener, h http.Handler) {
	l.server = &http.Server{
		Handler:           h,
		ReadHeaderTimeout: headerTimeout,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    maxHeaderBytes,
		ErrorLog:          slog.NewLogLogger(p.log.With("listener", l.name).Handler(), slog.LevelWarn),
	}
	go func(l listener) {
		if err := l.server.Serve(l.socket); !errors.Is(err, http.ErrServerClosed) {
			p.failed <- fmt.Errorf("%s stopped serving: %w", l.name, err)
		}
	}(*l)
}

// Close stops: no new requests, and those that run end. What waits on purpose,
// for a clock, for a reader or for a caller to give up, is ended after a grace.
func (p *Program) Close() error {
	p.ready.Store(false)
	p.log.Info("stopping")
	p.stop()
	p.watching.Wait()
	ctx, cancel := context.WithTimeout(context.Background(), stopGrace+stopTimeout)
	defer cancel()
	var servers sync.WaitGroup
	for _, l := range p.listeners() {
		servers.Go(func() {
			if l.server.Shutdown(ctx) != nil {
				l.server.Close()
			}
		})
	}
	idle, late := make(chan struct{}), make(chan struct{})
	grace := clock.After(stopGrace, func() { close(late) })
	defer grace.Stop()
	go func() { servers.Wait(); close(idle) }()
	select {
	case <-idle:
	case <-late:
	}
	p.engine.Close()
	<-idle
	return nil
}

func (p *Program) port(name string) int {
	for _, l := range p.own {
		if l.name == name {
			return l.port()
		}
	}
	return 0
}

// hostport is where this machine reaches a listener.
func (p *Program) hostport(l listener) string { return reached(p.Config.Listen, l.port()) }

// announce prints what clients must know: addresses, keys and, when nobody
// asked for one, the seed.
func (p *Program) announce(w io.Writer) {
	var b strings.Builder
	fmt.Fprintf(&b, "%-12s http://%s/_sim\n", "control", p.hostport(p.main))
	for i, sim := range p.providers {
		fmt.Fprintf(&b, "%-12s http://%s", sim.Name, p.hostport(p.own[i]))
		for _, k := range sim.Keys(tenant.Default) {
			if strings.Contains(k.Value, "\n") {
				continue // a whole document; `simulator keys` prints it
			}
			fmt.Fprintf(&b, "  %s %s", k.Name, k.Value)
		}
		b.WriteByte('\n')
	}
	fmt.Fprintf(&b, "%-12s https://%s  simulator ca prints whom to trust\n", "https", p.hostport(p.secure))
	if p.Config.Seed == nil {
		fmt.Fprintf(&b, "%-12s %d\n", "seed", p.seed)
	}
	io.WriteString(w, b.String())
}
