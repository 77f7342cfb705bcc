package webhook_test

import (
	"context"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"paysim/internal/provider"
	"paysim/internal/webhook"
)

var (
	nine  = time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	hooks = &provider.Webhooks{
		Ladder:   []time.Duration{time.Minute, time.Hour},
		Received: func(status int, body []byte) bool { return status == 200 && string(body) == "ok" },
	}
)

func TestTheLadder(t *testing.T) {
	d := webhook.NewOutbox(10).Add("p", provider.Message{URL: "http://localhost"}, 1, nine)
	next, again := d.Record(webhook.Attempt{At: nine, Status: 500}, hooks)
	if !again || !next.Equal(nine.Add(time.Minute)) || d.State != webhook.Waiting {
		t.Errorf("after one failure: %v %v %s", next, again, d.State)
	}
	next, again = d.Record(webhook.Attempt{At: next, Status: 200, Body: "no"}, hooks)
	if !again || !next.Equal(nine.Add(time.Minute+time.Hour)) {
		t.Errorf("after two failures: %v %v", next, again)
	}
	if _, again = d.Record(webhook.Attempt{At: next, Error: "connection refused"}, hooks); again || d.State != webhook.Failed {
		t.Errorf("after three failures: again=%v, %s", again, d.State)
	}
	if _, again = d.Record(webhook.Attempt{At: next, Status: 200, Body: "ok", Manual: true}, hooks); again || d.State != webhook.Delivered {
		t.Errorf("after a redelivery: again=%v, %s", again, d.State)
	}
	if d.Record(webhook.Attempt{At: next, Status: 500, Manual: true}, hooks); d.State != webhook.Delivered {
		t.Errorf("a failed redelivery undid what had arrived: %s", d.State)
	}
}

func TestAFailedRedeliveryChangesNothing(t *testing.T) {
	for name, c := range map[string]struct {
		before []webhook.Attempt
		hooks  *provider.Webhooks
		state  webhook.State
		due    time.Time
	}{
		"before the first attempt":   {nil, hooks, webhook.Waiting, nine},
		"where there is no ladder":   {nil, &provider.Webhooks{Received: hooks.Received}, webhook.Waiting, nine},
		"between two attempts":       {[]webhook.Attempt{{At: nine, Status: 500}}, hooks, webhook.Waiting, nine.Add(time.Minute)},
		"when the ladder has ended":  {[]webhook.Attempt{{At: nine}, {At: nine}, {At: nine}}, hooks, webhook.Failed, time.Time{}},
		"when it was acknowledged":   {[]webhook.Attempt{{At: nine, Status: 200, Body: "ok"}}, hooks, webhook.Delivered, time.Time{}},
		"after another by hand, too": {[]webhook.Attempt{{At: nine, Manual: true}}, hooks, webhook.Waiting, nine},
	} {
		d := webhook.NewOutbox(10).Add("p", provider.Message{URL: "http://localhost"}, 1, nine)
		for _, a := range c.before {
			d.Record(a, c.hooks)
		}
		next, again := d.Record(webhook.Attempt{At: nine.Add(30 * time.Second), Status: 500, Manual: true}, c.hooks)
		if again || !next.IsZero() || d.State != c.state || !d.Due.Equal(c.due) || len(d.Attempts) != len(c.before)+1 {
			t.Errorf("%s: %s, due %v, %d attempts; next %v %v", name, d.State, d.Due, len(d.Attempts), next, again)
		}
	}
}

func TestTheOutboxForgetsTheOldest(t *testing.T) {
	o := webhook.NewOutbox(4)
	for range 100 {
		o.Add("p", provider.Message{URL: "http://localhost"}, 1, nine)
	}
	all := o.All()
	if len(all) != 4 || all[3].ID != "wh_100" || o.Get("wh_1") != nil || o.Get("wh_100") == nil {
		t.Errorf("%d deliveries, the last %s", len(all), all[len(all)-1].ID)
	}
}

