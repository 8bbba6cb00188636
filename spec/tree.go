// Package spec is the first stage: it turns a text into what was written.
//
// Input: one YAML file, as bytes. Output: a [Doc], a tree in which every value
// keeps its place, and a [diag.List] of what is wrong with it. [Parse] checks all
// that a value says by itself against one table, the language ([Root]): known keys,
// forms, units, and the small grammars in which field types, lifecycles and loads
// are written. The readers on [Node] (n.FieldType(), n.Load()) give what those
// grammars say; names are bound, and quantities compared, by package model.
//
// The same table prints the editor's JSON Schema ([Schema]) and the reference
// ([Reference]). [Print] writes a tree back in a canonical layout, [Edit] sets one
// value in a text and keeps the rest of it.
//
// Invariant: a tree is at most 100 deep and holds at most 500,000 values, aliases
// counted each time; every span lies in the file; a value marked Bad has been
// reported. Whatever the input is, Parse ends soon and does not panic.
//
// Start reading at [Parse], then language.go.
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

// describe names a kind as messages do.
func (k Kind) describe() string {
	return [...]string{"a single value", "a mapping", "a list", "nothing"}[k]
}

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

	// textAt is the place of the first rune of Text. marks holds a place for every
	// rune of Text when they do not follow one another on one line (escapes, folded
	// lines); without both, every piece of the text stands at Span.
	textAt diag.Pos
	marks  []diag.Pos
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

// Values returns the values of a list; one value stands for a list of one, and
// nothing for none.
func (n *Node) Values() []*Node {
	switch {
	case n == nil || n.Kind == Null:
		return nil
	case n.Kind == Sequence:
		return n.Items
	}
	return []*Node{n}
}

// Named returns what a list of names, a mapping from names to details, or a list
// in which some names carry details holds, in the order written. A name without
// details comes with a Null value that stands where the name does.
func (n *Node) Named() []Entry {
	var out []Entry
	if n != nil && n.Kind == Mapping {
		return n.Entries
	}
	for _, v := range n.Values() {
		switch v.Kind {
		case Mapping:
			out = append(out, v.Entries...)
		case Scalar:
			out = append(out, Entry{Key: v.Text, KeySpan: v.Span, Value: &Node{Kind: Null, Span: v.Span, Bad: v.Bad}})
		}
	}
	return out
}

// Doc is one parsed input.
type Doc struct {
	File string
	// Source is the text, for quoting in problems.
	Source string
	Root   *Node
}
