package spec

import (
	"fmt"
	"slices"
	"strings"

	"plumb.dev/plumb/diag"
)

// checker compares a tree with the language table.
type checker struct {
	list *diag.List
	path []string
}

// full tells that enough has been reported.
func (c *checker) full() bool { return len(*c.list) >= maxProblems }

func (c *checker) add(n *Node, p diag.Problem) {
	n.Bad = true
	if c.full() {
		return
	}
	p.Path = joinPath(c.path)
	if !p.Span.Valid() {
		p.Span = n.Span
	}
	c.list.Add(p)
}

// in runs a check one step further down.
func (c *checker) in(step string, check func()) {
	c.path = append(c.path, step)
	check()
	c.path = c.path[:len(c.path)-1]
}

func (c *checker) root(n *Node) {
	switch n.Kind {
	case Mapping:
		c.object(n, &root)
	case Null:
		if !n.Bad {
			c.add(n, diag.Problem{Code: "spec.empty", Message: "the file holds nothing", Hint: "start with system, domain and use_cases, or let 'plumb new' write a start"})
		}
	default:
		c.add(n, diag.Problem{Code: "spec.wrong-form", Message: "expected the keys of an input, found " + n.Kind.describe(), Hint: "start with system:, domain: and use_cases:"})
	}
}

// object checks the keys of a mapping against a shape.
func (c *checker) object(n *Node, shape *Shape) {
	for i := range n.Entries {
		e := &n.Entries[i]
		c.in(e.Key, func() {
			if key := shape.key(e.Key); key != nil {
				c.entry(e, key)
			} else {
				c.unknown(n, e, shape)
			}
		})
	}
	for i := range shape.Keys {
		key := &shape.Keys[i]
		if _, has := n.Entry(key.Name); key.Required && !has && !n.Bad {
			c.missing(n, shape, key)
		}
	}
}

// key returns the key with the name, or nil.
func (s *Shape) key(name string) *Key {
	for i := range s.Keys {
		if s.Keys[i].Name == name {
			return &s.Keys[i]
		}
	}
	return nil
}

func (c *checker) entry(e *Entry, key *Key) {
	switch {
	case e.Value.Bad:
	case key.Form == FormReserved:
		c.add(e.Value, diag.Problem{Code: "spec.reserved-key", Span: e.KeySpan, Message: fmt.Sprintf("%s is %s", e.Key, key.Doc)})
	case e.Value.Kind == Null && !key.Value.mayBeEmpty():
		p := diag.Problem{Code: "spec.empty-value", Span: e.KeySpan, Message: e.Key + " has no value", Hint: "write one, or remove the key"}
		if key.Example != "" {
			p.Hint = "write one, such as " + key.Example + ", or remove the key"
		}
		c.add(e.Value, p)
	default:
		c.value(e.Value, &key.Value, key.Example)
	}
}

// mayBeEmpty tells whether nothing at all is a value: a mapping without required
// keys.
func (v *Value) mayBeEmpty() bool {
	switch v.Form {
	case FormAny:
		return true
	case FormObject:
		return !slices.ContainsFunc(v.Shape.Keys, func(k Key) bool { return k.Required })
	}
	return false
}

func (c *checker) unknown(n *Node, e *Entry, shape *Shape) {
	if c.full() {
		e.Value.Bad = true
		return
	}
	names := shape.names()
	p := diag.Problem{Code: "spec.unknown-key", Span: e.KeySpan, Message: fmt.Sprintf("%s has no key %q", shape.said(), shorten(e.Key))}
	switch near := diag.Nearest(e.Key, names); {
	case e.Value.Kind == Null && e.Value.Span.Start == e.KeySpan.End && n.Span.Start.Line == e.KeySpan.Start.Line:
		p.Hint = "inside { } a comma ends the value before it: put that value in quotes"
	case near != "":
		p.Hint = "did you mean " + near + "?"
		p.Fix = &diag.Fix{Span: e.KeySpan, Text: near}
	default:
		p.Hint = "its keys are " + strings.Join(names, ", ")
		if other := owner(&root, e.Key, nil); other != nil {
			p.Hint = fmt.Sprintf("%s is a key of %s", e.Key, other.said())
		}
	}
	c.add(e.Value, p)
}