func TestNobodyListens(t *testing.T) {
	if d := webhook.NewOutbox(4).Add("p", provider.Message{}, 1, nine); d.State != webhook.Unheard {
		t.Errorf("a message without an address is %s", d.State)
	}
}

func TestBlocked(t *testing.T) {
	s := webhook.NewSender([]string{"allowed.example"})
	for url, blocked := range map[string]bool{
		"http://127.0.0.1:1/x":              false,
		"http://[::1]/":                     false,
		"http://192.168.1.4/hook":           false,
		"http://10.0.0.1/":                  false,
		"http://localhost:3000/":            false,
		"http://shop.localhost/":            false,
		"http://Shop.LOCALHOST/":            false,
		"http://shop.Internal/":             false,
		"http://shop/":                      false,
		"http://host.docker.internal/":      false,
		"https://allowed.example/":          false,
		"https://shop.example.com/ipn":      true,
		"http://93.184.216.34/":             true,
		"http://[2606:2800:220:1::1]:80/":   true,
		"ftp://localhost/":                  true,
		"not a url":                         true,
		"http://127.0.0.1.example.com/":     true,
		"http://2130706433.nip.example.com": true,
	} {
		if err := s.Blocked(url); (err != nil) != blocked {
			t.Errorf("%s: blocked=%v, want %v (%v)", url, err != nil, blocked, err)
		}
	}
}

func TestAttempt(t *testing.T) {
	shop := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		switch r.URL.Path {
		case "/elsewhere":
			http.Redirect(w, r, "/", http.StatusFound)
		case "/gone":
			panic(http.ErrAbortHandler)
		case "/slow":
			<-r.Context().Done()
		default:
			w.Write([]byte(r.Header.Get("X-Sign") + " " + string(body) + strings.Repeat(".", 5000)))
		}
	}))
	defer shop.Close()
	s := webhook.NewSender(nil)
	try := func(path string, timeout time.Duration) webhook.Attempt {
		return s.Attempt(context.Background(), webhook.Delivery{URL: shop.URL + path, Header: http.Header{"X-Sign": {"sig"}}, Body: "hello"}, nine, timeout)
	}
	if a := try("/", time.Minute); a.Status != 200 || !strings.HasPrefix(a.Body, "sig hello") || len(a.Body) > 1024 || a.Error != "" || !a.At.Equal(nine) {
		t.Errorf("%d %.20q (%d bytes) %q at %v", a.Status, a.Body, len(a.Body), a.Error, a.At)
	}
	if a := try("/elsewhere", time.Minute); a.Status != 302 {
		t.Errorf("a redirect was followed: %d", a.Status)
	}
	if a := try("/gone", time.Minute); a.Error != "the receiver closed the connection" {
		t.Errorf("a closed connection reads %q", a.Error)
	}
	if a := try("/slow", 1); a.Error != "the receiver did not answer in time" {
		t.Errorf("a slow receiver reads %q", a.Error)
	}
	secret := httptest.NewUnstartedServer(shop.Config.Handler)
	secret.Config.ErrorLog = log.New(io.Discard, "", 0)
	secret.StartTLS()
	defer secret.Close()
	for url, want := range map[string]string{
		secret.URL: "the receiver's certificate is not one that this machine trusts",
		strings.Replace(shop.URL, "http", "https", 1): "the receiver does not speak TLS",
		"https://shop.example.com/ipn":                "shop.example.com is outside this machine's own networks; --webhook-allow shop.example.com would allow it", // nor is its name asked for
		"not a url":                                   `"not a url" is not an address that can be called`,
	} {
		if a := s.Attempt(context.Background(), webhook.Delivery{URL: url}, nine, time.Minute); a.Error != want {
			t.Errorf("%s reads %q", url, a.Error)
		}
	}
	shop.Close()
	if a := try("/", time.Minute); a.Error != "connection refused" {
		t.Errorf("nobody there reads %q", a.Error)
	}
}
