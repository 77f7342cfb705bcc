package browser_test

import (
	"bytes"
	"cmp"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"paysim/conformance/browser"
)

// shot is one picture.
type shot struct {
	name    string // of the file
	says    string // below it
	flow    string
	phone   bool
	dark    bool
	whole   bool // all of the page, not only what the window shows
	own     bool // in the provider's own language
	prepare func(w *world, f flow, p payment, tab *browser.Tab)
}

func decide(action string) func(*world, flow, payment, *browser.Tab) {
	return func(w *world, f flow, p payment, tab *browser.Tab) {
		f.toTheEnd().arrive(tab)
		tab.Press(action)
		tab.Go(p.page)
	}
}

func press(actions ...string) func(*world, flow, payment, *browser.Tab) {
	return func(_ *world, _ flow, _ payment, tab *browser.Tab) {
		for _, a := range actions {
			tab.Press(a)
		}
	}
}

func drawer(_ *world, _ flow, _ payment, tab *browser.Tab) { tab.OpenDrawer() }

func broken(_ *world, _ flow, p payment, tab *browser.Tab) { tab.Go(p.page[:len(p.page)-8]) }

func onDashboard(w *world, f flow, _ payment, tab *browser.Tab) {
	w.dashboard(tab)
	cell(tab, "payments", "initiated")
	tab.Click("act-" + f.approve)
	cell(tab, "webhooks", "delivered")
	other := *w
	other.provider = "culqi"
	base, err := w.there.Base("culqi")
	if err != nil {
		w.Fatal(err)
	}
	other.base = base
	other.culqiOrder()
	cell(tab, "payments", "culqi order")
	tab.Main(`document.querySelectorAll("#journal summary")[3].click()`, nil)
	tab.Until("the story of an entry", `document.querySelector("#journal pre") !== null`)
}

func modal(w *world, _ flow, _ payment, tab *browser.Tab) {
	tab.Go(w.checkout("ord"))
	tab.Click("buy")
	fillCard(tab, "4111111111111111")
}

func bankModal(w *world, _ flow, p payment, tab *browser.Tab) {
	tab.Go(w.checkout(""))
	tab.Main(`Culqi3DS.publicKey = Culqi.publicKey; void Culqi3DS.initAuthentication("`+p.page[strings.LastIndex(p.page, "/")+1:]+`")`, nil)
	tab.Until("the modal", `document.querySelector("iframe") !== null`)
	tab.Frame("iframe").Until("the bank's question", `document.readyState === "complete" && document.querySelector("main[data-state]") !== null`)
}

var shots = []shot{
	{name: "citcon-landing", says: "Citcon, the landing page", flow: "citcon-landing"},
	{name: "citcon-landing-phone", says: "The same on a phone, the drawer open", flow: "citcon-landing", phone: true, whole: true, prepare: drawer},
	{name: "citcon-landing-dark", says: "The same in the dark, the drawer open", flow: "citcon-landing", dark: true, whole: true, prepare: drawer},
	{name: "citcon-qr", says: "Citcon, the QR page", flow: "citcon-qr"},
	{name: "citcon-qr-phone", says: "The same on a phone, in Chinese and in the dark", flow: "citcon-qr", phone: true, dark: true, whole: true, own: true},
	{name: "citcon-paid", says: "Citcon, paid", flow: "citcon-landing", prepare: decide("approve")},
	{name: "citcon-declined-phone", says: "Citcon, declined", flow: "citcon-landing", phone: true, prepare: decide("decline:insufficient_funds")},
	{name: "citcon-unknown", says: "Citcon, a link that leads nowhere", flow: "citcon-landing", prepare: broken},

	{name: "paymenticon-login", says: "Paymenticon, the login", flow: "paymenticon-session"},
	{name: "paymenticon-login-phone", says: "The same on a phone, in Polish", flow: "paymenticon-session", phone: true, whole: true, own: true},
	{name: "paymenticon-confirm", says: "Paymenticon, the confirmation, the drawer open", flow: "paymenticon-session", whole: true, prepare: func(w *world, f flow, p payment, tab *browser.Tab) { tab.Press("login"); tab.OpenDrawer() }},
	{name: "paymenticon-blik-phone", says: "Paymenticon, BLIK without logging in", flow: "paymenticon-session", phone: true, whole: true, prepare: press("gateway:BLIK")},
	{name: "paymenticon-access", says: "Paymenticon, access to account data", flow: "paymenticon-access", prepare: press("login")},
	{name: "paymenticon-paid-phone", says: "Paymenticon, paid, in the dark", flow: "paymenticon-session", phone: true, dark: true, prepare: decide("confirm")},
	{name: "paymenticon-embedded", says: "Paymenticon in a shop's iframe", flow: "paymenticon-session", prepare: func(w *world, f flow, p payment, tab *browser.Tab) {
		tab.Go(w.shop.embedding(w.base + "/v2/iframe#id=" + p.id))
		tab.Frame("iframe").Until("the session's page", `document.readyState === "complete" && document.querySelector("main[data-state]") !== null`)
	}},

	{name: "appotapay-3ds", says: "AppotaPay, the 3DS challenge", flow: "appotapay-3ds"},
	{name: "appotapay-3ds-phone", says: "The same on a phone, in Vietnamese", flow: "appotapay-3ds", phone: true, whole: true, own: true},
	{name: "appotapay-order", says: "AppotaPay, an order, the drawer open", flow: "appotapay-order", whole: true, prepare: drawer},
	{name: "appotapay-order-qr", says: "AppotaPay, an order paid by scanning", flow: "appotapay-order-qr"},
	{name: "appotapay-order-qr-phone", says: "The same on a phone", flow: "appotapay-order-qr", phone: true, whole: true},
	{name: "appotapay-declined", says: "AppotaPay, not paid", flow: "appotapay-order", prepare: decide("decline:insufficient_funds")},

	{name: "culqi-checkout", says: "Culqi, the checkout modal of /js/v4 in a shop", flow: "culqi-3ds", prepare: modal},
	{name: "culqi-checkout-phone", says: "The same on a phone", flow: "culqi-3ds", phone: true, prepare: modal},
	{name: "culqi-3ds-modal", says: "Culqi, 3-D Secure as its library shows it", flow: "culqi-3ds", own: true, prepare: bankModal},
	{name: "culqi-3ds-phone", says: "Culqi, the page within", flow: "culqi-3ds", phone: true, whole: true},
	{name: "culqi-order", says: "Culqi, an order", flow: "culqi-order", own: true, whole: true, prepare: drawer},
	{name: "culqi-order-phone", says: "The same on a phone, in English", flow: "culqi-order", phone: true, whole: true},
	{name: "culqi-paid-phone", says: "Culqi, paid, in the dark", flow: "culqi-order", phone: true, dark: true, own: true, prepare: decide("approve")},
	{name: "dashboard-desktop", says: "What happened in a tenant, and the buttons of payer, bank and clock", flow: "citcon-landing", whole: true, prepare: onDashboard},
	{name: "dashboard-phone", says: "The same on a phone, in the dark", flow: "citcon-landing", phone: true, dark: true, whole: true, prepare: onDashboard},
}

