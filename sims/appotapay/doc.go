// Package appotapay emulates AppotaPay of Vietnam: the merchant-hosted credit
// card API with its 3DS page, and as much of the payment gateway beside it as a
// redirect or a QR code needs.
//
// A card is tokenized or sent each time; an enrollment, if the merchant wants
// one, sends the cardholder through a challenge; a charge holds the money or
// takes it. What a charge shows never says that its hold was given back or that
// it was refunded: reversals and refunds are objects of their own, so the hold
// has a state table of its own here. A decline is an answer of 200.
//
// Card numbers become an outcome and a masked number at the door and are not
// kept.
package appotapay
