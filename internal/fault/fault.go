// Package fault is trouble between a decided answer and its caller: late, lost,
// cut, spoilt. Each kind is a value with a file of its own; none knows what the
// answer means, and none touches state.
package fault

import (
	"context"
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

// The ends.
const (
	Normal End = iota
	Lost       // nothing is sent; the connection stays open until the caller gives up
	Reset      // nothing is sent; the connection is reset
)

// Send sends s on w, as its faults have left it. It returns when the exchange
// is over.
func Send(w http.ResponseWriter, r *http.Request, s Sending) {
	if err := clock.Wait(r.Context(), s.Wait); err != nil {
		return // the caller has gone
	}
	switch s.End {
	case Lost:
		<-r.Context().Done()
		panic(http.ErrAbortHandler) // no answer: the server closes without a word
	case Reset:
		reset(w)
	}
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
	body, cut := s.Body, s.Keep >= 0 && s.Keep < len(s.Body)
	if cut {
		body = body[:s.Keep]
	}
	if drip(r.Context(), w, body, s); cut {
		http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler) // announced more than was sent
	}
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

// reset ends the connection with a TCP reset where there is a TCP connection,
// and without a word elsewhere.
func reset(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		tcp.SetLinger(0)
	}
	conn.Close()
	panic(http.ErrAbortHandler)
}
