// Package page is the kit that hosted payment pages are made of: one frame for a payment, one for a problem, QR
// codes, the headers they are served with, and the reading of an Accept header.
//
// A provider fills a View in its own words and hands out HTML or, for the same address asked with
// Accept: application/json, the machine-readable twin. What a choice does is the provider's business: the page only
// posts "action" back, see ParseChoice.
//
// It promises:
//
//   - The same value gives the same bytes. The package reads no clock; a countdown starts from Expires less Now.
//   - Every text is escaped. A link goes to http or https; any other address is shown as text and cannot be clicked.
//   - A page works without JavaScript, loads nothing from anywhere and obeys the policy in Header.
//   - Going back, or loading a page again that answered a POST, shows how things stand; where scripts run, nothing is
//     posted twice.
//   - Every part that a test may want has a data-testid, listed below, that does not depend on language.
//   - The kit's own words come in en, zh, es, pl and vi; any other language gets English.
//
// It does not check that a choice is legal, format money, translate a provider's words, remember anything, or know
// any provider.
//
// Test ids of a payment: simulator-banner, provider, summary, merchant, amount, title, state, message, expires,
// countdown, qr, qr-link, form, choices, action-VALUE (VALUE as the button posts it), outcomes, details, reference,
// method, field-NAME, return, return-text. Of a problem: simulator-banner, provider, problem, title, message, detail. The
// main element of a payment also carries data-state and data-state-kind.
package page
