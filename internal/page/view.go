package page

import (
	"strings"
	"time"
)

// View is everything that one page of one payment shows. The zero value of a field leaves its part of the page out.
type View struct {
	Lang          string // BCP 47; chooses the kit's own words, the rest comes in the provider's
	Title         string // the heading, "Confirm your payment"
	ProviderTitle string // whose page this is
	Accent        Accent // colour, so that the pages of two providers can be told apart at a glance

	Merchant  string // who is paid
	PayTo     string // the words before Merchant where nobody is paid; empty: the kit's "Pay to"
	Amount    string // as people read it, "USD 1.00"
	Reference string // the merchant's own reference
	Method    string // how is paid, "alipay"
	Fields    []Field

	State     string    // as the provider's API spells it, "pending"
	StateText string    // as people read it; empty: State
	StateKind StateKind // empty: Open
	Message   string    // what happened or what to do, a sentence or two

	// Now and Expires are times of the same clock, the payment's. An open payment with an Expires counts down from
	// their difference. ClockStopped says that the clock stands still, so that the page does not count either.
	Now, Expires time.Time
	ClockStopped bool

	QR     string // what the code holds, normally a URL; too long for a code: shown as text only
	QRHint string // beside the code; empty: the kit's "Scan to pay"

	Choices  []Choice // what the payer normally does
	Outcomes []Choice // every further end this payment can still have, in a drawer

	Inputs []Input // what the payer types, above the choices; posted with each of them

	FormAction string  // where choices are posted; empty: the page's own address
	Hidden     []Field // posted with every choice, by Name

	// ReturnURL leads the payer back to the merchant. It is shown once the payment is no longer Open.
	ReturnURL   string
	ReturnLabel string // empty: the kit's "Return to Merchant"
	ReturnAfter int    // seconds after which the browser goes there by itself, and cannot come back to this page; 0: it waits for the payer

	// Messages are posted, in order, to the page that embeds this one, as window messages that JSON can carry.
	Messages []any
}

// Input is something that the payer types.
type Input struct {
	Name         string
	Label        string
	Value        string // filled in already
	Type         string // as in HTML: text, password, email; empty: text
	Mode         string // the keyboard that a phone shows: numeric, decimal; optional
	Pattern      string // optional
	Autocomplete string // optional
	Hint         string // optional
}

// Field is a named value. Name is for machines (test id, JSON key, form field), Label for people.
type Field struct {
	Name  string
	Label string
	Value string
}

// Choice is one button: what the payer, or the bank behind the payer, can do now.
type Choice struct {
	Action  string // "approve"
	Outcome string // which kind of that action, "insufficient_funds"; often empty
	Label   string
	Hint    string // a second line; optional
	Kind    ChoiceKind
	LeadsTo string // the state the payment is in afterwards, as in View.State; optional
}

// Value is what the button posts as "action": the action, and after a colon the outcome if there is one.
func (c Choice) Value() string {
	if c.Outcome == "" {
		return c.Action
	}
	return c.Action + ":" + c.Outcome
}

// ParseChoice splits a posted "action" into what Choice.Value was made of.
func ParseChoice(value string) (action, outcome string) {
	action, outcome, _ = strings.Cut(value, ":")
	return action, outcome
}

func (in Input) typed() Input {
	if in.Type == "" {
		in.Type = "text"
	}
	return in
}

// ChoiceKind is how much weight a button has on the page.
type ChoiceKind string

const (
	Primary   ChoiceKind = "primary"   // what most payers came for; at most one per page
	Secondary ChoiceKind = "secondary" // the default
	Danger    ChoiceKind = "danger"    // ends the payment badly
)

// StateKind is what a state means to the payer, whatever the provider calls it.
type StateKind string

const (
	Open    StateKind = "open"    // the payer can still act; the default
	Good    StateKind = "good"    // paid
	Bad     StateKind = "bad"     // not paid, and something went wrong
	Neutral StateKind = "neutral" // not paid and nothing wrong: canceled, expired; or not known yet
)

// Accent is the colour of a page's panel and main button.
type Accent string

const (
	Indigo Accent = "indigo" // the default
	Blue   Accent = "blue"
	Teal   Accent = "teal"
	Plum   Accent = "plum"
	Amber  Accent = "amber"
	Slate  Accent = "slate"
)

// Problem is the page shown where no payment can be: an unknown address, a link that no longer works.
type Problem struct {
	Lang          string
	Title         string // empty: the kit's "This page cannot be shown"
	Message       string // what the payer can do about it
	ProviderTitle string
	Accent        Accent
	Detail        string // for developers, "no session sess_42"; optional
}
