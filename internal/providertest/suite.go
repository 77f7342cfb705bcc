package providertest

import (
	"net/http"
	"strings"
	"time"

	"github.com/tidwall/gjson"

	"paysim/internal/journal"
	"paysim/internal/provider"
)

// Start is when every tenant's clock stands until a test moves it.
var Start = time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)

// Suite is what a provider's test tells the harness. Provider, Sign, Examples
// and Code are required; Verify is if the provider sends webhooks.
type Suite struct {
	Provider *provider.Provider

	// Settings is a JSON object of account settings that every tenant begins
	// with. {{hook}} in it is the tenant's webhook address.
	Settings string

	// Sign puts the client's credential on a request that is complete but for
	// it. It may make calls of its own with c.Do, for a token say, and keep the
	// result with c.Keep; it must cope with their being refused. It is asked
	// for spoilt requests too, so that a signature over the body is right even
	// where the body is not. Headers that the request already has win over
	// those that Sign sets.
	Sign func(c *Client, r *Request)

	// Forged are credentials that must be refused, by what is wrong with them.
	// Each changes a request that is signed already. What the harness tries by
	// itself (see the theme auth) need not be here.
	Forged map[string]func(c *Client, r *Request)

	// Examples are valid requests by the operation's ID; several for one
	// operation are told apart by a word behind it: "session.create p2p". A
	// page's examples are "page.view", of a payment that still waits for its
	// payer, and "page.submit", which decides it.
	Examples map[string]Example

	// Once lists operations whose second identical call must be refused or
	// answered without moving money again. Every operation that moves money
	// belongs here, unless the provider books each call anew.
	Once []string

	// Races are requests that exclude each other, by a name for the race: a
	// capture and a void of the same payment. They are sent at once, and the
	// world must end as if they had come in some order.
	Races map[string]func(c *Client) []*Request

	// Card makes a request that pays with a magic value of the provider's Cards;
	// nil for a card that cannot be used like that. Without Card, cards are
	// not tried.
	Card func(c *Client, k provider.Card) *Request

	// Code reads a refusal's code from its body: what the catalogue calls Code.
	// "" where it holds none.
	Code func(*Reply) string

	// Verify is the merchant's side of a webhook, written from the provider's
	// document and not from its code. It fails for anything not signed right.
	Verify func(Received) error

	// Acknowledge is the body with which the merchant answers a webhook.
	Acknowledge string

	// Public names those of the provider's Keys that are no secrets.
	Public []string

	// Transcripts is where the stories are; "" means testdata/transcripts.
	Transcripts string

	// Excused gives the reason why a finding stands, by its subject.
	Excused map[string]string
}

// Example makes a valid request, after whatever calls it presupposes: a capture
// needs a charge that is paid. The client is in a tenant of its own; where one
// tenant may be asked for several examples, values that must not come twice are
// made with c.Next. It does not send the request that it gives.
type Example func(c *Client) *Request

// Request is a call to the provider before it is signed.
type Request struct {
	Method    string
	Path      string // with the query; an absolute URL of the provider's is cut to this
	Header    http.Header
	Body      []byte
	Anonymous bool // it is sent without a credential
}

// Ask makes a request: line is a method and a path, headers are "Name: value".
// A body that begins with { or [ is JSON, any other a form.
func Ask(line, body string, headers ...string) *Request {
	method, path, _ := strings.Cut(line, " ")
	r := &Request{Method: method, Path: path, Header: http.Header{}, Body: []byte(body)}
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ":")
		r.Header.Add(name, strings.TrimSpace(value))
	}
	if body != "" && r.Header.Get("Content-Type") == "" {
		kind := "application/x-www-form-urlencoded"
		if body[0] == '{' || body[0] == '[' {
			kind = "application/json"
		}
		r.Header.Set("Content-Type", kind)
	}
	return r
}

// AskAnyone is Ask for a request that needs no credential.
func AskAnyone(line, body string, headers ...string) *Request {
	r := Ask(line, body, headers...)
	r.Anonymous = true
	return r
}

// Clone is a copy that can be changed.
func (r *Request) Clone() *Request {
	c := *r
	c.Header = r.Header.Clone()
	if c.Header == nil {
		c.Header = http.Header{}
	}
	c.Body = append([]byte(nil), r.Body...)
	return &c
}

// Reply is what the provider answered.
type Reply struct {
	Status int
	Header http.Header
	Body   []byte
	Entry  *journal.Entry // the journal's account of the call; nil when it has none
}

// Get reads the body with a gjson path.
func (r *Reply) Get(path string) string { return gjson.GetBytes(r.Body, path).String() }

// OK says that the call was not refused.
func (r *Reply) OK() bool { return r.Status < 400 }

// Received is a webhook as the merchant heard it.
type Received struct {
	Tenant string
	ID     string // of the delivery: wh_1
	Event  string
	At     time.Time // the tenant's time
	URL    string
	Header http.Header
	Body   []byte
	Status int // what the merchant answered
}
