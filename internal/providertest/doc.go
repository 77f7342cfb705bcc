// Package providertest is the conformance harness that every provider passes.
// A provider's own test describes the provider in one Suite (how a request is
// signed, what a valid request of each operation looks like, how a webhook is
// verified) and calls Run. From that and from the provider's tables the harness
// makes the tests; toypay's is the example to copy. Findings is the same without
// a testing.T, and Crowd the theme determinism with any number of tenants.
//
// # Themes
//
// Run makes a subtest of each, in this order:
//
//	operations   every operation has an example, every example succeeds, in each of the operation's dialects
//	transcripts  the stories in testdata/transcripts answer byte for byte as written
//	auth         no credential, a spoilt one, a forged one, a refused tenant's, another tenant's
//	dialect      unknown paths, wrong methods, bodies, members, queries and ids of every wrong kind
//	envelopes    every row of the catalogue, worded; on the wire as in the table
//	states       a random walk, and each example after each action: only edges of the tables, only the actions
//	             that are listed, and the money adds up
//	rollback     a handler that fails at its end, a refusal and an effect of none leave nothing behind
//	concurrency  requests at once end as the same requests in some order do
//	webhooks     signed so that the suite's verifier agrees, also when a scenario changes them, the ladder, copies, order, redelivery
//	faults       an answer lost, cut, late or replaced at a real socket: the money moved once
//	scenarios    every outcome of every operation, told by header and by rule; later decisions; cards
//	pages        HTML and its JSON twin, every button, unknown links, pressing twice, going back
//	determinism  the same story twice gives the same bytes; tenants beside each other are as each alone
//	secrets      no card number, check code or key in a journal or a log
//	coverage     every operation, error, outcome, event and edge was touched by the above, or is excused
//
// Besides its theme, every exchange of the harness is looked at: a refusal is a
// row of the catalogue with the row's status and code, never the internal row,
// and no answer holds Go's own text. What a theme forces (envelopes, rollback,
// faults) does not count as coverage.
//
// # The world
//
// Each theme runs in engines of its own, with seed 1, clocks that stand at
// Start, the provider reached at http://<name>.localhost and an in-process
// merchant behind http://merchant.localhost/<tenant> ({{hook}}, Client.Hook)
// that hears every webhook. After each call the webhooks that are due have been
// heard. Whatever a Client does twice in the same order gives the same bytes.
//
// # Excuses
//
// A finding begins with its subject in brackets: [error internal_error]. A suite
// excuses a subject by a reason, in Suite.Excused, and with it every finding that
// has it. An excuse that nothing needs is itself a finding. Coverage's subjects are a kind and a
// row, "transition charge: pending -expire-> expired"; the others begin with
// their theme, "auth charge.get as another tenant".
//
// # Transcripts
//
// A transcript is a file of steps; `go test -update` writes what is answered.
//
//	# A charge that nobody pays expires.
//
//	POST /v1/charges
//
//	{"reference": "A-1", "amount": 1000, "currency": "EUR"}
//	----
//	201
//	Content-Type: application/json; charset=utf-8
//
//	{
//	  "id": "5e1f…",
//	  "state": "pending"
//	}
//	= id id
//
//	advance 15m
//	----
//	2026-03-01T09:15:00Z charge.expire 5e1f…
//
// A call is a request line (a path, or an absolute URL of the provider's),
// headers, an empty line and a body; then "----" and the answer: status,
// headers, an empty line and the body. Calls are signed by Suite.Sign, and a
// header that is written out wins over Sign's. A body that begins with { or [
// is sent as JSON, any other as a form, unless Content-Type says otherwise.
// Date, Content-Length and the page kit's fixed headers are not written; of
// HTML the words are that a payer sees of the payment, by test id. A JSON answer
// without any blank on the wire is written indented; if it has some, "as sent"
// behind the status says so. A line of a body that would begin a step is written
// with a backslash before it; a body's last newline is a line with a backslash
// alone.
//
// The other steps (only those marked * have an answer):
//
//	= NAME PATH            keep a value of the last answer: a gjson path, header:Name, or body for all of it
//	advance DURATION *     move the clock; what fired
//	act ACTION ID [OUTCOME] *   what payer or bank do; "done" or why not
//	payments *             the payments list
//	webhooks *             what the merchant heard since the last such step, and whether the suite's verifier agrees
//	redeliver ID *         one more attempt at a delivery
//	merchant STATUS        what the merchant answers from now on (200 at first)
//	settings JSON          change account settings
//	as TENANT              go on as that tenant; "as nobody" sends no credential, "as somebody" does again
//
// {{NAME}} stands for a kept value anywhere in a step. Always there: {{tenant}},
// {{hook}}, {{base}}, {{now}} and each key of the tenant by its environment
// variable, {{TOYPAY_KEY}}.
package providertest
