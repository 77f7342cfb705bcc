package provider

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"unicode/utf16"
	"unicode/utf8"
)

// JSON is an answer with v as compact JSON. It writes <, > and & as they are, as
// most services do.
func JSON(status int, v any) Reply {
	return Reply{Status: status, Header: http.Header{"Content-Type": {"application/json; charset=utf-8"}}, Body: Marshal(v)}
}

// Marshal is compact JSON without HTML escapes. v must be a value that JSON can
// carry: anything else is a defect and panics, which the engine answers as one.
func Marshal(v any) []byte {
	var b bytes.Buffer
	b.Grow(1 << 10) // what most answers fit in
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		panic(err)
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}

// Escape writes JSON in ASCII alone and with its slashes escaped, as PHP does by
// default.
func Escape(text []byte) []byte {
	out := make([]byte, 0, len(text))
	for len(text) > 0 {
		r, size := utf8.DecodeRune(text)
		switch {
		case r == '\\' && len(text) > 1: // what is escaped stays as it is
			size = 2
			out = append(out, text[:size]...)
		case r == '/':
			out = append(out, '\\', '/')
		case r < utf8.RuneSelf:
			out = append(out, byte(r))
		default:
			for _, unit := range utf16.Encode([]rune{r}) {
				out = fmt.Appendf(out, `\u%04x`, unit)
			}
		}
		text = text[size:]
	}
	return out
}
