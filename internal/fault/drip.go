package fault

import (
	"fmt"
	"time"
)

// Drip sends the body so many bytes at a time with a pause between, in real
// time.
type Drip struct {
	Bytes int
	Every time.Duration
}

// Apply implements Fault.
func (f Drip) Apply(s *Sending) { s.Piece, s.Every = f.Bytes, f.Every }

func (f Drip) String() string { return fmt.Sprintf("drip %d bytes every %v", f.Bytes, f.Every) }
