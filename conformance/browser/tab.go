package browser

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/dom"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// waitLimit is how long a condition may take; look is the time between two looks at it.
const (
	waitLimit = time.Minute
	look      = 10 * time.Millisecond
)

// Tab is one tab, or one frame in it.
type Tab struct {
	t       testing.TB
	browser *Browser
	ctx     context.Context
	size    Size
	frame   string // a CSS selector of an iframe in the page; empty: the page

	heard *heard
}

// heard is what a tab has reported while it was open.
type heard struct {
	sync.Mutex
	troubles []string
	hosts    map[string]bool
}

// listen collects what a page must not do: errors in scripts, requests to other machines.
func (tab *Tab) listen() {
	tab.heard = &heard{hosts: map[string]bool{}}
	err := chromedp.Listen(tab.ctx, func(event any) {
		tab.heard.Lock()
		defer tab.heard.Unlock()
		switch e := event.(type) {
		case *runtime.EventExceptionThrown:
			tab.heard.troubles = append(tab.heard.troubles, thrown(e.ExceptionDetails).Error())
		case *network.EventRequestWillBeSent:
			if url := e.Request.URL; strings.HasPrefix(url, "http") {
				tab.heard.hosts[strings.SplitN(url, "/", 4)[2]] = true
			}
		}
	})
	if err != nil {
		tab.t.Fatalf("browser: %v", err)
	}
}

// Hosts are the host:port pairs that the tab has sent requests to.
func (tab *Tab) Hosts() []string {
	tab.heard.Lock()
	defer tab.heard.Unlock()
	var all []string
	for h := range tab.heard.hosts {
		all = append(all, h)
	}
	return all
}

// Troubles are the errors of the scripts that ran in the tab.
func (tab *Tab) Troubles() []string {
	tab.heard.Lock()
	defer tab.heard.Unlock()
	return append([]string{}, tab.heard.troubles...)
}

// call runs one command of the protocol within the time that a condition may take.
func call[P, R any](tab *Tab, command cdp.Command[P, R], params P) (R, error) {
	ctx, cancel := context.WithTimeout(tab.ctx, waitLimit)
	defer cancel()
	return chromedp.Call(ctx, command, params)
}

// must is call for what cannot fail.
func must[P, R any](tab *Tab, command cdp.Command[P, R], params P) R {
	tab.t.Helper()
	r, err := call(tab, command, params)
	if err != nil {
		tab.t.Fatalf("browser: %s: %v", command.Method, err)
	}
	return r
}

// Language says what the browser's user reads, as in Accept-Language.
func (tab *Tab) Language(tags string) {
	tab.t.Helper()
	must(tab, emulation.SetUserAgentOverride, emulation.SetUserAgentOverrideParams{UserAgent: tab.text("navigator.userAgent"), AcceptLanguage: tags})
}

// Scheme is "light", as at first, or "dark". Nothing moves in either, so that what is measured stands still.
func (tab *Tab) Scheme(scheme string) {
	tab.t.Helper()
	must(tab, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
		{Name: "prefers-color-scheme", Value: scheme}, {Name: "prefers-reduced-motion", Value: "reduce"},
	}})
}

// Stay keeps the pages that are opened from here on from leaving by themselves after a while: they can be looked at for as long as it
// takes.
func (tab *Tab) Stay() {
	tab.t.Helper()
	must(tab, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{
		Source: `{ const later = window.setTimeout; window.setTimeout = (f, ms, ...rest) => ms >= 1000 ? 0 : later(f, ms, ...rest); }`,
	})
}

// Scripts turns the page's own scripts on or off.
func (tab *Tab) Scripts(on bool) {
	tab.t.Helper()
	must(tab, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: !on})
}

// Go opens an address and waits until the page is loaded. It returns the HTTP status.
func (tab *Tab) Go(url string) int {
	tab.t.Helper()
	tab.Arrive("opening "+url, func() {
		if r := must(tab, page.Navigate, page.NavigateParams{URL: url}); r.ErrorText != "" {
			tab.t.Fatalf("opening %s: %s", url, r.ErrorText)
		}
	})
	return tab.Status()
}

// Back goes one page back.
func (tab *Tab) Back() int {
	tab.t.Helper()
	h := must(tab, page.GetNavigationHistory, cdp.Empty{})
	if h.CurrentIndex < 1 {
		tab.t.Fatal("there is no page to go back to")
	}
	tab.Arrive("going back", func() {
		must(tab, page.NavigateToHistoryEntry, page.NavigateToHistoryEntryParams{EntryID: h.Entries[h.CurrentIndex-1].ID})
	})
	return tab.Status()
}

// Reload loads the page again, posting what was posted.
func (tab *Tab) Reload() int {
	tab.t.Helper()
	tab.Arrive("loading again", func() { must(tab, page.Reload, page.ReloadParams{}) })
	return tab.Status()
}

// Status is the HTTP status of the page shown.
func (tab *Tab) Status() int {
	tab.t.Helper()
	return int(tab.number(`performance.getEntriesByType("navigation")[0].responseStatus`))
}

// URL is the address of the page shown, or of the frame's.
func (tab *Tab) URL() string {
	tab.t.Helper()
	return tab.text("location.href")
}

// Arrive does something that leads to another page, and waits until that is there.
func (tab *Tab) Arrive(what string, do func()) {
	tab.t.Helper()
	tab.try("window.old = true")
	do()
	tab.Until(what, `window.old === undefined && document.readyState === "complete" && location.href !== "about:blank"`)
}

