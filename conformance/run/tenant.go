package run

import (
	"crypto/sha256"
	"encoding/hex"
	"regexp"
	"strings"
)

var notInName = regexp.MustCompile(`[^a-z0-9]+`)

// Tenant makes the name of a tenant that was never used before: readable at the front, of the parts that tell one case
// from all others, unique at the end, and short enough for a tenant.
func Tenant(parts ...string) string {
	whole := strings.Join(parts, "-")
	sum := sha256.Sum256([]byte(whole + fresh()))
	readable := strings.Trim(notInName.ReplaceAllString(strings.ToLower(whole), "-"), "-")
	if len(readable) > 29 {
		readable = strings.Trim(readable[:29], "-")
	}
	return "c-" + readable + "-" + hex.EncodeToString(sum[:4])
}
