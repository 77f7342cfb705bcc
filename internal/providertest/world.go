package providertest

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"paysim/internal/catalog"
	"paysim/internal/engine"
	"paysim/internal/journal"
	"paysim/internal/provider"
	"paysim/internal/tenant"
	"paysim/internal/webhook"
)

// world is one engine with the provider, its merchant and its log.
type world struct {
	*harness
	engine   *engine.Engine
	provider *provider.Provider
	handler  http.Handler
	base     string // the provider's URL
	host     string
	merchant *merchant
	log      *buffer
	forced   bool // what happens here proves nothing about what a caller can reach
	broken   bool // the provider was made to fail: its internal row is what is wanted
	parallel bool // clients work beside each other, so that an exchange's entry cannot be told
	wide     bool // a call may end in any tenant
	closed   bool

	mu      sync.Mutex
	secrets map[string]bool // what the requests held
	clients int
}

// world makes a world of the suite's provider that ends with the theme.
func (h *harness) world() *world { return h.worldOf(h.suite.Provider) }

func (h *harness) worldOf(p *provider.Provider) *world {
	w := &world{harness: h, provider: p, merchant: newMerchant(h.suite), log: &buffer{}, secrets: map[string]bool{}}
	w.host = p.Name + ".localhost"
	w.base = "http://" + w.host
	e, err := engine.New(engine.Config{
		Providers: []*provider.Provider{p},
		Tenants:   tenant.Options{Seed: 1, Fixed: true, Limits: tenant.DefaultLimits},
		Sender:    webhook.NewSenderVia(w.merchant, []string{"*"}),
		Log:       slog.New(slog.NewTextHandler(w.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
	})
	if err != nil {
		h.stop("the engine refuses the provider: %v", err)
	}
	e.SetBase(p.Name, w.base)
	w.engine, w.handler = e, e.Alone(p.Name)
	w.merchant.tenants = e.Tenants
	w.client(tenant.Default)
	h.worlds = append(h.worlds, w)
	return w
}

// client gives the merchant of that name, its clock at Start and the suite's
// settings made.
func (w *world) client(name string) *Client {
	c := &Client{Tenant: name, w: w}
	if t, err := w.engine.Tenants.Find(name); err == nil {
		c.t = t
	} // else it is refused, on purpose
	c.settle()
	return c
}

// settle begins a client's life.
func (c *Client) settle() {
	c.kept, c.next = map[string]string{}, map[string]int{}
	if c.t == nil {
		return
	}
	c.t.Lock()
	c.t.Clock.Freeze(Start)
	c.t.Unlock()
	if c.w.suite.Settings != "" {
		c.Set(c.w.suite.Settings)
	}
	c.Payments() // lays out the provider's world, so that no call's doing is taken for it
}

// restart makes the tenant as it was when it was fresh. It is cheaper than a
// fresh one where much follows from a tenant's name.
func (c *Client) restart() {
	c.w.harvest(c.t)
	if err := c.w.engine.Reset(context.Background(), c.t); err != nil {
		c.w.stop("the tenant cannot be reset: %v", err)
	}
	c.w.merchant.forget(c.Tenant)
	c.settle()
}

// fresh gives a merchant nobody has been before.
func (w *world) fresh() *Client {
	w.mu.Lock()
	w.clients++
	name := fmt.Sprintf("merchant%d", w.clients)
	w.mu.Unlock()
	return w.client(name)
}

// close ends the world and harvests it. Only the first call does anything.
func (w *world) close() {
	if w.closed {
		return
	}
	w.closed = true
	w.engine.Close()
	for _, t := range w.engine.Tenants.All() {
		w.harvest(t)
	}
	w.searchSecrets([]byte(w.log.String()), w.secrets)
}

// harvest counts what a tenant's traffic touched and looks for secrets in what
// was recorded of it.
func (w *world) harvest(t *tenant.Tenant) {
	var text bytes.Buffer
	for _, e := range (&Client{t: t}).journal() {
		line, _ := json.Marshal(e)
		text.Write(line)
		text.WriteByte('\n')
	}
	keys := w.keysOf(t.Name)
	w.searchSecrets(text.Bytes(), w.secrets)
	w.searchSecrets(text.Bytes(), keys)
	w.searchSecrets([]byte(w.log.String()), keys)
	if w.forced {
		return
	}
	t.Lock()
	defer t.Unlock()
	w.mu.Lock()
	defer w.mu.Unlock()
	for row, n := range t.Touched[w.provider.Name] {
		w.touched[row] += n
	}
}

// newest is the last entry of each journal in which a call of t can stand.
func (w *world) newest(t *tenant.Tenant) map[*tenant.Tenant]int64 {
	out := map[*tenant.Tenant]int64{}
	for _, t := range w.places(t) {
		t.Lock()
		out[t] = t.Journal.Last()
		t.Unlock()
	}
	return out
}

func (w *world) entrySince(t *tenant.Tenant, before map[*tenant.Tenant]int64) *journal.Entry {
	for _, t := range w.places(t) {
		t.Lock()
		all := t.Journal.Since(before[t], 0, func(e *journal.Entry) bool { return e.Kind == journal.Call })
		t.Unlock()
		if len(all) > 0 {
			return all[len(all)-1]
		}
	}
	return nil
}

// places are the tenants in whose journal a call may be found: its own, or the
// default one's.
func (w *world) places(t *tenant.Tenant) []*tenant.Tenant {
	if w.wide {
		return w.engine.Tenants.All()
	}
	out := []*tenant.Tenant{}
	if t != nil {
		out = append(out, t)
	}
	if d, ok := w.engine.Tenants.Known(tenant.Default); ok && d != t && !w.parallel {
		out = append(out, d)
	}
	return out
}

// goText is what only Go, or this program, would say.
var goText = []string{
	"json: ", "cannot unmarshal", "invalid character", "unexpected end of JSON", "unexpected EOF", "strconv.", `parsing "`, "runtime error",
	"goroutine ", "%!", "invalid URL escape", "<nil>", "panic:", ".go:", "paysim/", "map[", "the simulator has a defect", "0xc000",
}

// look judges an exchange by what holds for every one.
func (w *world) look(r *Request, reply *Reply) {
	if reply.Status == 0 {
		return // the panic is a finding already
	}
	e := reply.Entry
	if e == nil {
		w.found(w.theme+" journal", "%s %s: the journal does not hold the call", r.Method, short([]byte(r.Path)))
		return
	}
	what := e.Operation
	if what == "" {
		what = "no operation"
	}
	subject := w.theme + " " + what
	call := fmt.Sprintf("%s %s %s", r.Method, short([]byte(r.Path)), short(r.Body))
	for _, words := range goText {
		if bytes.Contains(reply.Body, []byte(words)) {
			w.found(subject, "%s: the answer holds %q, which is not the provider's wording: %s", call, words, short(reply.Body))
		}
	}
	kind := reply.Header.Get("Content-Type")
	switch {
	case len(reply.Body) > 0 && kind == "":
		w.found(subject, "%s: the answer %s has no Content-Type", call, short(reply.Body))
	case strings.Contains(kind, "json") && !json.Valid(reply.Body):
		w.found(subject, "%s: the answer says it is JSON and is not: %s", call, short(reply.Body))
	case (strings.Contains(kind, "json") || strings.HasPrefix(kind, "text/")) && !utf8.Valid(reply.Body):
		w.found(subject, "%s: the answer is not UTF-8: %s", call, short(reply.Body))
	}
	if e.Error == "" && reply.Status >= 400 {
		w.lookAtDecline(subject, call, reply)
	}
	if e.Error != "" {
		w.lookAtRefusal(subject, call, reply)
	}
}

// lookAtRefusal compares a refusal with its row.
func (w *world) lookAtRefusal(subject, call string, reply *Reply) {
	row := w.provider.Errors.ByName(reply.Entry.Error)
	switch {
	case row == nil:
		w.found(subject, "%s: the refusal %q is no row of the catalogue", call, reply.Entry.Error)
	case row == w.internal && !w.broken:
		w.found(subject, "%s: answered as a defect%s", call, because(reply.Entry))
	case row.Status != reply.Status:
		w.found(subject, "%s: answered %d, and the row %s says %d", call, reply.Status, row.Name, row.Status)
	case w.isPage(reply.Entry.Operation) && isHTML(reply):
	case w.suite.Code(reply) != row.Code:
		w.found(subject, "%s: the answer's code is %q, and the row %s says %q: %s", call, w.suite.Code(reply), row.Name, row.Code, short(reply.Body))
	}
}

// lookAtDecline judges an answer of 400 and more that a handler gave itself: a
// decline that stays readable. Its code and status must be a row's.
func (w *world) lookAtDecline(subject, call string, reply *Reply) {
	if w.isPage(reply.Entry.Operation) {
		return
	}
	code := w.suite.Code(reply)
	if !slices.ContainsFunc(w.provider.Errors, func(row *catalog.Error) bool { return row.Code == code && row.Status == reply.Status }) {
		w.found(subject, "%s: answered %d with the code %q, which no row of the catalogue has: %s", call, reply.Status, code, short(reply.Body))
	}
}

func (w *world) isPage(id string) bool {
	op := w.provider.Operation(id)
	return op != nil && op.Page
}

func isHTML(r *Reply) bool { return strings.HasPrefix(r.Header.Get("Content-Type"), "text/html") }

// buffer is a log that several goroutines write.
type buffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}
