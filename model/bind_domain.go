package model

import (
	"fmt"
	"slices"
	"strings"

	"plumb.dev/plumb/diag"
	"plumb.dev/plumb/fact"
	"plumb.dev/plumb/spec"
)

func (b *binder) declareDomain(n *spec.Node) {
	for _, e := range declarations(n) {
		a := &Aggregate{Element: declared(spec.SecDomain, e, len(b.out.aggregates))}
		b.domain.add(a.Name, a.Span, a)
		b.out.skeleton.Aggregates = append(b.out.skeleton.Aggregates, a)
		b.out.aggregates = append(b.out.aggregates, aggregateInput{})
	}
}

func (b *binder) bindDomain(n *spec.Node) {
	for i, a := range b.out.skeleton.Aggregates {
		v, in := n.Get(a.Name), &b.out.aggregates[i]
		b.quantities(a, in, v)
		if owner := v.Get("owner"); text(owner) != "" {
			a.Owner = find(b, &b.teams, named{text: owner.Text, span: owner.Span}, a.id("owner"))
			a.OwnerStated = a.Owner != nil
		}
		a.PartOf, a.Zone, a.Contended = text(v.Get("part_of")), text(v.Get("zone")), text(v.Get("contended"))
		a.Fields = b.fields(v.Get("fields"), a.id("fields"))
		b.identity(a)
		b.lifecycle(a, in, v)
		b.uniques(a, v.Get("unique"))
		b.ownership(a, v.Get("owned_by"))
		if x := v.Get("existing"); x != nil {
			a.Existing = &Existing{Store: text(x.Get("store")), Table: text(x.Get("table")), Schema: text(x.Get("schema")), SharedWith: text(x.Get("shared_with")), Span: x.Span}
			b.technologies(x.Get("store"), a.id("existing.store"))
		}
	}
	for i, a := range b.out.skeleton.Aggregates { // after all fields: conditions are typed
		if a.FilesEach = filesIn(a.Fields, 0); a.FilesEach == 0 && b.out.aggregates[i].fileSize.said {
			b.add(diag.Problem{
				Code: "model.size-without-file", Severity: diag.Error, Span: b.out.aggregates[i].fileSize.span, Path: string(a.id("file_size")),
				Message: fmt.Sprintf("%s has a file_size, but no field of type file", a.Name),
				Hint:    "add the field, such as photo: file; or write the size of an instance as size",
			})
		}
		for j, x := range items(n.Get(a.Name).Get("invariants")) {
			a.Invariants = append(a.Invariants, b.condition(x, fmt.Sprintf("%s.invariants.%d", a.Path, j+1), aggregateScope(a)))
		}
	}
}

// quantities reads the numbers and words of an aggregate.
func (b *binder) quantities(a *Aggregate, in *aggregateInput, v *spec.Node) {
	in.kind, in.history = word(v.Get("kind"), a.id("kind")), word(v.Get("history"), a.id("history"))
	in.retained, in.size = duration(v.Get("retained"), a.id("retained")), size(v.Get("size"), a.id("size"))
	in.fileSize = size(v.Get("file_size"), a.id("file_size"))
	in.inflow, in.instances = unsaid(a.id("inflow"), fact.Rate), unsaid(a.id("instances"), fact.Count)
	in.volume = unsaid(a.id("volume"), fact.Count)
	if vol, ok := v.Get("volume").Volume(); ok {
		in.volume = said(a.id("volume"), fact.Count, vol.Count, v.Get("volume").Span)
		if in.grows = vol.Grows; in.grows {
			in.volume.q = fact.Quantity{Kind: fact.Rate, N: vol.PerSecond}
		}
	}
	in.skewShare, in.skewOn = unsaid(a.id("skew.share"), fact.Share), unsaid(a.id("skew.on"), fact.Share)
	if s, ok := v.Get("skew").Skew(); ok {
		in.skewShare = said(in.skewShare.id, fact.Share, s.Share, v.Get("skew").Span)
		in.skewOn = said(in.skewOn.id, fact.Share, s.On, v.Get("skew").Span)
	}
}

