package providertest

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"paysim/internal/tenant"
)

const hookHost = "http://merchant.localhost"

// merchant stands behind every webhook address: it hears what is posted to
// hookHost and refuses the connection anywhere else.
type merchant struct {
	suite   *Suite
	tenants *tenant.Registry

	mu      sync.Mutex
	all     map[string][]Received
	answers map[string]int // tenant → status; none: 200
}

func newMerchant(s *Suite) *merchant {
	return &merchant{suite: s, all: map[string][]Received{}, answers: map[string]int{}}
}

// answer makes the merchant answer a tenant's webhooks with that status.
func (m *merchant) answer(tenant string, status int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.answers[tenant] = status
}

// forget makes the merchant as it was for a fresh tenant.
func (m *merchant) forget(tenant string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.all, tenant)
	delete(m.answers, tenant)
}

func (m *merchant) heard(tenant string) []Received {
	m.mu.Lock()
	defer m.mu.Unlock()
	return append([]Received{}, m.all[tenant]...)
}

// RoundTrip implements http.RoundTripper.
func (m *merchant) RoundTrip(req *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(req.Body)
	if err != nil {
		return nil, err
	}
	whole := (&url.URL{Scheme: req.URL.Scheme, Host: req.URL.Host}).String()
	if whole != hookHost {
		return nil, fmt.Errorf("nobody listens at %s", whole)
	}
	name, _, _ := strings.Cut(strings.TrimPrefix(req.URL.Path, "/"), "/")
	at := m.now(name)
	m.mu.Lock()
	status := http.StatusOK
	if s, ok := m.answers[name]; ok {
		status = s
	}
	m.all[name] = append(m.all[name], Received{Tenant: name, At: at, URL: req.URL.String(), Header: req.Header.Clone(), Body: body, Status: status})
	m.mu.Unlock()
	text := ""
	if status < 300 {
		text = m.suite.Acknowledge
	}
	return &http.Response{
		StatusCode: status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(text)), Request: req,
		ProtoMajor: 1, ProtoMinor: 1, ContentLength: int64(len(text)),
	}, nil
}

func (m *merchant) now(name string) time.Time {
	t, ok := m.tenants.Known(name)
	if !ok {
		return Start
	}
	t.Lock()
	defer t.Unlock()
	return t.Clock.Now()
}
