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

func (b *binder) declareUseCases(n *spec.Node) {
	for _, e := range declarations(n) {
		u := &UseCase{Element: declared(spec.SecUseCases, e, len(b.out.useCases))}
		b.useCases.add(u.Name, u.Span, u)
		b.out.skeleton.UseCases = append(b.out.skeleton.UseCases, u)
		b.out.useCases = append(b.out.useCases, useCaseInput{})
	}
}

// bindUseCases ties what use cases name. What they tell comes before what they
// listen to, so that an event need not be declared.
func (b *binder) bindUseCases(n *spec.Node) {
	for _, u := range b.out.skeleton.UseCases {
		v := n.Get(u.Name)
		b.who(u, v.Get("by"))
		u.Creates = findAll(b, &b.domain, v.Get("creates"), u.id("creates"))
		u.Changes = findAll(b, &b.domain, v.Get("changes"), u.id("changes"))
		u.Deletes = findAll(b, &b.domain, v.Get("deletes"), u.id("deletes"))
		b.performs(u, v.Get("moves"))
		b.emits(u, v.Get("emits"))
		if undo := v.Get("undo"); text(undo) != "" {
			u.Undo = find(b, &b.useCases, named{text: undo.Text, span: undo.Span}, u.id("undo"))
			u.UndoSpan = undo.Span
		}
		if owner := v.Get("owner"); text(owner) != "" {
			u.Owner = find(b, &b.teams, named{text: owner.Text, span: owner.Span}, u.id("owner"))
		}
		u.Webhook = findAll(b, &b.actors, v.Get("webhook"), u.id("webhook"))
	}
	for i, u := range b.out.skeleton.UseCases {
		v, in := n.Get(u.Name), &b.out.useCases[i]
		b.listens(u, v.Get("on"))
		b.steps(u, in, v)
		u.Takes, u.Gives = b.fields(v.Get("takes"), u.id("takes")), b.fields(v.Get("gives"), u.id("gives"))
		b.useCaseQuantities(u, in, v)
		b.useCaseWords(u, in, v)
		if u.asWritten = b.asWritten(u, v); len(u.asWritten) > 0 {
			u.Main = u.asWritten[0]
		}
	}
}

// asWritten lists what a use case touches, in the order of what matters and, within
// that, as written.
func (b *binder) asWritten(u *UseCase, v *spec.Node) []*Aggregate {
	var out []*Aggregate
	add := func(a *Aggregate) {
		if a != nil && !slices.Contains(out, a) {
			out = append(out, a)
		}
	}
	named := func(key string) {
		for _, x := range names(v.Get(key)) {
			add(b.domain.byName[x.text])
		}
	}
	named("creates")
	for _, m := range u.Moves {
		add(m.Aggregate)
	}
	named("changes")
	named("deletes")
	named("reads")
	return out
}

// who binds by: actors, and externals that call in.
func (b *binder) who(u *UseCase, n *spec.Node) {
	seen := map[string]diag.Span{}
	for _, x := range names(n) {
		if b.repeated(seen, x, u.id("by")) {
			continue
		}
		if ext := b.externals.byName[x.text]; ext != nil {
			u.ByExternals = append(u.ByExternals, ext)
			continue
		}
		if a := b.actors.byName[x.text]; a != nil {
			u.By = append(u.By, a)
			continue
		}
		candidates := append(slices.Clone(b.actors.names), b.externals.names...)
		b.unknown("actor", x, u.id("by"), candidates, b.spansOf(candidates))
	}
	sortByName(u.By)
	sortByName(u.ByExternals)
}

// performs binds the lifecycle steps; each aggregate named counts as changed.
func (b *binder) performs(u *UseCase, n *spec.Node) {
	moves, ok := n.Moves()
	if !ok {
		return
	}
	for _, m := range moves {
		a := find(b, &b.domain, named{text: m.Aggregate.Text, span: m.Aggregate.Span}, u.id("moves"))
		if a == nil {
			continue
		}
		if a.States == nil {
			b.noLifecycle(a, m.Aggregate.Span, u.id("moves"), "is moved")
			continue
		}
		fromOK := b.state(a, named{text: m.From.Text, span: m.From.Span}, u.id("moves"))
		toOK := b.state(a, named{text: m.To.Text, span: m.To.Span}, u.id("moves"))
		if !fromOK || !toOK || !b.legal(a, m.From.Text, m.To.Text, m.To.Span, u.id("moves")) {
			continue
		}
		u.Moves = append(u.Moves, Performed{Aggregate: a, From: m.From.Text, To: m.To.Text, Span: m.Aggregate.Span})
		if !slices.Contains(u.Changes, a) && !slices.Contains(u.Creates, a) {
			u.Changes = append(u.Changes, a)
			sortByName(u.Changes)
		}
	}
}

