package run

import (
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"maps"
	"strings"
	"sync/atomic"

	"paysim/conformance/suite"
	"paysim/conformance/tool"
)

// world is one run of one case: its tenant and its variables.
type world struct {
	Runner
	tenant string
	set    map[string]string // what the case sets, which no step changes
	vars   suite.Vars
}

func (r Runner) newWorld(tenant string, c suite.Case) (*world, error) {
	vars, err := r.Target.Keys(r.Provider, tenant)
	if err != nil {
		return nil, err
	}
	if r.Credentials != nil {
		if err := r.Credentials(vars); err != nil {
			return nil, fmt.Errorf("credentials: %w", err)
		}
	}
	vars["tenant"] = tenant
	for _, name := range c.Fresh {
		vars[name] = fresh()
	}
	maps.Copy(vars, c.Set)
	return &world{Runner: r, tenant: tenant, set: c.Set, vars: vars}, nil
}

// request fills in a printed request: the host, the placeholders, and nothing else.
func (w *world) request(s suite.Sample, c suite.Case, toolName string) (tool.Request, error) {
	placeholders := maps.Clone(s.Placeholders)
	if placeholders == nil {
		placeholders = map[string]string{}
	}
	maps.Copy(placeholders, c.Replace)
	base, err := w.Target.Base(w.Provider.Name)
	if err != nil {
		return tool.Request{}, err
	}
	r := tool.Request{Method: s.Method, Style: s.Style[toolName]}
	if w.Sign != nil {
		// What the signature supplies is not known yet; until it is, the printed text stands.
		unsigned := w.unsigned(placeholders)
		if err := w.fill(&r, s, c, toolName, base, unsigned); err != nil {
			return tool.Request{}, err
		}
		if err := w.Sign(w.vars, toolName, r); err != nil {
			return tool.Request{}, fmt.Errorf("signing: %w", err)
		}
	}
	err = w.fill(&r, s, c, toolName, base, placeholders)
	return r, err
}

// unsigned leaves out the placeholders that have no value yet.
func (w *world) unsigned(placeholders map[string]string) map[string]string {
	known := maps.Clone(placeholders)
	maps.DeleteFunc(known, func(_, name string) bool {
		_, ok := w.vars[name]
		return !ok && !strings.Contains(name, "{{")
	})
	return known
}

func (w *world) fill(r *tool.Request, s suite.Sample, c suite.Case, toolName, base string, placeholders map[string]string) error {
	path := s.Path
	if s.Query != "" {
		path += "?" + s.Query
	}
	path, err := w.vars.Replace(path, placeholders)
	if err != nil {
		return err
	}
	r.URL = base + path
	r.Headers = nil
	for _, line := range s.Headers {
		if line, err = w.vars.Replace(line, placeholders); err != nil {
			return err
		}
		r.Headers = append(r.Headers, suite.Header(line))
	}
	if c.SimulatorOnly != nil {
		for _, line := range c.SimulatorOnly.Headers {
			r.Headers = append(r.Headers, suite.Header(line))
		}
	}
	r.Body, err = w.vars.Replace(s.BodyFor(toolName), placeholders)
	return err
}

// thisRun makes references differ from those of every earlier run, which a real service still holds.
var thisRun = func() string {
	b := make([]byte, 4)
	_, _ = rand.Read(b) // never fails
	return hex.EncodeToString(b)
}()

var references atomic.Int64

// fresh is a merchant reference that was never used before.
func fresh() string { return fmt.Sprintf("conf-%s-%d", thisRun, references.Add(1)) }
