package app

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/alecthomas/kong"
	"gopkg.in/yaml.v3"

	"paysim/internal/engine"
	"paysim/internal/provider"
	"paysim/internal/spell"
	"paysim/internal/tenant"
)

// config is what a file of start values holds.
type config struct {
	flags    map[string]string // flag → value
	settings settings
}

// settings is tenant → provider → setting → value.
type settings = map[string]map[string]map[string]any

// configFlags are the flags of serve that a file may hold, by their own names.
var configFlags = []string{
	"port", "listen", "public-url", "seed", "webhook-allow", "control-token", "log-level", "log-format", "journal-entries", "rows", "scenario",
	"tls-port", "proxy-allow", "ca-dir",
}

// Validate is for kong.
func (c *config) Validate(*kong.Application) error { return nil }

// Resolve gives a flag its value from the file, if there is a file.
func (c *config) Resolve(_ *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
	if c == nil {
		return nil, nil
	}
	if v, ok := c.flags[flag.Name]; ok {
		return v, nil
	}
	return nil, nil
}

// readConfig reads a file and reports everything that is wrong with it, with
// line and column.
func readConfig(file string, providers []*provider.Provider) (*config, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, misuse("--config: %w", err)
	}
	r := &configReader{file: file, providers: providers, out: &config{flags: map[string]string{}, settings: settings{}}}
	d := yaml.NewDecoder(bytes.NewReader(text))
	var doc, more yaml.Node
	switch err := d.Decode(&doc); {
	case errors.Is(err, io.EOF):
		return r.out, nil
	case err != nil:
		return nil, misuse("%s: %s", file, strings.TrimPrefix(err.Error(), "yaml: "))
	}
	r.top(doc.Content[0])
	if err := d.Decode(&more); !errors.Is(err, io.EOF) {
		r.fault(&more, "a second document; there is one")
	}
	if len(r.wrong) > 0 {
		return nil, &misuseError{errors.Join(r.wrong...)}
	}
	return r.out, nil
}

type configReader struct {
	file      string
	providers []*provider.Provider
	out       *config
	wrong     []error
}

func (r *configReader) fault(n *yaml.Node, format string, args ...any) {
	r.wrong = append(r.wrong, fmt.Errorf("%s:%d:%d: %s", r.file, n.Line, n.Column, fmt.Sprintf(format, args...)))
}

// each calls f for the members of a mapping. known lists the names there may
// be; nil is for any.
func (r *configReader) each(n *yaml.Node, what string, known []string, f func(key, value *yaml.Node)) {
	if n.Kind != yaml.MappingNode {
		if n.Tag != "!!null" {
			r.fault(n, "%s is a mapping", what)
		}
		return
	}
	var seen []string
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		if value.Kind == yaml.AliasNode {
			value = value.Alias
		}
		switch {
		case slices.Contains(seen, key.Value):
			r.fault(key, "%q is given twice", key.Value)
		case known != nil && !slices.Contains(known, key.Value):
			r.fault(key, "unknown key %q%s", key.Value, spell.Hint(key.Value, known))
		default:
			f(key, value)
		}
		seen = append(seen, key.Value)
	}
}

func (r *configReader) top(n *yaml.Node) {
	r.each(n, "the file", append([]string{"tenants"}, configFlags...), func(key, value *yaml.Node) {
		if key.Value == "tenants" {
			r.each(value, "tenants", nil, r.tenant)
			return
		}
		r.out.flags[key.Value] = r.flag(key, value)
	})
}

// flag is a value as the command line would have it.
func (r *configReader) flag(key, value *yaml.Node) string {
	var several []string
	if value.Kind == yaml.SequenceNode && strings.HasSuffix(key.Value, "-allow") && value.Decode(&several) == nil {
		return strings.Join(several, ",")
	}
	if value.Kind != yaml.ScalarNode || value.Value == "" {
		r.fault(value, "%s is a single value", key.Value)
	}
	return value.Value
}

func (r *configReader) tenant(name, value *yaml.Node) {
	if _, err := tenant.NewRegistry(tenant.Options{}).Find(name.Value); err != nil {
		r.fault(name, "tenant %q: %v", name.Value, err)
	}
	r.each(value, "a tenant", []string{"settings"}, func(_, value *yaml.Node) {
		var names []string
		for _, p := range r.providers {
			names = append(names, p.Name)
		}
		r.each(value, "settings", names, func(key, value *yaml.Node) {
			p := r.providers[slices.Index(names, key.Value)]
			if r.out.settings[name.Value] == nil {
				r.out.settings[name.Value] = map[string]map[string]any{}
			}
			r.out.settings[name.Value][p.Name] = r.account(p, value)
		})
	})
}

// account reads a tenant's settings with one provider, one by one so that each
// fault has its line.
func (r *configReader) account(p *provider.Provider, n *yaml.Node) map[string]any {
	out := map[string]any{}
	r.each(n, "settings of "+p.Name, nil, func(key, value *yaml.Node) {
		var plain any
		if err := value.Decode(&plain); err != nil {
			r.fault(value, "%s", strings.TrimPrefix(err.Error(), "yaml: "))
			return
		}
		raw, err := json.Marshal(map[string]any{key.Value: plain})
		if err != nil {
			r.fault(value, "%q has names that are not texts", key.Value)
			return
		}
		parsed, err := engine.ParseSettings(p, raw)
		if err != nil {
			r.fault(key, "%v", err)
			return
		}
		out[key.Value] = parsed[key.Value]
	})
	return out
}
