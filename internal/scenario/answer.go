package scenario

import (
	"net/http"
	"regexp"
	"slices"
	"time"

	"gopkg.in/yaml.v3"

	"paysim/internal/edit"
	"paysim/internal/fault"
)

// Answers are late in real time, so what they may be told to wait is bounded.
const answerLimit = time.Hour

var (
	answerWords  = []string{"normal", "lost", "reset"}
	answerForms  = []string{"delay", "change", "status", "truncate", "drip"}
	statusFields = []string{"status", "body", "headers"}
	dripFields   = []string{"bytes", "every"}
)

// told is one answer as it was read.
type told struct {
	name   string
	node   *yaml.Node
	fault  fault.Fault
	change edit.Body
}

// answers reads "answer": one, or a list of several in order. What changes the
// body comes before everything that happens to it on its way.
func (r *reader) answers(n *yaml.Node) (change edit.Body, out []fault.Fault) {
	nodes := []*yaml.Node{n}
	if n.Kind == yaml.SequenceNode {
		nodes = n.Content
		if len(nodes) == 0 {
			r.fault(n, `"answer" is an empty list; leave it out for a normal answer`)
		}
	}
	var all []told
	for _, c := range nodes {
		if t, ok := r.answer(c); ok {
			all = append(all, t)
		}
	}
	r.together(all)
	for _, t := range all {
		if t.fault != nil {
			out = append(out, t.fault)
		}
		if !t.change.None() {
			change = t.change
		}
	}
	return change, out
}

func (r *reader) answer(n *yaml.Node) (told, bool) {
	if n.Kind == yaml.ScalarNode {
		word, ok := r.word(n, `"answer"`, append(answerWords[:3:3], "{delay: 3s}", "{change: {drop: id}}", "{status: 503}", "{truncate: 0.5}", "{drip: {bytes: 64, every: 100ms}}"))
		t := told{name: word, node: n}
		switch word {
		case "lost":
			t.fault = fault.LostAnswer{}
		case "reset":
			t.fault = fault.ResetConnection{}
		case "normal":
		default:
			if ok {
				r.fault(n, `"answer" must be a mapping here, without quotes: %s`, word)
			}
			return t, false
		}
		return t, ok
	}
	known := append(slices.Clone(answerForms), "body", "headers")
	o, ok := r.object(n, `"answer"`, known)
	if !ok {
		return told{}, false
	}
	var names []string
	for _, form := range answerForms {
		if o.has(form) {
			names = append(names, form)
		}
	}
	switch {
	case len(names) == 0 && (o.has("body") || o.has("headers")):
		r.fault(n, `"body" and "headers" need a "status"`)
		return told{}, false
	case len(names) == 0:
		if len(n.Content) == 0 {
			r.fault(n, `"answer" says nothing; it takes %s`, either(answerForms))
		}
		return told{}, false
	case len(names) > 1:
		r.fault(o.keys[names[1]], `%q and %q are two answers: write a list, [{%s: …}, {%s: …}]`, names[0], names[1], names[0], names[1])
		return told{}, false
	case names[0] != "status" && (o.has("body") || o.has("headers")):
		r.fault(n, `"body" and "headers" belong to "status", not to %q`, names[0])
		return told{}, false
	}
	t := told{name: names[0], node: o.keys[names[0]]}
	if t.name == "change" {
		before := len(r.problems)
		t.change = r.change(o.fields["change"])
		return t, len(r.problems) == before
	}
	t.fault, ok = r.trouble(names[0], o)
	return t, ok
}

func (r *reader) trouble(name string, o object) (fault.Fault, bool) {
	v := o.fields[name]
	switch name {
	case "delay":
		d, ok := r.duration(v, `"delay"`, answerLimit)
		return fault.Delay{For: d}, ok
	case "truncate":
		share, ok := r.number(v, `"truncate"`)
		if ok && (share < 0 || share >= 1) {
			r.fault(v, `"truncate" is the share of the body that is sent, from 0 to below 1, not %s`, v.Value)
			ok = false
		}
		return fault.Truncate{Share: share}, ok
	case "drip":
		d, ok := r.object(v, `"drip"`, dripFields)
		if !ok || !r.need(d, `"drip"`, "bytes") || !r.need(d, `"drip"`, "every") {
			return nil, false
		}
		n, ok := r.whole(d.fields["bytes"], `"bytes"`, 1, 1<<20)
		pause, fine := r.duration(d.fields["every"], `"every"`, answerLimit)
		return fault.Drip{Bytes: int(n), Every: pause}, ok && fine
	}
	return r.status(o)
}

