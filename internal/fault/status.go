package fault

import (
	"net/http"
	"strconv"
)

// Status puts another answer in the place of the one that there is, as a proxy
// in between would; the whole of it.
type Status struct {
	Code   int
	Body   string
	Header http.Header
}

// Apply implements Fault.
func (f Status) Apply(s *Sending) {
	s.Status, s.Body, s.Header = f.Code, []byte(f.Body), f.Header.Clone()
	s.Keep, s.Piece = -1, 0
	if s.Header == nil {
		s.Header = http.Header{}
	}
	if s.Header.Get("Content-Type") == "" {
		s.Header.Set("Content-Type", "text/plain; charset=utf-8")
	}
}

func (f Status) String() string { return "status " + strconv.Itoa(f.Code) }
