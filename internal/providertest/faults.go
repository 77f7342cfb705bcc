package providertest

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"time"

	"paysim/internal/fault"
	"paysim/internal/plan"
)

// trouble is one way in which an answer does not arrive as it was given.
type trouble struct {
	what   string
	call   plan.Call
	wanted func(sent *Reply, got *Reply, err error) bool // what the client may see
}

var troubles = []trouble{
	{"lost after commit", plan.Call{Answer: []fault.Fault{fault.LostAnswer{}}}, nothing},
	{"reset after commit", plan.Call{Answer: []fault.Fault{fault.ResetConnection{}}}, nothing},
	{"cut after commit", plan.Call{Answer: []fault.Fault{fault.Truncate{Share: 0.5}}}, half},
	{"late after commit", plan.Call{Answer: []fault.Fault{fault.Delay{For: time.Millisecond}}}, whole},
	{"changed after commit", plan.Call{Change: oddly}, altered},
	{"replaced after commit", plan.Call{Answer: []fault.Fault{fault.Status{Code: 503, Body: "upstream"}}}, replaced},
	{"lost before commit", plan.Call{Effect: plan.Effect{None: true}, Answer: []fault.Fault{fault.LostAnswer{}}}, nothing},
	{"replaced before commit", plan.Call{Effect: plan.Effect{None: true}, Answer: []fault.Fault{fault.Status{Code: 503, Body: "upstream"}}}, replaced},
}

func nothing(_, _ *Reply, err error) bool { return err != nil }

func half(sent, got *Reply, err error) bool {
	if len(sent.Body) < 2 {
		return true
	}
	return errors.Is(err, io.ErrUnexpectedEOF) && bytes.HasPrefix(sent.Body, got.Body) && len(got.Body) < len(sent.Body)
}

func whole(sent, got *Reply, err error) bool {
	return err == nil && got.Status == sent.Status && bytes.Equal(got.Body, sent.Body)
}

// altered is what is another text now, if it could be.
func altered(sent, got *Reply, err error) bool {
	if _, cannot := oddly.Of(sent.Body); cannot != nil {
		return whole(sent, got, err)
	}
	return err == nil && got.Status == sent.Status && json.Valid(got.Body) && bytes.Contains(got.Body, []byte(`"odd": {`))
}

func replaced(_, got *Reply, err error) bool {
	return err == nil && got.Status == 503 && string(got.Body) == "upstream"
}

// faults: whatever happens to an answer at a real socket, what happened to the
// money is what the plan says, once; and asking again shows it.
func faults(h *harness) {
	for _, key := range h.examples() {
		h.try(func() { h.eachTrouble(key) })
	}
}

// eachTrouble compares a troubled example with the same one untroubled, in a
// world that is otherwise equal.
func (h *harness) eachTrouble(key string) {
	calm := h.world()
	calm.forced = true
	c := calm.fresh()
	r := c.example(key)
	before := c.snapshot()
	sent := c.Do(r)
	after := c.snapshot()
	if before == after {
		return // it only reads
	}
	for _, t := range troubles {
		subject := "faults " + t.what
		w := h.world()
		w.forced = true
		c := w.fresh()
		signed := c.signed(c.example(key))
		c.plan(&script{call: t.call})
		got, err := c.overSocket(signed)
		c.plan(nil)
		c.Settle()
		if !t.wanted(sent, got, err) {
			h.found(subject, "%s: the client sees %d %s, error %v", key, got.Status, short(got.Body), err)
		}
		want := after
		if t.call.Effect.None {
			want = before
		}
		if now := c.snapshot(); now != want {
			h.found(subject, "%s: what happened is not what was planned:\n%s", key, diff(want, now))
		}
	}
}
