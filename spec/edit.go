package spec

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"plumb.dev/plumb/diag"
)

// Edit sets the value at a path ("use_cases.PlaceOrder.latency") in the text of an
// input and returns the new text. The value is written as in an input (p99 800ms,
// {choose: kafka}). What is missing on the way is inserted: mappings, and the
// details of a name in a list. Comments and layout stay; only lines of the old and
// the new value change.
//
// An error says why the text cannot be edited so: it is no YAML, the path leads
// through a single value, or the value is shared by an alias. Edit does not check
// the value against the language; Parse of the result does.
func Edit(text []byte, path, value string) ([]byte, error) {
	body, bom := bytes.CutPrefix(text, []byte("\uFEFF"))
	doc, err := readable(body)
	if err != nil {
		return nil, err
	}
	set, err := fragment(value, doc.formAt(path))
	if err != nil {
		return nil, err
	}
	e := editor{doc: doc, text: doc.Source, eol: "\n"}
	if i := strings.IndexByte(e.text, '\n'); i > 0 && e.text[i-1] == '\r' {
		e.eol = "\r\n"
	}
	e.src = newSource("", e.text)
	if err := e.set(path, set); err != nil {
		return nil, err
	}
	if err := verify(doc.Root, e.text, path); err != nil {
		return nil, err
	}
	if bom {
		return append([]byte("\uFEFF"), e.text...), nil
	}
	return []byte(e.text), nil
}

func readable(text []byte) (*Doc, error) {
	var list diag.List
	doc := tree("", text, &list)
	if len(list) > 0 && list[0].Code != "spec.empty" {
		return nil, fmt.Errorf("the input cannot be edited: %s", list[0].Message)
	}
	doc.Source = string(text)
	return doc, nil
}

// formAt returns what the language says of a path, whether it is written or not;
// nil where it says nothing.
func (d *Doc) formAt(path string) *Value {
	trail, rest := d.walk(path)
	last := trail[len(trail)-1]
	v := last.value
	for _, key := range last.keys(rest) {
		v = v.below(key)
	}
	return v
}

// fragment reads one value. Where the language wants a single value, a text that
// YAML would take for more (A clinic: small) is that value all the same.
func fragment(value string, v *Value) (*Node, error) {
	if strings.TrimSpace(value) == "" {
		return nil, errors.New("the value is empty")
	}
	var list diag.List
	doc := tree("", []byte(value), &list)
	var single bool
	if v != nil {
		g, leaf := v.Form.leaf()
		single = leaf && len(g.kinds) == 0
	}
	switch {
	case single && (len(list) > 0 && list[0].Code == "spec.bad-yaml" || doc.Root.Kind != Scalar):
		return &Node{Kind: Scalar, Text: strings.TrimSpace(value)}, nil
	case len(list) > 0:
		return nil, fmt.Errorf("%q is no value: %s", shorten(value), list[0].Message)
	case doc.Root.Kind == Null:
		return nil, errors.New("the value is empty")
	}
	return doc.Root, nil
}

// verify reads the edited text again: it must say what the changed tree says.
func verify(want *Node, text, path string) error {
	now, err := readable([]byte(text))
	if err != nil {
		return err
	}
	if !same(now.Root, want) {
		return fmt.Errorf("%s cannot be set in the way the input is written; edit it by hand", path)
	}
	return nil
}

// same tells whether two trees say the same, wherever they stand and in whatever
// order the keys of a mapping come.
func same(a, b *Node) bool {
	if a.Kind != b.Kind || len(a.Entries) != len(b.Entries) || a.Kind == Scalar && a.Text != b.Text {
		return false
	}
	for i, e := range a.Entries {
		other := b.Entries[i].Value
		if b.Entries[i].Key != e.Key {
			if other = b.Get(e.Key); other == nil {
				return false
			}
		}
		if !same(e.Value, other) {
			return false
		}
	}
	return slices.EqualFunc(a.Items, b.Items, same)
}

// editor changes one text, and its tree beside it.
type editor struct {
	doc  *Doc
	src  *source
	text string
	eol  string
}

func (e *editor) offset(p diag.Pos) int {
	off := e.src.lines[p.Line-1]
	for column := 1; column < p.Column; column++ {
		_, n := utf8.DecodeRuneInString(e.text[off:])
		off += n
	}
	return off
}

func (e *editor) splice(from, to int, text string) {
	e.text = e.text[:from] + text + e.text[to:]
}

