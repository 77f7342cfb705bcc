// Package proxy is a forward proxy that leads nowhere: what is meant for a
// known host is answered here, and everything else is refused unless it was
// allowed by name. It is how a client with a hard-coded address comes to us, and
// how a test is kept from reaching the internet by mistake.
//
// It promises that only callers on this machine are served, and that a refusal
// names the host and the flag that would let it out. It does not look into what
// it lets through, and it keeps nothing.
package proxy