// identity takes the field that is the id out of the fields: the first of kind id,
// or an assumed one called "id".
func (b *binder) identity(a *Aggregate) {
	for i, f := range a.Fields {
		if f.Kind == KindID && !f.List {
			a.ID = f
			a.Fields = slices.Delete(a.Fields, i, i+1)
			return
		}
	}
	a.ID = &Field{Name: "id", Path: a.id("fields") + ".id", Kind: KindID, Unique: true, Fixed: true, Places: -1}
}

// lifecycle reads states and timers. States keep the order in which they were
// first written; the first one is the initial one.
func (b *binder) lifecycle(a *Aggregate, in *aggregateInput, v *spec.Node) {
	ts, ok := v.Get("states").Transitions()
	if ok {
		l := &Lifecycle{Initial: ts[0].From.Text, Span: v.Get("states").Span}
		seen := map[string]diag.Span{}
		for _, t := range ts {
			for _, s := range []spec.Word{t.From, t.To} {
				if !slices.Contains(l.States, s.Text) {
					l.States = append(l.States, s.Text)
				}
			}
			move := t.From.Text + " -> " + t.To.Text
			if first, again := seen[move]; again {
				b.add(diag.Problem{
					Code: "model.named-twice", Severity: diag.Error, Span: t.To.Span, Path: string(a.id("states")),
					Message: fmt.Sprintf("the transition %s stands twice", move), Related: []diag.Related{{Span: first, Note: "the first time"}},
					Hint: "leave one of them out",
				})
				continue
			}
			seen[move] = t.To.Span
			l.Moves = append(l.Moves, Move{From: t.From.Text, To: t.To.Text, Span: t.To.Span, fromSpan: t.From.Span})
		}
		for _, s := range l.States {
			if !slices.ContainsFunc(l.Moves, func(m Move) bool { return m.From == s }) {
				l.Final = append(l.Final, s)
			}
		}
		a.States = l
	}
	b.timers(a, in, v.Get("timers"))
}

func (b *binder) timers(a *Aggregate, in *aggregateInput, n *spec.Node) {
	if n == nil || n.Kind != spec.Mapping || n.Bad {
		return
	}
	if a.States == nil {
		b.noLifecycle(a, n.Span, a.id("timers"), "has timers")
		return
	}
	for _, e := range declarations(n) {
		at := a.id("timers." + e.Key)
		t := Timer{State: e.Key, To: text(e.Value.Get("to")), Span: e.KeySpan}
		fromOK := b.state(a, named{text: t.State, span: e.KeySpan}, at)
		toOK := t.To != "" && b.state(a, named{text: t.To, span: e.Value.Get("to").Span}, at)
		if fromOK && toOK {
			b.legal(a, t.State, t.To, e.Value.Get("to").Span, at)
		}
		if does := e.Value.Get("does"); text(does) != "" {
			t.Does = find(b, &b.useCases, named{text: does.Text, span: does.Span}, at+".does")
		}
		a.States.Timers = append(a.States.Timers, t)
		in.timers = append(in.timers, timerInput{duration(e.Value.Get("after"), at+".after"), unsaid(at+".share", fact.Share)})
	}
}

// state reports a name that is no state of the aggregate.
func (b *binder) state(a *Aggregate, n named, at fact.ID) bool {
	if slices.Contains(a.States.States, n.text) {
		return true
	}
	b.unbound = true
	p := diag.Problem{
		Code: "model.unknown-state", Severity: diag.Error, Span: n.span, Path: string(at),
		Message: fmt.Sprintf("%s has no state %q", a.Name, n.text),
		Related: []diag.Related{{Span: a.States.Span, Path: string(a.id("states")), Note: "its states are " + strings.Join(a.States.States, ", ")}},
		Hint:    "add the state to the lifecycle, or name one of its states",
	}
	if near := b.nearest(n.text, a.States.States); near != "" {
		p.Label, p.Hint = fmt.Sprintf("did you mean %s?", near), "write "+near
	}
	b.add(p)
	return false
}

