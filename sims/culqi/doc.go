// Package culqi emulates Culqi (Peru): card tokens and charges, saved cards,
// subscriptions, cash orders, webhooks and the browser library.
//
// Three dialects speak over one store, and the path chooses: /api/v2 is the
// beta of 2016, /v2 is what every published SDK speaks, and /v2/recurrent with
// Yape tokens and 3-D Secure is what Culqi sells today. A charge made in one
// dialect is read in another.
//
// A declined charge is a charge: it is kept and listed, and answered with 402.
// Only what was recorded from Culqi's test API is called observed here.
package culqi