// emits binds what a use case tells; an event that is not declared comes to be.
func (b *binder) emits(u *UseCase, n *spec.Node) {
	seen := map[string]diag.Span{}
	for _, x := range names(n) {
		if b.repeated(seen, x, u.id("emits")) {
			continue
		}
		e := b.events.byName[x.text]
		if e == nil {
			e = b.event(x.text, x.span)
		}
		u.Emits = append(u.Emits, e)
	}
	sortByName(u.Emits)
}

func (b *binder) event(name string, span diag.Span) *Event {
	e := &Event{Element: Element{Name: name, Path: path(spec.SecEvents, name), Span: span}}
	b.events.add(name, span, e)
	return e
}

// listens binds what starts a use case. An event that nobody tells by name may be
// what a lifecycle implies: OrderCreated, OrderApproved.
func (b *binder) listens(u *UseCase, n *spec.Node) {
	seen := map[string]diag.Span{}
	for _, x := range names(n) {
		if b.repeated(seen, x, u.id("on")) {
			continue
		}
		e := b.events.byName[x.text]
		if e == nil {
			if e = b.implied(x); e == nil {
				b.withoutSource(u, x)
				continue
			}
		}
		u.On = append(u.On, e)
	}
	sortByName(u.On)
}

// implied makes the event of an aggregate that is created or enters a state, told
// by the use cases that do so and tell nothing else.
func (b *binder) implied(x named) *Event {
	for _, a := range b.out.skeleton.Aggregates {
		state, ok := strings.CutPrefix(folded(x.text), folded(a.Name))
		if !ok || state == "" {
			continue
		}
		var tellers []*UseCase
		for _, u := range b.out.skeleton.UseCases {
			enters := func(m Performed) bool { return m.Aggregate == a && folded(m.To) == state }
			if state == "created" && slices.Contains(u.Creates, a) || slices.ContainsFunc(u.Moves, enters) {
				tellers = append(tellers, u)
			}
		}
		if len(tellers) == 0 {
			continue
		}
		e := b.event(x.text, x.span)
		e.Of = a
		for _, u := range tellers {
			u.Emits = append(u.Emits, e)
			sortByName(u.Emits)
		}
		return e
	}
	return nil
}

func (b *binder) withoutSource(u *UseCase, x named) {
	b.unbound = true
	p := diag.Problem{
		Code: "model.event-without-source", Severity: diag.Error, Span: x.span, Path: string(u.id("on")),
		Message: fmt.Sprintf("no use case emits %s, so %s never starts", x.text, u.Name),
		Hint:    fmt.Sprintf("add emits: %s to the use case after which it happens, or declare the event with the external it comes from", x.text),
	}
	candidates := slices.Sorted(slices.Values(b.events.names))
	if near := b.nearest(x.text, candidates); near != "" {
		p.Label = fmt.Sprintf("did you mean %s?", near)
		p.Related = []diag.Related{{Span: b.events.spans[near], Note: near + " is named here"}}
		p.Hint = "write " + near
		p.Fix = &diag.Fix{Span: x.span, Text: near}
	}
	b.add(p)
}

// steps binds reads, calls and follow-ups, in the order written.
func (b *binder) steps(u *UseCase, in *useCaseInput, v *spec.Node) {
	eachStep(b, u, &b.domain, v, "reads", func(a *Aggregate, s Step, si stepInput) {
		u.Reads = append(u.Reads, Read{Step: s, Aggregate: a})
		in.reads = append(in.reads, si)
	})
	eachStep(b, u, &b.externals, v, "calls", func(x *External, s Step, si stepInput) {
		u.Calls = append(u.Calls, Call{Step: s, External: x})
		in.calls = append(in.calls, si)
	})
	eachStep(b, u, &b.useCases, v, "then", func(next *UseCase, s Step, si stepInput) {
		u.Then = append(u.Then, Follow{Step: s, UseCase: next})
		in.then = append(in.then, si)
	})
}