func (e *editor) set(path string, set *Node) error {
	trail, rest := e.doc.walk(path)
	if rest == "" && len(trail) == 1 {
		return errors.New("the path is empty")
	}
	for i := 1; i < len(trail); i++ {
		if e.shared(trail[i-1], trail[i]) {
			return fmt.Errorf("%s is shared by an alias or a merge key; edit it by hand", path)
		}
	}
	last := trail[len(trail)-1]
	if rest == "" {
		if last.bare {
			e.detail(trail, set)
			return nil
		}
		e.replace(last, set)
		return nil
	}
	keys := last.keys(rest)
	if slices.Contains(keys, "") {
		return fmt.Errorf("the path %s has an empty step", path)
	}
	switch {
	case last.bare:
		e.detail(trail, nest(keys, set))
	case last.node.Kind == Mapping:
		e.insert(trail, keys, set)
	case last.node.Kind == Null && len(trail) == 1:
		e.appendLine(len(e.text), e.block(keys, set, 0))
		*last.node = *nest(keys, set)
	case last.node.Kind == Null:
		e.replace(last, nest(keys, set))
	case last.value != nil && last.value.Form == FormListOrMap:
		e.join(last, keys, set)
	default:
		return fmt.Errorf("%s: there is %s at %s", path, last.node.Kind.describe(), last.node.Span)
	}
	return nil
}

// keys splits the steps that are not written yet. Where keys may have dots (pins)
// the rest is one key.
func (s stop) keys(rest string) []string {
	var keys []string
	for v := s.value; rest != ""; {
		if v != nil && v.Dotted {
			return append(keys, rest)
		}
		var key string
		key, rest, _ = strings.Cut(rest, ".")
		keys = append(keys, key)
		v = v.below(key)
	}
	return keys
}

// nest wraps a value into mappings.
func nest(keys []string, n *Node) *Node {
	for _, k := range slices.Backward(keys) {
		n = &Node{Kind: Mapping, Entries: []Entry{{Key: k, Value: n}}}
	}
	return n
}

// shared tells whether a value is written elsewhere than under its key, or is
// marked to be repeated.
func (e *editor) shared(parent, s stop) bool {
	if s.bare || !s.node.Span.Valid() {
		return false
	}
	from := parent.node.Span.Start
	if s.key.Valid() {
		if s.key.Start.Before(from) || parent.node.Span.End.Before(s.key.End) {
			return true
		}
		from = s.key.End
	}
	to := s.node.Span.Start
	if to.Before(from) || parent.node.Span.End.Before(s.node.Span.End) {
		return true
	}
	return s.key.Valid() && strings.ContainsAny(e.text[e.offset(from):e.offset(to)], "&!")
}

// replace writes a value in place of another one.
func (e *editor) replace(s stop, set *Node) {
	old := s.node
	from, to := e.offset(old.Span.Start), e.offset(old.Span.End)
	flow := e.inFlow(from)
	text := inline(set, flow)
	switch {
	case from == to: // nothing is written yet
		if s.key.Valid() && from == e.offset(s.key.End) {
			text = ": " + text
		} else {
			text = " " + text
		}
		if flow && to < len(e.text) && !isBlank(e.text[to]) && e.text[to] != ',' && e.text[to] != '}' && e.text[to] != ']' {
			text += " "
		}
		e.splice(from, to, text)
	case s.key.Valid() && old.Span.Start.Line > s.key.End.Line:
		// A block that starts below its key: the value goes behind the colon, and the
		// lines of the block go away.
		colon := e.offset(s.key.End) + 1
		line := e.src.lines[s.key.End.Line] - len(e.eol)
		e.splice(line, to, "")
		e.splice(colon, colon, " "+text)
	default:
		e.splice(from, to, text)
	}
	*old = *set
}

// inFlow tells whether the value at an offset stands inside brackets.
func (e *editor) inFlow(off int) bool {
	var inside func(n *Node) bool
	inside = func(n *Node) bool {
		if !n.Span.Valid() || n.Kind != Mapping && n.Kind != Sequence {
			return false
		}
		from, to := e.offset(n.Span.Start), e.offset(n.Span.End)
		if off <= from || off >= to {
			return false
		}
		if e.text[from] == '{' || e.text[from] == '[' {
			return true
		}
		for _, entry := range n.Entries {
			if inside(entry.Value) {
				return true
			}
		}
		return slices.ContainsFunc(n.Items, inside)
	}
	return inside(e.doc.Root)
}

