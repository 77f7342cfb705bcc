package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestRun(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"rules.yaml": "source: a public place\noperations: [{operation: charge.get, method: GET, path: /charges/*}]\n",
		"one.jsonl":  `{"request":{"method":"GET","url":"https://api.acme.example/charges/1"},"response":{"status":200,"body":{"id":"1"}}}` + "\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	var out strings.Builder
	to := filepath.Join(dir, "shapes.yaml")
	if err := run([]string{"-in", dir, "-out", to}, &out); err != nil {
		t.Fatal(err)
	}
	if got, want := out.String(), "1 exchanges, 1 kinds\n"; got != want {
		t.Errorf("printed %q, want %q", got, want)
	}
	text, err := os.ReadFile(to)
	if err != nil || !strings.Contains(string(text), "name: charge.get 200") {
		t.Errorf("wrote %s, %v", text, err)
	}
	for _, args := range [][]string{nil, {"-in", dir}, {"-in", t.TempDir(), "-out", to}, {"-in", dir, "-out", to, "-rules", "nowhere.yaml"}} {
		if err := run(args, &out); err == nil {
			t.Errorf("%v: want an error", args)
		}
	}
}
