package browser_test

import (
	"bytes"
	"context"
	"fmt"
	"image"
	_ "image/png"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"testing"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"

	"paysim/conformance/browser"
	"paysim/conformance/run"
	"paysim/conformance/target"
)

// read decodes the code in a picture with a reader that shares nothing with the simulator.
func read(picture []byte) (string, error) {
	img, _, err := image.Decode(bytes.NewReader(picture))
	if err != nil {
		return "", err
	}
	// The reader's search for a code in a photograph misses about one in a hundred that are perfectly drawn, whoever drew them; reading
	// what is nothing but a code on white, it misses none.
	for _, how := range []gozxing.DecodeHintType{gozxing.DecodeHintType_TRY_HARDER, gozxing.DecodeHintType_PURE_BARCODE} {
		var bitmap *gozxing.BinaryBitmap
		if bitmap, err = gozxing.NewBinaryBitmapFromImage(img); err != nil {
			return "", err
		}
		var code *gozxing.Result
		if code, err = qrcode.NewQRCodeReader().Decode(bitmap, map[gozxing.DecodeHintType]any{how: true}); err == nil {
			return code.GetText(), nil
		}
	}
	return "", err
}

// scanned are the pages with a code, and how a merchant gets the code as a picture.
var scanned = []struct {
	flow    string
	picture func(w *world, p payment) answer
}{
	{"citcon-qr", func(w *world, p payment) answer {
		return w.ask("GET", p.page, "", "Accept", "image/avif,image/webp,image/png,image/svg+xml,image/*,*/*;q=0.8")
	}},
	{"appotapay-order-qr", func(w *world, p payment) answer { return w.ask("GET", p.page+"&image=qr", "") }},
	{"culqi-order", func(w *world, p payment) answer { return w.ask("GET", p.page+"?qr", "") }},
}

// TestCodes scans each code twice: the picture that the merchant is given and the one that the payer sees on the page, light and dark, in
// both sizes. What it holds opens the payment's page on a phone, where it is paid.
func TestCodes(t *testing.T) {
	public := behindProxy(t)
	for _, c := range scanned {
		for _, f := range flows {
			if f.name != c.flow {
				continue
			}
			for _, at := range []struct {
				name string
				*target.Target
			}{{"caller's address", there}, {"public URL", public}} {
				t.Run(f.name+"/"+at.name, func(t *testing.T) {
					t.Parallel()
					w := newWorldAt(t, at.Target, f.provider, run.Tenant(t.Name()))
					p := f.open(w)
					if at.Target == public && !strings.HasPrefix(p.page, publicURL+"/"+f.provider+"/") {
						t.Errorf("the link is %s, want it below %s", p.page, publicURL)
					}
					picture := c.picture(w, p)
					if kind := picture.header.Get("Content-Type"); kind != "image/png" {
						t.Errorf("the picture is %s: %.100s", kind, picture.body)
					}
					if got, err := read(picture.body); err != nil || got != p.page {
						t.Errorf("the picture holds %q, %v; the page is %s", got, err, p.page)
					}
					for name, size := range sizes {
						tab := chromium.Tab(t, size)
						for _, scheme := range []string{"light", "dark"} {
							tab.Scheme(scheme)
							tab.Go(p.page)
							if got, err := read(tab.PictureOf("qr")); err != nil || got != p.page {
								t.Errorf("at %s, %s, the code holds %q, %v; the page is %s", name, scheme, got, err, p.page)
							}
							if got := tab.Attribute("qr-link", "href"); got != p.page {
								t.Errorf("below the code stands %s", got)
							}
						}
					}
					phone := chromium.Tab(t, browser.Phone)
					if status := phone.Go(w.twin(p.page).QR); status != 200 {
						t.Errorf("the code leads to %d", status)
					}
					phone.Press(f.approve)
					if state, _, _ := w.listed(p.id); f.ends[state].inquiry != f.inquire(w, p) || state == "" {
						t.Errorf("after paying behind the code the payment is %s", state)
					}
				})
			}
		}
	}
}

// publicURL is where a simulator is reached from outside, here through a proxy.
var publicURL string

// behindProxy is a simulator that is told to hand out the address of a proxy in front of it.
func behindProxy(t *testing.T) *target.Target {
	t.Helper()
	if *simulator != "" {
		t.Skip("does not apply: the running simulator has its own address")
	}
	var inner *url.URL
	proxy := httptest.NewServer(target.Whole(&httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(inner) }}))
	t.Cleanup(proxy.Close)
	publicURL = proxy.URL
	sim, err := target.Simulator(context.Background(), "../..", false, "--public-url", publicURL)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := sim.Close(); err != nil {
			t.Error(err)
		}
	})
	if inner, err = url.Parse(sim.Control); err != nil {
		t.Fatal(fmt.Errorf("the simulator's address: %w", err))
	}
	return sim
}

// TestPublicLinks opens the page of every flow by the address that --public-url gives it.
func TestPublicLinks(t *testing.T) {
	public := behindProxy(t)
	for _, f := range flows {
		t.Run(f.name, func(t *testing.T) {
			w := newWorldAt(t, public, f.provider, run.Tenant(t.Name()))
			tab := chromium.Tab(t, browser.Phone)
			p := f.open(w)
			if !strings.HasPrefix(p.page, publicURL+"/"+f.provider+"/") {
				t.Errorf("the link is %s, want it below %s", p.page, publicURL)
			}
			if _, listed, _ := w.listed(p.id); !strings.HasPrefix(listed, publicURL+"/"+f.provider+"/") {
				t.Errorf("control lists %s, want it below %s", listed, publicURL)
			}
			if status := tab.Go(p.page); status != 200 {
				t.Errorf("%s answers %d", p.page, status)
			}
			f.toTheEnd().arrive(tab)
			tab.Press(f.approve)
			if state, _, _ := w.listed(p.id); f.ends[state].inquiry == "" {
				t.Errorf("the payment is %s", state)
			}
		})
	}
}
