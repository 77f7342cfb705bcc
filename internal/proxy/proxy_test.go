package proxy

import (
	"bufio"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"

	"paysim/internal/authority"
)

// stage is a proxy in front of a handler that says what it was asked.
type stage struct {
	*httptest.Server
	trust *x509.CertPool

	mu      sync.Mutex
	refused []string
}

func raise(t *testing.T, allow ...string) *stage {
	t.Helper()
	a, err := authority.New([]string{"api.toypay.test"})
	if err != nil {
		t.Fatal(err)
	}
	s := &stage{trust: x509.NewCertPool()}
	s.trust.AddCert(a.Certificate())
	behind := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, "%s %s %v %s", r.Method, r.Host+r.RequestURI, r.TLS != nil, r.Header.Get("Proxy-Connection"))
	})
	tunnels := NewTunnels(a.Config(), &net.TCPAddr{})
	inner := &http.Server{Handler: behind}
	go inner.Serve(tunnels)
	s.Server = httptest.NewServer(New(Config{
		Ours:    func(host string) bool { return host == "api.toypay.test" },
		Allow:   allow,
		Tunnels: tunnels,
		Refused: func(host string) { s.mu.Lock(); s.refused = append(s.refused, host); s.mu.Unlock() },
		Log:     slog.New(slog.DiscardHandler),
	}, behind))
	t.Cleanup(func() { s.Close(); inner.Close() })
	return s
}

// client comes through the proxy.
func (s *stage) client() *http.Client {
	u, _ := url.Parse(s.URL)
	return &http.Client{Transport: &http.Transport{Proxy: http.ProxyURL(u), TLSClientConfig: &tls.Config{RootCAs: s.trust}, DisableKeepAlives: true}}
}

func TestWhatIsOursIsAnsweredHere(t *testing.T) {
	s := raise(t)
	for address, want := range map[string]string{
		"https://api.toypay.test/a%2Fb?c=d": "GET api.toypay.test/a%2Fb?c=d true ",
		"https://API.toypay.test./a":        "GET API.toypay.test./a true ",
		"http://api.toypay.test/a%2Fb?c=d":  "GET api.toypay.test/a%2Fb?c=d false ",
	} {
		resp, err := s.client().Get(address)
		if err != nil {
			t.Errorf("%s: %v", address, err)
			continue
		}
		if got, _ := io.ReadAll(resp.Body); string(got) != want {
			t.Errorf("%s arrives as %q, want %q", address, got, want)
		}
	}
	resp, err := http.Get(s.URL + "/plain")
	if err != nil {
		t.Fatal(err)
	}
	if got, _ := io.ReadAll(resp.Body); !strings.Contains(string(got), "/plain false") {
		t.Errorf("a direct call arrives as %q", got)
	}
}

// TestHTTPSWithoutATunnel asks as some clients do that were told of a proxy.
func TestHTTPSWithoutATunnel(t *testing.T) {
	s := raise(t)
	got := s.say(t, "GET https://api.toypay.test/a HTTP/1.1\r\nHost: elsewhere.test\r\nProxy-Connection: close\r\nConnection: close\r\n\r\n")
	if !strings.HasSuffix(got, "GET api.toypay.test/a true ") {
		t.Errorf("it arrives as %q", got)
	}
}

// TestAPathIsNoTarget sends CONNECT as if it were any method.
func TestAPathIsNoTarget(t *testing.T) {
	s := raise(t)
	got := s.say(t, "CONNECT /a HTTP/1.1\r\nHost: api.toypay.test:443\r\nConnection: close\r\n\r\n")
	if !strings.HasSuffix(got, "CONNECT api.toypay.test:443/a false ") {
		t.Errorf("it arrives as %q", got)
	}
}