func (r *reader) status(o object) (fault.Fault, bool) {
	code, ok := r.whole(o.fields["status"], `"status"`, 200, 599)
	f := fault.Status{Code: int(code)}
	if b := o.fields["body"]; b != nil {
		if b.Kind != yaml.ScalarNode {
			r.fault(b, `"body" is the text that is sent: write it in quotes or as a block (|)`)
			return f, false
		}
		f.Body = b.Value
		if f.Body != "" && (code == 204 || code == 304) {
			r.fault(o.keys["body"], "an answer with status %d has no body", code)
			ok = false
		}
	}
	if h := o.fields["headers"]; h != nil {
		f.Header = http.Header{}
		ok = r.headers(h, f.Header) && ok
	}
	return f, ok
}

var headerName = regexp.MustCompile("^[!#$%&'*+.^_`|~0-9A-Za-z-]+$")

// ownHeaders are what the simulator itself says about how it sends.
var ownHeaders = []string{"Content-Length", "Transfer-Encoding", "Connection", "Trailer"}

func (r *reader) headers(n *yaml.Node, into http.Header) bool {
	if n.Kind != yaml.MappingNode {
		r.fault(n, `"headers" must be a mapping of names to values, not %s`, kind(n))
		return false
	}
	before := len(r.problems)
	r.pairs(n, `"headers"`, func(key, value *yaml.Node) {
		name := http.CanonicalHeaderKey(key.Value)
		switch {
		case !headerName.MatchString(key.Value):
			r.fault(key, "%s is no name of a header", quote(key.Value))
		case slices.Contains(ownHeaders, name):
			r.fault(key, "%s cannot be chosen: it says how the answer is really sent", name)
		case value.Kind != yaml.ScalarNode:
			r.fault(value, "the header %s must be a text, not %s", name, kind(value))
		case hasControl(value.Value):
			r.fault(value, "the header %s must be one line", name)
		default:
			into.Set(name, value.Value)
		}
	})
	return len(r.problems) == before
}

func hasControl(s string) bool {
	for _, c := range s {
		if c < ' ' && c != '\t' || c == 0x7f {
			return true
		}
	}
	return false
}

// together reports answers that cannot be had at once.
func (r *reader) together(all []told) {
	seen := map[string]bool{}
	for i, t := range all {
		switch {
		case seen[t.name]:
			r.fault(t.node, "%q stands twice in one answer", t.name)
		case t.name == "normal" && len(all) > 1:
			r.fault(t.node, `"normal" stands alone`)
		case (t.name == "lost" || t.name == "reset") && i < len(all)-1:
			r.fault(t.node, "%q ends the answer, so it comes last", t.name)
		case (t.name == "change" && seen["status"]) || (t.name == "status" && seen["change"]):
			r.fault(t.node, `"change" is about the provider's answer, and "status" puts another in its place`)
		case t.name == "change" && (seen["truncate"] || seen["drip"]):
			r.fault(t.node, `"change" comes before "truncate" and "drip"`)
		case t.name == "status" && (seen["truncate"] || seen["drip"]):
			r.fault(t.node, `"status" puts another answer in its place, so it comes before "truncate" and "drip"`)
		case (t.name == "lost" || t.name == "reset") && (seen["status"] || seen["change"] || seen["drip"]) && !seen["truncate"]:
			r.fault(t.node, `after %q nothing is sent, so what came before it would not be seen; "truncate" says how much is`, t.name)
		case t.name == "truncate" && i > 0 && emptyStatus(all[:i]):
			r.fault(t.node, `the answer has no body that could be cut: give "status" a "body"`)
		}
		seen[t.name] = true
	}
}

func emptyStatus(all []told) bool {
	for _, t := range all {
		if s, ok := t.fault.(fault.Status); ok && s.Body == "" {
			return true
		}
	}
	return false
}
