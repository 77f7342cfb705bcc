// Package firstoken emulates Firstoken: a card vault, and the payments API that
// takes the vault's tokens in place of card data.
//
// A credit gives money to a card without an earlier payment. It waits, is handed
// over to the processor after a while, and can be voided until then; sales,
// captures and refunds live the same way. Everything that moves money is a
// transaction with an id of its own, and the id says when it was made.
//
// Card data is sealed as soon as it is in the vault: no row, journal entry or
// error holds a card number or a check code. Card data in a payment is checked
// and forgotten.
package firstoken
