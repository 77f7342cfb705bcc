package authority

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"net"
	"slices"
	"strings"
	"sync"
	"time"

	"paysim/internal/clock"
	"paysim/internal/ident"
)

// How long certificates are good for, and how long before their end they are
// made anew.
const (
	caLife   = 5 * 365 * 24 * time.Hour
	caSpare  = 30 * 24 * time.Hour
	leafLife = 90 * 24 * time.Hour
	spare    = 24 * time.Hour
	slack    = time.Hour // for clocks that are behind
)

// home is what every authority may vouch for besides its names.
const home = "localhost"

// subject is what every authority of ours is called.
var subject = pkix.Name{CommonName: "Payment simulator, this machine only", Organization: []string{"simulator"}}

// Authority vouches for names. Its methods are safe for concurrent use.
type Authority struct {
	cert *x509.Certificate
	key  crypto.Signer

	mu     sync.Mutex
	leaves map[string]*tls.Certificate // by name; "" is for addresses
}

// New makes an authority that lives in memory. It vouches for names, for
// localhost and what is under it, and for loopback addresses.
func New(names []string) (*Authority, error) {
	key, err := newKey()
	if err != nil {
		return nil, err
	}
	now := clock.Real()
	template := &x509.Certificate{
		Subject:                     subject,
		NotBefore:                   now.Add(-slack),
		NotAfter:                    now.Add(caLife),
		IsCA:                        true,
		BasicConstraintsValid:       true,
		MaxPathLenZero:              true, // it signs no further authority
		KeyUsage:                    x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
		PermittedDNSDomainsCritical: true,
		PermittedDNSDomains:         permitted(names),
		PermittedIPRanges: []*net.IPNet{
			{IP: net.IPv4(127, 0, 0, 0).To4(), Mask: net.CIDRMask(8, 32)},
			{IP: net.IPv6loopback, Mask: net.CIDRMask(128, 128)},
		},
	}
	cert, err := sign(template, template, key.Public(), key)
	if err != nil {
		return nil, err
	}
	return &Authority{cert: cert, key: key, leaves: map[string]*tls.Certificate{}}, nil
}

// permitted is names and home, in an order of their own.
func permitted(names []string) []string {
	out := []string{home}
	for _, name := range names {
		out = append(out, strings.ToLower(name))
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func newKey() (*ecdsa.PrivateKey, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), ident.Unguessable)
	if err != nil {
		return nil, fmt.Errorf("cannot make a key: %w", err)
	}
	return key, nil
}

// sign gives the certificate a serial number of its own, and signs it.
func sign(template, parent *x509.Certificate, public crypto.PublicKey, key crypto.Signer) (*x509.Certificate, error) {
	der, err := x509.CreateCertificate(ident.Unguessable, template, parent, public, key)
	if err != nil {
		return nil, fmt.Errorf("cannot make a certificate: %w", err)
	}
	return x509.ParseCertificate(der)
}

// Certificate is the authority's own.
func (a *Authority) Certificate() *x509.Certificate { return a.cert }

// PEM is the authority's own certificate, for those who shall trust it.
func (a *Authority) PEM() []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: a.cert.Raw})
}

// Covers reports whether the authority may vouch for a name.
func (a *Authority) Covers(name string) bool {
	name = strings.ToLower(name)
	return slices.ContainsFunc(a.cert.PermittedDNSDomains, func(p string) bool { return name == p || strings.HasSuffix(name, "."+p) })
}

// fits reports whether it vouches for exactly these names, for a while yet.
func (a *Authority) fits(names []string) bool {
	return slices.Equal(a.cert.PermittedDNSDomains, permitted(names)) && a.cert.NotAfter.After(clock.Real().Add(caSpare))
}

// ours reports whether New made it.
func (a *Authority) ours() bool { return a.cert.Subject.String() == subject.String() }

// Config is for a listener that answers in whatever name it is called that the
// authority vouches for; a client that calls another hears unrecognized_name.
// HTTP/2 is not offered: faults need the connection to themselves.
func (a *Authority) Config() *tls.Config {
	return &tls.Config{
		MinVersion: tls.VersionTLS12,
		NextProtos: []string{"http/1.1"},
		GetCertificate: func(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
			name := strings.TrimSuffix(hello.ServerName, ".")
			if name != "" && !a.Covers(name) {
				return nil, nil // TLS has a word for it
			}
			return a.leaf(strings.ToLower(name))
		},
	}
}

// leaf is the certificate for a name that is covered; "" is for those who came
// by address.
func (a *Authority) leaf(name string) (*tls.Certificate, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if l := a.leaves[name]; l != nil && l.Leaf.NotAfter.After(clock.Real().Add(spare)) {
		return l, nil
	}
	l, err := a.issue(name)
	if err != nil {
		return nil, err
	}
	// Whoever asks chooses the name, so what is kept has a bound.
	if len(a.leaves) >= maxLeaves {
		clear(a.leaves)
	}
	a.leaves[name] = l
	return l, nil
}

// maxLeaves is how many certificates are kept.
const maxLeaves = 200

func (a *Authority) issue(name string) (*tls.Certificate, error) {
	key, err := newKey()
	if err != nil {
		return nil, err
	}
	now := clock.Real()
	template := &x509.Certificate{
		Subject:     pkix.Name{CommonName: name},
		DNSNames:    []string{name},
		NotBefore:   now.Add(-slack),
		NotAfter:    now.Add(leafLife),
		KeyUsage:    x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	if name == "" {
		template.Subject.CommonName = home
		template.DNSNames = []string{home}
		template.IPAddresses = []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback}
	}
	if template.NotBefore.Before(a.cert.NotBefore) {
		template.NotBefore = a.cert.NotBefore
	}
	cert, err := sign(template, a.cert, key.Public(), a.key)
	if err != nil {
		return nil, err
	}
	return &tls.Certificate{Certificate: [][]byte{cert.Raw, a.cert.Raw}, PrivateKey: key, Leaf: cert}, nil
}
