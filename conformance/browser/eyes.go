package browser

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"

	"github.com/chromedp/cdproto/page"
)

// Violation is something that axe-core objects to.
type Violation struct {
	ID    string `json:"id"`
	Help  string `json:"help"`
	Nodes []struct {
		HTML    string `json:"html"`
		Summary string `json:"failureSummary"`
	} `json:"nodes"`
}

var axe = sync.OnceValues(func() (string, error) {
	_, here, _, _ := runtime.Caller(0)
	text, err := os.ReadFile(filepath.Join(filepath.Dir(here), "node_modules", "axe-core", "axe.min.js"))
	if errors.Is(err, os.ErrNotExist) {
		err = errors.New("no axe-core; run conformance/install")
	}
	return string(text), err
})

// Accessible fails the test for every violation that axe-core finds with all the rules it has on by default.
func (tab *Tab) Accessible() {
	tab.t.Helper()
	script, err := axe()
	if err != nil {
		Missing(tab.t, err)
	}
	if string(tab.ask("typeof axe")) == `"undefined"` {
		tab.ask(script + "\n;true")
	}
	var found []Violation
	if err := json.Unmarshal(tab.ask(`axe.run(document, {resultTypes: ["violations"], iframes: false}).then(r => r.violations)`), &found); err != nil {
		tab.t.Fatal(err)
	}
	for _, v := range found {
		tab.t.Errorf("%s: axe: %s: %s", tab.URL(), v.ID, v.Help)
		for _, n := range v.Nodes {
			tab.t.Logf("  %s\n  %s", n.HTML, n.Summary)
		}
	}
}

// Fits fails the test where something is cut off: the page wider than the window, or a text wider than its box.
func (tab *Tab) Fits() {
	tab.t.Helper()
	wrong := tab.text(`(() => {
		const wrong = [], width = document.documentElement.clientWidth;
		if (document.documentElement.scrollWidth > width) wrong.push("the page is " + document.documentElement.scrollWidth + " wide, the window " + width);
		for (const e of document.querySelectorAll("body *")) {
			const style = getComputedStyle(e), box = e.getBoundingClientRect();
			if (e.closest(".unseen, svg, script") || box.width === 0 || style.visibility === "hidden") continue;
			if (box.left < -1 || box.right > width + 1) wrong.push(e.tagName + "." + e.className + " ends outside the window");
			if (style.display !== "inline" && e.scrollWidth > e.clientWidth + 1 && e.clientWidth > 0) wrong.push(e.tagName + "." + e.className + " is too narrow for: " + e.textContent.slice(0, 60));
		}
		return wrong.join("\n");
	})()`)
	if wrong != "" {
		tab.t.Errorf("%s at %d×%d:\n%s", tab.URL(), tab.size.Width, tab.size.Height, wrong)
	}
}

// Picture is the window as it is seen, as a PNG; with whole, the page from top to bottom, however long.
func (tab *Tab) Picture(whole bool) []byte {
	tab.t.Helper()
	params := page.CaptureScreenshotParams{Format: page.CaptureScreenshotFormatPng}
	if whole {
		height := max(tab.number("document.documentElement.scrollHeight"), float64(tab.size.Height))
		params.CaptureBeyondViewport = new(true)
		params.Clip = &page.Viewport{Width: float64(tab.size.Width), Height: height, Scale: 1}
	}
	return must(tab, page.CaptureScreenshot, params).Data
}

// Clean fails the test for script errors and for requests to another host than those allowed, each as host:port or host.
func (tab *Tab) Clean(allowed ...string) {
	tab.t.Helper()
	for _, trouble := range tab.Troubles() {
		tab.t.Errorf("a script broke: %s", trouble)
	}
	for _, h := range tab.Hosts() {
		if len(allowed) > 0 && !contains(allowed, h) {
			tab.t.Errorf("the page asked %s, which is not one of %v", h, allowed)
		}
	}
}

func contains(allowed []string, host string) bool {
	name, _, _ := strings.Cut(host, ":")
	for _, a := range allowed {
		if a == host || a == name {
			return true
		}
	}
	return false
}

// PictureOf is the drawing in an element as it is seen, without the frame around it, as a PNG.
func (tab *Tab) PictureOf(testid string) []byte {
	tab.t.Helper()
	tab.Until("an element "+testid, find(testid)+" !== null")
	var box struct{ X, Y, Width, Height float64 }
	if err := json.Unmarshal(tab.ask(`(b => ({x: b.x + scrollX, y: b.y + scrollY, width: b.width, height: b.height}))(`+find(testid)+`.querySelector("svg, img").getBoundingClientRect())`), &box); err != nil {
		tab.t.Fatal(err)
	}
	return must(tab, page.CaptureScreenshot, page.CaptureScreenshotParams{
		Format: page.CaptureScreenshotFormatPng, CaptureBeyondViewport: new(true), Clip: &page.Viewport{X: box.X, Y: box.Y, Width: box.Width, Height: box.Height, Scale: 1},
	}).Data
}
