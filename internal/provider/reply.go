package provider

import (
	"bytes"
	"encoding/json"
	"net/http"
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
