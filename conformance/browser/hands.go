package browser

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/chromedp/cdproto/dom"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// find is an expression for the element with a data-testid, also inside shadow trees.
func find(testid string) string {
	return `(function seek(root) {
		const hit = root.querySelector('[data-testid=' + JSON.stringify(` + strconv.Quote(testid) + `) + ']');
		if (hit) return hit;
		for (const e of root.querySelectorAll("*")) if (e.shadowRoot) { const inner = seek(e.shadowRoot); if (inner) return inner; }
		return null;
	})(document)`
}

// Has tells whether the page has an element with that data-testid, visible or not.
func (tab *Tab) Has(testid string) bool {
	tab.t.Helper()
	return tab.is(find(testid) + " !== null")
}

// Text is what an element shows; the test ends where there is none.
func (tab *Tab) Text(testid string) string {
	tab.t.Helper()
	tab.Until("an element "+testid, find(testid)+" !== null")
	return strings.TrimSpace(tab.text(find(testid) + ".innerText"))
}

// Attribute is an element's attribute, "" without one.
func (tab *Tab) Attribute(testid, name string) string {
	tab.t.Helper()
	tab.Until("an element "+testid, find(testid)+" !== null")
	return tab.text(find(testid) + ".getAttribute(" + strconv.Quote(name) + `) || ""`)
}

// TestIDs are the data-testids of the page in document order.
func (tab *Tab) TestIDs() []string {
	tab.t.Helper()
	all := tab.text(`[...document.querySelectorAll("[data-testid]")].map(e => e.dataset.testid).join("\n")`)
	return strings.Split(all, "\n")
}

// State is what the page says about its payment: the provider's word, and open, good, bad or neutral.
func (tab *Tab) State() (state, kind string) {
	tab.t.Helper()
	tab.Until("a payment's page", `document.querySelector("main[data-state]") !== null`)
	both := tab.text(`(m => m.dataset.state + " " + m.dataset.stateKind)(document.querySelector("main[data-state]"))`)
	state, kind, _ = strings.Cut(both, " ")
	return state, kind
}

// Actions are the values of the buttons that the page offers.
func (tab *Tab) Actions() []string {
	tab.t.Helper()
	all := tab.text(`[...document.querySelectorAll("button[name=action]")].map(e => e.value).join("\n")`)
	if all == "" {
		return nil
	}
	return strings.Split(all, "\n")
}

// Click presses the left button of the mouse on an element, after opening the drawer that it may be in.
func (tab *Tab) Click(testid string) {
	tab.t.Helper()
	tab.Until("an element "+testid, find(testid)+" !== null")
	if tab.is(`(e => { const d = e.closest("details"); return d !== null && !d.open && e.closest("summary") === null; })(` + find(testid) + `)`) {
		tab.clickOn(find(testid) + `.closest("details").querySelector("summary")`)
		tab.Until("the drawer is open", find(testid)+`.closest("details").open`)
	}
	tab.clickOn(find(testid))
}

// OpenDrawer shows the further outcomes.
func (tab *Tab) OpenDrawer() {
	tab.t.Helper()
	if !tab.is(find("outcomes") + ".open") {
		tab.clickOn(find("outcomes") + `.querySelector("summary")`)
		tab.Until("the drawer is open", find("outcomes")+".open")
	}
}

// Press clicks a button that posts its choice, and waits for the page that this leads to.
func (tab *Tab) Press(action string) {
	tab.t.Helper()
	tab.Arrive("pressing "+action, func() { tab.Click("action-" + action) })
}

func (tab *Tab) clickOn(element string) {
	tab.t.Helper()
	x, y, err := tab.middle(element)
	if err != nil {
		tab.t.Fatalf("clicking: %v", err)
	}
	for _, kind := range []input.DispatchMouseEventType{input.DispatchMouseEventTypeMousePressed, input.DispatchMouseEventTypeMouseReleased} {
		must(tab, input.DispatchMouseEvent, input.DispatchMouseEventParams{Type: kind, X: x, Y: y, Button: input.MouseButtonLeft, ClickCount: 1})
	}
}

