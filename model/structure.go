package model

import (
	"strings"

	"plumb.dev/plumb/fact"
	"plumb.dev/plumb/spec"
)

// What binding settles about structure is told as facts too: who owns what, whose
// objects are whose, which fields count as personal. They are words, the same in
// every completion; an override of one changes nothing, as that takes another
// input.

// structure records these facts.
func (b *binder) structure() {
	root, m := b.doc.Root, &b.out.skeleton
	b.windowFact("context.maintenance", root.Get("context").Get("maintenance"))
	for _, a := range m.Actors {
		if a.Assumed {
			b.wordFact(a.id("channels"), strings.Join(a.Channels, ", "), nil, fact.Assumed, "somebody whom only a use case names is taken for a signed-in web user")
		}
	}
	for _, x := range m.Externals {
		n := root.Get("externals").Get(x.Name)
		b.wordFact(x.id("protocol"), x.Protocol, n.Get("protocol"), fact.Assumed, "most systems of others are spoken to over HTTP")
		b.windowFact(x.id("open"), n.Get("open"))
		b.windowFact(x.id("maintenance"), n.Get("maintenance"))
	}
	for _, a := range m.Aggregates {
		b.aggregateStructure(a, root.Get("domain").Get(a.Name))
	}
	for _, u := range m.UseCases {
		n := root.Get("use_cases").Get(u.Name)
		b.wordFact(u.id("owner"), u.Owner.Name, n.Get("owner"), fact.Derived, "the owner of what it is mainly about, or of the next thing it names that has one")
		b.wordFact(u.id("only"), u.Only, n.Get("only"), fact.Derived, "own where what it touches belongs to whoever asks, else the tenant's, else any")
	}
}

func (b *binder) aggregateStructure(a *Aggregate, n *spec.Node) {
	owner := n.Get("owner")
	if owner == nil {
		owner = b.ownedBy[a]
	}
	b.wordFact(a.id("owner"), a.Owner.Name, owner, fact.Derived, "the team with most of the use cases that touch it, else the one with the fewest aggregates")
	if a.Zone != "" {
		b.wordFact(a.id("zone"), a.Zone, n.Get("zone"), fact.Derived, "card and health data form a zone of their own")
	}
	if a.OwnedBy != nil {
		b.wordFact(a.id("owned_by"), a.OwnedBy.Name, n.Get("owned_by"), fact.Derived, "it is the record of the actor, or the one thing it refers to is")
	}
	for _, f := range a.Fields {
		if f.ClassAssumed {
			b.wordFact(f.Path+".class", f.Class, nil, fact.Assumed, "an e-mail address or telephone number mostly leads to a person")
		}
	}
}

// wordFact records a word: as stated when a node says it, else with its reason.
func (b *binder) wordFact(id fact.ID, word string, n *spec.Node, origin fact.Origin, why string) {
	f := fact.Fact{ID: id, Value: fact.Quantity{Kind: fact.Text, Text: word}, Origin: origin}
	switch {
	case n != nil:
		f.Origin, f.Span = fact.Stated, n.Span
	case origin == fact.Derived:
		f.Rule = why
	default:
		f.Reason = why
	}
	b.out.structure = append(b.out.structure, f)
}

// windowFact records windows as they were written.
func (b *binder) windowFact(id fact.ID, n *spec.Node) {
	if said := texts(n); len(said) > 0 {
		b.wordFact(id, strings.Join(said, ", "), n, fact.Stated, "")
	}
}
