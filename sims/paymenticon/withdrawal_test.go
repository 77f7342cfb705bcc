package paymenticon

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"paysim/internal/engine"
)

func TestRequestIDMovesMoneyOnce(t *testing.T) {
	d := newDesk(t, "shop")
	body := func(amount int) string {
		return fmt.Sprintf(`{"wallet_ref":"WLT-100","amount":%d,"currency":"PLN","description":"back","request_id":"r-1"}`, amount)
	}
	var wg sync.WaitGroup
	for i := range 20 {
		wg.Go(func() {
			if w := d.call("POST", "/withdraw/", body(100+i%2)); w.Code != 202 || d.read(w).Status != "success" {
				t.Errorf("%d %s", w.Code, w.Body)
			}
		})
	}
	wg.Wait()
	if a := d.balance("WLT-100", "PLN"); a.Booked != 1_000_100 && a.Booked != 1_000_101 {
		t.Errorf("after twenty times the same request_id: %+v", a)
	}
	if w := d.call("GET", "/withdraw/r-1/", ""); w.Code != 202 || d.read(w).Message != successText {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	w := d.call("POST", "/withdraw/", `{"wallet_ref":"WLT-100","amount":999999999,"currency":"PLN","description":"back","request_id":"r-2"}`)
	if w.Code != 202 || d.read(w).Status != "error" {
		t.Errorf("more than the merchant has: %d %s", w.Code, w.Body)
	}
	if w := d.call("POST", "/withdraw/", `{"wallet_ref":"WLT-404","amount":1,"currency":"PLN","description":"back","request_id":"r-3"}`); w.Code != 404 {
		t.Errorf("an unknown wallet: %d", w.Code)
	}
	if w := d.call("GET", "/withdraw/r-3/", ""); w.Code != 404 {
		t.Errorf("a refused withdrawal is remembered: %d", w.Code)
	}
}

func TestVouchers(t *testing.T) {
	d := newDesk(t, "shop")
	const body = `{"amount":1000,"currency":"PLN","description":"gift","voucher_width":400,"set_pin":true,"request_id":"r-1"}`
	first := d.call("POST", "/withdraw-anonymously/", body)
	again := d.call("POST", "/withdraw-anonymously/", body)
	if first.Code != 201 || again.Code != 200 || first.Body.String() != again.Body.String() {
		t.Errorf("%d %s, then %d %s", first.Code, first.Body, again.Code, again.Body)
	}
	var made wireNewWallet
	json.Unmarshal(first.Body.Bytes(), &made)
	if a := d.balance(made.WalletRef, "PLN"); a.Booked != 1000 {
		t.Errorf("the new wallet has %+v", a)
	}
	if len(made.Voucher.PIN) != 4 || len(made.Voucher.Label) != 4 {
		t.Errorf("%+v", made.Voucher)
	}
	image := strings.TrimPrefix(made.Voucher.URL, host)
	if w := d.send("GET", image, "", nil); w.Code != 200 || w.Header().Get("Content-Type") != "image/png" {
		t.Errorf("the picture: %d", w.Code)
	}
	if _, err := d.MoveClock(t.Context(), d.Tenant, func(time.Time) (time.Time, error) { return time.Unix(made.Voucher.URLExpires+1, 0), nil }, engine.AsBefore); err != nil {
		t.Fatal(err)
	}
	if w := d.send("GET", image, "", nil); w.Code != 404 {
		t.Errorf("the picture after its time: %d", w.Code)
	}
	if w := d.call("POST", "/withdraw-anonymously/", strings.Replace(strings.Replace(body, "1000", "50000", 1), "r-1", "r-2", 1)); w.Code != 400 || d.last().Error != "limit_exceeded" {
		t.Errorf("above the limit: %d %s", w.Code, w.Body)
	}
	if w := d.call("POST", "/wallet/", `{"voucher_width":200,"set_pin":false,"request_id":"r-1"}`); w.Code != 201 || !strings.Contains(w.Body.String(), `"pin":""`) {
		t.Errorf("an empty wallet: %d %s", w.Code, w.Body)
	}
	for _, look := range []string{`{"id_type":"voucher_id","id":"dcf411c480d740ce729f3f2e"}`, `{"id_type":"manual_number","id":"100200300123"}`} {
		if w := d.call("POST", "/wallet/voucher/get/", look); w.Code != 200 || !strings.Contains(w.Body.String(), `"label":"*123","voucher_type":"voucher","is_active":true,"wallet_ref":"WLT-100"`) {
			t.Errorf("%s: %d %s", look, w.Code, w.Body)
		}
	}
	if got := d.last().Request.Body; strings.Contains(got, "100200300123") {
		t.Errorf("the journal shows a voucher's number: %s", got)
	}
}
