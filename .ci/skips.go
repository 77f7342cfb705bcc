// Command skips reads the output of `go test -v` and passes it on without the
// tests that passed. It fails when a test failed, when none ran, or when one was
// skipped that the declared list does not name.
package main

import (
	"bufio"
	"flag"
	"fmt"
	"os"
	"strings"
)

func main() {
	declared := flag.String("declared", "", "file with one test name a line; what follows # is the reason")
	flag.Parse()
	known, err := read(*declared)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	os.Exit(filter(known))
}

func read(file string) (map[string]bool, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	known := map[string]bool{}
	for line := range strings.Lines(string(text)) {
		name, _, _ := strings.Cut(line, "#")
		if name = strings.TrimSpace(name); name != "" {
			known[name] = true
		}
	}
	return known, nil
}

// quiet begins the lines that say nothing new: a test that runs or has passed.
var quiet = []string{"=== RUN", "=== PAUSE", "=== CONT", "=== NAME", "--- PASS"}

func filter(known map[string]bool) int {
	passed, failed, skipped, broken := 0, 0, 0, 0
	var undeclared []string
	in := bufio.NewScanner(os.Stdin)
	in.Buffer(nil, 1<<26)
	for in.Scan() {
		line := in.Text()
		word := strings.TrimLeft(line, " ")
		switch {
		case strings.HasPrefix(word, "--- PASS: "):
			passed++
		case strings.HasPrefix(word, "--- FAIL: "):
			failed++
		case strings.HasPrefix(word, "--- SKIP: "):
			skipped++
			if name := strings.Fields(word)[2]; !known[name] {
				undeclared = append(undeclared, name)
			}
		case strings.HasPrefix(line, "FAIL") || strings.HasPrefix(line, "make: ***"):
			broken++
		}
		show := true
		for _, q := range quiet {
			show = show && !strings.HasPrefix(word, q)
		}
		if show {
			fmt.Println(line)
		}
	}
	if err := in.Err(); err != nil { // what was not read may have failed
		fmt.Println("NOT READ TO ITS END:", err)
		broken++
	}
	for _, name := range undeclared {
		fmt.Println("UNDECLARED SKIP:", name)
	}
	fmt.Printf("%d passed, %d failed, %d skipped\n", passed, failed+broken, skipped)
	if failed+broken > 0 || len(undeclared) > 0 || passed == 0 {
		return 1
	}
	return 0
}
