package providertest

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"paysim/internal/page"
)

// update is the flag with which transcripts are written.
var update = flag.Bool("update", false, "write what is answered into the transcripts")

// transcripts: the stories go as they are written.
func transcripts(h *harness) {
	dir := h.suite.Transcripts
	if dir == "" {
		dir = filepath.Join("testdata", "transcripts")
	}
	files, _ := filepath.Glob(filepath.Join(dir, "*.txt"))
	if len(files) == 0 {
		h.found("transcripts", "no transcript in %s", dir)
	}
	for _, file := range files {
		h.try(func() { h.transcript(file) })
	}
}

// transcript plays one file and compares it with what it says.
func (h *harness) transcript(file string) {
	text, err := os.ReadFile(file)
	if err != nil {
		h.stop("%v", err)
	}
	t, err := parse(string(text))
	if err != nil {
		h.stop("%s: %v", file, err)
	}
	if len(t.steps) == 0 {
		h.found("transcripts "+filepath.Base(file), "it has no step")
	}
	s := &stage{world: h.world(), file: file, vars: map[string]string{}}
	s.enter("shop")
	for _, st := range t.steps {
		s.play(st)
	}
	if played := t.String(); played != string(text) {
		if h.update {
			if err := os.WriteFile(file, []byte(played), fs.FileMode(0o644)); err != nil {
				h.stop("%v", err)
			}
			return
		}
		h.found("transcripts "+filepath.Base(file), "it goes otherwise (-update would write it so):\n%s", diff(string(text), played))
	}
}

// stage is where a transcript is played.
type stage struct {
	*world
	file    string
	client  *Client
	nobody  bool
	last    *Reply
	vars    map[string]string
	clients map[string]*Client
	told    map[string]int // webhooks that were shown, by tenant
}

// enter goes on as that tenant.
func (s *stage) enter(name string) {
	if s.clients == nil {
		s.clients, s.told = map[string]*Client{}, map[string]int{}
	}
	c, ok := s.clients[name]
	if !ok {
		c = s.world.client(name)
		s.clients[name] = c
	}
	s.client = c
}

// fail ends a transcript that cannot go on.
func (s *stage) fail(st *step, format string, args ...any) {
	s.stop("%s:%d: %s", s.file, st.line, fmt.Sprintf(format, args...))
}

// play does a step and writes its answer.
func (s *stage) play(st *step) {
	if callLine.MatchString(st.head) {
		st.answer = s.callStep(st)
		return
	}
	words := strings.Fields(s.filled(st, st.head))
	verb, args := words[0], words[1:]
	_, rest, _ := strings.Cut(s.filled(st, st.head), " ")
	switch {
	case verb == "=" && len(args) == 2:
		s.keep(st, args[0], args[1])
	case verb == "as" && args[0] == "nobody":
		s.nobody = true
	case verb == "as" && args[0] == "somebody":
		s.nobody = false
	case verb == "as":
		s.enter(args[0])
	case verb == "settings":
		s.client.Set(rest)
	case verb == "merchant":
		status, err := strconv.Atoi(args[0])
		if err != nil {
			s.fail(st, "%q is no status", args[0])
		}
		s.merchant.answer(s.client.Tenant, status)
	case verb == "advance":
		st.answer = s.advanceStep(st, args[0])
	case verb == "act" && (len(args) == 2 || len(args) == 3):
		st.answer = s.actStep(args)
	case verb == "payments":
		st.answer = s.paymentsStep()
	case verb == "webhooks":
		st.answer = s.webhooksStep()
	case verb == "redeliver":
		d, ok := s.engine.Redeliver(s.client.t, args[0])
		st.answer = []string{string(d.State)}
		if !ok {
			st.answer = []string{"there is no such delivery"}
		}
	default:
		s.fail(st, "%q is no step", st.head)
	}
}

var holes = regexp.MustCompile(`\{\{\w+\}\}`)

// filled puts the kept values into a text.
func (s *stage) filled(st *step, text string) string {
	return holes.ReplaceAllStringFunc(text, func(hole string) string {
		name := strings.Trim(hole, "{}")
		if v, ok := s.vars[name]; ok {
			return v
		}
		switch name {
		case "tenant":
			return s.client.Tenant
		case "hook":
			return s.client.Hook()
		case "base":
			return s.base
		case "now":
			return s.client.Now().Format(time.RFC3339)
		}
		for _, k := range s.provider.Keys(s.client.Tenant) {
			if k.Env == name {
				return k.Value
			}
		}
		s.fail(st, "nothing is kept as %s", name)
		return ""
	})
}

func (s *stage) keep(st *step, name, path string) {
	if s.last == nil {
		s.fail(st, "nothing was answered yet")
	}
	value := ""
	if header, ok := strings.CutPrefix(path, "header:"); ok {
		value = s.last.Header.Get(header)
	} else if path == "body" {
		value = string(s.last.Body)
	} else {
		value = s.last.Get(path)
	}
	if value == "" {
		s.fail(st, "the last answer has no %s: %s", path, short(s.last.Body))
	}
	s.vars[name] = value
}