// legal reports a transition that the lifecycle does not have.
func (b *binder) legal(a *Aggregate, from, to string, span diag.Span, at fact.ID) bool {
	if slices.ContainsFunc(a.States.Moves, func(m Move) bool { return m.From == from && m.To == to }) {
		return true
	}
	b.unbound = true
	p := diag.Problem{
		Code: "model.illegal-move", Severity: diag.Error, Span: span, Path: string(at),
		Message: fmt.Sprintf("%s cannot go from %s to %s", a.Name, from, to),
		Related: []diag.Related{{Span: a.States.Span, Path: string(a.id("states")), Note: "the lifecycle allows no such transition"}},
		Hint:    fmt.Sprintf("add %s -> %s to the states of %s, or name a transition that exists", from, to, a.Name),
	}
	if slices.Contains(a.States.Final, from) {
		p.Related[0].Note = fmt.Sprintf("%s is final: no transition leaves it", from)
	}
	b.add(p)
	return false
}

func (b *binder) noLifecycle(a *Aggregate, span diag.Span, at fact.ID, what string) {
	if b.doc.Root.Get("domain").Get(a.Name).Get("states") != nil {
		return // they could not be read, which is reported
	}
	b.add(diag.Problem{
		Code: "model.no-lifecycle", Severity: diag.Error, Span: span, Path: string(at),
		Message: fmt.Sprintf("%s %s but has no states", a.Name, what),
		Related: []diag.Related{{Span: a.Span, Note: a.Name + " is declared here"}},
		Hint:    fmt.Sprintf("give %s its lifecycle, such as states: open -> closed", a.Name),
	})
}

// uniques reads unique: [email, restaurant + name]. A unique field is one of them.
func (b *binder) uniques(a *Aggregate, n *spec.Node) {
	for _, x := range items(n) {
		var key []string
		for part := range strings.SplitSeq(text(x), "+") {
			part = strings.TrimSpace(part)
			if part != "" && b.hasField(a, part, x.Span, a.id("unique")) {
				key = append(key, part)
			}
		}
		if len(key) > 0 {
			a.Unique = append(a.Unique, key)
		}
	}
	for _, f := range a.Fields {
		single := func(key []string) bool { return len(key) == 1 && key[0] == f.Name }
		if f.Unique && !slices.ContainsFunc(a.Unique, single) {
			a.Unique = append(a.Unique, []string{f.Name})
		}
	}
}

// hasField reports a name that is no field of the aggregate.
func (b *binder) hasField(a *Aggregate, name string, span diag.Span, at fact.ID) bool {
	if fieldAt(a, name) {
		return true
	}
	lost := b.lost[a.id("fields")]
	if slices.Contains(lost, name) {
		return false
	}
	b.noField(a.Name, append(fieldNames(a), lost...), name, span, at, a.Span)
	return false
}

func (b *binder) noField(owner string, candidates []string, name string, span diag.Span, at fact.ID, declared diag.Span) {
	p := diag.Problem{
		Code: "model.unknown-field", Severity: diag.Error, Span: span, Path: string(at),
		Message: fmt.Sprintf("%s has no field %q", owner, name),
		Related: []diag.Related{{Span: declared, Note: owner + " is declared here"}},
		Hint:    "its fields are " + strings.Join(candidates, ", "),
	}
	if near := b.nearest(name, candidates); near != "" {
		p.Label, p.Hint = fmt.Sprintf("did you mean %s?", near), "write "+near
		p.Fix = &diag.Fix{Span: span, Text: near}
	}
	b.add(p)
}

// fieldAt reports whether a name, dots leading into value objects, is a field. The
// state of a lifecycle may be called state or status.
func fieldAt(a *Aggregate, name string) bool {
	if a.States != nil && (name == "state" || name == "status") {
		return true
	}
	first, rest, dotted := strings.Cut(name, ".")
	f := a.Field(first)
	for f != nil && dotted && f.Value != nil {
		first, rest, dotted = strings.Cut(rest, ".")
		f = fieldOf(f.Value.Fields, first)
	}
	return f != nil && (!dotted || f.Kind == KindMoney && (rest == "amount" || rest == "currency"))
}

func fieldOf(fields []*Field, name string) *Field {
	for _, f := range fields {
		if f.Name == name {
			return f
		}
	}
	return nil
}

func fieldNames(a *Aggregate) []string {
	out := []string{a.ID.Name}
	for _, f := range a.Fields {
		out = append(out, f.Name)
	}
	if a.States != nil {
		out = append(out, "state")
	}
	return out
}

