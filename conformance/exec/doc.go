// Package exec proves that simulator exec leads clients, unmodified and with their hard-coded addresses, to the
// simulator: beside a network, without one, and in a world of its own. The clients are published SDKs, and programs that
// call by what their language comes with.
package exec
