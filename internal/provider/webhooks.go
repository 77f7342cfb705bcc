package provider

import (
	"time"

	"paysim/internal/catalog"
)

// Webhooks is how a service tells merchants what happened.
type Webhooks struct {
	Ladder   []time.Duration // the wait after the first failed attempt, the second, …; then it gives up
	Timeout  time.Duration   // how long an attempt may take, in real time
	Received func(status int, body []byte) bool
	Means    string // what counts as received, for people
	Dated    bool   // the signature covers a time, so it can be stale

	// Inside lets a change be made to the JSON that merchants read, where that is
	// wrapped in the body; nil where it is the body. After an error of the change
	// the message is as it was.
	Inside func(m Message, change func(text []byte) ([]byte, error)) (Message, error)

	// Sign signs a message; nil when the service does not sign.
	Sign func(Message, Signature) Message

	catalog.Evidence
}

// Signature says how a message shall be signed.
type Signature struct {
	Tenant string
	Mode   SignMode
	At     time.Time // what the signature says when it was made
}

// SignMode is how well a message is signed.
type SignMode string

// The ways to sign.
const (
	SignRight    SignMode = "ok"
	SignWrongKey SignMode = "wrong_key" // with a key that is nobody's
	SignMissing  SignMode = "missing"   // not at all
)
