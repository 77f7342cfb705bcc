package control

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"paysim/internal/clock"
	"paysim/internal/journal"
	"paysim/internal/tenant"
)

// heartbeat is how often a silent stream says that it lives, in real time, so
// that proxies keep it and a reader who is gone is noticed.
const heartbeat = 15 * time.Second

func wantsEvents(accept string) bool {
	for part := range strings.SplitSeq(accept, ",") {
		kind, _, _ := strings.Cut(part, ";")
		if strings.EqualFold(strings.TrimSpace(kind), "text/event-stream") {
			return true
		}
	}
	return false
}

// follower sends a tenant's journal as it grows, as server-sent events. An
// event's id is the entry's sequence number. When the tenant is reset, an event
// "reset" is sent, and numbers begin anew.
type follower struct {
	c      *Control
	tenant *tenant.Tenant
	filter filter
}

func (c *Control) follow(in *call, f filter) (any, error) {
	if last := in.Header.Get("Last-Event-ID"); last != "" {
		seq, err := strconv.ParseInt(last, 10, 64)
		if err != nil || seq < 0 {
			return nil, bad("invalid_parameter", "Last-Event-ID is a sequence number, not %q", last)
		}
		f.since = seq
	}
	return follower{c, in.tenant, f}, nil
}

// ServeHTTP ends when the reader goes, the simulator stops or the limit is
// reached.
func (f follower) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	if r.Method == http.MethodHead {
		return
	}
	out := http.NewResponseController(w)
	beat := clock.Every(heartbeat)
	defer beat.Stop()
	var in *journal.Journal
	left := f.filter.limit
	for {
		reset := f.c.resets.next()
		f.tenant.Lock()
		anew := in != nil && in != f.tenant.Journal
		in = f.tenant.Journal
		if anew {
			f.filter.since = 0
		}
		last := f.filter.since
		entries := in.Since(last, left, func(e *journal.Entry) bool { last = e.Seq; return f.filter.match(e) })
		changed := in.Changed()
		f.tenant.Unlock()

		var b bytes.Buffer
		if anew {
			b.WriteString("event: reset\nid: 0\ndata: {}\n\n")
		}
		for _, e := range entries {
			text, _ := json.Marshal(e)
			fmt.Fprintf(&b, "event: entry\nid: %d\ndata: %s\n\n", e.Seq, text)
		}
		if _, err := w.Write(b.Bytes()); err != nil || out.Flush() != nil {
			return
		}
		f.filter.since = last
		if left > 0 {
			if left -= len(entries); left == 0 {
				return
			}
		}
		select {
		case <-changed:
		case <-reset:
		case <-beat.C:
			w.Write([]byte(": still here\n\n"))
		case <-r.Context().Done():
			return
		case <-f.c.Engine.Done():
			return
		}
	}
}
