package engine

import (
	"bytes"
	"fmt"
	"strings"

	"paysim/internal/catalog"
	"paysim/internal/ident"
	"paysim/internal/journal"
	"paysim/internal/machine"
	"paysim/internal/plan"
	"paysim/internal/provider"
	"paysim/internal/tenant"
	"paysim/internal/webhook"
)

// transact runs the call in one transaction of its tenant and writes the
// journal. Whatever is due by now happens first.
func (x *exchange) transact() {
	t := x.tenant
	x.asked = x.redacted() // while others still have their turn
	t.Lock()
	defer t.Unlock()
	defer func() { _, _, x.stirred = soonest(t) }()
	x.e.fireDue(t)
	x.scheme() // before authentication, because a rule may break authentication

	tx := x.e.begin(t, x.p, x.request.Base)
	told, teller := x.plan.Effect.Outcome, "rule"
	if x.header != "" { // it wins over the rule's effect; the rule's answer stays
		told, teller = x.header, "header"
		x.plan.Effect = plan.Effect{}
	}
	later := x.plan.Effect.Later > 0
	if later {
		told = "" // the payment stays undecided; decideLater ends it
	}
	x.call = provider.NewCall(tx, x.request, x.op, x.vars, told)
	x.call.ToldBy(teller)
	x.call.Later = later
	sent, err := x.carryOut(tx)
	if err != nil {
		x.refuse(err)
		return
	}
	x.open(tx.Record)
	if !x.plan.Effect.None {
		x.entry.Transitions, x.entry.Money, x.entry.Webhooks = tx.Record.Transitions, tx.Record.Money, sent
	}
	t.Journal.Append(x.entry)
}

// carryOut runs the call and ends its transaction; after an error nothing of it
// was kept.
func (x *exchange) carryOut(tx *provider.Tx) (sent []journal.Webhook, err error) {
	if x.reply, err = x.guard(x.run); err != nil {
		return nil, err
	}
	x.finish()
	if x.plan.Effect.None {
		tx.Rollback()
		return nil, nil
	}
	var letters []letter
	if _, err := x.guard(func() (provider.Reply, error) { letters = x.e.seal(x.tenant, x.p, tx); return provider.Reply{}, nil }); err != nil {
		return nil, err
	}
	if x.call.Later {
		x.e.decideLater(x.tenant, x.p, tx, x.plan)
	}
	sent, x.urgent = x.e.keep(x.tenant, x.p, tx, letters)
	x.tenant.InFlight += len(x.urgent)
	return sent, nil
}

// refuse rolls back, words the refusal and journals it.
func (x *exchange) refuse(err error) {
	was := x.call.Record
	x.call.Rollback()
	// The refusal may look at the world, and finds it as it was.
	x.call.Tx = x.e.begin(x.tenant, x.p, x.request.Base)
	var row *catalog.Error
	reply, bad := x.guard(func() (provider.Reply, error) {
		row = x.p.Refusal(x.call, err)
		return x.p.Envelope(x.call, row, err), nil
	})
	if bad != nil { // a defect in the refusal itself: better a bare answer than none
		reply = provider.Reply{Status: 500}
	}
	x.reply = reply
	x.finish()
	x.call.Rollback()
	x.open(was)
	if row != nil {
		x.entry.Error = row.Name
		x.tenant.Touch(x.p.Name, "error "+row.Name)
		if text := err.Error(); text != row.Error() {
			x.entry.Cause = text
		}
	}
	x.tenant.Journal.Append(x.entry)
}

// finish gives the answer its last touch: the scenario's, and then the
// provider's, who may sign it.
func (x *exchange) finish() {
	if !x.plan.Change.None() {
		x.guard(x.change)
	}
	if x.p.Finish == nil {
		return
	}
	x.guard(func() (provider.Reply, error) { x.p.Finish(x.call, &x.reply); return provider.Reply{}, nil })
}

func (x *exchange) change() (provider.Reply, error) {
	body, err := x.plan.Change.Of(x.reply.Body)
	if err != nil {
		x.unchanged = unchanged(err)
		return provider.Reply{}, err
	}
	x.reply.Body, x.unchanged = body, ""
	return x.reply, nil
}

// run is what happens inside the transaction.
func (x *exchange) run() (provider.Reply, error) {
	if x.err != nil {
		return provider.Reply{}, x.err
	}
	if name := x.plan.Effect.Error; name != "" {
		if row := x.p.Errors.ByName(name); row != nil {
			return provider.Reply{}, row.Because("the scenario says so")
		}
	}
	if err := x.p.Authenticate(x.call); err != nil {
		return provider.Reply{}, err
	}
	return x.op.Handle(x.call)
}