func eachStep[T any](b *binder, u *UseCase, t *table[T], v *spec.Node, key string, take func(*T, Step, stepInput)) {
	seen := map[string]diag.Span{}
	at := u.id(key)
	for _, x := range names(v.Get(key)) {
		if b.repeated(seen, x, at) {
			continue
		}
		e := find(b, t, x, at)
		if e == nil {
			continue
		}
		s, in := step(x, at+"."+fact.ID(x.text))
		take(e, s, in)
	}
}

func step(x named, at fact.ID) (Step, stepInput) {
	n := x.node
	s := Step{
		Parallel: flag(n.Get("parallel")), Optional: flag(n.Get("optional")),
		Fallback: text(n.Get("fallback")), Span: x.span, Path: at,
	}
	in := stepInput{
		chance: share(n.Get("chance"), at+".chance"), times: count(n.Get("times"), at+".times"),
		within: duration(n.Get("within"), at+".within"), stale: duration(n.Get("stale"), at+".stale"),
		latency: latency(n.Get("latency"), at+".latency", "p50"),
	}
	in.later, in.laterSaid = n.Get("later").Flag()
	in.laterSpan = spanOf(n.Get("later"))
	return s, in
}

// useCaseQuantities reads the numbers of a use case.
func (b *binder) useCaseQuantities(u *UseCase, in *useCaseInput, v *spec.Node) {
	in.peak, in.lasts = unsaid(u.id("peak"), fact.Rate), unsaid(u.id("peak.lasts"), fact.Duration)
	if l, ok := v.Get("peak").Load(); ok {
		span := v.Get("peak").Span
		in.peak = said(in.peak.id, fact.Rate, l.PerSecond, span)
		lasts := l.Lasts
		if l.When != nil {
			in.when = window(*l.When, in.peak.id, v.Get("peak").Text)
			lasts = cmp.Or(lasts, in.when.Seconds())
		}
		if lasts > 0 {
			in.lasts = said(in.lasts.id, fact.Duration, lasts, span)
		}
	}
	in.average, in.quiet = rate(v.Get("average"), u.id("average")), rate(v.Get("quiet"), u.id("quiet"))
	in.perDay, in.per = unsaid(u.id("per_day"), fact.Count), unsaid(u.id("per"), fact.Count)
	if p, ok := v.Get("per").Per(); ok {
		if u.PerName = find(b, &b.domain, named{text: p.Name.Text, span: p.Name.Span}, u.id("per")); u.PerName != nil {
			in.per = said(in.per.id, fact.Count, p.Count, v.Get("per").Span)
		}
	}
	in.items = count(v.Get("items"), u.id("items"))
	in.bytesIn, in.bytesOut = unsaid(u.id("payload.in"), fact.Bytes), unsaid(u.id("payload.out"), fact.Bytes)
	in.fileBytes = unsaid(u.id("payload.files"), fact.Bytes)
	if p, ok := v.Get("payload").Payload(); ok {
		b.payload(u, in, p, v.Get("payload").Span)
	}
	in.latency = latency(v.Get("latency"), u.id("latency"), "p99")
	in.work = latency(v.Get("work"), u.id("work"), "p50")
	in.available, in.online = share(v.Get("available"), u.id("available")), count(v.Get("online"), u.id("online"))
	in.fanOut, in.stale = count(v.Get("fan_out"), u.id("fan_out")), duration(v.Get("stale"), u.id("stale"))
	in.consistency, in.within = unsaid(u.id("consistency"), fact.Text), unsaid(u.id("consistency.within"), fact.Duration)
	if c, ok := v.Get("consistency").Consistency(); ok {
		span := v.Get("consistency").Span
		in.consistency.q.Text, in.consistency.span, in.consistency.said = c.Kind, span, true
		if c.Within > 0 {
			in.within = said(in.within.id, fact.Duration, c.Within, span)
		}
	}
	in.result, in.importance = word(v.Get("result"), u.id("result")), word(v.Get("importance"), u.id("importance"))
	in.undone = unsaid(u.id("undone"), fact.Share)
	in.every = unsaid(u.id("every"), fact.Duration)
	if s, ok := v.Get("every").Schedule(); ok {
		n := v.Get("every")
		in.every = said(in.every.id, fact.Duration, s.Period, n.Span)
		u.Every = &Schedule{Text: n.Text, Fact: in.every.id, Span: n.Span, MonthDay: s.MonthDay, Calendar: s.Calendar}
		if s.AtSaid {
			u.Every.At = Window{Days: s.Days, From: s.At, To: s.At, Fact: in.every.id, Text: n.Text}
		}
	}
}

