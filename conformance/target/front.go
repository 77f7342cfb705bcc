package target

import (
	"bytes"
	"io"
	"net/http"
)

// Whole gives requests to a reverse proxy only once their bodies have been read. Go's own gives up an answer half way
// when it comes before the proxy has noticed that the request has ended, which is no fault of whoever answers.
func Whole(proxy http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			http.Error(w, "the request breaks off", http.StatusBadRequest)
			return
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		proxy.ServeHTTP(w, r)
	})
}
