package model

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"plumb.dev/plumb/diag"
	"plumb.dev/plumb/fact"
	"plumb.dev/plumb/spec"
)

// Binding is the first phase: every name is tied to what it names, every quantity
// is read into its base unit and keeps its place. It knows nothing of defaults and
// judges nothing; that is for the phases after it.

// binder carries the first phase.
type binder struct {
	doc  *spec.Doc
	list diag.List
	out  *Bound
	// The tables of names, one per section.
	teams     table[Team]
	actors    table[Actor]
	externals table[External]
	types     table[ValueType]
	domain    table[Aggregate]
	events    table[Event]
	useCases  table[UseCase]
	contexts  table[OwnContext]
	// ownedBy says where aggregates have their owner from that name none themselves,
	// but are in a context that does.
	ownedBy map[*Aggregate]*spec.Node
	// actorsByFold finds actors whatever the spelling habit.
	actorsByFold map[string]*Actor
	cel          celEnv
	// unread tells that the parser refused part of the input, unbound that some name
	// means nothing.
	unread, unbound bool
	// lost are the fields that are written and could not be read, by what they belong to.
	lost map[fact.ID][]string
	// compared counts the candidates looked through for a nearest name.
	compared int
}

// mostCompared bounds the search for nearest names in an input where everything is
// misspelt: about a second of work.
const mostCompared = 1 << 20

// nearest is diag.Nearest within that bound.
func (b *binder) nearest(name string, candidates []string) string {
	if b.compared += len(candidates); b.compared > mostCompared {
		return ""
	}
	return diag.Nearest(name, candidates)
}

// table is the names of one section.
type table[T any] struct {
	section, noun string
	byName        map[string]*T
	names         []string
	spans         map[string]diag.Span
}

func newTable[T any](section, noun string) table[T] {
	return table[T]{section: section, noun: noun, byName: map[string]*T{}, spans: map[string]diag.Span{}}
}

func (t *table[T]) add(name string, span diag.Span, e *T) {
	if t.byName[name] != nil {
		return // the parser has reported the repeated key
	}
	t.byName[name] = e
	t.names = append(t.names, name)
	t.spans[name] = span
}

// declarations returns the entries of a section, by name: the order in which they
// were declared means nothing from here on.
func declarations(n *spec.Node) []spec.Entry {
	if n == nil || n.Kind != spec.Mapping {
		return nil
	}
	out := slices.Clone(n.Entries)
	slices.SortStableFunc(out, func(a, b spec.Entry) int { return cmp.Compare(a.Key, b.Key) })
	return slices.CompactFunc(out, func(a, b spec.Entry) bool { return a.Key == b.Key })
}

// items returns the values of a list in which one value may stand for itself.
func items(n *spec.Node) []*spec.Node {
	switch {
	case n == nil || n.Bad:
		return nil
	case n.Kind == spec.Sequence:
		return n.Items
	case n.Kind == spec.Scalar:
		return []*spec.Node{n}
	}
	return nil
}

// named is one name of a list of names, with what was said about it, if anything.
type named struct {
	text string
	span diag.Span
	node *spec.Node // nil for a bare name
}

// names reads a list of names, of which some may say more, or a mapping from names,
// in the order written.
func names(n *spec.Node) []named {
	if n == nil || n.Bad {
		return nil
	}
	var out []named
	for _, e := range n.Named() {
		x := named{text: e.Key, span: e.KeySpan}
		switch {
		case e.Value.Kind != spec.Null:
			x.node = e.Value
		case e.Value.Bad:
			continue
		}
		out = append(out, x)
	}
	return out
}

// text returns a scalar's text, "" for anything else.
func text(n *spec.Node) string {
	if n == nil || n.Bad || n.Kind != spec.Scalar {
		return ""
	}
	return n.Text
}

// texts returns the scalars of a list.
func texts(n *spec.Node) []string {
	var out []string
	for _, x := range names(n) {
		out = append(out, x.text)
	}
	return out
}

// flag reads yes or no; nil or unreadable is no.
func flag(n *spec.Node) bool {
	v, ok := n.Flag()
	return ok && v
}

func spanOf(n *spec.Node) diag.Span {
	if n == nil {
		return diag.Span{}
	}
	return n.Span
}

