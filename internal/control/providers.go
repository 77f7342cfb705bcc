package control

import (
	"net"
	"net/http"
	"strconv"

	"paysim/internal/catalog"
	"paysim/internal/engine"
	"paysim/internal/machine"
	"paysim/internal/provider"
)

// wireProvider is a provider with all that its tables hold.
type wireProvider struct {
	Name       string             `json:"name"`
	Title      string             `json:"title"`
	Summary    string             `json:"summary"`
	BaseURLs   []string           `json:"base_urls"` // its own listener's first
	Hosts      []string           `json:"hosts"`
	Operations []wireOperation    `json:"operations"`
	Outcomes   []provider.Outcome `json:"outcomes"`
	Cards      []provider.Card    `json:"cards"`
	Events     []provider.Event   `json:"events"`
	Webhooks   *wireWebhooks      `json:"webhooks"`
	Errors     catalog.Errors     `json:"errors"`
	States     []wireMachine      `json:"states"`
	Timers     []provider.Timer   `json:"timers"`
	Actions    []provider.Action  `json:"actions"`
	Settings   []provider.Setting `json:"settings"`
}

type wireOperation struct {
	ID       string   `json:"id"`
	Method   string   `json:"method"`
	Path     string   `json:"path"`
	Auth     string   `json:"auth"`
	Page     bool     `json:"page"`
	Later    bool     `json:"later"`
	Outcomes []string `json:"outcomes"`
	Events   []string `json:"events"`
	Summary  string   `json:"summary"`
	catalog.Evidence
}

type wireWebhooks struct {
	Ladder   []string `json:"ladder"`
	Timeout  string   `json:"timeout"`
	Received string   `json:"received"`
	Signed   bool     `json:"signed"`
	Dated    bool     `json:"dated"`
	catalog.Evidence
}

type wireMachine struct {
	Name   string          `json:"name"`
	States []machine.State `json:"states"`
	Edges  []machine.Edge  `json:"edges"`
}

func (c *Control) providers(in *call) (any, error) {
	out := []wireProvider{}
	for _, p := range c.Engine.Providers() {
		out = append(out, wireProvider{
			Name: p.Name, Title: p.Title, Summary: p.Summary, BaseURLs: c.bases(in.Request, p.Name), Hosts: list(p.Hosts),
			Operations: operations(p), Outcomes: list(p.Outcomes), Cards: list(p.Cards), Events: list(p.Events), Webhooks: webhooks(p),
			Errors: list(p.Errors), States: machines(p), Timers: list(p.Timers), Actions: list(p.Actions), Settings: list(p.Settings),
		})
	}
	return map[string]any{"providers": out}, nil
}

// bases lists where a provider is reached by whoever has reached us: at its own
// listener, under its name here, and by its name as a host.
func (c *Control) bases(r *http.Request, name string) []string {
	if c.PublicURL != "" {
		return []string{c.PublicURL + "/" + name}
	}
	host, port, err := net.SplitHostPort(r.Host)
	if err != nil {
		host, port = r.Host, ""
	}
	var out []string
	if own := c.Ports(name); own != 0 {
		out = append(out, "http://"+net.JoinHostPort(host, strconv.Itoa(own)))
	}
	out = append(out, "http://"+r.Host+"/"+name)
	if c.Loopback {
		byName := name + ".localhost"
		if port != "" {
			byName = net.JoinHostPort(byName, port)
		}
		out = append(out, "http://"+byName)
	}
	return out
}

func operations(p engine.Served) []wireOperation {
	out := []wireOperation{}
	for _, op := range p.Operations {
		out = append(out, wireOperation{
			ID: op.ID, Method: op.Method, Path: op.Path, Auth: op.Auth, Page: op.Page, Later: op.Later,
			Outcomes: list(op.Outcomes), Events: list(op.Events), Summary: op.Summary, Evidence: op.Evidence,
		})
	}
	return out
}

func webhooks(p engine.Served) *wireWebhooks {
	if p.Webhooks == nil {
		return nil
	}
	out := &wireWebhooks{
		Ladder: []string{}, Timeout: p.Webhooks.Timeout.String(), Received: p.Webhooks.Means,
		Signed: p.Webhooks.Sign != nil, Dated: p.Webhooks.Dated, Evidence: p.Webhooks.Evidence,
	}
	for _, d := range p.Webhooks.Ladder {
		out.Ladder = append(out.Ladder, d.String())
	}
	return out
}

func machines(p engine.Served) []wireMachine {
	out := []wireMachine{}
	for _, m := range p.Machines {
		out = append(out, wireMachine{Name: m.Name, States: m.States(), Edges: m.Edges})
	}
	return out
}

// list makes an absent list an empty one, which JSON tells apart.
func list[T any, S ~[]T](s S) S {
	if s == nil {
		return S{}
	}
	return s
}