func (s *stage) callStep(st *step) []string {
	headers, body, err := st.call()
	if err != nil {
		s.stop("%s: %v", s.file, err)
	}
	for i := range headers {
		headers[i] = s.filled(st, headers[i])
	}
	r := Ask(s.filled(st, st.head), s.filled(st, body), headers...)
	r.Anonymous = s.nobody
	s.last = s.client.Do(r)
	return shownReply(s.last)
}

// shownReply is an answer as a transcript has it.
func shownReply(r *Reply) []string {
	body, as := shownBody(r.Header, r.Body)
	out := append([]string{strconv.Itoa(r.Status) + as}, shownHeader(r.Header)...)
	if len(body) > 0 {
		out = append(append(out, ""), body...)
	}
	return out
}

func shownHeader(h http.Header) []string {
	var out []string
	fixed := page.Header()
	for _, name := range slices.Sorted(maps.Keys(h)) {
		if name == "Date" || name == "Content-Length" || name != "Content-Type" && slices.Equal(fixed[name], h[name]) && h.Get("Content-Security-Policy") != "" {
			continue
		}
		for _, v := range h[name] {
			out = append(out, name+": "+v)
		}
	}
	return out
}

// shownBody is a body as a transcript has it, and a remark if that is not what
// one would expect.
func shownBody(h http.Header, body []byte) (lines []string, as string) {
	kind := h.Get("Content-Type")
	var compact, indented bytes.Buffer
	switch {
	case len(body) == 0:
		return nil, ""
	case !utf8.Valid(body) || bytes.IndexByte(body, 0) >= 0 || bytes.IndexByte(body, '\r') >= 0:
		return []string{fmt.Sprintf("(%d bytes, SHA-256 %.12x…)", len(body), sha256.Sum256(body))}, ""
	case strings.HasPrefix(kind, "text/html"):
		return quote(strings.Join(sight(body), "\n")), ""
	case json.Compact(&compact, body) == nil:
		if !bytes.Equal(compact.Bytes(), body) {
			return quote(string(body)), ", as sent"
		}
		json.Indent(&indented, body, "", "  ")
		return quote(indented.String()), ""
	}
	return quote(string(body)), ""
}

func (s *stage) advanceStep(st *step, by string) []string {
	d, err := time.ParseDuration(by)
	if err != nil {
		s.fail(st, "%v", err)
	}
	out := []string{}
	for _, f := range s.client.advance(d) {
		line := f.At.Format(time.RFC3339) + " " + f.What + " " + f.Object
		if f.State != "" {
			line += " " + string(f.State)
		}
		out = append(out, line)
	}
	if len(out) == 0 {
		return []string{"nothing"}
	}
	return out
}

func (s *stage) actStep(args []string) []string {
	outcome := ""
	if len(args) == 3 {
		outcome = args[2]
	}
	if err := s.client.act(args[1], args[0], outcome); err != nil {
		return []string{"cannot: " + err.Error()}
	}
	return []string{"done"}
}

func (s *stage) paymentsStep() []string {
	out := []string{}
	for _, p := range s.client.Payments() {
		line := fmt.Sprintf("%s %s %q: %d %s, captured %d, refunded %d, %s", p.Kind, p.ID, p.Reference, p.Amount, p.Currency, p.Captured, p.Refunded, p.State)
		if len(p.Actions) > 0 {
			line += "; possible: " + strings.Join(p.Actions, ", ")
		}
		out = append(out, line)
	}
	if len(out) == 0 {
		return []string{"none"}
	}
	return out
}

func (s *stage) webhooksStep() []string {
	all := s.client.Heard()
	news := all[s.told[s.client.Tenant]:]
	s.told[s.client.Tenant] = len(all)
	out := []string{}
	for i, m := range news {
		if i > 0 {
			out = append(out, "")
		}
		err := errors.New("the suite has no verifier")
		if s.suite.Verify != nil {
			err = s.suite.Verify(m)
		}
		verified := "verified"
		if err != nil {
			verified = "not verified: " + err.Error()
		}
		first := slices.IndexFunc(all, func(o Received) bool {
			return o.ID == m.ID && bytes.Equal(o.Body, m.Body) && sortedHeader(o.Header) == sortedHeader(m.Header)
		})
		again := first < len(all)-len(news)+i
		if again {
			verified += ", the same again"
		}
		out = append(out, fmt.Sprintf("%s %s to %s at %s, %s, answered %d", m.ID, m.Event, m.URL, m.At.Format(time.RFC3339), verified, m.Status))
		if again {
			continue
		}
		out = append(out, shownHeader(m.Header)...)
		if body, _ := shownBody(m.Header, m.Body); len(body) > 0 {
			out = append(append(out, ""), body...)
		}
	}
	if len(out) == 0 {
		return []string{"none"}
	}
	return out
}