// middle is where a visible element is, in the page's coordinates, also when it is in a frame.
func (tab *Tab) middle(element string) (x, y float64, err error) {
	o, err := tab.object(element)
	if err != nil {
		return 0, 0, err
	}
	if _, err := call(tab, dom.ScrollIntoViewIfNeeded, dom.ScrollIntoViewIfNeededParams{ObjectID: o}); err != nil {
		return 0, 0, fmt.Errorf("not visible: %s: %w", element, err)
	}
	r, err := call(tab, dom.GetContentQuads, dom.GetContentQuadsParams{ObjectID: o})
	if err != nil || len(r.Quads) == 0 {
		return 0, 0, fmt.Errorf("not visible: %s: %w", element, err)
	}
	q := r.Quads[0]
	return (q[0] + q[2] + q[4] + q[6]) / 4, (q[1] + q[3] + q[5] + q[7]) / 4, nil
}

// Type writes into an input, replacing what is in it.
func (tab *Tab) Type(testid, text string) {
	tab.t.Helper()
	tab.Click(testid)
	tab.ask(find(testid) + ".select()")
	must(tab, input.InsertText, input.InsertTextParams{Text: text})
}

// Key presses one key: "\t", "\r", " ", kb.Escape, kb.ArrowDown …
func (tab *Tab) Key(keys ...string) {
	tab.t.Helper()
	for _, k := range keys {
		if err := chromedp.Do(tab.ctx, chromedp.KeyEvent(k)); err != nil {
			tab.t.Fatalf("browser: %v", err)
		}
	}
}

// Write types on the keyboard, into what has the focus.
func (tab *Tab) Write(text string) {
	tab.t.Helper()
	must(tab, input.InsertText, input.InsertTextParams{Text: text})
}

// Focused is the data-testid of what has the focus, or its tag.
func (tab *Tab) Focused() string {
	tab.t.Helper()
	return tab.text(`(function deep(root) {
		const e = root.activeElement;
		if (e && e.shadowRoot) return deep(e.shadowRoot);
		return e ? e.dataset.testid || e.tagName.toLowerCase() : "";
	})(document)`)
}

// Tabs presses the tab key until the focus is on an element.
func (tab *Tab) Tabs(testid string) {
	tab.t.Helper()
	seen := []string{}
	for range 60 {
		if tab.Focused() == testid {
			return
		}
		tab.Key(kb.Tab)
		seen = append(seen, tab.Focused())
	}
	tab.t.Fatalf("the tab key never reaches %s, only %v", testid, seen)
}

// ByKeyboard chooses without a mouse: it tabs to the button, through the drawer if it is in there, and presses Enter.
func (tab *Tab) ByKeyboard(action string) {
	tab.t.Helper()
	button := "action-" + action
	if tab.is(find(button) + `.closest("details:not([open])") !== null`) {
		tab.Tabs("summary")
		tab.Key(kb.Enter)
		tab.Until("the drawer is open", find(button)+`.closest("details").open`)
	}
	tab.Tabs(button)
	tab.Arrive("pressing "+action+" by keyboard", func() { tab.Key(kb.Enter) })
}

// ClickTwice clicks twice before the page can be left.
func (tab *Tab) ClickTwice(testid string) {
	tab.t.Helper()
	tab.ask(find(testid) + ".click(), " + find(testid) + ".click()")
}

// InDrawer tells whether an element is one of the further outcomes.
func (tab *Tab) InDrawer(testid string) bool {
	tab.t.Helper()
	return tab.is(find(testid) + `.closest("details") !== null`)
}

// Lang is the language that the page says it is in.
func (tab *Tab) Lang() string {
	tab.t.Helper()
	return tab.text("document.documentElement.lang")
}

// Words is the text of the page, what is folded away included.
func (tab *Tab) Words() string {
	tab.t.Helper()
	return tab.text(`document.querySelector("main").textContent.replace(/\s+/g, " ")`)
}

// HandsOff takes the mouse to the corner and the focus away, so that a picture shows neither.
func (tab *Tab) HandsOff() {
	tab.t.Helper()
	must(tab, input.DispatchMouseEvent, input.DispatchMouseEventParams{Type: input.DispatchMouseEventTypeMouseMoved})
	tab.ask("document.activeElement && document.activeElement.blur(), true")
}
