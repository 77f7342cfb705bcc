package proxy

import (
	"bytes"
	"context"
	"crypto/tls"
	"net"
	"time"

	"paysim/internal/clock"
)

// firstByteTimeout is how long a client may keep silent in a new tunnel, in real
// time.
const firstByteTimeout = 30 * time.Second

// Tunnels is a listener whose connections are tunnels that end here. Inside, a
// client may speak TLS or not. It must be closed.
type Tunnels struct {
	config *tls.Config
	conns  chan net.Conn
	ctx    context.Context
	cancel context.CancelFunc
	addr   net.Addr
}

// NewTunnels makes a listener that vouches for itself by config. addr is what it
// calls its address.
func NewTunnels(config *tls.Config, addr net.Addr) *Tunnels {
	t := &Tunnels{config: config, conns: make(chan net.Conn), addr: addr}
	t.ctx, t.cancel = context.WithCancel(context.Background())
	return t
}

// put hands a connection to whoever accepts. It looks at the first byte, and is
// called from a goroutine that may wait for it. False: the connection is not
// taken.
func (t *Tunnels) put(conn net.Conn) bool {
	stop := context.AfterFunc(t.ctx, func() { conn.Close() })
	defer stop()
	conn.SetReadDeadline(clock.Real().Add(firstByteTimeout))
	first := make([]byte, 1)
	if _, err := conn.Read(first); err != nil {
		return false
	}
	conn.SetReadDeadline(time.Time{})
	var inner net.Conn = &withEarly{Conn: conn, early: bytes.Clone(first)}
	if first[0] == handshakeRecord {
		inner = tls.Server(inner, t.config)
	}
	select {
	case t.conns <- inner:
		return true
	case <-t.ctx.Done():
		return false
	}
}

// handshakeRecord is what TLS begins with, and no HTTP method does.
const handshakeRecord = 0x16

// Accept gives the next tunnel.
func (t *Tunnels) Accept() (net.Conn, error) {
	select {
	case c := <-t.conns:
		return c, nil
	case <-t.ctx.Done():
		return nil, net.ErrClosed
	}
}

// Close ends every Accept, and the tunnels that were let out.
func (t *Tunnels) Close() error {
	t.cancel()
	return nil
}

// Addr is the address that it was given.
func (t *Tunnels) Addr() net.Addr { return t.addr }
