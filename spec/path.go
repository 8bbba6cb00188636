package spec

import (
	"strconv"
	"strings"

	"plumb.dev/plumb/diag"
)

// At returns the value at a path such as "use_cases.PlaceOrder.latency" or
// "domain.Order.invariants.0", and its place. In a list of names a name is a step,
// too: "use_cases.PlaceOrder.reads.Restaurant". Where nothing is written at the
// path the node is nil and the place is that of the nearest part above it.
func (d *Doc) At(path string) (*Node, diag.Span) {
	trail, rest := d.walk(path)
	last := trail[len(trail)-1]
	if rest != "" {
		if last.key.Valid() {
			return nil, last.key
		}
		return nil, last.node.Span
	}
	return last.node, last.node.Span
}

// stop is one value on the way to a path.
type stop struct {
	node *Node
	// key is the place of the key or name that led here; the zero Span for the root
	// and for numbered items.
	key diag.Span
	// value is what the language says of the node; nil where it says nothing.
	value *Value
	// bare marks a name in a list, whose details (node) are not written yet.
	bare bool
}

// walk follows a path as far as the document goes and returns the steps left.
func (d *Doc) walk(path string) (trail []stop, rest string) {
	rest = strings.NewReplacer("[", ".", "]", "").Replace(path)
	at := stop{node: d.Root, value: &Value{Form: FormObject, Shape: &root}}
	trail = []stop{at}
	for rest != "" {
		next, left, ok := at.step(rest)
		if !ok {
			break
		}
		trail, at, rest = append(trail, next), next, left
	}
	return trail, rest
}

// step goes one key, name or number down. Keys may contain dots (pins), so the
// longest key that fits wins.
func (s stop) step(path string) (next stop, rest string, ok bool) {
	n := s.node
	if n.Kind == Mapping {
		best := -1
		for i := range n.Entries {
			key := n.Entries[i].Key
			if _, fits := under(path, key); fits && key != "" && (best < 0 || len(key) > len(n.Entries[best].Key)) {
				best = i
			}
		}
		if best < 0 {
			return stop{}, "", false
		}
		e := &n.Entries[best]
		rest, _ = under(path, e.Key)
		return stop{node: e.Value, key: e.KeySpan, value: s.value.below(e.Key)}, rest, true
	}
	first, rest, _ := strings.Cut(path, ".")
	if i, err := strconv.Atoi(first); err == nil {
		if n.Kind != Sequence || i < 0 || i >= len(n.Items) {
			return stop{}, "", false
		}
		return stop{node: n.Items[i], value: s.value.elem()}, rest, true
	}
	if s.value == nil || s.value.Form != FormListOrMap {
		return stop{}, "", false
	}
	for _, item := range n.Values() {
		if item.Kind == Mapping {
			if next, rest, ok := (stop{node: item, value: s.value}).step(path); ok {
				return next, rest, true
			}
		} else if item.Text == first {
			return stop{node: item, key: item.Span, value: s.value.Elem, bare: true}, rest, true
		}
	}
	return stop{}, "", false
}

// under tells whether a path starts with a key, and returns what follows it.
func under(path, key string) (rest string, ok bool) {
	rest, ok = strings.CutPrefix(path, key)
	if !ok || rest == "" {
		return "", ok
	}
	return strings.CutPrefix(rest, ".")
}

// below returns what may stand under a key.
func (v *Value) below(key string) *Value {
	if v == nil {
		return nil
	}
	switch v.Form {
	case FormObject, FormEither:
		if k := v.Shape.key(key); k != nil {
			return &k.Value
		}
	case FormMap, FormListOrMap:
		return v.Elem
	case FormList:
		return v.Elem.below(key)
	}
	return nil
}

// elem returns what the items of a list may be.
func (v *Value) elem() *Value {
	if v == nil || v.Form == FormListOrMap {
		return nil
	}
	return v.Elem
}
