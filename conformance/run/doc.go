// Package run makes calls of samples: it goes through the steps that a case presupposes, sends the printed request with
// the real tool, and compares the answer with the expected shape.
//
// Every case runs in a world of its own: against a simulator under a fresh tenant, anywhere with references never used
// before. The package reports a Result and decides nothing about tests; what does not apply is a result too, and says
// whether the data declares it.
package run
