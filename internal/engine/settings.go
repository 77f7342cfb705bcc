package engine

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"

	"paysim/internal/provider"
	"paysim/internal/spell"
	"paysim/internal/tenant"
)

// ParseSettings reads the settings of one provider, given as a JSON object. All
// that is wrong is reported at once.
func ParseSettings(p *provider.Provider, raw []byte) (map[string]any, error) {
	var given map[string]json.RawMessage
	if err := json.Unmarshal(raw, &given); err != nil || given == nil {
		return nil, errors.New("settings are a JSON object")
	}
	var names []string
	kinds := map[string]provider.Setting{}
	for _, s := range p.Settings {
		names = append(names, s.Name)
		kinds[s.Name] = s
	}
	out := map[string]any{}
	var wrong []error
	for _, name := range slices.Sorted(maps.Keys(given)) {
		s, ok := kinds[name]
		if !ok {
			wrong = append(wrong, fmt.Errorf("%s has no setting %q%s", p.Name, name, spell.Hint(name, names)))
			continue
		}
		v, err := s.Parse(given[name])
		if err != nil {
			wrong = append(wrong, err)
			continue
		}
		out[name] = v
	}
	return out, errors.Join(wrong...)
}

// Configure changes the given settings of a tenant and leaves the others.
func (e *Engine) Configure(t *tenant.Tenant, name string, settings map[string]any) {
	t.Lock()
	defer t.Unlock()
	merged := maps.Clone(t.Settings[name])
	if merged == nil {
		merged = map[string]any{}
	}
	maps.Copy(merged, settings)
	t.Settings[name] = merged
}

// Settings gives every setting of a tenant with its value.
func (e *Engine) Settings(t *tenant.Tenant, name string) map[string]any {
	t.Lock()
	defer t.Unlock()
	out := map[string]any{}
	for _, s := range e.provider(name).Provider.Settings {
		out[s.Name] = s.Default
	}
	maps.Copy(out, t.Settings[name])
	return out
}
