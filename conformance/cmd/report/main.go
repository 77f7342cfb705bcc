// Command report writes REPORT.md from what the runs found. It runs in the folder conformance, after go test ./...
package main

import (
	"flag"
	"fmt"
	"os"

	"paysim/conformance/report"
)

func main() {
	check := flag.Bool("check", false, "write nothing, and fail if REPORT.md would change")
	flag.Parse()
	if err := write("REPORT.md", *check); err != nil {
		fmt.Fprintln(os.Stderr, "report:", err)
		os.Exit(1)
	}
}

func write(file string, check bool) error {
	results, err := report.Read("results", "../sims")
	if err != nil {
		return err
	}
	reasons, err := report.Reasons("report/reasons.yaml")
	if err != nil {
		return err
	}
	text, err := report.Markdown(results, reasons)
	if err != nil {
		return err
	}
	if check {
		if was, err := os.ReadFile(file); err != nil || string(was) != text {
			return fmt.Errorf("%s is stale; go run ./cmd/report writes it", file)
		}
		return nil
	}
	return os.WriteFile(file, []byte(text), 0o644)
}