// insert adds a key to a mapping.
func (e *editor) insert(trail []stop, keys []string, set *Node) {
	n := trail[len(trail)-1].node
	from, to := e.offset(n.Span.Start), e.offset(n.Span.End)
	defer func() { n.Entries = append(n.Entries, nest(keys, set).Entries...) }()
	if e.text[from] == '{' {
		e.insertFlow(n, to, inlineEntry(keys, set))
		return
	}
	after := n.Entries[len(n.Entries)-1]
	if len(trail) == 1 {
		after = predecessor(n, keys[0])
	}
	end := e.offset(after.Value.Span.End)
	if after.Value.Kind == Null || after.Value.Span.End.Before(after.KeySpan.End) {
		end = e.offset(after.KeySpan.End)
	}
	indent := n.Entries[0].KeySpan.Start.Column - 1
	e.appendLine(end, e.block(keys, set, indent))
}

// inlineEntry writes "key: value" for a place inside brackets.
func inlineEntry(keys []string, set *Node) string {
	text := inline(nest(keys, set), true)
	return text[1 : len(text)-1]
}

func (e *editor) insertFlow(n *Node, end int, entry string) {
	at := end - 1
	if len(n.Entries) == 0 {
		e.splice(at, at, entry)
		return
	}
	last := n.Entries[len(n.Entries)-1]
	at = max(e.offset(last.KeySpan.End), e.offset(last.Value.Span.End))
	if comma := e.src.gap(at, ":"); comma < end && e.text[comma] == ',' {
		e.splice(comma+1, comma+1, " "+entry)
		return
	}
	e.splice(at, at, ", "+entry)
}

// predecessor returns the entry of the root after which a section belongs by the
// order of the language, else the last one.
func predecessor(n *Node, key string) Entry {
	order := func(name string) int {
		return slices.IndexFunc(root.Keys, func(k Key) bool { return k.Name == name })
	}
	best := n.Entries[len(n.Entries)-1]
	at := -1
	for _, e := range n.Entries {
		if o := order(e.Key); o > at && o < order(key) {
			best, at = e, o
		}
	}
	return best
}

// block writes keys and a value as lines.
func (e *editor) block(keys []string, set *Node, indent int) string {
	var b strings.Builder
	for i, k := range keys {
		if i > 0 {
			b.WriteString(e.eol)
		}
		b.WriteString(strings.Repeat(" ", indent+2*i) + scalarText(&Node{Text: k}, true) + ":")
	}
	b.WriteString(" " + inline(set, false))
	return b.String()
}

// appendLine inserts text after the line at an offset.
func (e *editor) appendLine(off int, text string) {
	if i := strings.IndexByte(e.text[off:], '\n'); i >= 0 {
		at := off + i + 1
		e.splice(at, at, text+e.eol)
		return
	}
	if e.text != "" {
		text = e.eol + text
	}
	e.splice(len(e.text), len(e.text), text+e.eol)
}

// detail says more of a name in a list: Restaurant becomes Restaurant: {...}.
func (e *editor) detail(trail []stop, set *Node) {
	name := trail[len(trail)-1].node
	from, to := e.offset(name.Span.Start), e.offset(name.Span.End)
	more := nest([]string{name.Text}, set)
	text := inline(more, true)
	if trail[len(trail)-2].node != name {
		text = text[1 : len(text)-1] // an item of a list needs no braces
	}
	e.splice(from, to, text)
	*name = *more
}

// join adds a name with details to a list of names.
func (e *editor) join(s stop, keys []string, set *Node) {
	n := s.node
	more := nest(keys, set)
	text := inlineEntry(keys, set)
	from, to := e.offset(n.Span.Start), e.offset(n.Span.End)
	switch {
	case n.Kind == Scalar:
		e.splice(from, to, "["+inline(n, true)+", "+text+"]")
		first := *n
		*n = Node{Kind: Sequence, Items: []*Node{&first}}
	case e.text[from] == '[' && len(n.Items) == 0:
		e.splice(from+1, from+1, text)
	case e.text[from] == '[':
		at := e.offset(n.Items[len(n.Items)-1].Span.End)
		e.splice(at, at, ", "+text)
	default:
		e.appendLine(to, strings.Repeat(" ", n.Span.Start.Column-1)+"- "+text)
	}
	n.Items = append(n.Items, more)
}
