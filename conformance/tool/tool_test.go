package tool_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"paysim/conformance/tool"
	"paysim/conformance/tool/tooltest"
)

var session = tool.Request{
	Method: "POST",
	URL:    "http://127.0.0.1:4012/sessions/",
	Headers: []tool.Header{
		{Name: "Content-Type", Value: "application/json"},
		{Name: "Authorization", Value: "hmac WLT-1:abc"},
	},
	Body: `{"amount": 1000, "note": "it's", "login": true, "rest": null, "list": [1.50, false]}`,
}

func TestCompose(t *testing.T) {
	get := session
	get.Method, get.Body = "GET", ""
	remove := get
	remove.Method = "DELETE"
	bare := get
	bare.Method = "POST"
	styled := func(r tool.Request, style tool.Style) tool.Request {
		r.Style = style
		return r
	}
	tests := []struct {
		tool string
		of   tool.Request
		want string
	}{
		{"curl", session, `curl http://127.0.0.1:4012/sessions/ --header 'Content-Type: application/json' --header 'Authorization: hmac WLT-1:abc' --data '{"amount": 1000, "note": "it'\''s", "login": true, "rest": null, "list": [1.50, false]}'`},
		{"curl", styled(session, tool.Style{Options: []string{"-i", "-X", "POST"}, Header: "-H", Data: "--data-raw"}),
			`curl -i -X POST http://127.0.0.1:4012/sessions/ -H 'Content-Type: application/json' -H 'Authorization: hmac WLT-1:abc' --data-raw '{"amount": 1000, "note": "it'\''s", "login": true, "rest": null, "list": [1.50, false]}'`},
		{"curl", get, `curl http://127.0.0.1:4012/sessions/ --header 'Content-Type: application/json' --header 'Authorization: hmac WLT-1:abc'`},
		{"curl", styled(remove, tool.Style{Options: []string{"-X", "DELETE"}}),
			`curl -X DELETE http://127.0.0.1:4012/sessions/ --header 'Content-Type: application/json' --header 'Authorization: hmac WLT-1:abc'`},
		{"wget", session, `wget -S -O- http://127.0.0.1:4012/sessions/ '--header=Content-Type: application/json' '--header=Authorization: hmac WLT-1:abc' '--post-data={"amount": 1000, "note": "it'\''s", "login": true, "rest": null, "list": [1.50, false]}'`},
		{"wget", get, `wget -S -O- http://127.0.0.1:4012/sessions/ '--header=Content-Type: application/json' '--header=Authorization: hmac WLT-1:abc'`},
		{"wget", bare, `wget -S -O- http://127.0.0.1:4012/sessions/ '--header=Content-Type: application/json' '--header=Authorization: hmac WLT-1:abc' --post-data=`},
		{"wget", remove, `wget -S -O- http://127.0.0.1:4012/sessions/ '--header=Content-Type: application/json' '--header=Authorization: hmac WLT-1:abc' --method=DELETE`},
		{"httpie", session, `echo '{"amount": 1000, "note": "it'\''s", "login": true, "rest": null, "list": [1.50, false]}' | http POST http://127.0.0.1:4012/sessions/ Content-Type:application/json 'Authorization:hmac WLT-1:abc'`},
		{"httpie", get, `http http://127.0.0.1:4012/sessions/ Content-Type:application/json 'Authorization:hmac WLT-1:abc'`},
		{"python-requests", session, `python3 -c 'import requests
requests.post('\''http://127.0.0.1:4012/sessions/'\'', headers={'\''Content-Type'\'': '\''application/json'\'', '\''Authorization'\'': '\''hmac WLT-1:abc'\''}, json={'\''amount'\'': 1000, '\''note'\'': '\''it\'\''s'\'', '\''login'\'': True, '\''rest'\'': None, '\''list'\'': [1.50, False]})'`},
		{"python-requests", get, `python3 -c 'import requests
requests.get('\''http://127.0.0.1:4012/sessions/'\'', headers={'\''Content-Type'\'': '\''application/json'\'', '\''Authorization'\'': '\''hmac WLT-1:abc'\''})'`},
	}
	for _, test := range tests {
		one, err := tool.ByName(test.tool)
		if err != nil {
			t.Fatal(err)
		}
		c, err := one.Compose(test.of)
		if err != nil {
			t.Fatal(err)
		}
		if c.String() != test.want {
			t.Errorf("%s %s:\ngot  %s\nwant %s", test.tool, test.of.Method, c, test.want)
		}
	}
}