// redacted is the request as the journal keeps it.
func (x *exchange) redacted() *journal.Request {
	r := x.p.redactor
	body := ""
	json := bytes.HasPrefix(bytes.TrimSpace(x.request.Body), []byte("{")) // curl -d calls JSON a form
	if !json && strings.HasPrefix(x.request.Header.Get("Content-Type"), "application/x-www-form-urlencoded") {
		body = r.Query(string(x.request.Body))
	} else {
		body = r.Body(x.request.Body)
	}
	return &journal.Request{
		Method: x.request.Method, Path: r.Path(x.request.Path), Query: r.Query(x.request.RawQuery), Headers: r.Headers(x.request.Header), Body: body,
	}
}

// open begins the journal entry with what was asked, decided and answered.
func (x *exchange) open(rec *provider.Record) {
	r := x.p.redactor
	x.entry = &journal.Entry{
		At: x.call.Now, Kind: journal.Call, Provider: x.p.Name, Operation: x.name(),
		Request:  x.asked,
		Response: &journal.Response{Status: x.reply.Status},
		Rule:     x.plan.Rule + x.unchanged, Effect: describe(x.plan.Effect),
		Outcome: rec.Outcome, Origin: rec.Origin, Notes: rec.Notes,
	}
	if kind := x.reply.Header.Get("Content-Type"); strings.Contains(kind, "json") || strings.HasPrefix(kind, "text/plain") {
		x.entry.Response.Body = r.Body(x.reply.Body)
	}
	if !x.plan.Change.None() && x.unchanged == "" {
		x.entry.Answer = append(x.entry.Answer, "change")
	}
	for _, f := range x.plan.Answer {
		x.entry.Answer = append(x.entry.Answer, f.String())
	}
	if x.op != nil {
		x.tenant.Touch(x.p.Name, "operation "+x.op.ID)
	}
	if rec.Outcome != "" {
		x.tenant.Touch(x.p.Name, "outcome "+rec.Outcome)
	}
}

// describe is an effect as the journal shows it.
func describe(f plan.Effect) string {
	switch {
	case f.None:
		return "none"
	case f.Error != "":
		return "error " + f.Error
	case f.Later > 0:
		return "outcome " + f.Outcome + " after " + f.Later.String()
	case f.Outcome != "":
		return "outcome " + f.Outcome
	}
	return ""
}

// world is what a transaction sees of its tenant besides the rows.
type world struct {
	t *tenant.Tenant
	p *served
}

func (w world) Stream(kind string) *ident.Stream { return w.t.Stream(w.p.Name, kind) }

func (w world) Setting(name string) any {
	if v, ok := w.t.Settings[w.p.Name][name]; ok {
		return v
	}
	s, ok := w.p.settings[name]
	if !ok {
		panic(fmt.Sprintf("provider %s has no setting %q", w.p.Name, name))
	}
	return s.Default
}

// begin opens a transaction, under the tenant's lock. The provider's world is
// laid out first if it was not yet.
func (e *Engine) begin(t *tenant.Tenant, p *served, base string) *provider.Tx {
	if base == "" {
		base = p.base
	}
	if !t.Settled[p.Name] {
		t.Settled[p.Name] = true
		if p.World != nil {
			e.layOut(t, p, e.transaction(t, p, base))
		}
	}
	return e.transaction(t, p, base)
}

func (e *Engine) transaction(t *tenant.Tenant, p *served, base string) *provider.Tx {
	return provider.NewTx(t.DB.Begin(), world{t, p}, t.Name, t.Mark, t.Clock.Now(), t.Clock.Frozen(), base)
}

// layOut gives a tenant what the provider says that everyone has; nothing, and a
// line in the log, if that goes wrong.
func (e *Engine) layOut(t *tenant.Tenant, p *served, tx *provider.Tx) {
	defer func() {
		if v := recover(); v != nil {
			tx.Rollback()
			e.panicked(p, "world", v)
		}
	}()
	p.World(tx)
	e.keep(t, p, tx, e.seal(t, p, tx))
}

// keep commits a transaction: its timers are set and its messages are in the
// outbox as letters, due. urgent are those that a scenario wants heard before
// the answer.
func (e *Engine) keep(t *tenant.Tenant, p *served, tx *provider.Tx, letters []letter) (sent []journal.Webhook, urgent []*webhook.Delivery) {
	tx.Commit()
	for _, s := range tx.Record.Transitions {
		t.Touch(p.Name, "transition "+s.Object+": "+machine.Edge{From: s.From, Trigger: s.Trigger, To: s.To}.String())
	}
	for _, row := range tx.Record.Cited {
		t.Touch(p.Name, "error "+row)
	}
	for _, d := range tx.Record.Timers {
		t.Due.Push(tenant.Timer{At: d.At, Provider: p.Name, Name: d.Timer, Key: d.Key})
	}
	for _, o := range tx.Record.Opened {
		e.script(t, p, o, tx.Now)
	}
	for _, l := range letters {
		t.Touch(p.Name, "event "+l.Event)
		made, first := e.post(t, p, l, tx.Now)
		sent, urgent = append(sent, made...), append(urgent, first...)
	}
	return sent, urgent
}
