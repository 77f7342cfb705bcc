package tenant

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"

	"paysim/internal/ident"
)

// Default is the tenant that everything without a credential is shown in.
const Default = "default"

var nameForm = regexp.MustCompile(`^[a-z0-9][a-z0-9_-]{0,39}$`)

// refusedPrefixes begin the names of tenants whose credentials never work.
var refusedPrefixes = []string{"invalid", "revoked"}

// ErrRefused says that a name is nobody's.
var ErrRefused = errors.New("no such tenant")

// Options are what all tenants of a simulator share.
type Options struct {
	Seed   ident.Seed
	Fixed  bool     // Seed was asked for
	Only   []string // when not empty, no others exist
	Limits Limits
	Born   func(*Tenant) // called once for each new tenant, with nobody else looking; may be nil
}

// Registry knows all tenants. It is safe for concurrent use.
type Registry struct {
	opts Options

	mu     sync.RWMutex
	byName map[string]*Tenant
	byMark map[ident.Mark]*Tenant
}

// NewRegistry makes a registry. Tenants listed in opts.Only exist at once.
func NewRegistry(opts Options) *Registry {
	r := &Registry{opts: opts, byName: map[string]*Tenant{}, byMark: map[ident.Mark]*Tenant{}}
	for _, name := range opts.Only {
		r.Find(name)
	}
	return r
}

// Seed is what all tenants' values follow from unless a scenario says otherwise.
func (r *Registry) Seed() ident.Seed { return r.opts.Seed }

// Find gives the tenant of that name and creates it at first use. A name that is
// malformed, refused by its beginning or not among the allowed ones wraps
// ErrRefused.
func (r *Registry) Find(name string) (*Tenant, error) {
	r.mu.RLock()
	t := r.byName[name]
	r.mu.RUnlock()
	if t != nil {
		return t, nil
	}
	if err := r.check(name); err != nil {
		return nil, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if t := r.byName[name]; t != nil {
		return t, nil
	}
	t = newTenant(name, r.opts.Seed, r.opts.Fixed, r.opts.Limits)
	if r.opts.Born != nil {
		r.opts.Born(t)
	}
	r.byName[name], r.byMark[t.Mark] = t, t
	return t, nil
}

func (r *Registry) check(name string) error {
	if !nameForm.MatchString(name) {
		return fmt.Errorf("%w: a name is 1 to 40 of a-z, 0-9, _ and -, and begins with a letter or digit", ErrRefused)
	}
	for _, p := range refusedPrefixes {
		if strings.HasPrefix(name, p) {
			return fmt.Errorf("%w: names that begin with %q are refused on purpose", ErrRefused, p)
		}
	}
	if len(r.opts.Only) > 0 && !slices.Contains(r.opts.Only, name) {
		return fmt.Errorf("%w: --tenants allows only %s", ErrRefused, strings.Join(r.opts.Only, ", "))
	}
	return nil
}

// Known gives the tenant of that name if it exists already.
func (r *Registry) Known(name string) (*Tenant, bool) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	t, ok := r.byName[name]
	return t, ok
}

// ByMark gives the tenant whose ids carry that mark.
func (r *Registry) ByMark(m ident.Mark) (*Tenant, bool) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	t, ok := r.byMark[m]
	return t, ok
}

// All lists the tenants by name.
func (r *Registry) All() []*Tenant {
	r.mu.RLock()
	defer r.mu.RUnlock()
	out := make([]*Tenant, 0, len(r.byName))
	for _, name := range slices.Sorted(maps.Keys(r.byName)) {
		out = append(out, r.byName[name])
	}
	return out
}
