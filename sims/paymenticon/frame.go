package paymenticon

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"net/http"
	"strings"

	"paysim/internal/page"
	"paysim/internal/provider"
)

// frameScript goes from the iframe's address, which names its session where no
// server sees it, to the session's page.
//
//go:embed pages/frame.js
var frameScript string

// framePage is what is seen where no script runs or no session is named.
var framePage = func() []byte {
	p := page.Problem{
		ProviderTitle: "Paymenticon", Accent: page.Plum, Message: english.frame,
		Detail: "This address names its session behind the #: /v2/iframe#id=<session_id>|lang=pl",
	}
	return bytes.Replace(p.HTML(), []byte("</head>"), []byte("<script>"+frameScript+"</script>\n</head>"), 1)
}()

func viewFrame(*provider.Call) (provider.Reply, error) {
	sum := sha256.Sum256([]byte(frameScript))
	h := page.Header()
	policy := h.Get("Content-Security-Policy")
	h.Set("Content-Security-Policy", strings.Replace(policy, "script-src ", "script-src 'sha256-"+base64.StdEncoding.EncodeToString(sum[:])+"' ", 1))
	return provider.Reply{Status: http.StatusOK, Header: h, Body: framePage}, nil
}
