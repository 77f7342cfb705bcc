package page

import (
	"bytes"
	"encoding/json"
	"fmt"
	"time"
)

// twin is the JSON form of a View; the order of its fields is the order on the wire.
type twin struct {
	Provider  string            `json:"provider,omitempty"`
	State     string            `json:"state"`
	StateKind StateKind         `json:"state_kind"`
	StateText string            `json:"state_text"`
	Title     string            `json:"title,omitempty"`
	Message   string            `json:"message,omitempty"`
	Merchant  string            `json:"merchant,omitempty"`
	Amount    string            `json:"amount,omitempty"`
	Reference string            `json:"reference,omitempty"`
	Method    string            `json:"method,omitempty"`
	Fields    map[string]string `json:"fields,omitempty"`
	ExpiresAt string            `json:"expires_at,omitempty"`
	ExpiresIn *int64            `json:"expires_in_seconds,omitempty"`
	QR        string            `json:"qr,omitempty"`
	ReturnURL string            `json:"return_url,omitempty"`
	Submit    *twinSubmit       `json:"submit,omitempty"`
	Actions   []twinAction      `json:"actions"`
}

// twinSubmit says how to take an action: post its form, with "action" added.
type twinSubmit struct {
	Method string            `json:"method"`
	URL    string            `json:"url"`
	Type   string            `json:"content_type"`
	Form   map[string]string `json:"form,omitempty"`
}

type twinAction struct {
	Value   string `json:"value"`
	Action  string `json:"action"`
	Outcome string `json:"outcome,omitempty"`
	Label   string `json:"label"`
	LeadsTo string `json:"leads_to,omitempty"`
}

// JSON is the page for a program: the state, the legal actions, what to post for each and where it leads. Every
// choice and outcome of the HTML page is in "actions", in the same order; an empty "url" is the page's own address.
func (v View) JSON() []byte {
	t := twin{
		Provider:  v.ProviderTitle,
		State:     v.State,
		StateKind: v.kind(),
		StateText: v.stateText(),
		Title:     v.Title,
		Message:   v.Message,
		Merchant:  v.Merchant,
		Amount:    v.Amount,
		Reference: v.Reference,
		Method:    v.Method,
		Fields:    byName(v.Fields),
		QR:        v.QR,
		ReturnURL: v.ReturnURL,
		Actions:   []twinAction{},
	}
	if !v.Expires.IsZero() {
		t.ExpiresAt = v.Expires.UTC().Format(time.RFC3339)
		if v.kind() == Open {
			left := v.secondsLeft()
			t.ExpiresIn = &left
		}
	}
	for _, list := range [][]Choice{v.Choices, v.Outcomes} {
		for _, c := range list {
			t.Actions = append(t.Actions, twinAction{c.Value(), c.Action, c.Outcome, c.Label, c.LeadsTo})
		}
	}
	if len(t.Actions) > 0 {
		t.Submit = &twinSubmit{"POST", formAction(v.FormAction), "application/x-www-form-urlencoded", byName(v.posted())}
	}
	return marshal(t)
}

// JSON is the problem for a program.
func (p Problem) JSON() []byte {
	return marshal(struct {
		Provider string `json:"provider,omitempty"`
		Title    string `json:"title"`
		Message  string `json:"message,omitempty"`
		Detail   string `json:"detail,omitempty"`
	}{p.ProviderTitle, p.title(), p.Message, p.Detail})
}

func byName(fields []Field) map[string]string {
	m := make(map[string]string, len(fields))
	for _, f := range fields {
		m[f.Name] = f.Value
	}
	return m
}

// posted is what goes with every choice: hidden fields, and inputs as they are filled in.
func (v View) posted() []Field {
	all := append([]Field{}, v.Hidden...)
	for _, in := range v.Inputs {
		all = append(all, Field{Name: in.Name, Label: in.Label, Value: in.Value})
	}
	return all
}

// marshal indents, because people read these with curl, and leaves & alone, because most values are URLs.
func marshal(value any) []byte {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(value); err != nil {
		panic(fmt.Errorf("page: %w", err)) // strings and numbers only: cannot fail
	}
	return b.Bytes()
}
