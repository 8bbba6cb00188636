package model

import (
	"fmt"
	"slices"
	"strings"

	"plumb.dev/plumb/diag"
)

// unreachableStates finds states that no chain of transitions leads to from the
// initial one.
func (b *binder) unreachableStates() {
	for _, a := range b.out.skeleton.Aggregates {
		if a.States == nil {
			continue
		}
		reached := map[string]bool{a.States.Initial: true}
		for range a.States.States {
			for _, m := range a.States.Moves {
				if reached[m.From] {
					reached[m.To] = true
				}
			}
		}
		for _, s := range a.States.States {
			if reached[s] {
				continue
			}
			span := a.States.Span
			for _, m := range slices.Backward(a.States.Moves) { // where it was first written
				switch s {
				case m.From:
					span = m.fromSpan
				case m.To:
					span = m.Span
				}
			}
			b.add(diag.Problem{
				Code: "model.unreachable-state", Severity: diag.Error, Span: span, Path: string(a.id("states")),
				Message: fmt.Sprintf("no %s ever becomes %s", a.Name, s),
				Related: []diag.Related{{Span: a.States.Span, Note: fmt.Sprintf("the lifecycle starts in %s, and no transition leads from there to %s", a.States.Initial, s)}},
				Hint:    fmt.Sprintf("add the transition that leads to %s, or remove the state", s),
			})
		}
	}
}

// unperformedMoves finds transitions that no use case and no timer performs, where
// the input does say who performs others.
func (b *binder) unperformedMoves() {
	for _, a := range b.out.skeleton.Aggregates {
		if a.States == nil || !slices.ContainsFunc(a.States.Moves, func(m Move) bool { return len(m.By) > 0 }) {
			continue
		}
		for _, m := range a.States.Moves {
			timed := slices.ContainsFunc(a.States.Timers, func(t Timer) bool { return t.State == m.From && t.To == m.To })
			if len(m.By) > 0 || timed {
				continue
			}
			b.add(diag.Problem{
				Code: "model.unperformed-move", Severity: diag.Warning, Span: m.Span, Path: string(a.id("states")),
				Message: fmt.Sprintf("nothing takes %s from %s to %s", a.Name, m.From, m.To),
				Hint:    fmt.Sprintf("add moves: %s %s -> %s to the use case that does, or remove the transition", a.Name, m.From, m.To),
			})
		}
	}
}

// undos finds an undo that creates, that is its own undo, or that is undone by
// what it undoes.
func (b *binder) undos() {
	for _, u := range b.out.skeleton.UseCases {
		switch {
		case u.Undo == nil:
		case u.Undo == u:
			b.undo(u, "model.undo-of-itself", diag.Error, fmt.Sprintf("%s cannot undo itself", u.Name), "name the use case that takes it back, or leave undo out")
		case chainReaches(u.Undo, u):
			if u.Name < u.Undo.Name || u.Undo.Undo != u { // say a pair once
				b.undo(u, "model.undo-cycle", diag.Error, fmt.Sprintf("%s is undone by %s, which in the end is undone by %s", u.Name, u.Undo.Name, u.Name), "an undo is final: take the undo off one of them")
			}
		default:
			b.undoCreates(u)
		}
	}
}

// undoCreates refuses an undo that makes more of what it should take back. An undo
// that leaves a record of its own kind (a refund) is suspicious only.
func (b *binder) undoCreates(u *UseCase) {
	for _, a := range u.Undo.Creates {
		again := slices.Contains(u.Creates, a)
		p := diag.Warning
		message := fmt.Sprintf("%s undoes %s, yet it creates %s", u.Undo.Name, u.Name, a.Name)
		if again {
			p, message = diag.Error, fmt.Sprintf("%s undoes %s, yet it creates %s again", u.Undo.Name, u.Name, a.Name)
		}
		b.undo(u, "model.undo-creates", p, message, fmt.Sprintf("let %s change or delete what %s made, or name another undo", u.Undo.Name, u.Name))
	}
}

func (b *binder) undo(u *UseCase, code diag.Code, s diag.Severity, message, hint string) {
	p := diag.Problem{Code: code, Severity: s, Span: u.UndoSpan, Path: string(u.id("undo")), Message: message, Hint: hint}
	if u.Undo != u {
		p.Related = []diag.Related{{Span: u.Undo.Span, Note: u.Undo.Name + " is declared here"}}
	}
	b.add(p)
}

// chainReaches reports whether the undos from u on lead to target.
func chainReaches(u, target *UseCase) bool {
	seen := map[*UseCase]bool{}
	for ; u != nil && !seen[u]; u = u.Undo {
		if u == target {
			return true
		}
		seen[u] = true
	}
	return false
}

