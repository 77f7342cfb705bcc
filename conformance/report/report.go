// Package report keeps what became of every sample and every recorded kind and writes it to a file, one for a
// provider, for whoever sums up what is known to work.
//
// Everything that could run is in the file from the start as not run, so that a filtered run cannot look complete.
package report

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"sync"
)

// File is what a run writes for one provider.
type File struct {
	Provider string  `json:"provider"`
	Target   string  `json:"target"`
	Document string  `json:"document"`
	Samples  []Entry `json:"samples"`
	Recorded []Entry `json:"recorded"`
	Clients  []Entry `json:"clients"` // calls that a library of the provider's, or one that makes its credentials, made
	Calls    []Call  `json:"calls"`   // what the simulator's journal says of the whole run

	Operations []Operation `json:"operations"` // what there is to drive
}

// Entry is one case of a sample with one tool, or one recorded kind.
type Entry struct {
	Operation string `json:"operation"`
	Page      string `json:"page,omitempty"`
	Sample    string `json:"sample"`
	Case      string `json:"case,omitempty"`
	Tool      string `json:"tool,omitempty"`
	Own       bool   `json:"own,omitempty"` // the sample is ours, not the document's
	Status    int    `json:"status,omitempty"`
	Basis     string `json:"basis"`
	Result    string `json:"result"` // pass, fail, skip or not run
	Reason    string `json:"reason,omitempty"`
}

// Call is what all calls of one operation by one kind of program did.
type Call struct {
	Operation string   `json:"operation"`
	Methods   []string `json:"methods"`
	Chromium  bool     `json:"chromium"`
	Statuses  []int    `json:"statuses"` // of the answers
	Edges     []string `json:"edges"`    // "machine: from -trigger-> to"
	Events    []string `json:"events"`   // of the webhooks that the calls caused
}

// Operation is a row of the provider's table, as the simulator tells it.
type Operation struct {
	ID     string   `json:"id"`
	Auth   string   `json:"auth"`
	Page   bool     `json:"page"`
	Events []string `json:"events"`
}

// NotRun is the result of what a run left out.
const NotRun = "not run"

// Report collects entries; goroutines may share it.
type Report struct {
	mu   sync.Mutex
	file File
}

// New begins a report.
func New(provider, target, document string) *Report {
	return &Report{file: File{Provider: provider, Target: target, Document: document, Samples: []Entry{}, Recorded: []Entry{}, Clients: []Entry{}, Calls: []Call{}}}
}

// Sample announces a case and gives the function that says what became of it.
func (r *Report) Sample(e Entry) func(result, reason string) { return r.add(&r.file.Samples, e) }

// Recorded announces a kind and gives the function that says what became of it.
func (r *Report) Recorded(e Entry) func(result, reason string) { return r.add(&r.file.Recorded, e) }

// Client announces a client's call and gives the function that says what became of it.
func (r *Report) Client(e Entry) func(result, reason string) { return r.add(&r.file.Clients, e) }

// Operations keeps what there is to drive.
func (r *Report) Operations(all []Operation) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.file.Operations = all
}

// Calls keeps what a journal says.
func (r *Report) Calls(calls []Call) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.file.Calls = append(r.file.Calls, calls...)
}

// add announces an entry. Of a case that runs several times, a failure is what remains.
func (r *Report) add(to *[]Entry, e Entry) func(result, reason string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	n := slices.IndexFunc(*to, func(other Entry) bool {
		other.Result, other.Reason = "", ""
		return other == e
	})
	if n < 0 {
		n = len(*to)
		e.Result = NotRun
		*to = append(*to, e)
	}
	return func(result, reason string) {
		r.mu.Lock()
		defer r.mu.Unlock()
		if entry := &(*to)[n]; entry.Result != "fail" {
			entry.Result, entry.Reason = result, reason
		}
	}
}

// Write makes dir/provider.json.
func (r *Report) Write(dir string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	text, err := json.MarshalIndent(r.file, "", "  ")
	if err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, r.file.Provider+".json"), append(text, '\n'), 0o644)
}
