// Package tooltest decides what a missing program means to a test: a skip that says so on a developer's machine, a
// failure where CONFORMANCE_REQUIRE_TOOLS=1, as in CI, so that nothing goes untried unnoticed.
package tooltest

import (
	"os"
	"testing"

	"paysim/conformance/tool"
)

// Require stops the test unless the tool is installed.
func Require(t testing.TB, one tool.Tool) {
	t.Helper()
	reason := tool.Missing(t.Context(), one)
	switch {
	case reason == "":
	case os.Getenv("CONFORMANCE_REQUIRE_TOOLS") == "1":
		t.Fatalf("NOT TRIED, and CONFORMANCE_REQUIRE_TOOLS=1: %s", reason)
	default:
		t.Skipf("NOT TRIED: %s", reason)
	}
}
