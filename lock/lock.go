// Package lock keeps what must not move between two runs.
//
// A design is computed anew each time, but others rely on parts of it: a field's
// number in a binary format, an operation's id in generated clients, the name of a
// topic, the number of a decision record. These are written to plumb.lock, which is
// committed beside the input. [Read] reads it, [Apply] puts a newly computed system
// in line with it and gives the lock to write next, and [Lock.Text] prints that.
//
//   - A number, once given, is never given to anything else. What goes away leaves
//     its number and name behind as retired.
//   - A renamed element (was: in the input) keeps its numbers and ids.
//   - A decision that people accepted is not rewritten: when another choice comes
//     out it is superseded by a new record, and its own stays as a former one.
//
// Dates are given by the caller; this package knows no clock. Start reading at
// Apply.
package lock

import (
	"maps"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/diag"
)

// File is the usual name of the lock.
const File = "plumb.lock"

const format = "plumb.lock/1"

// Lock is what must not move. The zero Lock is that of a new system.
type Lock struct {
	next       int // the lowest record number that no decision ever had
	decisions  map[arch.DecisionID]decision
	former     []arch.Former
	schemas    map[arch.SchemaID]numbers
	operations map[arch.OperationID]operation
	channels   map[arch.ChannelID]bool
	events     map[arch.EventID]event
}

// decision is an entry of the lock. Those without a record have a number and a
// choice alone.
type decision struct {
	number       int
	choice       arch.OptionID
	title, name  string // of the record: its title, and the name of the choice
	status, date string
	facts        map[arch.Path]string // the stated, measured and assumed values it read
	span         diag.Span            // where its choice was read
}

// The statuses of a record, in MADR's words.
const (
	proposed = "proposed"
	accepted = "accepted"
)

type operation struct {
	useCase arch.Path
	verb    string
	inputs  numbers
}

type event struct {
	typ     string
	channel arch.ChannelID
}

// clone copies the lock so far that Apply can change the copy.
func (l *Lock) clone() *Lock {
	if l == nil {
		l = &Lock{}
	}
	c := &Lock{
		next: max(l.next, 1), decisions: maps.Clone(l.decisions), former: append([]arch.Former(nil), l.former...),
		schemas: maps.Clone(l.schemas), operations: maps.Clone(l.operations), channels: maps.Clone(l.channels), events: maps.Clone(l.events),
	}
	if c.decisions == nil {
		c.decisions = map[arch.DecisionID]decision{}
	}
	if c.schemas == nil {
		c.schemas = map[arch.SchemaID]numbers{}
	}
	return c
}