// owner returns the first shape of the language that has the key.
func owner(s *Shape, key string, seen []*Shape) *Shape {
	if slices.Contains(seen, s) {
		return nil
	}
	seen = append(seen, s)
	if k := s.key(key); k != nil && k.Form != FormReserved {
		return s
	}
	for i := range s.Keys {
		for v := &s.Keys[i].Value; v != nil; v = v.Elem {
			if v.Shape == nil {
				continue
			}
			if o := owner(v.Shape, key, seen); o != nil {
				return o
			}
		}
	}
	return nil
}

// names lists the keys that may be written.
func (s *Shape) names() []string {
	names := make([]string, 0, len(s.Keys))
	for _, k := range s.Keys {
		if k.Form != FormReserved {
			names = append(names, k.Name)
		}
	}
	return names
}

// said names a shape in a sentence.
func (s *Shape) said() string {
	if s == &root {
		return "the input"
	}
	first := strings.ToLower(s.Name[:1])
	switch {
	case s.Name[:1] == first:
		return s.Name
	case strings.Contains("aeio", first):
		return "an " + strings.ToLower(s.Name)
	}
	return "a " + strings.ToLower(s.Name)
}

func (c *checker) missing(n *Node, shape *Shape, key *Key) {
	p := diag.Problem{Code: "spec.missing-key", Message: fmt.Sprintf("%s needs the key %s", shape.said(), key.Name), Hint: key.Doc}
	if key.Example != "" {
		p.Hint = "add " + key.Name + ": " + key.Example
	}
	p.Span = n.Span
	p.Span.End = p.Span.Start
	if len(n.Entries) > 0 && shape != &root {
		p.Span = n.Entries[0].KeySpan
	}
	if !c.full() {
		p.Path = joinPath(c.path)
		c.list.Add(p)
	}
}

// value checks one value against what may stand there.
func (c *checker) value(n *Node, v *Value, example string) {
	if n.Bad {
		return
	}
	switch v.Form {
	case FormAny:
	case FormObject:
		if c.expect(n, "the keys of "+v.Shape.said(), v, example) {
			c.object(n, v.Shape)
		}
	case FormMap:
		if c.expect(n, "a mapping from names to values", v, example) {
			c.entries(n, v, example)
		}
	case FormList:
		c.items(n, v.Elem, example)
	case FormListOrMap:
		c.named(n, v)
	case FormEither:
		if n.Kind == Mapping {
			c.object(n, v.Shape)
		} else {
			c.value(n, v.Elem, example)
		}
	default:
		c.leaf(n, v, example)
	}
}

// expect reports a value that is no mapping.
func (c *checker) expect(n *Node, what string, v *Value, example string) bool {
	if n.Kind == Mapping || n.Kind == Null && v.mayBeEmpty() {
		return true
	}
	p := diag.Problem{Code: "spec.wrong-form", Message: "expected " + what + ", found " + n.Kind.describe()}
	if n.Kind == Null {
		p.Code = "spec.empty-value"
	}
	switch {
	case example != "":
		p.Hint = "write it as in: " + example
	case v.Form == FormMap:
		p.Hint = "give each name a line of its own, with a colon behind it"
	default:
		p.Hint = "its keys are " + strings.Join(v.Shape.names(), ", ")
	}
	c.add(n, p)
	return false
}

// entries checks a mapping from names to values.
func (c *checker) entries(n *Node, v *Value, example string) {
	for i := range n.Entries {
		e := &n.Entries[i]
		c.in(e.Key, func() {
			switch {
			case e.Value.Bad:
			case !v.keyAllowed(e.Key):
				c.badName(e)
			case e.Value.Kind == Null && !v.Elem.mayBeEmpty():
				p := diag.Problem{Code: "spec.empty-value", Span: e.KeySpan, Message: fmt.Sprintf("%q has no value", e.Key), Hint: "write one, or remove the line"}
				if e.Value.Span.Start == e.KeySpan.End && n.Span.Start.Line == e.KeySpan.Start.Line {
					p.Hint = "inside { } a comma ends the value before it: put that value in quotes"
				}
				c.add(e.Value, p)
			default:
				c.value(e.Value, v.Elem, "")
			}
		})
	}
}

