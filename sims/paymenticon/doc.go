// Package paymenticon emulates Paymenticon, a wallet from which people pay by
// logging in, scanning a voucher or going to their bank.
//
// A merchant makes a session; the consumer logs in on a page, confirms, and the
// money moves from the consumer's wallet to the merchant's: at once, or locked
// first and captured later. Everything is signed: what the merchant asks, what
// is answered, and what is told by notification, by one HMAC over method, URL,
// time and the values of the body in the order of their keys. Behind the
// wallets is a double-entry ledger, so that money is moved and never made.
package paymenticon