func TestCurlRefusesAMethodItWouldNotSend(t *testing.T) {
	r := session
	r.Method = "PUT"
	curl, _ := tool.ByName("curl")
	if c, err := curl.Compose(r); err == nil {
		t.Errorf("got %s, want an error", c)
	}
}

// TestSend runs every installed tool against a server that tells what it received.
func TestSend(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("X-Odd", "a: b")
		status, _ := strconv.Atoi(r.URL.Query().Get("status"))
		w.WriteHeader(status)
		_ = json.NewEncoder(w).Encode(map[string]string{
			"method": r.Method, "uri": r.RequestURI, "body": string(body),
			"type": r.Header.Get("Content-Type"), "auth": r.Header.Get("Authorization"),
		})
	}))
	t.Cleanup(server.Close)

	const posted = `{"a": 1, "b": "Maracanaú it's", "c": true}`
	tests := []struct {
		method, body string
		status       int
		sent         map[string]string // what arrives, where it is not the body itself
	}{
		{"POST", posted, 406, map[string]string{"httpie": posted + "\n", "python-requests": `{"a": 1, "b": "Maracana\u00fa it's", "c": true}`}},
		{"GET", "", 200, nil},
		{"POST", "", 403, nil},
		{"DELETE", "", 404, nil},
	}
	for _, one := range tool.All() {
		t.Run(one.Name(), func(t *testing.T) {
			tooltest.Require(t, one)
			for _, test := range tests {
				uri := fmt.Sprintf("/v1/x?method=alipay%%2B&status=%d", test.status)
				r := tool.Request{
					Method: test.method, URL: server.URL + uri, Body: test.body,
					Headers: []tool.Header{{Name: "Content-Type", Value: "application/json"}, {Name: "Authorization", Value: "Bearer k"}},
				}
				if one.Name() == "curl" {
					r.Style.Options = []string{"-i", "-X", test.method}
				}
				answer, err := tool.Send(t.Context(), one, r)
				if err != nil {
					t.Fatal(err)
				}
				if answer.Status != test.status || answer.Headers.Get("X-Odd") != "a: b" {
					t.Errorf("%s: status %d, X-Odd %q", test.method, answer.Status, answer.Headers.Get("X-Odd"))
				}
				var got map[string]string
				if err := json.Unmarshal(answer.Body, &got); err != nil {
					t.Fatalf("%s: %v: %q", test.method, err, answer.Body)
				}
				body := test.body
				if other, ok := test.sent[one.Name()]; ok {
					body = other
				}
				want := map[string]string{"method": test.method, "uri": uri, "body": body, "type": "application/json", "auth": "Bearer k"}
				for name, value := range want {
					if got[name] != value {
						t.Errorf("%s %s: got %q, want %q", test.method, name, got[name], value)
					}
				}
			}
		})
	}
}

func TestSendReportsNoAnswer(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	server.Close()
	for _, one := range tool.All() {
		t.Run(one.Name(), func(t *testing.T) {
			tooltest.Require(t, one)
			answer, err := tool.Send(t.Context(), one, tool.Request{Method: "GET", URL: server.URL})
			if err == nil || !strings.Contains(err.Error(), one.Name()) {
				t.Errorf("got %v and %v, want an error that names the tool", answer, err)
			}
		})
	}
}

func TestByNameRefusesAnUnknownTool(t *testing.T) {
	if _, err := tool.ByName("postman"); err == nil {
		t.Error("want an error")
	}
}
