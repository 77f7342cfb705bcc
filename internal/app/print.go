package app

import (
	"context"
	"fmt"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"text/tabwriter"

	"paysim/internal/provider"
	"paysim/internal/spell"
	"paysim/internal/tenant"
)

type keysCommand struct {
	Tenant string `arg:"" optional:"" default:"default" help:"Tenant; any name makes one."`
}

func (k *keysCommand) run(_ context.Context, env Env) error {
	if err := checkTenant(k.Tenant); err != nil {
		return err
	}
	t := newTable(env, "PROVIDER", "KEY", "VALUE")
	for _, p := range env.Providers {
		for _, key := range p.Keys(k.Tenant) {
			t.row(p.Name, key.Name, strings.ReplaceAll(key.Value, "\n", `\n`))
		}
	}
	return t.print()
}

func checkTenant(name string) error {
	if _, err := tenant.NewRegistry(tenant.Options{}).Find(name); err != nil {
		return misuse("tenant %q: %w", name, err)
	}
	return nil
}

// table is rows for people.
type table struct{ w *tabwriter.Writer }

func newTable(env Env, head ...string) table {
	t := table{tabwriter.NewWriter(env.Stdout, 0, 0, 2, ' ', 0)}
	t.row(head...)
	return t
}

func (t table) row(cells ...string) { fmt.Fprintln(t.w, strings.Join(cells, "\t")) }

func (t table) print() error { return t.w.Flush() }

// some is the choice of providers that table commands share.
type some struct {
	Provider string `arg:"" optional:"" help:"Only this provider."`
}

func (s some) of(env Env) ([]*provider.Provider, error) {
	if s.Provider == "" {
		return env.Providers, nil
	}
	var names []string
	for _, p := range env.Providers {
		if p.Name == s.Provider {
			return []*provider.Provider{p}, nil
		}
		names = append(names, p.Name)
	}
	return nil, misuse("no provider is named %q%s", s.Provider, spell.Hint(s.Provider, names))
}

type operationsCommand struct{ some }

func (o *operationsCommand) run(_ context.Context, env Env) error {
	providers, err := o.of(env)
	if err != nil {
		return err
	}
	t := newTable(env, "OPERATION", "METHOD", "PATH", "AUTH", "BASIS", "SUMMARY")
	for _, p := range providers {
		for _, op := range p.Operations {
			t.row(p.Name+"."+op.ID, op.Method, op.Path, dash(op.Auth), string(op.Basis), op.Summary)
		}
	}
	return t.print()
}

func dash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

type statesCommand struct{ some }

func (s *statesCommand) run(_ context.Context, env Env) error {
	providers, err := s.of(env)
	if err != nil {
		return err
	}
	for _, p := range providers {
		for _, m := range p.Machines {
			fmt.Fprintf(env.Stdout, "%%%% %s %s\n%s\n", p.Name, m.Name, m.Mermaid())
		}
	}
	return nil
}

type errorsCommand struct{ some }

func (e *errorsCommand) run(_ context.Context, env Env) error {
	providers, err := e.of(env)
	if err != nil {
		return err
	}
	t := newTable(env, "ERROR", "STATUS", "CODE", "BASIS", "WHEN")
	for _, p := range providers {
		for _, row := range p.Errors {
			t.row(p.Name+"."+row.Name, fmt.Sprint(row.Status), row.Code, string(row.Basis), row.When)
		}
	}
	return t.print()
}

type outcomesCommand struct{ some }

func (o *outcomesCommand) run(_ context.Context, env Env) error {
	providers, err := o.of(env)
	if err != nil {
		return err
	}
	t := newTable(env, "OUTCOME", "BASIS", "MEANS", "OPERATIONS", "CARDS")
	for _, p := range providers {
		for _, out := range p.Outcomes {
			var ops, cards []string
			for _, op := range p.Operations {
				if op.Allows(out.Name) && !slices.Contains(ops, op.ID) {
					ops = append(ops, op.ID)
				}
			}
			for _, c := range p.Cards {
				if c.Outcome == out.Name {
					cards = append(cards, c.Value)
				}
			}
			t.row(p.Name+"."+out.Name, string(out.Basis), out.Means, dash(strings.Join(ops, " ")), dash(strings.Join(cards, " ")))
		}
	}
	return t.print()
}

// version is set when a release is built.
var version = ""

type versionCommand struct{}

func (*versionCommand) run(_ context.Context, env Env) error {
	name := version
	if info, ok := debug.ReadBuildInfo(); ok && name == "" {
		name = info.Main.Version
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" && name == "(devel)" {
				name = s.Value
			}
		}
	}
	_, err := fmt.Fprintf(env.Stdout, "simulator %s (%s %s/%s)\n", name, runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return err
}
