package model

import (
	"slices"
	"strings"

	"plumb.dev/plumb/diag"
	"plumb.dev/plumb/fact"
	"plumb.dev/plumb/spec"
)

// Check turns what was written into what was meant: [Bind], then
// [Bound.Complete]. over sets facts to other values; nil overrides nothing. The
// model is nil when the list has errors.
func Check(doc *spec.Doc, over fact.Overrides) (*Model, diag.List) {
	b, list := Bind(doc)
	if b == nil {
		return nil, list
	}
	return b.Complete(over), list
}

// Bind does what is independent of quantities that a what-if may change: it binds
// names and finds contradictions, all of them at once. The result is nil when the
// list has errors. What the parser has reported and marked Bad is passed over in
// silence.
func Bind(doc *spec.Doc) (*Bound, diag.List) {
	b := &binder{
		doc: doc, out: &Bound{}, actorsByFold: map[string]*Actor{},
		teams: newTable[Team](spec.SecTeams, "team"), actors: newTable[Actor](spec.SecActors, "actor"),
		externals: newTable[External](spec.SecExternals, "external"), types: newTable[ValueType](spec.SecTypes, "type"),
		domain: newTable[Aggregate](spec.SecDomain, "aggregate"), events: newTable[Event](spec.SecEvents, "event"),
		useCases: newTable[UseCase](spec.SecUseCases, "use case"), contexts: newTable[OwnContext](secContexts, "context"),
	}
	b.unread = anyBad(doc.Root)
	b.bind()
	b.relate()
	b.contradictions()
	list := b.quiet(b.list)
	if list.HasErrors() {
		return nil, list
	}
	b.structure()
	b.out.plan()
	b.list = nil
	b.measure(doc.Root.Get("measured"))
	if list = append(list, b.list...); list.HasErrors() {
		return nil, list
	}
	return b.out, list
}

// bind runs the first phase: declare every name, then tie every use of one.
func (b *binder) bind() {
	root, m := b.doc.Root, &b.out.skeleton
	m.Name, m.About, m.Catalog = text(root.Get("system")), text(root.Get("about")), root.Get("catalog")

	b.declareTeams(root.Get("context").Get("teams"))
	b.declareExternals(root.Get("externals"))
	b.declareTypes(root.Get("types"))
	b.declareDomain(root.Get("domain"))
	b.declareUseCases(root.Get("use_cases"))
	b.declareActors(root.Get("actors"), root.Get("use_cases"))
	b.declareEvents(root.Get("events"))

	b.context(root.Get("context"))
	b.bindExternals(root.Get("externals"))
	b.bindTypes(root.Get("types"))
	b.bindDomain(root.Get("domain"))
	b.bindContexts(root.Get("contexts"))
	b.bindRules(root.Get("rules"))
	b.bindEvents(root.Get("events"))
	b.bindUseCases(root.Get("use_cases"))
	b.bindPins(root.Get("pins"))
	b.bindScenarios(root.Get("scenarios"))
	b.finishEvents(root.Get("events"))
}

// anyBad reports whether the parser has refused anything below a node.
func anyBad(n *spec.Node) bool {
	if n == nil {
		return false
	}
	if n.Bad {
		return true
	}
	for i := range n.Entries {
		if anyBad(n.Entries[i].Value) {
			return true
		}
	}
	return slices.ContainsFunc(n.Items, anyBad)
}

// unreadSection reports whether a name may well be declared where the parser could
// not read.
func (b *binder) unreadSection(section string) bool {
	bad := func(n *spec.Node) bool {
		return n != nil && (n.Bad || slices.ContainsFunc(n.Entries, func(e spec.Entry) bool { return e.Value.Bad }))
	}
	n := b.doc.Root
	for part := range strings.SplitSeq(section, ".") {
		if bad(n) {
			return true
		}
		n = n.Get(part)
	}
	return bad(n)
}

func (b *binder) bindPins(n *spec.Node) {
	for _, e := range declarations(n) {
		p := Pin{Target: e.Key, Path: path("pins", e.Key), Span: e.KeySpan}
		choose := e.Value
		if e.Value.Kind == spec.Mapping {
			choose, p.Because = e.Value.Get("choose"), text(e.Value.Get("because"))
		}
		p.Choose, p.ChooseSpan = text(choose), spanOf(choose)
		b.out.skeleton.Pins = append(b.out.skeleton.Pins, p)
	}
}

// finishEvents puts the events in order, now that all are known, and says what an
// event without a subject is about: what its tellers create or move.
func (b *binder) finishEvents(n *spec.Node) {
	m := &b.out.skeleton
	for _, name := range slices.Sorted(slices.Values(b.events.names)) {
		e := b.events.byName[name]
		e.index = len(m.Events)
		m.Events = append(m.Events, e)
		in := eventInput{rate: unsaid(e.id("rate"), fact.Rate)}
		if l, ok := n.Get(name).Get("rate").Load(); ok {
			in.rate = said(in.rate.id, fact.Rate, l.PerSecond, n.Get(name).Get("rate").Span)
		}
		b.out.events = append(b.out.events, in)
	}
}
