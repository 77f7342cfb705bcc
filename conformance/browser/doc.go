// Package browser drives Debian's Chromium, headless, over hosted payment pages as a payer would: real mouse and keyboard
// events, one fresh profile for a process, one cookie jar for a tab.
//
// A Tab finds things by data-testid and waits for conditions, never for a time. Every failure ends the test with the
// address, the heading and the condition that did not come true. Accessibility is checked by axe-core, which runs in a world of its own
// beside the page's scripts, so that the page's content security policy stays in force.
//
// A missing Chromium or axe-core skips the test, loudly; with CONFORMANCE_REQUIRE_TOOLS=1 it fails. ../install puts both
// into place.
package browser
