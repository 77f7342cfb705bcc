// Package client knows what clients in many languages must be told so that they
// come to the simulator and trust it, though their code names the real hosts:
// environment variables, and the files that these name.
//
// It promises that what it prepares is seen by one command and those it starts,
// that nothing is installed anywhere, and that what the command had in variables
// that hold lists is kept. It runs nothing and asks nobody.
package client
