package lock

import "plumb.dev/plumb/arch"

// Accept returns the lock with a record marked as accepted by people on a date
// (YYYY-MM-DD), and whether it has such a record. One accepted before keeps its date.
func (l *Lock) Accept(id arch.DecisionID, date string) (*Lock, bool) {
	entry, found := l.decisions[id]
	if !found || entry.status == "" {
		return l, false
	}
	c := l.clone()
	if entry.status != accepted {
		entry.status, entry.date = accepted, date
	}
	c.decisions[id] = entry
	return c, true
}
