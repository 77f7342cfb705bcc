package fault

// ResetConnection answers with a TCP reset.
type ResetConnection struct{}

// Apply implements Fault.
func (ResetConnection) Apply(s *Sending) { s.End = Reset }

func (ResetConnection) String() string { return "reset" }