// TestPictures takes a picture of every page and looks whether everything fits; make pictures writes them to docs/pages.
func TestPictures(t *testing.T) {
	if *pictures == "" {
		*pictures = t.TempDir()
	}
	var gallery strings.Builder
	gallery.WriteString("# Pages\n\nEvery hosted page, as Chromium draws it at 1280×800 and at 360×740. Written by `make pictures`.\n")
	provider := ""
	for _, s := range shots {
		name, _, _ := strings.Cut(s.name, "-")
		if name != provider {
			provider = name
			fmt.Fprintf(&gallery, "\n## %s\n", provider)
		}
		fmt.Fprintf(&gallery, "\n%s:\n\n![%s](%s.png)\n", s.says, s.says, s.name)
		t.Run(s.name, s.take)
	}
	if err := os.WriteFile(filepath.Join(*pictures, "README.md"), []byte(gallery.String()), 0o644); err != nil {
		t.Fatal(err)
	}
}

func (s shot) take(t *testing.T) {
	var f flow
	for _, f = range flows {
		if f.name == s.flow {
			break
		}
	}
	w := newWorldAt(t, there, f.provider, "noodle-bar")
	w.vietnamese = s.own
	w.control("POST", "/reset", "")
	size := browser.Desktop
	if s.phone {
		size = browser.Phone
	}
	tab := chromium.Tab(t, size)
	if s.dark {
		tab.Scheme("dark")
	}
	p := f.open(w)
	if tab.Language("en"); s.own {
		tab.Language(f.own)
		if f.provider == "paymenticon" {
			p.page = strings.TrimSuffix(p.page, "/") + "|lang=" + f.own
		}
	}
	tab.Go(p.page)
	if s.prepare != nil {
		s.prepare(w, f, p, tab)
	}
	tab.HandsOff()
	tab.Fits()
	img, err := png.Decode(bytes.NewReader(tab.Picture(s.whole)))
	if err != nil {
		t.Fatal(err)
	}
	out, err := os.Create(filepath.Join(*pictures, s.name+".png"))
	if err != nil {
		t.Fatal(err)
	}
	if err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(out, paletted(img)); err != nil {
		t.Error(err)
	}
	if err := out.Close(); err != nil {
		t.Error(err)
	}
}

// paletted is a picture in the 256 colours that it uses most, which a page hardly differs from, at a third of the size.
func paletted(img image.Image) image.Image {
	count := map[color.RGBA]int{}
	b := img.Bounds()
	at := func(x, y int) color.RGBA { return color.RGBAModel.Convert(img.At(x, y)).(color.RGBA) }
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			count[at(x, y)]++
		}
	}
	used := slices.SortedFunc(maps.Keys(count), func(a, b color.RGBA) int {
		return cmp.Or(cmp.Compare(count[b], count[a]), cmp.Compare(a.R, b.R), cmp.Compare(a.G, b.G), cmp.Compare(a.B, b.B))
	})
	var palette color.Palette
	for _, c := range used[:min(len(used), 256)] {
		palette = append(palette, c)
	}
	out := image.NewPaletted(b, palette)
	index := map[color.RGBA]uint8{}
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			c := at(x, y)
			i, known := index[c]
			if !known {
				i = uint8(palette.Index(c))
				index[c] = i
			}
			out.SetColorIndex(x, y, i)
		}
	}
	return out
}
