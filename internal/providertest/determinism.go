package providertest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"sync"
	"time"
)

// tenants is how many tenants live beside each other in the theme.
const tenants = 50

// determinism: the same calls give the same bytes, in a world of one's own and
// in one that is full of others.
func determinism(h *harness) {
	one, two := h.tell(h.world(), "merchant1", h.examples()), h.tell(h.world(), "merchant1", h.examples())
	if one != two {
		h.found("determinism twice", "the same story differs in two worlds:\n%s", diff(one, two))
	}
	h.crowded(tenants)
}

// Crowd proves for more tenants than Run does that each is as it is alone.
func Crowd(t interface {
	Helper()
	Fatal(...any)
	Error(...any)
}, s Suite, tenants int) {
	t.Helper()
	h := newHarness(&s, false)
	if err := h.check(); err != nil {
		t.Fatal(err)
	}
	for _, f := range h.one(theme{"determinism", func(h *harness) { h.crowded(tenants) }}) {
		t.Error(f)
	}
}

// crowded compares n tenants, each alone in a world, with the same in one world
// at once. A tenant takes a third of the examples, its neighbour the next, so
// that they differ from each other and all are taken.
func (h *harness) crowded(n int) {
	third := func(i int) []string {
		var out []string
		for j, key := range h.examples() {
			if (i+j)%3 == 0 {
				out = append(out, key)
			}
		}
		return out
	}
	full := h.world()
	full.parallel = true
	got := make([]string, n)
	queue := make(chan int)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for i := range queue {
				h.try(func() { got[i] = h.tell(full, fmt.Sprintf("merchant%d", i+1), third(i)) })
			}
		})
	}
	for i := range n {
		queue <- i
	}
	close(queue)
	wg.Wait()
	for i := range n {
		alone := h.world()
		name := fmt.Sprintf("merchant%d", i+1)
		want := h.tell(alone, name, third(i))
		alone.close()
		if got[i] != want {
			h.found("determinism beside others", "%s is not as it is alone:\n%s", name, diff(want, got[i]))
			return
		}
	}
}

// tell lets a tenant send examples and gives all that is to be seen of it
// afterwards.
func (h *harness) tell(w *world, name string, keys []string) string {
	c := w.client(name)
	for _, key := range keys {
		c.Do(c.example(key))
	}
	for _, p := range c.Payments() {
		if len(p.Actions) > 0 {
			c.Act(p.ID, p.Actions[0], "")
		}
	}
	c.Advance(time.Hour)
	var b bytes.Buffer
	for _, e := range c.journal() {
		line, _ := json.Marshal(e)
		b.Write(line)
		b.WriteByte('\n')
	}
	b.WriteString(c.snapshot())
	for _, m := range c.Heard() {
		fmt.Fprintf(&b, "%v %s %v %s\n", m.At, m.URL, sortedHeader(m.Header), m.Body)
	}
	return b.String()
}

func sortedHeader(h http.Header) string {
	var b bytes.Buffer
	h.Write(&b)
	return b.String()
}
