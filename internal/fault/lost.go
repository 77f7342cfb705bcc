package fault

// LostAnswer lets the caller wait until it gives up.
type LostAnswer struct{}

// Apply implements Fault.
func (LostAnswer) Apply(s *Sending) { s.End = Lost }

func (LostAnswer) String() string { return "lost" }
