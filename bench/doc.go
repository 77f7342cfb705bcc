// Package bench measures the program, not its parts: the built binary in a
// process of its own, over loopback, beside a bare net/http handler in the same
// run. Its numbers are ratios to that handler, or limits that the README names.
//
//	make bench
package bench
