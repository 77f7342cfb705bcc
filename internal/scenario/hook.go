package scenario

import (
	"fmt"
	"slices"
	"time"

	"gopkg.in/yaml.v3"

	"paysim/internal/plan"
	"paysim/internal/provider"
)

// hook is one entry of "webhooks".
type hook struct {
	number int
	node   *yaml.Node
	on     pattern
	how    plan.Webhook
}

func (h *hook) title() string { return fmt.Sprintf("webhook %d (line %d)", h.number, h.node.Line) }

var (
	hookKeys  = []string{"on", "send", "times", "gap", "change", "sign"}
	sendWords = []string{"before_answer", "never"}
	signWords = []string{string(provider.SignRight), string(provider.SignWrongKey), string(provider.SignMissing)}
)

func (r *reader) hook(number int, n *yaml.Node) *hook {
	what := fmt.Sprintf("webhook %d", number)
	o, ok := r.object(n, what, hookKeys)
	if !ok {
		return nil
	}
	before := len(r.problems)
	h := &hook{number: number, node: n}
	h.how.Rule = h.title()
	found := false
	if r.need(o, what, "on") {
		h.on, found = r.pattern(o.fields["on"], events)
	}
	if s := o.fields["send"]; s != nil {
		r.send(s, &h.how)
	}
	if t := o.fields["times"]; t != nil {
		v, _ := r.whole(t, `"times"`, 1, 100)
		h.how.Copies = int(v)
	}
	if g := o.fields["gap"]; g != nil {
		h.how.Gap, _ = r.duration(g, `"gap"`, futureLimit)
		if len(r.problems) == before && h.how.Copies < 2 {
			r.fault(o.keys["gap"], `"gap" is the time between copies: it needs "times", and at least 2`)
		}
	}
	if c := o.fields["change"]; c != nil {
		h.how.Change = r.change(c)
	}
	if s := o.fields["sign"]; s != nil {
		stale := r.sign(s, &h.how)
		if found {
			r.canSign(h, s, stale)
		}
	}
	if h.how.Never {
		for _, key := range []string{"times", "gap", "change", "sign"} {
			if o.has(key) {
				r.fault(o.keys[key], "%q says nothing about a webhook that is never sent", key)
			}
		}
	}
	if !found || len(r.problems) > before || len(o.fields)*2 != len(n.Content) {
		return nil
	}
	return h
}

func (r *reader) send(n *yaml.Node, how *plan.Webhook) {
	if n.Kind == yaml.ScalarNode {
		word, ok := r.word(n, `"send"`, append(sendWords[:2:2], "{after: 2s}"))
		how.Before, how.Never = word == "before_answer", word == "never"
		if ok && word == "{after: 2s}" {
			r.fault(n, `"send" must be a mapping here, without quotes: %s`, word)
		}
		return
	}
	o, ok := r.object(n, `"send"`, []string{"after"})
	if ok && r.need(o, `"send"`, "after") {
		how.After, _ = r.duration(o.fields["after"], `"after"`, futureLimit)
	}
}

// sign reads how a webhook is signed, and gives where it asks for an old
// signature.
func (r *reader) sign(n *yaml.Node, how *plan.Webhook) (stale *yaml.Node) {
	if n.Kind == yaml.ScalarNode {
		word, ok := r.word(n, `"sign"`, append(signWords[:3:3], "{stale: 10m}"))
		how.Sign = provider.SignMode(word)
		if ok && word == "{stale: 10m}" {
			r.fault(n, `"sign" must be a mapping here, without quotes: %s`, word)
		}
		return nil
	}
	o, ok := r.object(n, `"sign"`, []string{"stale"})
	if ok && r.need(o, `"sign"`, "stale") {
		how.Stale, _ = r.duration(o.fields["stale"], `"stale"`, futureLimit)
		return o.keys["stale"]
	}
	return nil
}

