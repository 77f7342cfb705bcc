package browser_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"paysim/conformance/browser"
)

// fetched is what a page's own script learned of a call.
type fetched struct {
	Status int
	Body   string
	Failed string // the browser kept the answer from the page, or never asked
}

// fetch calls an address of the provider from the page that the tab shows, as the page's own script.
func fetch(tab *browser.Tab, method, url, key, body string) fetched {
	options := map[string]any{"method": method, "headers": map[string]string{"Authorization": "Bearer " + key, "Content-Type": "application/json"}}
	if body != "" {
		options["body"] = body
	}
	text, _ := json.Marshal(options)
	var got fetched
	tab.Main(fmt.Sprintf(`fetch(%q, %s).then(async r => ({status: r.status, body: await r.text()}), e => ({failed: String(e)}))`, url, text), &got)
	return got
}

// TestCalledFromAPage lets a shop's page call what browsers call of the real service: the browser asks first whether it may, and lets
// the page read the answer, refusals too.
func TestCalledFromAPage(t *testing.T) {
	const charge = `{"transaction":{"reference":"A-1001","amount":100,"currency":"USD","country":"US"},"payment":{"method":"alipay","client":["desktop"]}}`
	for _, c := range []struct {
		provider, key, method, path, body string
		status                            int
		says                              string
	}{
		{"citcon", "sk-development-", "POST", "/v1/access-tokens", `{"token_type":"client"}`, 200, `"token_type":"client"`},
		{"citcon", "token", "POST", "/v1/charges", charge, 200, `"reference":"A-1001"`},
		{"citcon", "token", "POST", "/v1/config", `{"payment":{"method":"card"},"data":{"consumer_id":"115646448"}}`, 200, `"object":"config"`},
		{"citcon", "sk-development-invalid", "POST", "/v1/access-tokens", `{"token_type":"client"}`, 401, `"fail"`},
		{"citcon", "token", "GET", "/v1/transactions/U0", "", 404, `"fail"`},
		{"culqi", "pk_test_", "GET", "/v2/iins/411111", "", 200, `"bin":"411111"`},
		{"culqi", "pk_test_", "POST", "/v2/tokens", `{"card_number":"4111111111111111","cvv":"123","expiration_month":"09","expiration_year":"2030","email":"ana@example.com"}`, 201, `"object":"token"`},
		{"culqi", "pk_test_invalid", "GET", "/v2/iins/411111", "", 401, `"object":"error"`},
	} {
		t.Run(c.provider+strings.ReplaceAll(c.path, "/", " ")+fmt.Sprint(" ", c.status), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, c.provider)
			key := c.key
			switch {
			case key == "token":
				key = w.citconToken()
			case !strings.HasSuffix(key, "invalid"):
				key += w.tenant
			}
			tab := chromium.Tab(t, browser.Desktop)
			tab.Go(w.shop.publish("checkout", `<h1>Checkout</h1>`))
			got := fetch(tab, c.method, w.base+c.path, key, c.body)
			if got.Failed != "" || got.Status != c.status || !strings.Contains(got.Body, c.says) {
				t.Errorf("the page learned %+v, want %d and in it %s", got, c.status, c.says)
			}
		})
	}
}

// TestVoucherPicture shows a voucher's picture on a page of the shop's.
func TestVoucherPicture(t *testing.T) {
	w := newWorld(t, "paymenticon")
	made := w.want(w.signed("POST", "/wallet/", `{"voucher_width":100,"set_pin":true,"request_id":"wallet-1"}`), 201)
	tab := chromium.Tab(t, browser.Phone)
	tab.Go(w.shop.publish("voucher", fmt.Sprintf(`<h1>Your voucher</h1><img data-testid="picture" alt="" src=%q>`, made.text("voucher.url"))))
	var width int
	tab.Main(`document.querySelector("img").decode().then(() => document.querySelector("img").naturalWidth)`, &width)
	if width == 0 {
		t.Error("the picture is empty")
	}
}
