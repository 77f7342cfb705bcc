package page

import (
	"crypto/sha256"
	"encoding/base64"
	"net/http"
)

var policy = "default-src 'none'" +
	"; style-src " + source(style) +
	"; script-src " + source(script) +
	"; img-src data:" + // the empty favicon, which keeps browsers from asking the provider's paths for one
	"; base-uri 'none'"

// Header is what every page of this package is served with, a fresh copy each time. Whoever serves the JSON twin or
// a QR image replaces Content-Type.
//
// Two directives are left out of the policy on purpose. form-action: browsers apply it to the redirects that follow
// a POST too, and a decided payment redirects to an address of the merchant's that nobody knows beforehand.
// frame-ancestors (and X-Frame-Options): merchants embed these pages.
//
// Referrer-Policy keeps the token in a page's path from other origins, and the origin itself in a POST's Origin header.
func Header() http.Header {
	return http.Header{
		"Content-Type":            {"text/html; charset=utf-8"},
		"Content-Security-Policy": {policy},
		"Referrer-Policy":         {"strict-origin-when-cross-origin"},
		"Cache-Control":           {"no-store"},
		"Vary":                    {"Accept, Accept-Language"}, // one address answers as a page, as JSON and as an image
		"X-Content-Type-Options":  {"nosniff"},
	}
}

// source names an inline element by the hash of its whole text, so that nothing injected can pass for it.
func source(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}
