package control_test

import (
	"bufio"
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

const journalPath = "/_sim/tenants/ann/journal"

func TestJournalIsFiltered(t *testing.T) {
	s := newSim(t)
	id := s.charge("ann", "A-1", "")
	s.charge("ann", "A-2", "")
	s.call("POST", "/_sim/tenants/ann/payments/toypay/"+id+"/approve", "").want(200)
	s.call("POST", "/toypay/v1/charges/"+id+"/capture", "", "Toy-Key", "toy-ann")
	for query, want := range map[string]string{
		"":                                     "[1,2,3,4]",
		"?operation=&provider=&since=&limit=":  "[1,2,3,4]",
		"?operation=toypay.charge.create":      "[1,2]",
		"?operation=toypay.approve":            "[3]",
		"?operation=toypay.charge.expire":      "[]",
		"?operation=toypay.*":                  "[1,2,3,4]",
		"?operation=*.charge.create":           "[1,2]",
		"?operation=*":                         "[1,2,3,4]",
		"?provider=toypay&limit=3":             "[1,2,3]",
		"?since=2":                             "[3,4]",
		"?since=1&limit=1":                     "[2]",
		"?since=1&operation=toypay.charge.get": "[]",
		"?since=99":                            "[]",
	} {
		s.call("GET", journalPath+query, "").want(200).says("entries.#.seq", want)
	}
	s.call("GET", journalPath+"?limit=1", "").says("entries.0.request.path", "/v1/charges").says("entries.0.response.status", "201")
	for query, code := range map[string]string{
		"?since=-1": "invalid_parameter", "?since=x": "invalid_parameter", "?limit=0": "invalid_parameter", "?limit=-5": "invalid_parameter",
		"?limit=1e3": "invalid_parameter", "?provider=toypya": "unknown_provider", "?operation=toypay.charge.creat": "unknown_operation",
		"?operation=charge": "invalid_parameter", "?operation=*.nope.nope": "unknown_operation", "?operation=other.charge.create": "unknown_provider",
		"?oparation=x": "unknown_parameter", "?since=1&since=2": "invalid_parameter", "?a=%zz": "invalid_query",
	} {
		s.call("GET", journalPath+query, "").want(400, code)
	}
}

// event is a server-sent event.
type event struct{ name, id, data string }

// follow reads a journal's events until the test or the stream ends.
func follow(t *testing.T, base, query string, header ...string) <-chan event {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	t.Cleanup(cancel)
	r, _ := http.NewRequestWithContext(ctx, "GET", base+journalPath+query, nil)
	r.Header.Set("Accept", "text/event-stream")
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { resp.Body.Close() })
	if kind := resp.Header.Get("Content-Type"); resp.StatusCode != 200 || kind != "text/event-stream" {
		t.Fatalf("%s %s", resp.Status, kind)
	}
	out := make(chan event)
	go func() {
		defer close(out)
		var e event
		for lines := bufio.NewScanner(resp.Body); lines.Scan(); {
			name, value, _ := strings.Cut(lines.Text(), ": ")
			switch name {
			case "event":
				e.name = value
			case "id":
				e.id = value
			case "data":
				e.data = value
			case "":
				if value == "" && e != (event{}) {
					out <- e
				}
				e = event{}
			}
		}
	}()
	return out
}

func TestJournalIsFollowed(t *testing.T) {
	s := newSim(t)
	srv := httptest.NewServer(s.handler)
	defer srv.Close()
	s.charge("ann", "A-1", "")
	events := follow(t, srv.URL, "")
	if e := <-events; e.name != "entry" || e.id != "1" || !strings.Contains(e.data, `"operation":"charge.create"`) {
		t.Fatalf("%+v", e)
	}
	s.charge("ann", "A-2", "")
	if e := <-events; e.id != "2" {
		t.Fatalf("%+v", e)
	}
	s.call("POST", "/_sim/tenants/ann/reset", "").want(200)
	if e := <-events; e.name != "reset" || e.id != "0" {
		t.Fatalf("%+v", e)
	}
	s.charge("ann", "A-3", "")
	if e := <-events; e.id != "1" || !strings.Contains(e.data, "A-3") {
		t.Fatalf("%+v", e)
	}
	s.engine.Close()
	if e, more := <-events; more {
		t.Errorf("after the end: %+v", e)
	}
}

func TestFollowingGoesOnWhereItWas(t *testing.T) {
	s := newSim(t)
	srv := httptest.NewServer(s.handler)
	defer srv.Close()
	for _, reference := range []string{"A-1", "A-2", "A-3"} {
		s.charge("ann", reference, "")
	}
	s.call("GET", "/toypay/v1/charges/x", "", "Toy-Key", "toy-ann")
	events := follow(t, srv.URL, "?since=1&operation=toypay.charge.create&limit=2", "Last-Event-ID", "2")
	if e := <-events; e.id != "3" {
		t.Fatalf("%+v", e)
	}
	s.charge("ann", "A-4", "")
	if e := <-events; e.id != "5" {
		t.Fatalf("the read in between is filtered out: %+v", e)
	}
	if e, more := <-events; more {
		t.Errorf("beyond the limit: %+v", e)
	}
	s.call("GET", journalPath, "", "Accept", "text/event-stream", "Last-Event-ID", "x").want(400, "invalid_parameter")
	s.call("GET", journalPath+"?limit=x", "", "Accept", "application/json;q=0.1, text/event-stream").want(400, "invalid_parameter")
}

func TestAskingForTheHeadOfAStreamEnds(t *testing.T) {
	s := newSim(t)
	a := s.call("HEAD", journalPath, "", "Accept", "text/event-stream").want(200)
	if kind := a.Header().Get("Content-Type"); kind != "text/event-stream" || a.Body.Len() > 0 {
		t.Errorf("%s %q", kind, a.Body)
	}
}
