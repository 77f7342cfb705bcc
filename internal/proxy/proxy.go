package proxy

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"log"
	"log/slog"
	"net"
	"net/http"
	"net/http/httputil"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"
)

// dialTimeout is how long an allowed host may take to be reached, in real time.
const dialTimeout = 30 * time.Second

// Config is what a Proxy needs.
type Config struct {
	Ours    func(host string) bool     // whether we answer for a host
	Own     func(hostport string) bool // whether an address is one that we listen on; nil for none
	Allow   []string                   // hosts that may be reached; "*" for all, "*.example.com" for all under one
	Tunnels *Tunnels                   // takes the tunnels to hosts that are ours
	Refused func(hostport string)      // is told of every refusal for the host's sake; may be nil
	Log     *slog.Logger
}

// Proxy answers what is asked of a forward proxy, and gives everything else to
// the handler behind it.
type Proxy struct {
	Config
	behind  http.Handler
	forward *httputil.ReverseProxy
	dialer  net.Dialer
}

// New makes a proxy in front of a handler. Requests in absolute form for a host
// that is ours reach it as if they had come directly.
func New(cfg Config, behind http.Handler) *Proxy {
	p := &Proxy{Config: cfg, behind: behind, dialer: net.Dialer{Timeout: dialTimeout}}
	p.forward = &httputil.ReverseProxy{
		Rewrite:      func(*httputil.ProxyRequest) {},                                              // the target is in the request; hop-by-hop headers are dropped
		Transport:    &http.Transport{DialContext: p.dialer.DialContext, DisableCompression: true}, // and no proxy behind the proxy
		ErrorLog:     log.New(io.Discard, "", 0),
		ErrorHandler: func(w http.ResponseWriter, r *http.Request, err error) { unreachable(w, r.URL.Host, err) },
	}
	return p
}

// ServeHTTP is the way of a request: to the proxy if it names its target, else
// to the handler behind.
func (p *Proxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if strings.HasPrefix(r.RequestURI, "/") || r.Method != http.MethodConnect && !r.URL.IsAbs() {
		p.behind.ServeHTTP(w, r)
		return
	}
	if !local(r.RemoteAddr) {
		refuse(w, "the proxy serves callers on this machine only, and "+r.RemoteAddr+" is none")
		return
	}
	target, err := targetOf(r)
	if err != nil {
		answer(w, http.StatusBadRequest, err.Error())
		return
	}
	switch {
	case r.Method == http.MethodConnect && p.Ours(target.host):
		p.take(w, r, target)
	case r.Method == http.MethodConnect && p.allowed(target):
		p.tunnel(w, r, target)
	case r.Method != http.MethodConnect && p.Ours(target.host):
		p.behind.ServeHTTP(w, direct(r))
	case r.Method != http.MethodConnect && r.URL.Scheme == "http" && p.allowed(target):
		r.Body = &ended{ReadCloser: r.Body}
		p.forward.ServeHTTP(w, r)
	default:
		p.refuseHost(w, target)
	}
}

// target is where a request wants to go.
type target struct {
	host string // lower case, without brackets or final dot
	port string
}

func (t target) String() string { return net.JoinHostPort(t.host, t.port) }

func targetOf(r *http.Request) (target, error) {
	hostport, port := r.Host, ""
	if r.Method != http.MethodConnect {
		switch hostport = r.URL.Host; r.URL.Scheme {
		case "http":
			port = "80"
		case "https":
			port = "443"
		default:
			return target{}, fmt.Errorf("a proxy cannot be asked for %s addresses", r.URL.Scheme)
		}
	}
	host := hostport
	if h, p, err := net.SplitHostPort(hostport); err == nil {
		host, port = h, p
	}
	host = strings.ToLower(strings.TrimSuffix(strings.Trim(host, "[]"), "."))
	if n, err := strconv.Atoi(port); host == "" || err != nil || n < 1 || n > 65535 {
		return target{}, fmt.Errorf("%q is not a host and a port", hostport)
	}
	return target{host, port}, nil
}

// local reports whether a caller is on this machine.
func local(remote string) bool {
	ap, err := netip.ParseAddrPort(remote)
	return err == nil && ap.Addr().Unmap().IsLoopback()
}

func (p *Proxy) allowed(t target) bool {
	if p.Own != nil && p.Own(t.String()) {
		return true // a client that sends even its calls to our own addresses through the proxy
	}
	return slices.ContainsFunc(p.Allow, func(a string) bool {
		a = strings.ToLower(a)
		under, wild := strings.CutPrefix(a, "*.")
		return a == "*" || a == t.host || a == t.String() || wild && strings.HasSuffix(t.host, "."+under)
	})
}

