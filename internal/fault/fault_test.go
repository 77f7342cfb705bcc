package fault_test

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"syscall"
	"testing"
	"time"

	"paysim/internal/fault"
)

const answer = `{"id":"ch_1","state":"paid"}`

// serve answers every request with answer, spoilt by faults.
func serve(t *testing.T, faults ...fault.Fault) *httptest.Server {
	t.Helper()
	srv := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s := fault.NewSending(201, http.Header{"Content-Type": {"application/json"}}, []byte(answer))
		for _, f := range faults {
			f.Apply(&s)
		}
		fault.Send(w, r, s)
	}))
	srv.Start()
	t.Cleanup(srv.Close)
	return srv
}

// line is a connection on which a request was sent.
type line struct {
	net.Conn
	*bufio.Reader
}

// dial asks over a bare connection, so that nothing is retried or hidden.
func dial(t *testing.T, srv *httptest.Server) line {
	t.Helper()
	conn, err := net.Dial("tcp", srv.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	conn.SetDeadline(time.Now().Add(10 * time.Second))
	l := line{conn, bufio.NewReader(conn)}
	l.ask(t)
	return l
}

func (l line) ask(t *testing.T) {
	t.Helper()
	if _, err := io.WriteString(l.Conn, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}"); err != nil {
		t.Fatal(err)
	}
}

// head reads the status line and the headers, and leaves the body.
func (l line) head(t *testing.T) *http.Response {
	t.Helper()
	resp, err := http.ReadResponse(l.Reader, nil)
	if err != nil {
		t.Fatal(err)
	}
	return resp
}

func TestAnAnswerWithoutFaultsKeepsTheConnection(t *testing.T) {
	l := dial(t, serve(t))
	for range 3 {
		resp := l.head(t)
		body, err := io.ReadAll(resp.Body)
		if err != nil || resp.StatusCode != 201 || string(body) != answer || resp.ContentLength != int64(len(answer)) {
			t.Fatalf("%d %s %v, length %d", resp.StatusCode, body, err, resp.ContentLength)
		}
		l.ask(t)
	}
}

func TestLostSaysNothingUntilTheCallerGivesUp(t *testing.T) {
	over := make(chan struct{})
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer close(over)
		s := fault.NewSending(201, nil, []byte(answer))
		fault.LostAnswer{}.Apply(&s)
		fault.Send(w, r, s)
	}))
	defer srv.Close()
	l := dial(t, srv)
	l.SetReadDeadline(time.Now().Add(150 * time.Millisecond))
	if b, err := l.ReadByte(); !errors.Is(err, context.DeadlineExceeded) && !isTimeout(err) {
		t.Fatalf("something came: %q %v", b, err)
	}
	select {
	case <-over:
		t.Fatal("the server gave up first")
	default:
	}
	l.Close()
	select {
	case <-over:
	case <-time.After(5 * time.Second):
		t.Fatal("the caller has gone, and the answer still waits")
	}
}

func isTimeout(err error) bool {
	var n net.Error
	return errors.As(err, &n) && n.Timeout()
}

func TestLostReadsWhatTheCallerStillHasToSay(t *testing.T) {
	over := make(chan struct{})
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer close(over)
		s := fault.NewSending(201, nil, []byte(answer)) // the body was not read
		fault.LostAnswer{}.Apply(&s)
		fault.Send(w, r, s)
	}))
	defer srv.Close()
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(200*time.Millisecond, cancel)
	req, _ := http.NewRequestWithContext(ctx, "POST", srv.URL, strings.NewReader(strings.Repeat("x", 3<<20)))
	if _, err := http.DefaultClient.Do(req); !errors.Is(err, context.Canceled) {
		t.Fatalf("an answer: %v", err)
	}
	<-over
}

func TestResetIsATCPReset(t *testing.T) {
	l := dial(t, serve(t, fault.ResetConnection{}))
	if _, err := l.ReadByte(); !errors.Is(err, syscall.ECONNRESET) {
		t.Errorf("the caller sees %v", err)
	}
}

func TestResetUnderTLS(t *testing.T) {
	srv := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s := fault.NewSending(201, nil, []byte(answer))
		fault.ResetConnection{}.Apply(&s)
		fault.Send(w, r, s)
	}))
	defer srv.Close()
	if _, err := srv.Client().Post(srv.URL, "text/plain", strings.NewReader("x")); !errors.Is(err, syscall.ECONNRESET) {
		t.Errorf("the caller sees %v", err)
	}
}

func TestDelaysAddUp(t *testing.T) {
	begin := time.Now()
	l := dial(t, serve(t, fault.Delay{For: 60 * time.Millisecond}, fault.Delay{For: 60 * time.Millisecond}))
	resp := l.head(t)
	if waited := time.Since(begin); waited < 120*time.Millisecond || resp.StatusCode != 201 {
		t.Errorf("%d after %v", resp.StatusCode, waited)
	}
}

func TestADelayEndsWithItsCaller(t *testing.T) {
	over := make(chan time.Time, 1)
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s := fault.NewSending(201, nil, []byte(answer))
		fault.Delay{For: time.Minute}.Apply(&s)
		io.Copy(io.Discard, r.Body)
		fault.Send(w, r, s)
		over <- time.Now()
	}))
	defer srv.Close()
	l := dial(t, srv)
	l.Close()
	select {
	case <-over:
	case <-time.After(5 * time.Second):
		t.Error("the caller has gone, and the answer still waits")
	}
}

