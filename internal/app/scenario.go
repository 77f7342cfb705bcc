package app

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"paysim/internal/clock"
	"paysim/internal/scenario"
	"paysim/internal/tenant"
)

// reloadEvery is how often a scenario file is looked at, in real time.
const reloadEvery = 500 * time.Millisecond

// scenarioFile is a file that is a tenant's scenario, now and
// whenever it changes.
type scenarioFile struct {
	path string
	text []byte // as it was last read
}

// changed reads the file and reports whether it is another than before. A file
// that cannot be read, because an editor is at it, is not.
func (f *scenarioFile) changed() bool {
	text, err := os.ReadFile(f.path)
	if err != nil || bytes.Equal(text, f.text) {
		return false
	}
	f.text = text
	return true
}

// loadScenario loads the file that the flags name, if they do.
func (p *Program) loadScenario(ctx context.Context) error {
	if p.Config.Scenario == "" {
		return nil
	}
	text, err := os.ReadFile(p.Config.Scenario)
	if err != nil {
		return misuse("--scenario: %w", err)
	}
	p.scenario = &scenarioFile{path: p.Config.Scenario, text: text}
	return p.applyScenario(ctx)
}

func (p *Program) applyScenario(ctx context.Context) error {
	s, problems := scenario.Parse(p.scenario.path, p.scenario.text, p.providers)
	if len(problems) > 0 {
		return misuse("the scenario was not loaded:\n%s", problems.String())
	}
	name := cmp.Or(p.Config.tenant, tenant.Default)
	t, err := p.engine.Tenants.Find(name)
	if err != nil {
		return misuse("--scenario is for the tenant %q: %w", name, err)
	}
	return s.Load(ctx, p.engine, t)
}

// watchScenario loads the file again whenever it changes, until ctx ends. A
// file with problems leaves what was loaded.
func (p *Program) watchScenario(ctx context.Context) {
	for clock.Wait(ctx, reloadEvery) == nil {
		if !p.scenario.changed() {
			continue
		}
		if err := p.applyScenario(ctx); err != nil {
			p.log.Warn("scenario not reloaded", "file", p.scenario.path, "cause", err)
			continue
		}
		p.log.Info("scenario reloaded", "file", p.scenario.path)
	}
}

type checkCommand struct {
	Files []string `arg:"" name:"file" help:"Scenario files."`
}

func (c *checkCommand) run(_ context.Context, env Env) error {
	bad := 0
	var unread []error
	for _, file := range c.Files {
		src, err := os.ReadFile(file)
		if err != nil {
			unread = append(unread, err)
			continue
		}
		if !scenario.Check(env.Stdout, file, src, env.Providers) {
			bad++
		}
	}
	if len(unread) > 0 {
		return &misuseError{errors.Join(unread...)}
	}
	if bad > 0 {
		return fmt.Errorf("%d of %d files cannot be loaded", bad, len(c.Files))
	}
	return nil
}

type schemaCommand struct{}

func (*schemaCommand) run(_ context.Context, env Env) error {
	_, err := fmt.Fprintf(env.Stdout, "%s\n", bytes.TrimSpace(scenario.Schema(env.Providers)))
	return err
}
