package run_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"paysim/conformance/recorded"
)

// acme is a provider small enough to be right by inspection: charges with unique references, and a control API that
// pays them.
type acme struct {
	mu      sync.Mutex
	charges map[string]*charge // by tenant and id
	seen    []*http.Request
}

type charge struct {
	ID        string `json:"id"`
	Reference string `json:"reference"`
	Amount    int    `json:"amount"`
	Of        string `json:"of"`
	Paid      bool   `json:"paid"`
}

// start serves acme and its control API, and returns the address of each.
func (a *acme) start(t *testing.T) (api, control string) {
	t.Helper()
	a.charges = map[string]*charge{}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /login", a.login)
	mux.HandleFunc("POST /charges", a.create)
	mux.HandleFunc("GET /charges/{id}", a.get)
	apiServer := httptest.NewServer(mux)
	t.Cleanup(apiServer.Close)

	sim := http.NewServeMux()
	sim.HandleFunc("GET /_sim/health", func(w http.ResponseWriter, r *http.Request) {})
	sim.HandleFunc("GET /_sim/providers", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, `{"providers": [{"name": "acme", "base_urls": [%q]}]}`, apiServer.URL)
	})
	sim.HandleFunc("POST /_sim/tenants/{tenant}/payments/acme/{id}/approve", a.approve)
	simServer := httptest.NewServer(sim)
	t.Cleanup(simServer.Close)
	return apiServer.URL, simServer.URL
}

func (a *acme) login(w http.ResponseWriter, r *http.Request) {
	answer(w, http.StatusOK, "success", map[string]string{"token": "token of " + tenant(r)})
}

func tenant(r *http.Request) string {
	name := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
	return strings.TrimPrefix(strings.TrimPrefix(name, "token of "), "sk-")
}

func (a *acme) create(w http.ResponseWriter, r *http.Request) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.seen = append(a.seen, r)
	c := charge{ID: fmt.Sprint(len(a.charges) + 1)}
	body, _ := io.ReadAll(r.Body)
	if err := json.Unmarshal(body, &c); err != nil {
		answer(w, http.StatusBadRequest, "fail", map[string]string{"code": "syntax"})
		return
	}
	if outcome := r.Header.Get("Sim-Outcome"); outcome != "" {
		answer(w, http.StatusPaymentRequired, "fail", map[string]string{"code": outcome})
		return
	}
	for key, other := range a.charges {
		if strings.HasPrefix(key, tenant(r)+"/") && other.Reference == c.Reference {
			answer(w, http.StatusBadRequest, "fail", map[string]string{"code": "duplicate"})
			return
		}
	}
	a.charges[tenant(r)+"/"+c.ID] = &c
	answer(w, http.StatusOK, "success", c)
}

func (a *acme) get(w http.ResponseWriter, r *http.Request) {
	a.mu.Lock()
	defer a.mu.Unlock()
	answer(w, http.StatusOK, "success", a.charges[tenant(r)+"/"+r.PathValue("id")])
}

func (a *acme) approve(w http.ResponseWriter, r *http.Request) {
	a.mu.Lock()
	defer a.mu.Unlock()
	c, ok := a.charges[r.PathValue("tenant")+"/"+r.PathValue("id")]
	if !ok {
		w.WriteHeader(http.StatusNotFound)
		return
	}
	c.Paid = true
}

func answer(w http.ResponseWriter, status int, word string, data any) {
	body, _ := json.Marshal(struct {
		Status string `json:"status"`
		Data   any    `json:"data"`
	}{word, data})
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Vary", "Origin, accept-encoding")
	w.Header().Set("ETag", recorded.ETag(body))
	w.WriteHeader(status)
	_, _ = w.Write(body)
}