// followUpCycles finds a promise that can never be kept because it follows itself.
func (b *binder) followUpCycles() {
	next := func(u *UseCase) []link {
		var out []link
		for _, f := range u.Then {
			out = append(out, link{f.UseCase, f.Span, fmt.Sprintf("%s is followed by %s", u.Name, f.UseCase.Name)})
		}
		return out
	}
	b.cycles(next, func(first *UseCase, names []string, related []diag.Related) diag.Problem {
		return diag.Problem{
			Code: "model.follow-up-cycle", Severity: diag.Error, Span: related[0].Span, Path: string(first.id("then")),
			Message: "a promise that follows up itself is never kept: " + strings.Join(names, " -> "),
			Related: related[1:],
			Hint:    "let one of them start by an event instead, or remove a step",
		}
	})
}

// eventCycles finds use cases that start each other by events. Some do so on
// purpose, under a condition the input cannot say; hence a warning.
func (b *binder) eventCycles() {
	next := func(u *UseCase) []link {
		var out []link
		for _, e := range u.Emits {
			for _, v := range e.Starts {
				out = append(out, link{v, e.Span, fmt.Sprintf("%s emits %s, which starts %s", u.Name, e.Name, v.Name)})
			}
		}
		return out
	}
	b.cycles(next, func(first *UseCase, names []string, related []diag.Related) diag.Problem {
		return diag.Problem{
			Code: "model.event-cycle", Severity: diag.Warning, Span: first.Span, Path: string(first.id("emits")),
			Message: "events go round in a circle: " + strings.Join(names, " -> "),
			Related: related,
			Hint:    "break the circle, or silence this with the reason why it ends",
		}
	})
}

// orders finds use cases that must keep an order which the event they tell, or that
// starts them, cannot: an event has one key, and keeps order within it alone.
func (b *binder) orders() {
	m := &b.out.skeleton
	for i, u := range m.UseCases {
		if u.OrderedBy == "" || !b.knows(u, u.OrderedBy) {
			continue
		}
		for _, e := range slices.Concat(u.On, u.Emits) {
			if e.From != nil || e.Key == keyFor(u, e) {
				continue
			}
			p := diag.Problem{
				Code: "model.order-not-kept", Severity: diag.Warning, Span: b.out.useCases[i].ordered, Path: string(u.id("ordered_by")),
				Message: fmt.Sprintf("%s keeps order by %s, and %s is ordered by %s", u.Name, u.OrderedBy, e.Name, e.Key),
				Hint:    fmt.Sprintf("declare %s under events with key: %s", e.Name, u.OrderedBy),
			}
			if keyFor(u, e) == "" {
				p.Message = fmt.Sprintf("%s keeps order by %s, which %s does not carry", u.Name, u.OrderedBy, e.Name)
				p.Hint = fmt.Sprintf("declare %s under events with a field %s and key: %s", e.Name, u.OrderedBy, u.OrderedBy)
			}
			b.add(p)
		}
	}
}

type link struct {
	to   *UseCase
	span diag.Span
	note string
}

// cycles reports each cycle of a graph over the use cases once, starting with the
// member that is first by name. Nested cycles are found one at a time: repairing
// one shows the next.
func (b *binder) cycles(next func(*UseCase) []link, problem func(*UseCase, []string, []diag.Related) diag.Problem) {
	const white, grey, black = 0, 1, 2
	m := &b.out.skeleton
	colour := make([]int, len(m.UseCases))
	var trail []*UseCase
	var links []link
	var visit func(u *UseCase)
	visit = func(u *UseCase) {
		colour[u.index] = grey
		trail = append(trail, u)
		for _, l := range next(u) {
			switch colour[l.to.index] {
			case white:
				links = append(links, l)
				visit(l.to)
				links = links[:len(links)-1]
			case grey:
				from := slices.Index(trail, l.to)
				b.cycle(trail[from:], append(slices.Clone(links[from:]), l), problem)
			}
		}
		trail = trail[:len(trail)-1]
		colour[u.index] = black
	}
	for _, u := range m.UseCases {
		if colour[u.index] == white {
			visit(u)
		}
	}
}

func (b *binder) cycle(members []*UseCase, links []link, problem func(*UseCase, []string, []diag.Related) diag.Problem) {
	first := 0
	for i, u := range members {
		if u.index < members[first].index {
			first = i
		}
	}
	var names []string
	var related []diag.Related
	for i := range members {
		j := (first + i) % len(members)
		names = append(names, members[j].Name)
		related = append(related, diag.Related{Span: links[j].span, Note: links[j].note})
	}
	b.add(problem(members[first], append(names, names[0]), related))
}