// direct is a request in absolute form as it would have come without a proxy.
func direct(r *http.Request) *http.Request {
	r = r.Clone(r.Context())
	r.Host = r.URL.Host
	if r.URL.Scheme == "https" { // some clients ask a proxy so, in the clear; links to us shall be what they expect
		r.TLS = &tls.ConnectionState{ServerName: r.URL.Hostname()}
	}
	r.URL.Scheme, r.URL.Host = "", ""
	r.RequestURI = r.URL.RequestURI()
	for _, name := range []string{"Proxy-Connection", "Proxy-Authorization"} {
		r.Header.Del(name)
	}
	return r
}

// ended is a request's body whose end, once read, stays its end. The server
// closes a body when the answer begins, and the transport looks once more for
// its end after it has sent it: a target that answers at once could make it find
// a closed body there, and give up the answer half way.
type ended struct {
	io.ReadCloser
	end bool
}

func (e *ended) Read(b []byte) (int, error) {
	if e.end {
		return 0, io.EOF
	}
	n, err := e.ReadCloser.Read(b)
	e.end = err == io.EOF
	return n, err
}

// take makes a tunnel end here.
func (p *Proxy) take(w http.ResponseWriter, r *http.Request, t target) {
	conn, err := hijack(w)
	if err != nil {
		p.Log.Warn("a tunnel was not made", "host", t.String(), "cause", err)
		return
	}
	if _, err := io.WriteString(conn, established); err != nil || !p.Tunnels.put(conn) {
		conn.Close()
	}
}

const established = "HTTP/1.1 200 Connection established\r\n\r\n"

// tunnel leads to an allowed host.
func (p *Proxy) tunnel(w http.ResponseWriter, r *http.Request, t target) {
	there, err := p.dialer.DialContext(r.Context(), "tcp", t.String())
	if err != nil {
		unreachable(w, t.String(), err)
		return
	}
	defer there.Close()
	here, err := hijack(w)
	if err != nil {
		p.Log.Warn("a tunnel was not made", "host", t.String(), "cause", err)
		return
	}
	defer here.Close()
	if _, err := io.WriteString(here, established); err != nil {
		return
	}
	// Whoever stops sending may still be answered. A stop ends both ways.
	defer context.AfterFunc(p.Tunnels.ctx, func() { here.Close(); there.Close() })()
	sent := make(chan struct{})
	go func() {
		defer close(sent)
		pass(there, here)
	}()
	pass(here, there)
	<-sent
}

// pass copies until the source ends, and says so to the destination. When it
// ends by an error, so does the destination.
func pass(to, from net.Conn) {
	_, err := io.Copy(to, from)
	if c, ok := to.(interface{ CloseWrite() error }); ok && err == nil {
		c.CloseWrite()
		return
	}
	to.Close()
}

func hijack(w http.ResponseWriter) (net.Conn, error) {
	conn, buffered, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return nil, err
	}
	if n := buffered.Reader.Buffered(); n > 0 { // a client that did not wait for our answer
		early, _ := buffered.Reader.Peek(n)
		return &withEarly{Conn: conn, early: slices.Clone(early)}, nil
	}
	return conn, nil
}

// withEarly is a connection of which something has been read already.
type withEarly struct {
	net.Conn
	early []byte
}

// NetConn is the connection itself, for those who end it by a reset.
func (c *withEarly) NetConn() net.Conn { return c.Conn }

func (c *withEarly) Read(b []byte) (int, error) {
	if len(c.early) == 0 {
		return c.Conn.Read(b)
	}
	n := copy(b, c.early)
	c.early = c.early[n:]
	return n, nil
}

// CloseWrite says that nothing more will be sent.
func (c *withEarly) CloseWrite() error {
	if half, ok := c.Conn.(interface{ CloseWrite() error }); ok {
		return half.CloseWrite()
	}
	return c.Conn.Close()
}

func (p *Proxy) refuseHost(w http.ResponseWriter, t target) {
	if p.Refused != nil {
		p.Refused(t.String())
	}
	p.Log.Warn("the proxy refused a host", "host", t.String())
	refuse(w, fmt.Sprintf("%s is none of the hosts that the simulator answers for, and nothing else is let out; --proxy-allow %s would let it", t, t.host))
}

func refuse(w http.ResponseWriter, text string) { answer(w, http.StatusForbidden, text) }

func unreachable(w http.ResponseWriter, host string, err error) {
	answer(w, http.StatusBadGateway, fmt.Sprintf("%s cannot be reached: %v", host, err))
}

// answer is the proxy's own word, and says so: it must not be taken for the
// target's.
func answer(w http.ResponseWriter, status int, text string) {
	h := w.Header()
	h.Set("Content-Type", "text/plain; charset=utf-8")
	h.Set("Content-Length", strconv.Itoa(len(text)+1))
	h.Set("Proxy-Status", "simulator; error="+map[int]string{
		http.StatusBadRequest: "http_request_error",
		http.StatusForbidden:  "http_request_denied",
		http.StatusBadGateway: "destination_unavailable",
	}[status])
	h.Set("Connection", "close")
	w.WriteHeader(status)
	io.WriteString(w, text+"\n")
}