// payload gives a size without a direction to the side that carries the data: the
// request of a write, the answer of a read.
func (b *binder) payload(u *UseCase, in *useCaseInput, p spec.Payload, span diag.Span) {
	if p.Bare != nil {
		if p.In == nil && len(u.writes()) > 0 {
			p.In = p.Bare
		} else {
			p.Out = p.Bare
		}
	}
	if p.In != nil {
		in.bytesIn = said(in.bytesIn.id, fact.Bytes, *p.In, span)
	}
	if p.Out != nil {
		in.bytesOut = said(in.bytesOut.id, fact.Bytes, *p.Out, span)
	}
}

// useCaseWords reads what is no quantity, and ties field names to what the use
// case reads or writes.
func (b *binder) useCaseWords(u *UseCase, in *useCaseInput, v *spec.Node) {
	u.Fallback, u.Only, u.Toggle = text(v.Get("fallback")), text(v.Get("only")), flag(v.Get("toggle"))
	u.Filter, u.Sort = b.listFields(u, v.Get("filter"), "filter"), b.listFields(u, v.Get("sort"), "sort")
	if key := v.Get("ordered_by"); text(key) != "" {
		u.OrderedBy, in.ordered = key.Text, key.Span
		if !b.knows(u, key.Text) {
			b.noUseCaseField(u, key.Text, key.Span, "ordered_by")
		}
	}
	for _, x := range names(v.Get("roles")) {
		u.Roles = append(u.Roles, x.text)
		b.role(u, x)
	}
	slices.Sort(u.Roles)
	u.Roles = slices.Compact(u.Roles)
}

func (b *binder) listFields(u *UseCase, n *spec.Node, key string) []string {
	var out []string
	for _, x := range names(n) {
		if !b.knows(u, x.text) {
			b.noUseCaseField(u, x.text, x.span, key)
			continue
		}
		out = append(out, x.text)
	}
	return out
}

// knows reports whether a name is a field of what a use case touches, takes or
// gives, or the name of what it touches.
func (b *binder) knows(u *UseCase, name string) bool {
	if fieldOf(u.Gives, name) != nil || fieldOf(u.Takes, name) != nil {
		return true
	}
	for _, a := range u.touches() {
		bare := strings.TrimPrefix(name, a.Name+".")
		if fieldAt(a, bare) || folded(name) == folded(a.Name) {
			return true
		}
	}
	return false
}

func (b *binder) noUseCaseField(u *UseCase, name string, span diag.Span, key string) {
	touched := u.touches()
	var owners, candidates []string
	lost := slices.Concat(b.lost[u.id("takes")], b.lost[u.id("gives")])
	for _, a := range touched {
		owners = append(owners, a.Name)
		candidates = append(candidates, fieldNames(a)...)
		lost = append(lost, b.lost[a.id("fields")]...)
	}
	if slices.Contains(lost, name[strings.LastIndexByte(name, '.')+1:]) {
		return
	}
	candidates = append(candidates, lost...)
	for _, f := range append(slices.Clone(u.Takes), u.Gives...) {
		candidates = append(candidates, f.Name)
	}
	slices.Sort(candidates)
	candidates = slices.Compact(candidates)
	if len(touched) == 0 {
		b.noField("what "+u.Name+" touches, which is nothing,", candidates, name, span, u.id(key), u.Span)
		return
	}
	b.noField(strings.Join(owners, ", "), candidates, name, span, u.id(key), touched[0].Span)
}

// role reports a role that no actor of the use case has.
func (b *binder) role(u *UseCase, x named) {
	var all []string
	p := diag.Problem{
		Code: "model.unknown-role", Severity: diag.Error, Span: x.span, Path: string(u.id("roles")),
		Message: fmt.Sprintf("nobody who may ask for %s has the role %q", u.Name, x.text),
		Hint:    "add the role to the actor's roles, or leave roles out to allow all of them",
	}
	for _, a := range u.By {
		if slices.Contains(a.Roles, x.text) {
			return
		}
		all = append(all, a.Roles...)
		p.Related = append(p.Related, diag.Related{Span: a.Span, Note: fmt.Sprintf("%s has the roles %s", a.Name, cmp.Or(strings.Join(a.Roles, ", "), "(none)"))})
	}
	if near := b.nearest(x.text, all); near != "" {
		p.Label = fmt.Sprintf("did you mean %s?", near)
	}
	b.add(p)
}