// ownership binds owned_by: a field that refers to the owner, or an actor.
func (b *binder) ownership(a *Aggregate, n *spec.Node) {
	said := text(n)
	if said == "" {
		return
	}
	if f := a.Field(said); f != nil {
		a.OwnedByField = f.Name
		a.OwnedBy = b.ownerOf(f)
		return
	}
	if a.OwnedBy = b.actors.byName[said]; a.OwnedBy != nil {
		return
	}
	b.noField(a.Name, append(fieldNames(a), b.actors.names...), said, n.Span, a.id("owned_by"), a.Span)
}

// ownerOf returns the actor a field refers to: directly, or through the aggregate
// that keeps the actor's own record, which bears the actor's name.
func (b *binder) ownerOf(f *Field) *Actor {
	if f.RefActor != nil || f.Ref == nil {
		return f.RefActor
	}
	return b.namesake(f.Ref.Name)
}

// namesake returns the actor with the name, spelling habits aside.
func (b *binder) namesake(name string) *Actor { return b.actorsByFold[folded(name)] }

// folded makes spelling habits equal: order_line, orderLine and OrderLine.
func folded(s string) string {
	out := make([]byte, 0, len(s))
	for i := range len(s) {
		switch c := s[i]; {
		case c == '_' || c == '-' || c == ' ':
		case 'A' <= c && c <= 'Z':
			out = append(out, c+'a'-'A')
		default:
			out = append(out, c)
		}
	}
	return string(out)
}

func (b *binder) bindRules(n *spec.Node) {
	for _, e := range declarations(n) {
		r := &Rule{Element: declared("rules", e, len(b.out.rules))}
		r.Over = findAll(b, &b.domain, e.Value.Get("over"), r.id("over"))
		in := ruleInput{unsaid(r.id("within"), fact.Duration)}
		c, ok := e.Value.Get("when").Consistency()
		r.Atomic = !ok || c.Kind == "atomic"
		if ok && c.Within > 0 {
			in.within = said(in.within.id, fact.Duration, c.Within, e.Value.Get("when").Span)
		}
		if holds := e.Value.Get("holds"); holds != nil {
			r.Holds = b.condition(holds, string(r.id("holds")), ruleScope(r))
		}
		b.out.skeleton.Rules = append(b.out.skeleton.Rules, r)
		b.out.rules = append(b.out.rules, in)
	}
}

func (b *binder) declareEvents(n *spec.Node) {
	for _, e := range declarations(n) {
		ev := &Event{Element: declared(spec.SecEvents, e, 0), Declared: true}
		b.events.add(ev.Name, ev.Span, ev)
	}
}

// bindEvents ties declared events; those that only use cases name come from
// [binder.event].
func (b *binder) bindEvents(n *spec.Node) {
	for _, name := range slices.Sorted(slices.Values(b.events.names)) {
		ev, v := b.events.byName[name], n.Get(name)
		if of := v.Get("of"); text(of) != "" {
			ev.Of = find(b, &b.domain, named{text: of.Text, span: of.Span}, ev.id("of"))
		}
		if from := v.Get("from"); text(from) != "" {
			ev.From = find(b, &b.externals, named{text: from.Text, span: from.Span}, ev.id("from"))
		}
		ev.Fields = b.fields(v.Get("fields"), ev.id("fields"))
		ev.Key = text(v.Get("key"))
		if key := v.Get("key"); ev.Key != "" {
			b.eventKey(ev, key)
		}
	}
}

func (b *binder) eventKey(ev *Event, key *spec.Node) {
	if fieldOf(ev.Fields, ev.Key) != nil || ev.Of != nil && fieldAt(ev.Of, ev.Key) {
		return
	}
	if len(ev.Fields) == 0 && ev.Of == nil {
		return // what it is about becomes known by who emits it
	}
	var candidates []string
	for _, f := range ev.Fields {
		candidates = append(candidates, f.Name)
	}
	if ev.Of != nil {
		candidates = append(candidates, fieldNames(ev.Of)...)
	}
	b.noField(ev.Name, candidates, ev.Key, key.Span, ev.id("key"), ev.Span)
}
