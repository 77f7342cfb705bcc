package control_test

import (
	"testing"

	"paysim/internal/control"
)

func TestWebPagesMayNotDriveIt(t *testing.T) {
	s := newSim(t)
	for _, c := range []struct {
		name   string
		header []string
		status int
	}{
		{"a program", nil, 200},
		{"the address bar", []string{"Sec-Fetch-Site", "none"}, 200},
		{"our own page", []string{"Sec-Fetch-Site", "same-origin", "Origin", "http://127.0.0.1:4010"}, 200},
		{"our own page, old browser", []string{"Origin", "http://127.0.0.1:4010"}, 200},
		{"another site", []string{"Sec-Fetch-Site", "cross-site"}, 403},
		{"another port", []string{"Sec-Fetch-Site", "same-site"}, 403},
		{"another site, old browser", []string{"Origin", "https://shop.example"}, 403},
		{"another port, old browser", []string{"Origin", "http://127.0.0.1:3000"}, 403},
		{"a sandboxed frame", []string{"Origin", "null"}, 403},
		{"nonsense", []string{"Origin", "::"}, 403},
		{"mixed", []string{"Sec-Fetch-Site", "same-origin", "Origin", "https://shop.example"}, 403},
	} {
		a := s.call("GET", "/_sim/tenants", "", c.header...)
		if a.Code != c.status {
			t.Errorf("%s: %d, want %d", c.name, a.Code, c.status)
		}
		if c.status == 403 {
			a.want(403, "cross_site")
		}
	}
	s.call("POST", "/_sim/tenants/default/reset", "", "Origin", "https://shop.example").want(403, "cross_site")
	// Providers answer pages as the real ones do.
	s.call("GET", "/toypay/v1/charges/x", "", "Origin", "https://shop.example", "Toy-Key", "toy-default").wantEnvelopeless(404)
}

func (a answer) wantEnvelopeless(status int) {
	a.t.Helper()
	if a.Code != status {
		a.t.Errorf("status %d, want %d: %s", a.Code, status, a.Body)
	}
}

func TestHostMustBeLoopbackOnALoopbackListener(t *testing.T) {
	hosts := map[string]bool{
		"127.0.0.1:4010": true, "127.9.9.9": true, "localhost": true, "localhost:4010": true, "LOCALHOST.:4010": true,
		"sim.localhost:4010": true, "[::1]:4010": true, "[::1]": true,
		"evil.example:4010": false, "192.168.1.5:4010": false, "localhost.evil.example": false, "127.0.0.1.evil.example": false,
		"0.0.0.0:4010": false, "notlocalhost": false,
	}
	s := newSim(t)
	open := newSim(t, func(c *control.Config) { c.Loopback = false })
	for host, ok := range hosts {
		want := 200
		if !ok {
			want = 403
		}
		s.call("GET", "/_sim/health", "", "Host", host).wantEnvelopeless(want)
		open.call("GET", "/_sim/health", "", "Host", host).wantEnvelopeless(200)
	}
	s.call("GET", "/_sim/health", "", "Host", "evil.example").want(403, "foreign_host")
	public := newSim(t, func(c *control.Config) { c.PublicURL = "https://sim.example" })
	public.call("GET", "/_sim/health", "", "Host", "sim.example").want(200)
	public.call("GET", "/_sim/health", "", "Host", "sim.example", "Origin", "https://sim.example").want(200)
	public.call("GET", "/_sim/health", "", "Host", "127.0.0.1:4010", "Origin", "https://sim.example").want(200) // by a proxy that names us so
	public.call("GET", "/_sim/health", "", "Host", "127.0.0.1:4010", "Origin", "http://sim.example").want(403, "cross_site")
	public.call("GET", "/_sim/health", "", "Host", "evil.example").want(403)
}

func TestToken(t *testing.T) {
	s := newSim(t, func(c *control.Config) { c.Token = "s3cret" })
	for auth, status := range map[string]int{
		"": 401, "s3cret": 401, "Bearer": 401, "Bearer wrong": 401, "Basic s3cret": 401, "Bearer s3cre": 401, "Bearer s3crett": 401,
		"Bearer s3cret": 200, "bearer s3cret": 200,
	} {
		s.call("GET", "/_sim/tenants", "", "Authorization", auth).wantEnvelopeless(status)
	}
	a := s.call("GET", "/_sim/tenants", "").want(401, "unauthorized")
	if a.Header().Get("WWW-Authenticate") != "Bearer" {
		t.Error("the answer does not say how to authenticate")
	}
	s.call("GET", "/_sim/health", "").want(200)
	s.call("GET", "/_sim/health", "", "Origin", "https://shop.example").want(403)
}
