//go:build !race

package app_test

// sideBySide is how many runs are made at once.
const sideBySide = 100
