package spec

import (
	"fmt"
	"strings"

	"go.yaml.in/yaml/v3"

	"plumb.dev/plumb/diag"
)

// The bounds of an input. They are far above what people write (a system of a
// thousand aggregates and five thousand use cases has some 200,000 values) and
// keep a hostile input from costing more than a moment.
const (
	// MaxBytes is the size of the largest file that is read.
	MaxBytes = 4 << 20
	maxNodes = 500_000
	maxDepth = 100
	// maxProblems is how many problems are reported before the rest is passed over.
	maxProblems = 1000
)

// converter turns the library's nodes into ours.
type converter struct {
	src   *source
	list  *diag.List
	nodes int
	// done holds what each anchored node became and how many values it holds; a nil
	// node is one that is still being read.
	done map[*yaml.Node]anchored
	path []string
	// stopped is set once a bound was passed; nothing more is reported then.
	stopped bool
}

type anchored struct {
	node *Node
	size int
}

func (c *converter) problem(code diag.Code, span diag.Span, message, hint string) {
	if !c.stopped && len(*c.list) < maxProblems {
		c.list.Add(diag.Problem{Code: code, Span: span, Path: joinPath(c.path), Message: message, Hint: hint})
	}
}

// value converts one node and returns where it ends in the text.
func (c *converter) value(y *yaml.Node) (*Node, int) {
	off := c.src.offset(y.Line, y.Column)
	if y.Kind == yaml.AliasNode {
		return c.alias(y, off)
	}
	if c.exceeds(off) {
		return &Node{Kind: Null, Span: c.src.span(off, off), Bad: true}, off
	}
	if y.Anchor == "" && y.Style&yaml.TaggedStyle == 0 {
		return c.plain(y, off)
	}
	before := c.nodes
	if y.Anchor != "" {
		c.done[y] = anchored{}
	}
	start := off
	off = c.src.properties(off)
	n, end := c.plain(y, off)
	if y.Style&yaml.TaggedStyle != 0 {
		c.tag(y, n, start)
	}
	if y.Anchor != "" {
		c.done[y] = anchored{n, c.nodes - before}
	}
	return n, end
}

// exceeds counts a value and tells when there are too many or too deep.
func (c *converter) exceeds(off int) bool {
	c.nodes++
	switch {
	case c.nodes > maxNodes:
		c.problem("spec.too-large", c.src.span(off, off), fmt.Sprintf("the file holds more than %d values", maxNodes), "split the system, or leave out what the design does not depend on")
		c.stopped = true
	case len(c.path) > maxDepth:
		c.problem("spec.too-deep", c.src.span(off, off), fmt.Sprintf("values are nested more than %d deep", maxDepth), "nothing in the language is nested more than ten deep")
		c.stopped = true
	}
	return c.stopped
}

func (c *converter) alias(y *yaml.Node, off int) (*Node, int) {
	end := off + 1 + len(y.Value)
	target, known := c.done[y.Alias]
	bad := &Node{Kind: Null, Span: c.src.span(off, end), Bad: true}
	switch {
	case !known || target.node == nil:
		c.problem("spec.bad-alias", bad.Span, fmt.Sprintf("*%s stands inside the value it repeats", y.Value), "write the value out")
		return bad, end
	case c.nodes+target.size > maxNodes:
		c.problem("spec.too-large", bad.Span, fmt.Sprintf("with its aliases the file holds more than %d values", maxNodes), "write the values out; an input needs no nested aliases")
		c.stopped = true
		return bad, end
	}
	c.nodes += target.size
	return target.node, end
}

// tag accepts the tags of YAML's core schema, which say nothing here, and !!str.
func (c *converter) tag(y *yaml.Node, n *Node, off int) {
	switch y.ShortTag() {
	case "!!str", "!!int", "!!float", "!!bool", "!!null", "!!map", "!!seq", "!":
		return
	}
	n.Bad = true
	c.problem("spec.tag", c.src.span(off, off+len(y.Tag)), fmt.Sprintf("the tag %s means nothing here", y.Tag), "remove the tag")
}

// plain converts a node whose value starts at off.
func (c *converter) plain(y *yaml.Node, off int) (*Node, int) {
	switch y.Kind {
	case yaml.MappingNode:
		return c.mapping(y, off)
	case yaml.SequenceNode:
		return c.sequence(y, off)
	}
	if y.Value == "" && y.Style&^yaml.TaggedStyle == 0 {
		// Nothing is written; the library's place is just after the sign before it.
		return &Node{Kind: Null, Span: c.src.span(off, off)}, off
	}
	// Places are asked for in the order of the text, which keeps long lines linear.
	n := &Node{Kind: Scalar, Text: y.Value, Span: diag.Span{File: c.src.file, Start: c.src.pos(off)}}
	end, textOff, marks := c.src.scalar(off, y.Value)
	n.marks = marks
	n.Quoted = y.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle) != 0
	if y.Style&^yaml.TaggedStyle == 0 && isNull(y.Value) {
		n.Kind = Null
	}
	n.textAt = n.Span.Start
	n.textAt.Column += textOff - off
	n.Span.End = c.src.pos(end)
	return n, end
}

