package paymenticon

import (
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"paysim/internal/webhook"
)

// shop is a merchant's confirmation URL.
type shop struct {
	*httptest.Server
	status atomic.Int64
	mutex  sync.Mutex
	heard  []heard
}

type heard struct{ auth, time, body string }

func newShop(t *testing.T) *shop {
	s := &shop{}
	s.status.Store(http.StatusOK)
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		s.mutex.Lock()
		defer s.mutex.Unlock()
		s.heard = append(s.heard, heard{r.Header.Get("Authorization"), r.Header.Get("X-Paymenticon-Time"), string(b)})
		w.WriteHeader(int(s.status.Load()))
	}))
	t.Cleanup(s.Close)
	return s
}

func (s *shop) all() []heard {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return slices.Clone(s.heard)
}

func TestNotifications(t *testing.T) {
	d, to := newDesk(t, "shop"), newShop(t)
	d.Configure(d.Tenant, "paymenticon", map[string]any{"notification_url": to.URL + "/notify"})
	to.status.Store(http.StatusNoContent) // not 200: does not count
	s := d.session(`"charge_mode":"capture","amount":5`)
	d.act(s.SessionID, "approve", "")
	d.advance(0)
	got := to.all()
	if len(got) != 2 || !strings.Contains(got[0].body, `"status":"loggedin"`) || !strings.Contains(got[1].body, `"status":"captured"`) {
		t.Fatalf("heard %+v", got)
	}
	for _, h := range got {
		if h.time != "" || strings.Contains(h.body, "_signature") {
			t.Errorf("a notification names a time or is sealed: %+v", h)
		}
		if want := "hmac " + d.wallet + ":" + signed(t, d.key, "POST", to.URL+"/notify", "", h.body); h.auth != want {
			t.Errorf("authorized %s, want %s", h.auth, want)
		}
	}
	d.advance(72 * time.Hour)
	d.Lock()
	defer d.Unlock()
	for _, w := range d.Outbox.All() {
		if len(w.Attempts) != 12 || w.State != webhook.Failed {
			t.Errorf("%s: %d attempts, %s", w.Event, len(w.Attempts), w.State)
		}
	}
}

func TestOnlyTheTwelfthTryIsTheLast(t *testing.T) {
	for _, code := range []int{201, 204, 302, 404, 500} {
		d, to := newDesk(t, "shop"), newShop(t)
		d.Configure(d.Tenant, "paymenticon", map[string]any{"notification_url": to.URL})
		to.status.Store(int64(code))
		d.act(d.session(`"charge_mode":"capture","amount":5`).SessionID, "cancel", "")
		for _, wait := range webhooks.Ladder[:10] {
			d.advance(wait)
		}
		to.status.Store(http.StatusOK)
		d.advance(72 * time.Hour)
		d.Lock()
		if w := d.Outbox.All()[0]; len(w.Attempts) != 12 || w.State != webhook.Delivered {
			t.Errorf("after %d eleven times: %d attempts, %s", code, len(w.Attempts), w.State)
		}
		d.Unlock()
	}
}

func TestNotificationSealed(t *testing.T) {
	d, to := newDesk(t, "shop"), newShop(t)
	s := d.session(`"charge_mode":"capture","amount":5`)
	d.Configure(d.Tenant, "paymenticon", map[string]any{"notification_url": to.URL, "notification_signature": true, "signature_dialect": "python"})
	d.act(s.SessionID, "cancel", "")
	d.advance(0)
	h := to.all()[0]
	bare, sealed, ok := strings.Cut(h.body, `,"_signature":"`)
	bare += "}"
	want := hmacHex(d.key, "POST"+to.URL+strings.ReplaceAll(flattened(t, bare), "true", "True"))
	if !ok || strings.TrimSuffix(sealed, `"}`) != want || h.auth != "hmac "+d.wallet+":"+want {
		t.Errorf("%+v, want %s", h, want)
	}
}
