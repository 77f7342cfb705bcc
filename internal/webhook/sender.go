package webhook

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"syscall"
	"time"
)

// answerLimit is how much of a receiver's answer is kept, in bytes.
const answerLimit = 1024

// Sender makes attempts.
type Sender struct {
	client *http.Client
	allow  []string
}

// NewSender makes a Sender that calls loopback, private and container-host
// addresses only, and besides them the hosts in allow ("*" for all).
func NewSender(allow []string) *Sender {
	s := &Sender{allow: allow}
	dialer := &net.Dialer{ControlContext: s.control}
	s.client = &http.Client{
		Transport: &http.Transport{
			DialContext:         dialer.DialContext,
			MaxIdleConnsPerHost: 2,
			IdleConnTimeout:     30 * time.Second,
		},
		// A provider posts to the address it was given; it follows nobody elsewhere.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	return s
}

// NewSenderVia makes a Sender whose attempts t carries instead of the network,
// so that a test can stand behind every address.
func NewSenderVia(t http.RoundTripper, allow []string) *Sender {
	s := NewSender(allow)
	s.client.Transport = t
	return s
}

// BlockedError says that an address is not one we may call.
type BlockedError struct{ Host string }

func (e *BlockedError) Error() string {
	return fmt.Sprintf("%s is outside this machine's own networks; --webhook-allow %s would allow it", e.Host, e.Host)
}

type hostKey struct{}

// control looks at the address that a name led to, so that a name cannot lead
// outside unseen.
func (s *Sender) control(ctx context.Context, _, address string, _ syscall.RawConn) error {
	host, _ := ctx.Value(hostKey{}).(string)
	if s.allowed(host) {
		return nil
	}
	ap, err := netip.ParseAddrPort(address)
	if err != nil || !near(ap.Addr()) {
		return &BlockedError{Host: host}
	}
	return nil
}

func (s *Sender) allowed(host string) bool {
	return slices.Contains(s.allow, "*") || slices.ContainsFunc(s.allow, func(a string) bool { return strings.EqualFold(a, host) })
}

func near(a netip.Addr) bool {
	a = a.Unmap()
	return a.IsLoopback() || a.IsPrivate() || a.IsLinkLocalUnicast() || a.IsUnspecified()
}

// nearNames are names that only lead to this machine or its containers.
var nearNames = []string{"localhost", "host.docker.internal", "host.containers.internal", "gateway.docker.internal"}

// Blocked says, without asking anybody, whether rawURL's host is one that must
// not be called: a name with a dot that is not known to be near, or an address
// outside.
func (s *Sender) Blocked(rawURL string) error {
	u, err := url.Parse(rawURL)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" {
		return fmt.Errorf("%q is not an address that can be called", rawURL)
	}
	host := strings.ToLower(u.Hostname())
	if s.allowed(host) || slices.Contains(nearNames, host) {
		return nil
	}
	if a, err := netip.ParseAddr(host); err == nil {
		if near(a) {
			return nil
		}
		return &BlockedError{Host: host}
	}
	if strings.Contains(host, ".") && !nearSuffix(host) {
		return &BlockedError{Host: host}
	}
	return nil // a bare name: a container's or this network's; control looks where it leads
}

func nearSuffix(host string) bool {
	return slices.ContainsFunc([]string{".localhost", ".local", ".internal", ".lan", ".test", ".home.arpa"}, func(s string) bool {
		return strings.HasSuffix(host, s)
	})
}

// Attempt posts a delivery once and says what came of it. at is the tenant's
// time; timeout is real.
func (s *Sender) Attempt(ctx context.Context, d Delivery, at time.Time, timeout time.Duration) Attempt {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	a := Attempt{At: at}
	if err := s.Blocked(d.URL); err != nil { // sent again by hand: not even its name may be asked for
		a.Error = err.Error()
		return a
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, d.URL, bytes.NewReader([]byte(d.Body)))
	if err != nil {
		a.Error = "the address cannot be called"
		return a
	}
	req = req.WithContext(context.WithValue(ctx, hostKey{}, req.URL.Hostname()))
	req.Header = d.Header.Clone()
	resp, err := s.client.Do(req)
	if err != nil {
		a.Error = plain(err)
		return a
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, answerLimit))
	a.Status, a.Body = resp.StatusCode, string(body)
	if err != nil {
		a.Error = plain(err)
	}
	return a
}

// plain says in few, stable words why there was no answer.
func plain(err error) string {
	var blocked *BlockedError
	switch {
	case errors.As(err, &blocked):
		return blocked.Error()
	case errors.Is(err, context.DeadlineExceeded):
		return "the receiver did not answer in time"
	case errors.Is(err, context.Canceled):
		return "the simulator was stopped"
	case errors.Is(err, syscall.ECONNREFUSED):
		return "connection refused"
	case errors.Is(err, syscall.ECONNRESET), errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return "the receiver closed the connection"
	}
	var dns *net.DNSError
	var cert *tls.CertificateVerificationError
	switch {
	case errors.As(err, &dns):
		return "the name " + dns.Name + " leads nowhere"
	case errors.As(err, &cert):
		return "the receiver's certificate is not one that this machine trusts"
	case errors.Is(err, http.ErrSchemeMismatch):
		return "the receiver does not speak TLS"
	}
	return "the receiver could not be reached"
}