// availability finds targets above what an external can give that must be called
// before the answer. Where the input insists on the wait it is an error; where a
// later step or a fallback could still be designed in, a warning.
func (b *binder) availability() {
	for i, u := range b.out.skeleton.UseCases {
		in := &b.out.useCases[i]
		if !in.available.said {
			continue
		}
		for j, c := range u.Calls {
			promise := &b.out.externals[c.External.index].availability
			if !promise.said || promise.q.N >= in.available.q.N || c.Optional || c.Fallback != "" || in.calls[j].later {
				continue
			}
			p := diag.Problem{
				Code: "model.availability-above-external", Severity: diag.Warning, Span: in.available.span, Path: string(in.available.id),
				Message: fmt.Sprintf("%s promises %s, but has to call %s, which gives %s", u.Name, in.available.q, c.External.Name, promise.q),
				Related: []diag.Related{
					{Span: promise.span, Path: string(promise.id), Note: fmt.Sprintf("%s promises %s", c.External.Name, promise.q)},
					{Span: c.Span, Path: string(c.Path), Note: "it is called here, before the answer"},
				},
				Hint: "make the call optional, give it a fallback or let it come later: yes; or lower the target",
			}
			if in.calls[j].laterSaid {
				p.Severity = diag.Error
				p.Related = append(p.Related, diag.Related{Span: in.calls[j].laterSpan, Note: "the answer waits for it by your word"})
			}
			b.add(p)
		}
	}
}

// unstarted finds use cases that nothing starts.
func (b *binder) unstarted() {
	for _, u := range b.out.skeleton.UseCases {
		if u.starts() {
			continue
		}
		b.add(diag.Problem{
			Code: "model.unstarted-use-case", Severity: diag.Warning, Span: u.Span, Path: string(u.Path),
			Message: fmt.Sprintf("nothing starts %s", u.Name),
			Hint:    "say who asks for it (by), which event starts it (on), when it runs (every), or name it as a step or an undo",
		})
	}
}

// unusedAggregates finds what is declared and never touched, and what must come
// from somewhere and is never created. A fixed set (volume as a count) may have
// been there from the start.
func (b *binder) unusedAggregates() {
	also := map[*Aggregate]bool{}
	for _, x := range b.out.skeleton.Externals {
		for _, a := range x.AlsoChanges {
			also[a] = true
		}
	}
	for i, a := range b.out.skeleton.Aggregates {
		in := &b.out.aggregates[i]
		switch {
		case len(a.CreatedBy)+len(a.ChangedBy)+len(a.ReadBy) == 0:
			b.add(diag.Problem{
				Code: "model.unused-aggregate", Severity: diag.Warning, Span: a.Span, Path: string(a.Path),
				Message: fmt.Sprintf("no use case creates, changes or reads %s", a.Name),
				Hint:    "add the use cases that need it, or remove it",
			})
		case len(a.CreatedBy) == 0 && !also[a] && a.Existing == nil && (!in.volume.said || in.grows):
			p := diag.Problem{
				Code: "model.uncreated-aggregate", Severity: diag.Warning, Span: a.Span, Path: string(a.Path),
				Message: fmt.Sprintf("no use case creates %s", a.Name),
				Hint:    "add creates to the use case that does; or give its volume as a count, if it is there from the start",
			}
			if in.grows {
				p.Related = []diag.Related{{Span: in.volume.span, Note: fmt.Sprintf("%s of them come, from nowhere", in.volume.q)}}
			}
			b.add(p)
		}
	}
}

// unusedDeclarations finds actors, externals and types nothing refers to.
func (b *binder) unusedDeclarations() {
	m := &b.out.skeleton
	used := b.references()
	report := func(e *Element, noun string) {
		if used[e] {
			return
		}
		b.add(diag.Problem{
			Code: "model.unused-declaration", Severity: diag.Warning, Span: e.Span, Path: string(e.Path),
			Message: fmt.Sprintf("nothing refers to the %s %s", noun, e.Name), Hint: "use it, or remove it",
		})
	}
	for _, x := range m.Actors {
		report(&x.Element, "actor")
	}
	for _, x := range m.Externals {
		report(&x.Element, "external")
	}
	for _, x := range m.Types {
		report(&x.Element, "type")
	}
}

// references collects what anything refers to.
func (b *binder) references() map[*Element]bool {
	m := &b.out.skeleton
	used := map[*Element]bool{}
	fields := func(list []*Field) {
		for _, f := range list {
			if f.Value != nil {
				used[&f.Value.Element] = true
			}
			if f.RefActor != nil {
				used[&f.RefActor.Element] = true
			}
		}
	}
	for _, v := range m.Types {
		fields(v.Fields)
	}
	for _, a := range m.Aggregates {
		fields(a.Fields)
		if a.OwnedBy != nil {
			used[&a.OwnedBy.Element] = true
		}
	}
	for _, e := range m.Events {
		fields(e.Fields)
		if e.From != nil {
			used[&e.From.Element] = true
		}
	}
	for _, u := range m.UseCases {
		fields(u.Takes)
		fields(u.Gives)
		for _, x := range slices.Concat(u.By, u.Webhook) {
			used[&x.Element] = true
		}
		for _, x := range u.ByExternals {
			used[&x.Element] = true
		}
		for _, c := range u.Calls {
			used[&c.External.Element] = true
		}
	}
	for _, x := range m.Externals {
		if len(x.AlsoChanges) > 0 || x.Name == m.Context.IdentityProvider ||
			slices.ContainsFunc(m.Actors, func(a *Actor) bool { return a.SignsInWith == x.Name }) {
			used[&x.Element] = true
		}
	}
	return used
}