func (v *Value) keyAllowed(key string) bool {
	switch {
	case !v.Dotted:
		return isName(key)
	case v.Decision && strings.Contains(key, "+"):
		key = strings.ReplaceAll(strings.ReplaceAll(key, " ", ""), "+", ".")
	case v.Decision:
		key = strings.ReplaceAll(key, ">", ".")
	}
	for part := range strings.SplitSeq(key, ".") {
		if !isName(part) {
			return false
		}
	}
	return true
}

func (c *checker) badName(e *Entry) {
	p := diag.Problem{Code: "spec.bad-name", Span: e.KeySpan, Message: fmt.Sprintf("%q is no name", shorten(e.Key)), Hint: nameHint}
	if e.Value.Kind == Null {
		p.Hint = "if it belongs to the value before it, put that value in quotes: inside { } a comma ends a value"
	}
	c.add(e.Value, p)
}

const nameHint = "a name is a letter, then letters, digits, _ or -, at most 64 in all"

// items checks a list; one value may stand for a list of one.
func (c *checker) items(n *Node, elem *Value, example string) {
	if n.Kind != Sequence {
		c.value(n, elem, example)
		return
	}
	for i, item := range n.Items {
		c.in(fmt.Sprint(i), func() { c.value(item, elem, "") })
	}
}

// named checks a list of names, a mapping from names to values, or a list in which
// some names say more.
func (c *checker) named(n *Node, v *Value) {
	switch n.Kind {
	case Mapping:
		c.entries(n, v, "")
	case Sequence:
		for i, item := range n.Items {
			c.in(fmt.Sprint(i), func() {
				if item.Kind == Mapping {
					c.entries(item, v, "")
				} else {
					c.leaf(item, &Value{Form: FormName}, "")
				}
			})
		}
	default:
		c.leaf(n, &Value{Form: FormName}, "")
	}
}

// leaf checks a value that is no structure of the table.
func (c *checker) leaf(n *Node, v *Value, example string) {
	if n.Bad {
		return
	}
	g, _ := v.Form.leaf()
	if n.Kind != Scalar && !slices.Contains(g.kinds, n.Kind) {
		p := diag.Problem{Code: "spec.wrong-form", Message: fmt.Sprintf("expected %s, found %s", g.what, n.Kind.describe())}
		if n.Kind == Null {
			p.Code = "spec.empty-value"
		}
		if example != "" {
			p.Hint = "write it as in: " + example
		}
		if (v.Form == FormText || v.Form == FormExpr) && len(n.Entries) == 1 {
			p.Hint = "if the colon belongs to the text, put the text in quotes"
		}
		c.add(n, p)
		return
	}
	if n.Kind == Scalar && strings.TrimSpace(n.Text) == "" {
		c.add(n, diag.Problem{Code: "spec.empty-value", Message: "expected " + g.what + ", found empty quotes"})
		return
	}
	if g.check == nil {
		return
	}
	if f := g.check(n, v); f != nil {
		c.flaw(n, f, g.code)
	}
}

func (c *checker) flaw(n *Node, f *flaw, code diag.Code) {
	at := n
	if f.node != nil {
		at = f.node
	}
	n.Bad = true
	p := diag.Problem{Code: code, Message: f.msg, Hint: f.hint, Span: at.Span}
	if at.Kind == Scalar && f.to > f.from {
		p.Span = at.at(f.from, f.to)
	}
	if f.code != "" {
		p.Code = f.code
	}
	if f.fix != "" {
		p.Fix = &diag.Fix{Span: p.Span, Text: f.fix}
	}
	c.add(at, p)
}

// shorten keeps a hostile value out of a message.
func shorten(s string) string {
	if r := []rune(s); len(r) > 60 {
		return string(r[:57]) + "..."
	}
	return s
}
