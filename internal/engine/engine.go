// Package engine is the path of a request: from the listener through planning,
// one transaction and faults to the answer and the webhooks. It also lets time
// pass: timers fire, webhooks are tried again, payers act.
//
// It promises that whatever a provider does in a transaction is kept whole or
// not at all, that events leave only after commit, and that every call is in
// the journal before its answer is. It knows no provider by name.
package engine

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"sync"

	"paysim/internal/journal"
	"paysim/internal/provider"
	"paysim/internal/tenant"
	"paysim/internal/webhook"
)

// Config is what an Engine needs.
type Config struct {
	Providers []*provider.Provider
	Tenants   tenant.Options
	Sender    *webhook.Sender
	Log       *slog.Logger
	PublicURL string                               // what links begin with, instead of the address the caller came in by; "" for that
	Settings  map[string]map[string]map[string]any // tenant → provider → setting, parsed by ParseSettings
}

// Engine serves providers. Its methods are safe for concurrent use.
type Engine struct {
	Tenants *tenant.Registry

	providers []*served
	sender    *webhook.Sender
	log       *slog.Logger
	publicURL string
	nobody    *tenant.Tenant // shows calls that claim no tenant when there is no default tenant

	ctx     context.Context // ends when the engine is closed
	cancel  context.CancelFunc
	running sync.WaitGroup // goroutines of the engine's own
	closing sync.Mutex     // so that none joins once it is closed
}

// served is a provider with what the engine derived from its tables.
type served struct {
	*provider.Provider
	router   *router
	redactor *journal.Redactor
	settings map[string]provider.Setting
	base     string // where it is reached when no request says so; set before serving
}

// New makes an engine. A provider whose tables contradict themselves is refused.
func New(cfg Config) (*Engine, error) {
	e := &Engine{sender: cfg.Sender, log: cfg.Log, publicURL: strings.TrimSuffix(cfg.PublicURL, "/")}
	e.ctx, e.cancel = context.WithCancel(context.Background())
	for _, p := range cfg.Providers {
		if err := p.Check(); err != nil {
			return nil, fmt.Errorf("provider %s: %w", p.Name, err)
		}
		s := &served{Provider: p, router: newRouter(p), redactor: journal.NewRedactor(p.Secrets), settings: map[string]provider.Setting{}}
		for _, set := range p.Settings {
			s.settings[set.Name] = set
		}
		e.providers = append(e.providers, s)
	}
	born := cfg.Tenants.Born
	cfg.Tenants.Born = func(t *tenant.Tenant) {
		for p, values := range cfg.Settings[t.Name] {
			t.Settings[p] = values
		}
		if born != nil {
			born(t)
		}
	}
	e.Tenants = tenant.NewRegistry(cfg.Tenants)
	outside := cfg.Tenants
	outside.Only, outside.Born = nil, nil
	e.nobody, _ = tenant.NewRegistry(outside).Find(tenant.Default)
	return e, nil
}

// Close stops everything the engine does by itself and waits for it. Calls are
// still answered afterwards, but nothing fires and no webhook leaves.
func (e *Engine) Close() {
	e.closing.Lock()
	e.cancel()
	e.closing.Unlock()
	for _, t := range append(e.Tenants.All(), e.nobody) {
		t.Lock()
		if t.Wake != nil {
			t.Wake.Stop()
		}
		t.Unlock()
	}
	e.running.Wait()
}

// join counts in a goroutine of the engine's own, which ends with
// e.running.Done; false when the engine is closed and none may start.
func (e *Engine) join() bool {
	e.closing.Lock()
	defer e.closing.Unlock()
	if e.ctx.Err() != nil {
		return false
	}
	e.running.Add(1)
	return true
}

// Done is closed when the engine is.
func (e *Engine) Done() <-chan struct{} { return e.ctx.Done() }

// SetBase says where a provider is reached when no request tells: in links made
// for a payer's script, say. It is called before serving.
func (e *Engine) SetBase(name, base string) {
	if p := e.provider(name); p != nil {
		p.base = strings.TrimSuffix(base, "/")
		if e.publicURL != "" {
			p.base = e.publicURL + "/" + name
		}
	}
}

// Providers lists what is served, with the URL each is reached at.
func (e *Engine) Providers() []Served {
	out := make([]Served, len(e.providers))
	for i, p := range e.providers {
		out[i] = Served{Provider: p.Provider, Base: p.base}
	}
	return out
}

// Served is a provider and where it is.
type Served struct {
	*provider.Provider
	Base string
}

// Provider finds a provider by name; nil when it is not served.
func (e *Engine) Provider(name string) *provider.Provider {
	if p := e.provider(name); p != nil {
		return p.Provider
	}
	return nil
}

func (e *Engine) provider(name string) *served {
	for _, p := range e.providers {
		if p.Name == name {
			return p
		}
	}
	return nil
}
