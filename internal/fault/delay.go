package fault

import "time"

// Delay holds the answer back for that long, in real time whatever the
// tenant's clock says. Several add up.
type Delay struct{ For time.Duration }

// Apply implements Fault.
func (d Delay) Apply(s *Sending) { s.Wait += d.For }

func (d Delay) String() string { return "delay " + d.For.String() }
