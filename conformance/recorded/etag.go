package recorded

import (
	"crypto/sha1"
	"encoding/base64"
	"fmt"
	"regexp"
)

var etagForm = regexp.MustCompile(`^W/"[0-9a-f]+-[A-Za-z0-9+/]{27}"$`)

// ETag is the weak validator that Express computes: the body's length in hexadecimal and the first 27 characters of
// the base64 of its SHA-1.
func ETag(body []byte) string {
	sum := sha1.Sum(body)
	return fmt.Sprintf(`W/"%x-%s"`, len(body), base64.StdEncoding.EncodeToString(sum[:])[:27])
}
