package citcon

import (
	"crypto/sha1"
	"encoding/base64"
	"net/http"
	"strconv"

	"paysim/internal/provider"
)

// preflight answers a browser that asks whether it may call. Whatever origin
// asks may: no list of origins is public.
func preflight(c *provider.Call, methods string) provider.Reply {
	r := provider.Reply{Status: http.StatusNoContent, Header: http.Header{}}
	r.Header.Set("Access-Control-Allow-Methods", methods)
	if asked := c.Request.Header.Get("Access-Control-Request-Headers"); asked != "" {
		r.Header.Set("Access-Control-Allow-Headers", asked)
	}
	return r
}

// share lets a page of another origin read the answer, on the paths that
// browsers call. Their Vary names Origin whether or not one was sent; that of
// the others does not.
func share(c *provider.Call, h http.Header) {
	if c.Operation == nil || !isShared(c.Operation.Path) {
		h.Set("Vary", "accept-encoding")
		return
	}
	h.Set("Vary", "Origin, accept-encoding")
	if origin := c.Request.Header.Get("Origin"); origin != "" {
		h.Set("Access-Control-Allow-Origin", origin)
	}
}

func isShared(path string) bool {
	for _, s := range shared {
		if s.path == path {
			return true
		}
	}
	return false
}

// etag is a body's weak tag as Express makes it: its length in hexadecimal and
// the first 27 characters of its SHA-1 in base64.
func etag(body []byte) string {
	sum := sha1.Sum(body)
	return `W/"` + strconv.FormatInt(int64(len(body)), 16) + "-" + base64.StdEncoding.EncodeToString(sum[:])[:27] + `"`
}
