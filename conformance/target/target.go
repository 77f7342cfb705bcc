package target

import (
	"fmt"
	"maps"
	"strings"

	"paysim/conformance/suite"
)

// Target is a place to send calls to.
type Target struct {
	Name    string // simulator, or the service's address
	Control string // the address of the control API; empty for a service

	bases map[string]string // provider → address without a final slash
	keys  map[string]string // given keys; nil for a simulator
	stop  func() error
}

// Service is a target at an address, for one provider. keys are "name=value" pairs or, where the provider has only one
// key, the bare value.
func Service(base string, p suite.Provider, keys []string) (*Target, error) {
	base = strings.TrimSuffix(base, "/")
	t := &Target{Name: base, bases: map[string]string{p.Name: base}, keys: map[string]string{}}
	for _, key := range keys {
		name, value, named := strings.Cut(key, "=")
		if _, known := p.Keys[name]; named && known {
			t.keys[name] = value
			continue
		}
		if len(p.Keys) != 1 {
			return nil, fmt.Errorf("%s has several keys; give each as name=value", p.Name)
		}
		for only := range maps.Keys(p.Keys) {
			t.keys[only] = key
		}
	}
	for name := range p.Keys {
		if t.keys[name] == "" {
			return nil, fmt.Errorf("no value for key %s of %s", name, p.Name)
		}
	}
	return t, nil
}

// IsSimulator tells whether the target has a control API and a world per key.
func (t *Target) IsSimulator() bool { return t.Control != "" }

// Base is the provider's address, without a final slash; it replaces the host that a document prints.
func (t *Target) Base(provider string) (string, error) {
	base, ok := t.bases[provider]
	if !ok {
		return "", fmt.Errorf("%s does not serve %s", t.Name, provider)
	}
	return base, nil
}

// Keys are the provider's credentials for a tenant; a service has one set of keys, whatever the tenant.
func (t *Target) Keys(p suite.Provider, tenant string) (suite.Vars, error) {
	if !t.IsSimulator() {
		return maps.Clone(t.keys), nil
	}
	keys := suite.Vars{}
	for name, template := range p.Keys {
		value, err := suite.Vars{"tenant": tenant}.Fill(template)
		if err != nil {
			return nil, fmt.Errorf("key %s: %w", name, err)
		}
		keys[name] = value
	}
	return keys, nil
}

// Close stops what the target started.
func (t *Target) Close() error {
	if t.stop == nil {
		return nil
	}
	return t.stop()
}
