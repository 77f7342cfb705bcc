package target

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// TestWhole answers before it looks for the end of the request, as a proxy's transport may.
func TestWhole(t *testing.T) {
	answer := strings.Repeat("x", 10_000)
	after := make(chan error, 1)
	server := httptest.NewServer(Whole(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body := make([]byte, r.ContentLength)
		if _, err := io.ReadFull(r.Body, body); err != nil || string(body) != "a form" {
			t.Errorf("the body is %q, %v", body, err)
		}
		io.WriteString(w, answer)
		_, err := r.Body.Read(body)
		after <- err
	})))
	defer server.Close()
	resp, err := server.Client().Post(server.URL, "text/plain", strings.NewReader("a form"))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if got, err := io.ReadAll(resp.Body); err != nil || string(got) != answer {
		t.Errorf("%d bytes, %v", len(got), err)
	}
	if err := <-after; err != io.EOF {
		t.Errorf("after its end the body gives %v", err)
	}
}
