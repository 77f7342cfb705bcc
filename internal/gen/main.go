// Command gen writes what follows from the providers' tables into their
// READMEs, the reference provider's included, between the markers; see package
// tables. `go run ./internal/gen` writes, `go run ./internal/gen -check` only
// says what is out of date.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"

	"paysim/internal/gen/tables"
	"paysim/internal/provider"
	"paysim/internal/providertest/toypay"
	"paysim/sims"
)

//go:generate go run paysim/internal/gen -root ../..

func main() {
	root := flag.String("root", ".", "where the repository is")
	check := flag.Bool("check", false, "write nothing; fail if there is something to write")
	flag.Parse()
	failed := false
	readme := func(p *provider.Provider, dir string) {
		if err := write(p, filepath.Join(*root, dir, "README.md"), *check); err != nil {
			fmt.Fprintln(os.Stderr, err)
			failed = true
		}
	}
	for _, p := range sims.All() {
		readme(p, filepath.Join("sims", p.Name))
	}
	readme(toypay.Provider(), "internal/providertest/toypay")
	if failed {
		os.Exit(1)
	}
}

// write brings one provider's README up to date.
func write(p *provider.Provider, file string, check bool) error {
	old, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	text, err := tables.Fill(p, string(old))
	if err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	if text == string(old) {
		return nil
	}
	if check {
		return fmt.Errorf("%s is out of date; go run ./internal/gen", file)
	}
	return os.WriteFile(file, []byte(text), 0o644)
}