// TestATunnelIsKeptAlive sends two requests through one, and a third to where it
// does not lead.
func TestATunnelIsKeptAlive(t *testing.T) {
	s := raise(t)
	got := s.say(t, "CONNECT api.toypay.test:80 HTTP/1.1\r\nHost: api.toypay.test:80\r\n\r\n"+
		"GET /one HTTP/1.1\r\nHost: api.toypay.test\r\n\r\nGET /two HTTP/1.1\r\nHost: api.toypay.test\r\nConnection: close\r\n\r\n")
	if strings.Count(got, "HTTP/1.1 200 OK") != 2 || !strings.Contains(got, "/one") || !strings.Contains(got, "/two") {
		t.Errorf("it answers %q", got)
	}
}

func TestPlainHTTPInATunnel(t *testing.T) {
	s := raise(t)
	got := s.say(t, "CONNECT api.toypay.test:80 HTTP/1.1\r\nHost: api.toypay.test:80\r\n\r\n"+
		"GET /early HTTP/1.1\r\nHost: api.toypay.test\r\nConnection: close\r\n\r\n") // without waiting for our answer
	if !strings.HasPrefix(got, established) || !strings.Contains(got, "GET api.toypay.test/early false") {
		t.Errorf("it answers %q", got)
	}
}

// say sends text and gives all that comes back.
func (s *stage) say(t *testing.T, text string) string {
	t.Helper()
	conn, err := net.Dial("tcp", s.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := io.WriteString(conn, text); err != nil {
		t.Fatal(err)
	}
	got, _ := io.ReadAll(bufio.NewReader(conn))
	return string(got)
}

func TestEverythingElseIsRefused(t *testing.T) {
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("it was let out") }))
	defer elsewhere.Close()
	s := raise(t, "other.test", "*.sub.test")
	at := elsewhere.Listener.Addr().String()
	for name, text := range map[string]string{
		"an address":    "CONNECT [2001:db8::1]:443 HTTP/1.1\r\nHost: api.toypay.test\r\n\r\n",
		"near":          "CONNECT localhost:22 HTTP/1.1\r\nHost: localhost:22\r\n\r\n",
		"connect":       "CONNECT " + at + " HTTP/1.1\r\nHost: " + at + "\r\n\r\n",
		"absolute form": "GET http://" + at + "/ HTTP/1.1\r\nHost: api.toypay.test\r\nConnection: close\r\n\r\n",
		"beside a wild": "CONNECT notsub.test:443 HTTP/1.1\r\nHost: notsub.test:443\r\n\r\n",
		"the wild's":    "CONNECT sub.test:443 HTTP/1.1\r\nHost: sub.test:443\r\n\r\n",
		"like ours":     "CONNECT api.toypay.test.evil.test:443 HTTP/1.1\r\nHost: x:443\r\n\r\n",
		"https":         "GET https://other.test/ HTTP/1.1\r\nHost: other.test\r\nConnection: close\r\n\r\n",
	} {
		got := s.say(t, text)
		if !strings.HasPrefix(got, "HTTP/1.1 403 ") || !strings.Contains(got, "--proxy-allow") || !strings.Contains(got, "Proxy-Status: simulator") {
			t.Errorf("%s: %q", name, got)
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if !slices.Contains(s.refused, at) {
		t.Errorf("nobody is told: %q", s.refused)
	}
	for _, text := range []string{"CONNECT nowhere HTTP/1.1\r\nHost: nowhere\r\n\r\n", "GET ftp://api.toypay.test/ HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", "GET http:///a HTTP/1.1\r\nHost: api.toypay.test\r\nConnection: close\r\n\r\n", "CONNECT a:0 HTTP/1.1\r\nHost: a:0\r\n\r\n"} {
		if got := s.say(t, text); !strings.HasPrefix(got, "HTTP/1.1 400 ") || !strings.Contains(got, "error=http_request_error") {
			t.Errorf("%q: %q", text, got)
		}
	}
}

func TestAllowedHostsAreReached(t *testing.T) {
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		fmt.Fprintf(w, "elsewhere %s %s %s", r.URL.Path, body, r.Header.Get("Proxy-Authorization"))
	})
	plain, secure := httptest.NewServer(handler), httptest.NewTLSServer(handler)
	defer plain.Close()
	defer secure.Close()
	s := raise(t, "127.0.0.1")
	s.trust.AddCert(secure.Certificate())
	for _, server := range []*httptest.Server{plain, secure} {
		c := s.client()
		// Go sends nothing near through a proxy unless it is told to for all.
		u, _ := url.Parse(s.URL)
		c.Transport.(*http.Transport).Proxy = func(*http.Request) (*url.URL, error) { return u, nil }
		resp, err := c.Post(server.URL+"/x", "text/plain", strings.NewReader("body"))
		if err != nil {
			t.Errorf("%s: %v", server.URL, err)
			continue
		}
		if got, _ := io.ReadAll(resp.Body); string(got) != "elsewhere /x body " {
			t.Errorf("%s: %q", server.URL, got)
		}
	}
	gone := httptest.NewServer(nil)
	gone.Close()
	at := gone.Listener.Addr().String()
	if got := s.say(t, "CONNECT "+at+" HTTP/1.1\r\nHost: "+at+"\r\n\r\n"); !strings.HasPrefix(got, "HTTP/1.1 502 ") {
		t.Errorf("a host that is down: %q", got)
	}
}

