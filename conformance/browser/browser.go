package browser

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// programs are the names under which Chromium is installed.
var programs = []string{"chromium", "chromium-browser", "google-chrome-stable", "google-chrome"}

// startLimit is how long Chromium may take until it answers.
const startLimit = time.Minute

// Browser is a running Chromium. The zero value is ready; Chromium starts with the first Tab.
type Browser struct {
	once   sync.Once
	err    error
	ctx    context.Context
	cancel []context.CancelFunc
}

var errMissing = errors.New("no chromium; install it with apt-get install chromium")

func (b *Browser) start() {
	path := ""
	for _, name := range programs {
		if found, err := exec.LookPath(name); err == nil {
			path = found
			break
		}
	}
	if path == "" {
		b.err = errMissing
		return
	}
	ctx, end := chromedp.NewExecAllocator(context.Background(),
		chromedp.ExecPath(path), chromedp.NoFirstRun, chromedp.NoDefaultBrowserCheck, chromedp.NoSandbox, chromedp.DisableGPU, chromedp.Headless,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true),
		chromedp.Flag("disable-extensions", true), chromedp.Flag("disable-dev-shm-usage", true),
		chromedp.Flag("force-color-profile", "srgb"), chromedp.Flag("font-render-hinting", "none"), chromedp.Flag("hide-scrollbars", true),
		// Going back asks the server again, as on a device that is short of memory. A frame of another site stays in the page's process.
		chromedp.Flag("disable-features", "BackForwardCache,IsolateOrigins,site-per-process,Translate,MediaRouter"),
		chromedp.WSURLReadTimeout(startLimit),
	)
	b.ctx, b.err = ctx, nil
	first, endFirst := chromedp.NewContext(ctx)
	b.cancel = []context.CancelFunc{endFirst, end}
	if b.err = chromedp.Do(first); b.err == nil {
		b.ctx = first
	}
}

// Close ends Chromium and removes its profile.
func (b *Browser) Close() {
	for _, cancel := range b.cancel {
		cancel()
	}
}

// Size is a window's inner size in CSS pixels.
type Size struct {
	Width, Height int64
	Mobile        bool // touch, and a viewport that obeys the page's meta element
}

// The two sizes that every page is tried at.
var (
	Phone   = Size{360, 740, true}
	Desktop = Size{1280, 800, false}
)

// Missing ends a test that lacks a tool: it is a failure where tools are required, a skip elsewhere.
func Missing(t testing.TB, err error) {
	t.Helper()
	if os.Getenv("CONFORMANCE_REQUIRE_TOOLS") == "1" {
		t.Fatalf("CONFORMANCE_REQUIRE_TOOLS is set: %v", err)
	}
	t.Skipf("SKIPPED: %v", err)
}

// Tab opens a tab with cookies and storage of its own, which the end of the test closes.
func (b *Browser) Tab(t testing.TB, size Size) *Tab {
	t.Helper()
	b.once.Do(b.start)
	if errors.Is(b.err, errMissing) {
		Missing(t, b.err)
	}
	if b.err != nil {
		t.Fatalf("chromium does not start: %v", b.err)
	}
	ctx, cancel := chromedp.NewContext(b.ctx, chromedp.WithNewBrowserContext())
	t.Cleanup(cancel)
	tab := &Tab{t: t, browser: b, ctx: ctx, size: size}
	if err := chromedp.Do(ctx); err != nil { // ties the tab to a context that outlives every call
		t.Fatalf("browser: %v", err)
	}
	tab.listen()
	must(tab, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: size.Width, Height: size.Height, DeviceScaleFactor: 1, Mobile: size.Mobile})
	must(tab, emulation.SetTouchEmulationEnabled, emulation.SetTouchEmulationEnabledParams{Enabled: size.Mobile})
	tab.Scheme("light")
	return tab
}
