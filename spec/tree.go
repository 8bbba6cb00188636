package spec

import "plumb.dev/plumb/diag"

// Kind is the shape of a node.
type Kind uint8

// The kinds of node.
const (
	Scalar Kind = iota
	Mapping
	Sequence
	Null
)

// Node is one written value with its place.
type Node struct {
	Kind Kind
	// Text is a scalar as written, quotes removed.
	Text string
	// Quoted tells whether a scalar stood in quotes.
	Quoted bool
	Span   diag.Span
	// Entries of a mapping and Items of a sequence, in the order written.
	Entries []Entry
	Items   []*Node
	// Bad marks a value about which a problem has been reported; later stages say
	// nothing more about it.
	Bad bool
}

// Entry is one key of a mapping with its value.
type Entry struct {
	Key     string
	KeySpan diag.Span
	Value   *Node
}

// Get returns the value of a key, or nil. A nil receiver has no keys.
func (n *Node) Get(key string) *Node {
	if n == nil {
		return nil
	}
	for i := range n.Entries {
		if n.Entries[i].Key == key {
			return n.Entries[i].Value
		}
	}
	return nil
}

// Entry returns the entry of a key.
func (n *Node) Entry(key string) (Entry, bool) {
	if n != nil {
		for _, e := range n.Entries {
			if e.Key == key {
				return e, true
			}
		}
	}
	return Entry{}, false
}

// Doc is one parsed input.
type Doc struct {
	File string
	// Source is the text, for quoting in problems.
	Source string
	Root   *Node
}
