package providertest

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
)

// atOnce is how many identical requests are sent at once.
const atOnce = 8

// concurrency: identical requests at once end exactly as they do one after the
// other, down to the bytes; requests that exclude each other end as in some
// order. Run it under -race too.
func concurrency(h *harness) {
	for _, key := range h.examples() {
		h.try(func() { h.crowd(key) })
	}
	for _, id := range h.suite.Once {
		if h.suite.Provider.Operation(id) == nil {
			h.found("concurrency "+id, "Once names no operation of the provider")
		}
	}
	for _, name := range slices.Sorted(maps.Keys(h.suite.Races)) {
		h.try(func() { h.race(name) })
	}
}

// crowd sends an example atOnce times in two equal worlds, in turn and at once.
func (h *harness) crowd(key string) {
	subject := "concurrency " + key
	turn := h.world()
	c := turn.fresh()
	r := c.example(key)
	var wanted []string
	var after1 string
	for n := range atOnce {
		reply := c.Do(r)
		wanted = append(wanted, fmt.Sprintf("%d %s", reply.Status, reply.Body))
		if n == 0 {
			after1 = books(c)
		}
	}
	if slices.Contains(h.suite.Once, operationOf(key)) && books(c) != after1 {
		h.found(subject, "the same call again moves money again:\n%s", diff(after1, books(c)))
	}

	crowd := h.world()
	crowd.parallel = true
	d := crowd.fresh()
	got := d.together(slices.Repeat([]*Request{d.example(key)}, atOnce))
	slices.Sort(wanted)
	slices.Sort(got)
	if !slices.Equal(wanted, got) {
		h.found(subject, "%d at once are answered otherwise than in turn:\n%s", atOnce, diff(strings.Join(wanted, "\n"), strings.Join(got, "\n")))
	}
	if a, b := c.snapshot(), d.snapshot(); a != b {
		h.found(subject, "%d at once end otherwise than in turn:\n%s", atOnce, diff(a, b))
	}
}

// books is how much money which payment moved.
func books(c *Client) string {
	var b strings.Builder
	for _, p := range c.Payments() {
		fmt.Fprintf(&b, "%s %s %s %d: captured %d, refunded %d\n", p.Kind, p.ID, p.Currency, p.Amount, p.Captured, p.Refunded)
	}
	return b.String()
}

// together sends requests at once and gives the answers as text.
func (c *Client) together(rs []*Request) []string {
	calls := make([]*http.Request, len(rs))
	for i, r := range rs {
		calls[i] = c.request(c.signed(r))
	}
	out := make([]string, len(rs))
	start := make(chan struct{})
	var wg sync.WaitGroup
	for i := range calls {
		wg.Go(func() {
			<-start
			reply := c.w.serve(c.w.handler, calls[i])
			out[i] = fmt.Sprintf("%d %s", reply.Status, reply.Body)
		})
	}
	close(start)
	wg.Wait()
	c.Settle()
	return out
}

// race sends requests that exclude each other in every order, and then at once:
// that must end like one of the orders.
func (h *harness) race(name string) {
	subject := "concurrency " + name
	ends := map[string]bool{}
	for _, order := range orders(len(h.racers(name, h.world()).requests)) {
		r := h.racers(name, h.world())
		for _, i := range order {
			r.client.Do(r.requests[i])
		}
		ends[r.client.snapshot()] = true
	}
	for range 4 {
		r := h.racers(name, h.world())
		r.client.w.parallel = true
		r.client.together(r.requests)
		if end := r.client.snapshot(); !ends[end] {
			h.found(subject, "at once ends as no order of the requests does:\n%s", end)
		}
	}
}

type racers struct {
	client   *Client
	requests []*Request
}

func (h *harness) racers(name string, w *world) racers {
	c := w.fresh()
	return racers{c, h.suite.Races[name](c)}
}

// orders lists the orders of n things.
func orders(n int) [][]int {
	if n == 0 {
		return [][]int{{}}
	}
	var out [][]int
	for _, o := range orders(n - 1) {
		for at := range n {
			out = append(out, slices.Insert(slices.Clone(o), at, n-1))
		}
	}
	return out
}