// early answers before its request's body has been seen to end, which it looks for when the answer is half sent.
type early struct {
	request io.Reader
	parts   int
	found   error
}

func (e *early) RoundTrip(r *http.Request) (*http.Response, error) {
	body := make([]byte, r.ContentLength)
	if _, err := io.ReadFull(r.Body, body); err != nil {
		return nil, err
	}
	e.request = r.Body
	return &http.Response{StatusCode: http.StatusOK, ContentLength: -1, Body: io.NopCloser(e)}, nil
}

func (e *early) Read(b []byte) (int, error) {
	if e.parts++; e.parts > 1 {
		_, e.found = e.request.Read(make([]byte, 1))
		return 0, io.EOF
	}
	return len(b), nil
}

func TestAnAnswerMayOvertakeTheEndOfItsRequest(t *testing.T) {
	target := &early{}
	p := New(Config{Ours: func(string) bool { return false }, Allow: []string{"elsewhere.test"}}, nil)
	p.forward.Transport = target
	server := httptest.NewServer(p)
	defer server.Close()
	u, _ := url.Parse(server.URL)
	client := &http.Client{Transport: &http.Transport{Proxy: http.ProxyURL(u)}}
	defer client.CloseIdleConnections()
	resp, err := client.Post("http://elsewhere.test/", "text/plain", strings.NewReader("body"))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if got, err := io.ReadAll(resp.Body); err != nil || len(got) < 4096 {
		t.Errorf("%d bytes: %v", len(got), err)
	}
	if target.found != io.EOF {
		t.Errorf("after its end the request's body gives %v", target.found)
	}
}

func TestOnlyThisMachineIsServed(t *testing.T) {
	s := raise(t, "*")
	for remote, want := range map[string]int{"127.0.0.1:1": 200, "[::1]:1": 200, "[::ffff:127.0.0.1]:1": 200, "192.0.2.1:1": 403, "10.0.0.1:1": 403, "[2001:db8::1]:1": 403, "": 403} {
		for _, method := range []string{"GET", "CONNECT"} {
			r := httptest.NewRequest(method, "http://api.toypay.test:80/", nil)
			if r.RemoteAddr = remote; method == "CONNECT" {
				if want == 200 {
					continue // needs a connection
				}
				r.Host, r.URL = "api.toypay.test:443", &url.URL{Host: "api.toypay.test:443"}
			}
			w := httptest.NewRecorder()
			s.Config.Handler.ServeHTTP(w, r)
			if w.Code != want {
				t.Errorf("%s from %q: %d, want %d", method, remote, w.Code, want)
			}
		}
	}
	r := httptest.NewRequest("GET", "/", nil)
	r.RemoteAddr = "192.0.2.1:1"
	w := httptest.NewRecorder()
	if s.Config.Handler.ServeHTTP(w, r); w.Code != 200 {
		t.Errorf("who asks for no proxy is refused: %d", w.Code)
	}
}