func TestStatusPutsAnotherAnswerInItsPlace(t *testing.T) {
	l := dial(t, serve(t, fault.Status{Code: 503, Body: "<h1>Busy</h1>", Header: http.Header{"Content-Type": {"text/html"}, "Retry-After": {"7"}}}))
	for range 2 { // the connection stays
		resp := l.head(t)
		body, _ := io.ReadAll(resp.Body)
		if resp.StatusCode != 503 || string(body) != "<h1>Busy</h1>" || resp.Header.Get("Retry-After") != "7" || resp.Header.Get("Content-Type") != "text/html" {
			t.Fatalf("%d %s %v", resp.StatusCode, body, resp.Header)
		}
		l.ask(t)
	}
}

func TestStatusWithoutABody(t *testing.T) {
	resp := dial(t, serve(t, fault.Status{Code: 502})).head(t)
	if body, _ := io.ReadAll(resp.Body); resp.StatusCode != 502 || len(body) != 0 || resp.ContentLength != 0 {
		t.Errorf("%d %q, length %d", resp.StatusCode, body, resp.ContentLength)
	}
}

func TestTruncateAnnouncesMoreThanItSends(t *testing.T) {
	for _, share := range []float64{0, 0.5, 0.9} {
		l := dial(t, serve(t, fault.Truncate{Share: share}))
		resp := l.head(t)
		body, err := io.ReadAll(resp.Body)
		want := answer[:int(share*float64(len(answer)))]
		if !errors.Is(err, io.ErrUnexpectedEOF) || string(body) != want || resp.ContentLength != int64(len(answer)) {
			t.Errorf("%v: %q %v, announced %d", share, body, err, resp.ContentLength)
		}
	}
}

func TestDripComesInPieces(t *testing.T) {
	begin := time.Now()
	l := dial(t, serve(t, fault.Drip{Bytes: 10, Every: 30 * time.Millisecond}))
	resp := l.head(t)
	var pieces []string
	for b := make([]byte, 1024); ; {
		n, err := resp.Body.Read(b)
		if n > 0 {
			pieces = append(pieces, string(b[:n]))
		}
		if err != nil {
			break
		}
	}
	if got := strings.Join(pieces, ""); got != answer || len(pieces) != 3 || time.Since(begin) < 60*time.Millisecond {
		t.Errorf("%q in %v", pieces, time.Since(begin))
	}
	l.ask(t) // the connection stays
	if l.head(t).StatusCode != 201 {
		t.Error("the connection did not serve again")
	}
}

func TestHalfAnAnswerThenSilence(t *testing.T) {
	l := dial(t, serve(t, fault.Truncate{Share: 0.5}, fault.LostAnswer{}))
	resp := l.head(t)
	half := make([]byte, len(answer)/2)
	if _, err := io.ReadFull(resp.Body, half); err != nil || string(half) != answer[:len(half)] {
		t.Fatalf("%q %v", half, err)
	}
	l.SetReadDeadline(time.Now().Add(100 * time.Millisecond))
	if n, err := resp.Body.Read(make([]byte, 1)); !isTimeout(err) {
		t.Errorf("then %d bytes and %v", n, err)
	}
}

func TestHalfAnAnswerThenAReset(t *testing.T) {
	l := dial(t, serve(t, fault.Truncate{Share: 0.5}, fault.Drip{Bytes: 7, Every: 20 * time.Millisecond}, fault.ResetConnection{}))
	_, err := io.ReadAll(l.Reader)
	if !errors.Is(err, syscall.ECONNRESET) {
		t.Errorf("the caller sees %v", err)
	}
}

func TestOneAfterAnother(t *testing.T) {
	begin := time.Now()
	l := dial(t, serve(t, fault.Delay{For: 50 * time.Millisecond}, fault.Status{Code: 200, Body: "<html>oops</html>"}, fault.Truncate{Share: 0.5}))
	resp := l.head(t)
	body, err := io.ReadAll(resp.Body)
	if resp.StatusCode != 200 || string(body) != "<html>oo" || !errors.Is(err, io.ErrUnexpectedEOF) || time.Since(begin) < 50*time.Millisecond {
		t.Errorf("%d %q %v", resp.StatusCode, body, err)
	}
}

func TestStatusUndoesWhatWasCutBefore(t *testing.T) {
	resp := dial(t, serve(t, fault.Truncate{Share: 0}, fault.Drip{Bytes: 1, Every: time.Minute}, fault.Status{Code: 504, Body: "late"})).head(t)
	if body, err := io.ReadAll(resp.Body); err != nil || string(body) != "late" {
		t.Errorf("%q %v", body, err)
	}
}

func TestHowTheJournalShowsThem(t *testing.T) {
	for want, f := range map[string]fault.Fault{
		"lost": fault.LostAnswer{}, "reset": fault.ResetConnection{}, "delay 3s": fault.Delay{For: 3 * time.Second}, "status 503": fault.Status{Code: 503},
		"truncate 0.5": fault.Truncate{Share: 0.5}, "drip 64 bytes every 100ms": fault.Drip{Bytes: 64, Every: 100 * time.Millisecond},
	} {
		if got := f.String(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
