// Package fault is trouble between a decided answer and its caller: late, lost,
// cut, spoilt. Each kind is a value with a file of its own; none knows what the
// answer means, and none touches state.
package fault

import (
	"context"
	"io"
	"net"
	"net/http"
	"strconv"
	"time"

	"paysim/internal/clock"
)

// Fault changes how an answer is sent.
type Fault interface {
	Apply(*Sending)
	String() string // as the journal shows it
}

// Sending is an answer and the way in which it will be sent.
type Sending struct {
	Status int
	Header http.Header
	Body   []byte
	Close  bool // the connection ends with the answer

	Wait  time.Duration // before the first byte; real time
	Keep  int           // bytes of the body that are sent before the connection is cut; -1 for all
	Piece int           // with Every: so many bytes at a time
	Every time.Duration
	End   End
}

// NewSending is an answer sent as it should be.
func NewSending(status int, h http.Header, body []byte) Sending {
	return Sending{Status: status, Header: h, Body: body, Keep: -1}
}

// End is how an exchange ends.
type End int

// The ends. Without Keep nothing is sent before Lost and Reset.
const (
	Normal End = iota
	Lost       // the connection stays open until the caller gives up
	Reset      // the connection is reset
)

// Send sends s on w, as its faults have left it. It returns when the exchange
// is over.
func Send(w http.ResponseWriter, r *http.Request, s Sending) {
	if s.Wait > 0 && clock.Wait(r.Context(), s.Wait) != nil {
		return // the caller has gone
	}
	if s.End == Normal || s.Keep >= 0 {
		send(w, r, s)
	}
	switch {
	case s.End == Lost:
		linger(r)
	case s.End == Reset:
		reset(w)
	case s.Keep < 0 || s.Keep >= len(s.Body):
		return
	}
	panic(http.ErrAbortHandler) // the server closes without a word: less was sent than announced
}

// send sends the head and what is kept of the body.
func send(w http.ResponseWriter, r *http.Request, s Sending) {
	h := w.Header()
	for name, values := range s.Header {
		h[name] = values
	}
	if s.Close {
		h.Set("Connection", "close")
	}
	if s.Status != http.StatusNoContent && s.Status != http.StatusNotModified {
		h.Set("Content-Length", strconv.Itoa(len(s.Body)))
	}
	w.WriteHeader(s.Status)
	body := s.Body
	if s.Keep >= 0 && s.Keep < len(body) {
		body = body[:s.Keep]
	}
	drip(r.Context(), w, body, s)
	http.NewResponseController(w).Flush() // out now: what comes after the answer must not overtake it
}

// drip writes body in pieces, or whole when s asks for none.
func drip(ctx context.Context, w http.ResponseWriter, body []byte, s Sending) {
	if s.Piece <= 0 {
		w.Write(body)
		return
	}
	for len(body) > 0 {
		n := min(s.Piece, len(body))
		if _, err := w.Write(body[:n]); err != nil {
			return
		}
		http.NewResponseController(w).Flush()
		body = body[n:]
		if len(body) > 0 && clock.Wait(ctx, s.Every) != nil {
			return
		}
	}
}

// linger lets the caller wait until it gives up. That is only noticed once all
// that the caller has to say was read.
func linger(r *http.Request) {
	if r.Body != nil {
		io.Copy(io.Discard, r.Body)
	}
	<-r.Context().Done()
}

// reset ends the connection with a TCP reset where there is a TCP connection;
// elsewhere it will end without a word.
func reset(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return
	}
	for {
		inner, ok := conn.(interface{ NetConn() net.Conn }) // TLS
		if !ok {
			break
		}
		conn = inner.NetConn()
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		tcp.SetLinger(0)
	}
	conn.Close()
}
