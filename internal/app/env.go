package app

import (
	"context"
	"fmt"
	"strings"
)

type envCommand struct {
	addresses
	Tenant string `default:"default" placeholder:"NAME" help:"Tenant whose keys are printed; any name makes one."`
}

func (e *envCommand) run(_ context.Context, env Env) error {
	if err := e.check(env.Providers); err != nil {
		return err
	}
	if err := checkTenant(e.Tenant); err != nil {
		return err
	}
	if e.Port == 0 {
		return misuse("env asks nobody, so it cannot know which free ports were picked: give --port, or read what serve printed")
	}
	export := func(name, value string) { fmt.Fprintf(env.Stdout, "export %s=%s\n", name, quoted(value)) }
	url := e.main()
	if e.PublicURL != "" {
		url = e.PublicURL
	}
	export("SIM_URL", url)
	for _, p := range env.Providers {
		export(strings.ToUpper(p.Name)+"_BASE_URL", e.own(p))
		for _, k := range p.Keys(e.Tenant) {
			if k.Env != "" {
				export(k.Env, k.Value)
			}
		}
	}
	return nil
}

// quoted is text that every shell reads as itself.
func quoted(text string) string { return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'" }