func isNull(s string) bool { return s == "~" || s == "null" || s == "Null" || s == "NULL" }

func (c *converter) sequence(y *yaml.Node, off int) (*Node, int) {
	n := &Node{Kind: Sequence, Items: make([]*Node, 0, len(y.Content))}
	start := c.src.pos(off)
	end := off
	for i, item := range y.Content {
		c.path = append(c.path, fmt.Sprint(i))
		v, e := c.value(item)
		c.path = c.path[:len(c.path)-1]
		n.Items = append(n.Items, v)
		end = max(end, e)
	}
	end = c.closing(off, end, '[', ']')
	n.Span = diag.Span{File: c.src.file, Start: start, End: c.src.pos(end)}
	return n, end
}

// closing finds the end of a collection: behind its closing sign in flow style,
// else where its last value ends.
func (c *converter) closing(off, end int, open, close byte) int {
	text := c.src.text
	if off >= len(text) || text[off] != open {
		return end
	}
	at := c.src.gap(max(end, off+1), ",:?")
	if at < len(text) && text[at] == close {
		return at + 1
	}
	return end
}

func (c *converter) mapping(y *yaml.Node, off int) (*Node, int) {
	n := &Node{Kind: Mapping, Entries: make([]Entry, 0, len(y.Content)/2)}
	start := c.src.pos(off)
	end := off
	var index map[string]int
	var merged []*Node
	if len(y.Content) > 16 {
		index = make(map[string]int, len(y.Content)/2)
	}
	for i := 0; i+1 < len(y.Content); i += 2 {
		key, ok := c.key(y.Content[i])
		c.path = append(c.path, key.Text)
		v, e := c.value(y.Content[i+1])
		end = max(end, e)
		switch {
		case c.stopped || !ok:
			n.Bad = true
		case key.Text == "<<" && !key.Quoted:
			merged = append(merged, c.bases(v)...)
		case c.duplicate(n, index, key): // the first one stands
		default:
			if index != nil {
				index[key.Text] = len(n.Entries)
			}
			n.Entries = append(n.Entries, Entry{Key: key.Text, KeySpan: key.Span, Value: v})
		}
		c.path = c.path[:len(c.path)-1]
	}
	n.merge(merged)
	end = c.closing(off, end, '{', '}')
	n.Span = diag.Span{File: c.src.file, Start: start, End: c.src.pos(end)}
	return n, end
}

// merge adds the entries of the bases whose keys the mapping lacks.
func (n *Node) merge(bases []*Node) {
	if len(bases) == 0 {
		return
	}
	own := make(map[string]bool, len(n.Entries))
	for _, e := range n.Entries {
		own[e.Key] = true
	}
	for _, base := range bases {
		for _, e := range base.Entries {
			if !own[e.Key] {
				own[e.Key] = true
				n.Entries = append(n.Entries, e)
			}
		}
	}
}

// key reads a key, which has to be a single value.
func (c *converter) key(y *yaml.Node) (*Node, bool) {
	for y.Kind == yaml.AliasNode {
		y = y.Alias
	}
	if y.Kind == yaml.ScalarNode {
		if k, _ := c.value(y); k.Bad || k.Text != "" || k.Kind == Scalar {
			return k, !k.Bad
		}
	}
	off := c.src.offset(y.Line, y.Column)
	what := map[yaml.Kind]Kind{yaml.MappingNode: Mapping, yaml.SequenceNode: Sequence, yaml.ScalarNode: Null}[y.Kind]
	c.problem("spec.wrong-form", c.src.span(off, min(off+1, len(c.src.text))), "a key is a single word, found "+what.describe(), "if the braces or brackets are meant as text, put them in quotes")
	return &Node{Kind: Scalar}, false
}

func (c *converter) duplicate(n *Node, index map[string]int, key *Node) bool {
	at, found := index[key.Text]
	if index == nil {
		for i := range n.Entries {
			if n.Entries[i].Key == key.Text {
				at, found = i, true
				break
			}
		}
	}
	if found && !c.stopped && len(*c.list) < maxProblems {
		c.list.Add(diag.Problem{
			Code: "spec.duplicate-key", Span: key.Span, Path: joinPath(c.path),
			Message: fmt.Sprintf("the key %q is written twice", key.Text),
			Related: []diag.Related{{Span: n.Entries[at].KeySpan, Path: joinPath(c.path), Note: "first written here"}},
			Hint:    "keep one of the two",
		})
	}
	return found
}

// bases returns the mappings that a merge key (<<) takes over.
func (c *converter) bases(v *Node) []*Node {
	list := []*Node{v}
	if v.Kind == Sequence {
		list = v.Items
	}
	for _, base := range list {
		if base.Kind != Mapping && !base.Bad {
			c.problem("spec.bad-alias", base.Span, "<< takes over the keys of a mapping, found "+base.Kind.describe(), "name an anchored mapping, such as <<: *defaults")
			return nil
		}
	}
	return list
}

func joinPath(path []string) string { return strings.Join(path, ".") }
