package app

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"syscall"

	"paysim/internal/provider"
	"paysim/internal/tenant"
)

// check refuses addresses that cannot be.
func (l *listening) check(providers []*provider.Provider) error {
	last := tlsSlot
	for _, p := range providers {
		last = max(last, p.Slot)
	}
	if l.Port < 0 || l.Port+last > 65535 {
		return misuse("--port is 0 or a number from 1 to %d, because %d more ports follow it", 65535-last, last)
	}
	if l.Listen == "" {
		return misuse("--listen needs an address; 0.0.0.0 stands for all")
	}
	return nil
}

// check refuses addresses that cannot be.
func (a *addresses) check(providers []*provider.Provider) error {
	if err := a.listening.check(providers); err != nil || a.PublicURL == "" {
		return err
	}
	a.PublicURL = strings.TrimSuffix(a.PublicURL, "/")
	u, err := url.Parse(a.PublicURL)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.RawQuery != "" || u.Fragment != "" || u.User != nil {
		return misuse("--public-url is an address like https://sim.example.com, not %q", a.PublicURL)
	}
	return nil
}

// check refuses values that cannot be.
func (s *serveCommand) check(providers []*provider.Provider) error {
	if err := s.addresses.check(providers); err != nil {
		return err
	}
	if s.JournalKeep < 1 || s.Rows < 1 {
		return misuse("--journal-entries and --rows are numbers from 1 on")
	}
	if s.TLSPort != nil && (*s.TLSPort < 0 || *s.TLSPort > 65535) {
		return misuse("--tls-port is a number from 0 to 65535")
	}
	for _, host := range s.ProxyAllow {
		if host == "" || strings.ContainsAny(host, "/ @?#") {
			return misuse("--proxy-allow is a host like api.example.com, not %q", host)
		}
	}
	names := tenant.NewRegistry(tenant.Options{})
	for _, name := range s.Tenants {
		if _, err := names.Find(name); err != nil {
			return misuse("--tenants: %q: %w", name, err)
		}
	}
	return nil
}

// slot is the port of a slot; 0, for any, when the main port is.
func (l *listening) slot(n int) int {
	if l.Port == 0 {
		return 0
	}
	return l.Port + n
}

func (s *serveCommand) tlsPort() int {
	if s.TLSPort != nil {
		return *s.TLSPort
	}
	return s.slot(tlsSlot)
}

// main is where the main listener is reached, as far as the flags tell.
func (l *listening) main() string { return "http://" + reached(l.Listen, l.Port) }

// own is where a provider is reached, as far as the flags tell.
func (a *addresses) own(p *provider.Provider) string {
	if a.PublicURL != "" {
		return a.PublicURL + "/" + p.Name
	}
	return "http://" + reached(a.Listen, a.Port+p.Slot)
}

// reached is where this machine reaches a port that listens on host.
func reached(host string, port int) string {
	if a, err := netip.ParseAddr(host); err == nil && a.IsUnspecified() {
		host = "127.0.0.1"
	}
	return net.JoinHostPort(host, strconv.Itoa(port))
}

func cannotListen(name string, port int, err error) error {
	if errors.Is(err, syscall.EADDRINUSE) && name == "https" {
		return fmt.Errorf("port %d (https) is in use; --tls-port moves it", port)
	}
	if errors.Is(err, syscall.EADDRINUSE) {
		return fmt.Errorf("port %d (%s) is in use; --port moves all ports, --port 0 picks free ones", port, name)
	}
	return fmt.Errorf("cannot listen for %s: %w", name, err)
}