// canSign reports providers that do not sign, or whose signature has no age.
func (r *reader) canSign(h *hook, n, stale *yaml.Node) {
	var missed []string
	reached := false
	for _, p := range r.names {
		if !slices.ContainsFunc(p.Events, func(e provider.Event) bool { return h.on.covers(p.Name, e.Name) }) {
			continue
		}
		switch {
		case p.Webhooks.Sign == nil:
			missed = append(missed, p.Name+" does not sign its webhooks")
		case stale != nil && !p.Webhooks.Dated:
			missed = append(missed, p.Name+"'s signature carries no time, so it cannot be stale")
		default:
			reached = true
		}
	}
	at := n
	if stale != nil {
		at = stale
	}
	for _, why := range missed {
		if !h.on.named() && reached {
			r.notice(at, "this does not happen everywhere: %s", why)
			continue
		}
		r.fault(at, "%s", why)
	}
}

// act is one entry of "payer".
type act struct {
	number int
	node   *yaml.Node
	on     pattern
	what   plan.Payer
}

func (a *act) title() string { return fmt.Sprintf("payer %d (line %d)", a.number, a.node.Line) }

var payerKeys = []string{"on", "do", "after", "outcome"}

func (r *reader) act(number int, n *yaml.Node) *act {
	what := fmt.Sprintf("payer %d", number)
	o, ok := r.object(n, what, payerKeys)
	if !ok {
		return nil
	}
	before := len(r.problems)
	a := &act{number: number, node: n}
	a.what.Rule = a.title()
	found := false
	if r.need(o, what, "on") {
		a.on, found = r.pattern(o.fields["on"], payables)
	}
	if r.need(o, what, "do") {
		if word, ok := r.text(o.fields["do"], `"do"`); ok && found {
			a.what.Action = word
			r.canDo(a, o.fields["do"], o.fields["outcome"])
		}
	}
	if d := o.fields["after"]; d != nil {
		a.what.After = r.wait(d)
	}
	if len(r.problems) > before || !found || len(o.fields)*2 != len(n.Content) {
		return nil
	}
	return a
}

// wait reads how long a payer waits, which may be no time at all.
func (r *reader) wait(n *yaml.Node) time.Duration {
	if d, err := time.ParseDuration(n.Value); err == nil && d == 0 && n.Value != "0" {
		return 0
	}
	d, _ := r.duration(n, `"after"`, futureLimit)
	return d
}

// canDo reports actions that nobody has, and reasons that an action cannot be
// given.
func (r *reader) canDo(a *act, do, outcome *yaml.Node) {
	if outcome != nil {
		if _, ok := r.text(outcome, `"outcome"`); !ok {
			return
		}
		a.what.Outcome = outcome.Value
	}
	var missed, known, reasons []string
	reached := false
	at := do
	for _, p := range r.names {
		if !slices.ContainsFunc(payableNames(p), func(k string) bool { return a.on.covers(p.Name, k) }) {
			continue
		}
		known = append(known, actionNames(p)...)
		action := p.Action(do.Value)
		switch {
		case action == nil:
			missed = append(missed, fmt.Sprintf("a payer of %s cannot %s; it can %s", p.Name, quote(do.Value), either(actionNames(p))))
		case outcome != nil && len(action.Outcomes) == 0:
			at = outcome
			missed = append(missed, fmt.Sprintf("%s at %s takes no outcome", quote(do.Value), p.Name))
		case outcome != nil && !slices.Contains(action.Outcomes, outcome.Value):
			at, reasons = outcome, append(reasons, action.Outcomes...)
			missed = append(missed, fmt.Sprintf("%s at %s cannot have the outcome %s; it takes %s", quote(do.Value), p.Name, quote(outcome.Value), either(action.Outcomes)))
		default:
			reached = true
		}
	}
	for i, why := range missed {
		switch {
		case !a.on.named() && reached:
			r.notice(at, "this does not happen everywhere: %s", why)
		case i == 0 && at == do:
			r.unknown(do, do.Value, known, "%s", why)
		case i == 0:
			r.unknown(at, at.Value, reasons, "%s", why)
		default:
			r.fault(at, "%s", why)
		}
	}
}
