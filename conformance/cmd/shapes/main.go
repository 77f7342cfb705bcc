// Shapes derives the shapes of recorded exchanges.
//
//	go run ./cmd/shapes -in DIR -out citcon/recorded/shapes.yaml
//
// DIR holds *.jsonl files, an exchange a line. The rules are read from rules.yaml beside the output unless -rules names
// another file. Only shapes are written, never what was recorded.
package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"paysim/conformance/recorded"
)

func main() {
	if err := run(os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "shapes:", err)
		os.Exit(1)
	}
}

func run(args []string, out io.Writer) error {
	flags := flag.NewFlagSet("shapes", flag.ContinueOnError)
	in := flags.String("in", "", "folder of recorded exchanges")
	to := flags.String("out", "", "file to write")
	rulesFile := flags.String("rules", "", "rules; by default rules.yaml beside the output")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if *in == "" || *to == "" {
		return fmt.Errorf("-in and -out are needed")
	}
	if *rulesFile == "" {
		*rulesFile = filepath.Join(filepath.Dir(*to), "rules.yaml")
	}
	rules, err := recorded.LoadRules(*rulesFile)
	if err != nil {
		return err
	}
	exchanges, err := recorded.Read(*in)
	if err != nil {
		return err
	}
	shapes, err := recorded.Derive(exchanges, rules)
	if err != nil {
		return err
	}
	text, err := shapes.Marshal()
	if err != nil {
		return err
	}
	if err := os.WriteFile(*to, text, 0o644); err != nil {
		return err
	}
	fmt.Fprintf(out, "%d exchanges, %d kinds\n", shapes.Exchanges, len(shapes.Kinds))
	return nil
}
