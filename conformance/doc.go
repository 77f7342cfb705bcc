// Package conformance tests a payment provider's stand-in, or the provider itself, from outside: the requests printed
// in the provider's document, sent by the programs it prints them for, and exchanges recorded with the real service,
// called again with values of our own.
//
// The package has tests only; README.md says how to run them and how the data is written.
package conformance
