//go:build race

package app_test

// sideBySide is how many runs are made at once. Each is three processes, which
// the race detector makes heavy.
const sideBySide = 20
