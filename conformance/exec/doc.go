// Package exec proves that simulator exec leads published SDKs, unmodified and with their hard-coded addresses, to the
// simulator: beside a network, without one, and in a world of its own.
package exec
