package fault

import "strconv"

// Truncate announces the whole body, sends that share of it and closes.
type Truncate struct{ Share float64 } // 0 to 1, 1 excluded

// Apply implements Fault.
func (f Truncate) Apply(s *Sending) { s.Keep = int(float64(len(s.Body)) * f.Share) }

func (f Truncate) String() string { return "truncate " + strconv.FormatFloat(f.Share, 'g', -1, 64) }
