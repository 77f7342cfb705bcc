package engine

import (
	"encoding/json"
	"net/http"
	"strconv"
)

// WriteError answers in the control API's envelope.
func WriteError(w http.ResponseWriter, status int, code, message string, details any) {
	body := map[string]any{"code": code, "message": message}
	if details != nil {
		body["details"] = details
	}
	text, _ := json.MarshalIndent(map[string]any{"error": body}, "", "  ")
	text = append(text, '\n')
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Content-Length", strconv.Itoa(len(text)))
	w.WriteHeader(status)
	w.Write(text)
}
