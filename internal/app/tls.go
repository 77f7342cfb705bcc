package app

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"

	"paysim/internal/authority"
	"paysim/internal/provider"
	"paysim/internal/proxy"
)

type caCommand struct {
	vouching
	Path bool `help:"Print where the certificate is, instead."`
}

func (c *caCommand) run(_ context.Context, env Env) error {
	dir, err := c.dir(env)
	if err != nil {
		return err
	}
	a, err := authority.Open(dir, hosts(env.Providers))
	if err != nil {
		return fmt.Errorf("%w; --ca-dir keeps it elsewhere", err)
	}
	if c.Path {
		_, err = fmt.Fprintln(env.Stdout, filepath.Join(dir, authority.CertFile))
		return err
	}
	_, err = env.Stdout.Write(a.PEM())
	return err
}

// dir is where the authority is kept.
func (v *vouching) dir(env Env) (string, error) {
	if v.CADir != "" {
		return filepath.Abs(v.CADir)
	}
	if env.Environ == nil { // inside somebody else's program, whose cache is not ours
		return "", errors.New("there is no cache directory; give --ca-dir")
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("there is no cache directory; give --ca-dir: %w", err)
	}
	return filepath.Join(cache, "paysim", "ca"), nil
}

// hosts lists the names that providers are called by.
func hosts(providers []*provider.Provider) []string {
	var out []string
	for _, p := range providers {
		out = append(out, p.Hosts...)
		out = append(out, p.Name+".localhost")
	}
	return out
}

// kept gives the authority that is kept for this user, at first use. Where none
// can be kept there is one in memory, which nobody can be told to trust.
func (p *Program) kept(env Env) func() (*authority.Authority, error) {
	return sync.OnceValues(func() (*authority.Authority, error) {
		dir, err := p.Config.dir(env)
		if err == nil {
			var a *authority.Authority
			if a, err = authority.Open(dir, hosts(p.providers)); err == nil {
				return a, nil
			}
		}
		p.log.Warn("the certificate authority is in memory only; simulator ca cannot print it", "cause", err)
		return authority.New(hosts(p.providers))
	})
}

// tlsConfig asks for the authority when the first client says hello.
func (p *Program) tlsConfig() *tls.Config {
	return &tls.Config{
		MinVersion: tls.VersionTLS12,
		NextProtos: []string{"http/1.1"},
		GetConfigForClient: func(hello *tls.ClientHelloInfo) (*tls.Config, error) {
			a, err := p.vouch()
			if err != nil {
				return nil, err
			}
			if name := hello.ServerName; name != "" && !a.Covers(strings.TrimSuffix(name, ".")) {
				p.log.Warn("a client wants to speak to a host that is none of ours by TLS", "host", name)
			}
			return a.Config(), nil
		},
	}
}

// startTLS serves what comes by TLS, on a port or through a tunnel.
func (p *Program) startTLS(h http.Handler) {
	config, byName := p.tlsConfig(), p.byServerName(h)
	if p.watch != nil {
		byName = p.watch(byName)
	}
	p.secure.socket = secured{p.secure.socket, tls.NewListener(p.secure.socket, config)}
	p.start(&p.secure, byName)
	p.inner = listener{name: "tunnels", socket: proxy.NewTunnels(config, p.main.socket.Addr())}
	p.start(&p.inner, byName)
	if len(p.usual) > 0 {
		p.usual[0].socket = secured{p.usual[0].socket, tls.NewListener(p.usual[0].socket, config)}
		p.start(&p.usual[0], byName)
		p.start(&p.usual[1], h)
	}
}

// secured is a listener that speaks TLS and has the address of its socket.
type secured struct {
	socket net.Listener
	net.Listener
}

func (s secured) Addr() net.Addr { return s.socket.Addr() }

// byServerName goes by the name that TLS was asked for, when the Host header
// names nobody.
func (p *Program) byServerName(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.TLS != nil && !p.engine.Answers(r.Host) && p.engine.Answers(r.TLS.ServerName) {
			r = r.Clone(r.Context())
			r.Host = r.TLS.ServerName
		}
		h.ServeHTTP(w, r)
	})
}

// front is the main listener's handler: a forward proxy for those who ask for
// one, and h for everybody else.
func (p *Program) front(h http.Handler) http.Handler {
	return proxy.New(proxy.Config{
		Ours:    p.engine.Answers,
		Own:     p.listensOn,
		Allow:   p.Config.ProxyAllow,
		Tunnels: p.inner.socket.(*proxy.Tunnels),
		Refused: p.refused,
		Log:     p.log,
	}, h)
}

// listensOn reports whether an address is one of ours.
func (p *Program) listensOn(hostport string) bool {
	host, port, err := net.SplitHostPort(hostport)
	if err != nil || !slices.Contains([]string{"127.0.0.1", "localhost", "::1"}, host) {
		return false
	}
	return slices.ContainsFunc(p.listeners(), func(l *listener) bool { return strconv.Itoa(l.port()) == port })
}
