package providertest

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"

	"paysim/internal/fault"
)

// overSocket sends a signed request over a real connection. A client whose
// answer does not come gives up once the journal holds the call.
func (c *Client) overSocket(r *Request) (*Reply, error) {
	server := httptest.NewServer(c.w.handler)
	defer server.Close()
	dialer := &net.Dialer{}
	transport := &http.Transport{
		DisableKeepAlives: true,
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return dialer.DialContext(ctx, "tcp", server.Listener.Addr().String())
		},
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, r.Method, c.w.base+r.Path, bytes.NewReader(r.Body))
	if err != nil {
		c.w.stop("%s %q is not a request: %v", r.Method, r.Path, err)
	}
	req.Header = r.Header.Clone()
	c.t.Lock()
	held := c.t.Journal.Changed()
	lost := false
	if s, ok := c.t.Planner.(*script); ok {
		for _, f := range s.call.Answer {
			_, is := f.(fault.LostAnswer)
			lost = lost || is
		}
	}
	c.t.Unlock()
	if lost {
		go func() {
			select {
			case <-held:
				cancel()
			case <-ctx.Done():
			}
		}()
	}
	resp, err := transport.RoundTrip(req)
	if err != nil {
		return &Reply{}, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		err = fmt.Errorf("reading the body: %w", err)
	}
	return &Reply{Status: resp.StatusCode, Header: resp.Header, Body: body}, err
}

// garbled sends a signed request over a real connection, its body in chunks of
// which the second is none.
func (c *Client) garbled(r *Request) *Reply {
	server := httptest.NewServer(c.w.handler)
	defer server.Close()
	conn, err := net.Dial("tcp", server.Listener.Addr().String())
	if err != nil {
		c.w.stop("%v", err)
	}
	defer conn.Close()
	var text bytes.Buffer
	fmt.Fprintf(&text, "%s %s HTTP/1.1\r\nHost: %s\r\nTransfer-Encoding: chunked\r\n", r.Method, r.Path, c.w.host)
	r.Header.Write(&text)
	half := r.Body[:len(r.Body)/2]
	fmt.Fprintf(&text, "\r\n%x\r\n%s\r\nno chunk\r\n", len(half), half)
	before := c.w.newest(c.t)
	conn.Write(text.Bytes())
	resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		c.w.stop("%s %s, whose body breaks off, is not answered: %v", r.Method, r.Path, err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		c.w.stop("the answer to a body that breaks off breaks off: %v", err)
	}
	reply := &Reply{Status: resp.StatusCode, Header: resp.Header, Body: body, Entry: c.w.entrySince(c.t, before)}
	c.w.look(r, reply)
	return reply
}