// Until waits until an expression of JavaScript over the page's document is true.
func (tab *Tab) Until(what, condition string) {
	tab.t.Helper()
	tab.wait(what, func() bool {
		v, err := tab.try(condition)
		return err == nil && string(v) == "true"
	})
}

func (tab *Tab) wait(what string, is func() bool) {
	tab.t.Helper()
	ctx, cancel := context.WithTimeout(tab.ctx, waitLimit)
	defer cancel()
	tick := time.NewTicker(look)
	defer tick.Stop()
	for !is() {
		select {
		case <-tick.C:
		case <-ctx.Done():
			where, err := tab.try(`location.href + ", " + document.readyState + ": " + (document.body?.innerText.slice(0, 2000) ?? "without a body")`)
			if err != nil {
				where = []byte(err.Error())
			}
			tab.t.Fatalf("%s: did not come true; the page is %s", what, where)
		}
	}
}

// For is the same tab, whose failures end another test: a part of the one that opened it.
func (tab *Tab) For(t testing.TB) *Tab {
	same := *tab
	same.t = t
	return &same
}

// Frame is the document in the iframe that a CSS selector finds.
func (tab *Tab) Frame(selector string) *Tab {
	inner := *tab
	inner.frame = selector
	return &inner
}

// Top is the page that a frame is in.
func (tab *Tab) Top() *Tab {
	outer := *tab
	outer.frame = ""
	return &outer
}

// Main runs an expression among the page's own scripts and decodes what it gives. A promise is waited for.
func (tab *Tab) Main(expression string, into any) {
	tab.t.Helper()
	v, err := value(call(tab, runtime.Evaluate, runtime.EvaluateParams{Expression: expression, ReturnByValue: new(true), AwaitPromise: new(true)}))
	if err == nil && into != nil {
		err = json.Unmarshal(v, into)
	}
	if err != nil {
		tab.t.Fatalf("browser: %s: %v", expression, err)
	}
}

// ask runs an expression in the tests' world, in the tab's frame.
func (tab *Tab) ask(expression string) []byte {
	tab.t.Helper()
	v, err := tab.try(expression)
	if err != nil {
		tab.t.Fatalf("browser: %v", err)
	}
	return v
}

// try is ask for what may fail while a page is being left.
func (tab *Tab) try(expression string) ([]byte, error) {
	at, err := tab.world()
	if err != nil {
		return nil, err
	}
	return value(call(tab, runtime.Evaluate, runtime.EvaluateParams{Expression: expression, ContextID: at, ReturnByValue: new(true), AwaitPromise: new(true)}))
}

// object is the element that an expression gives.
func (tab *Tab) object(expression string) (runtime.RemoteObjectID, error) {
	at, err := tab.world()
	if err != nil {
		return "", err
	}
	r, err := call(tab, runtime.Evaluate, runtime.EvaluateParams{Expression: expression, ContextID: at})
	switch {
	case err != nil:
		return "", err
	case r.ExceptionDetails != nil:
		return "", thrown(r.ExceptionDetails)
	case r.Result.ObjectID == "":
		return "", fmt.Errorf("no element: %s", expression)
	}
	return r.Result.ObjectID, nil
}

func value(r runtime.EvaluateResult, err error) ([]byte, error) {
	if err != nil {
		return nil, err
	}
	if r.ExceptionDetails != nil {
		return nil, thrown(r.ExceptionDetails)
	}
	return []byte(r.Result.Value), nil
}

func thrown(e *runtime.ExceptionDetails) error {
	if e.Exception != nil && e.Exception.Description != "" {
		return errors.New(e.Exception.Description)
	}
	return errors.New(e.Text)
}

// world is the tests' own JavaScript world in the tab's frame as it is now.
func (tab *Tab) world() (runtime.ExecutionContextID, error) {
	tree, err := call(tab, page.GetFrameTree, cdp.Empty{})
	if err != nil {
		return 0, err
	}
	frame := tree.FrameTree.Frame.ID
	if tab.frame != "" {
		o, err := tab.Top().object("document.querySelector(" + strconv.Quote(tab.frame) + ")")
		if err != nil {
			return 0, err
		}
		n, err := call(tab, dom.DescribeNode, dom.DescribeNodeParams{ObjectID: o})
		if err != nil {
			return 0, err
		}
		frame = n.Node.FrameID
	}
	r, err := call(tab, page.CreateIsolatedWorld, page.CreateIsolatedWorldParams{FrameID: frame, WorldName: "tests"})
	return r.ExecutionContextID, err
}

func (tab *Tab) text(expression string) string {
	tab.t.Helper()
	var s string
	if err := json.Unmarshal(tab.ask(expression), &s); err != nil {
		tab.t.Fatalf("%s: %v", expression, err)
	}
	return s
}

func (tab *Tab) number(expression string) float64 {
	tab.t.Helper()
	var n float64
	if err := json.Unmarshal(tab.ask(expression), &n); err != nil {
		tab.t.Fatalf("%s: %v", expression, err)
	}
	return n
}

func (tab *Tab) is(condition string) bool {
	tab.t.Helper()
	return string(tab.ask(condition)) == "true"
}

// MainUntil waits until an expression over the page's own scripts is true.
func (tab *Tab) MainUntil(what, condition string) {
	tab.t.Helper()
	tab.wait(what, func() bool {
		v, err := value(call(tab, runtime.Evaluate, runtime.EvaluateParams{Expression: condition, ReturnByValue: new(true)}))
		return err == nil && string(v) == "true"
	})
}
