// Package toypay is the reference provider: a payment service that exists
// nowhere, small enough to read in one sitting, that uses every part of the
// contract. It is what a new provider is copied from, and what the conformance
// harness is itself tested with.
//
// A merchant makes a charge with an API key; the payer approves or declines it
// on a page; the merchant captures, in part or whole, and is told by signed
// webhooks. A card pays at once. What nobody approves expires.
package toypay