// path joins the parts of a place in the data.
func path(parts ...string) fact.ID { return fact.ID(strings.Join(parts, ".")) }

// declared fills what every declared thing has.
func declared(section string, e spec.Entry, index int) Element {
	return Element{
		Name: e.Key, Path: path(section, e.Key), Span: e.KeySpan, index: index,
		About: text(e.Value.Get("about")), Was: text(e.Value.Get("was")),
	}
}

func (b *binder) add(p diag.Problem) { b.list.Add(p) }

// find returns what a name means in one section, or reports that it means nothing
// there.
func find[T any](b *binder, t *table[T], n named, at fact.ID) *T {
	if e := t.byName[n.text]; e != nil {
		return e
	}
	if !b.unread || !b.unreadSection(t.section) {
		b.unknown(t.noun, n, at, t.names, t.spans)
	}
	return nil
}

// findAll binds a list of names that is a set: by name, each once.
func findAll[T any](b *binder, t *table[T], n *spec.Node, at fact.ID) []*T {
	var out []*T
	seen := map[string]diag.Span{}
	for _, x := range names(n) {
		if b.repeated(seen, x, at) {
			continue
		}
		if e := find(b, t, x, at); e != nil {
			out = append(out, e)
		}
	}
	sortByName(out)
	return out
}

// sortByName puts elements in the order of their names.
func sortByName[T any](list []*T) {
	slices.SortFunc(list, func(a, b *T) int { return cmp.Compare(nameOf(a), nameOf(b)) })
}

func nameOf[T any](e *T) string { return any(e).(interface{ self() *Element }).self().Name }

// repeated reports a name that stands twice in one list.
func (b *binder) repeated(seen map[string]diag.Span, n named, at fact.ID) bool {
	first, again := seen[n.text]
	if again {
		b.add(diag.Problem{
			Code: "model.named-twice", Severity: diag.Error, Span: n.span, Path: string(at),
			Message: fmt.Sprintf("%q stands twice in this list", n.text),
			Related: []diag.Related{{Span: first, Note: "the first time"}},
			Hint:    "leave one of them out; a step that happens several times has times: 2",
		})
		return true
	}
	seen[n.text] = n.span
	return false
}

// unknown reports a name that nothing answers to: with the nearest name of the
// right section, or with the thing of another kind that does bear the name.
func (b *binder) unknown(noun string, n named, at fact.ID, candidates []string, spans map[string]diag.Span) {
	b.unbound = true
	p := diag.Problem{
		Code: "model.unknown-name", Severity: diag.Error, Span: n.span, Path: string(at),
		Message: fmt.Sprintf("no %s is called %q", noun, n.text),
	}
	slices.Sort(candidates)
	near := b.nearest(n.text, candidates)
	switch other, span := b.elsewhere(n.text); {
	case other != "":
		p.Message += ", which is " + other
		p.Related = []diag.Related{{Span: span, Note: fmt.Sprintf("%s is declared here as %s", n.text, other)}}
		p.Hint = fmt.Sprintf("name %s here, or declare one with that name", article(noun))
	case near != "":
		p.Label = fmt.Sprintf("did you mean %s?", near)
		if span, declared := spans[near]; declared { // else it is a word of the language
			p.Related = []diag.Related{{Span: span, Note: near + " is declared here"}}
		}
		p.Hint = "write " + near
		p.Fix = &diag.Fix{Span: n.span, Text: near}
	default:
		p.Hint = fmt.Sprintf("declare the %s %s, or name one that is declared", noun, n.text)
	}
	b.add(p)
}

func article(noun string) string {
	if strings.ContainsRune("aeio", rune(noun[0])) {
		return "an " + noun
	}
	return "a " + noun
}

// elsewhere says what a name is in any section, "" when it is unknown everywhere.
func (b *binder) elsewhere(name string) (string, diag.Span) {
	for _, t := range []interface {
		lookup(string) (string, diag.Span, bool)
	}{&b.domain, &b.useCases, &b.externals, &b.actors, &b.types, &b.events, &b.teams} {
		if noun, span, ok := t.lookup(name); ok {
			return article(noun), span
		}
	}
	return "", diag.Span{}
}

func (t *table[T]) lookup(name string) (string, diag.Span, bool) {
	span, ok := t.spans[name]
	return t.noun, span, ok
}
