// Package app is the program: flags, environment, configuration, listeners,
// start and stop. It alone touches the process.
//
// It promises that nothing is half started, that a stop ends every request
// within a bounded time, and that results go to stdout and everything else to
// stderr. What is served it does not know; it is given the providers.
package app
