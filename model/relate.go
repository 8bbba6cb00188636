package model

import (
	"slices"
	"strings"
)

// relate works out what the names, once bound, say about each other: who creates
// and reads an aggregate, what starts a use case, who owns what nobody claimed.
func (b *binder) relate() {
	m := &b.out.skeleton
	for _, u := range m.UseCases {
		b.relateUseCase(u)
	}
	for _, a := range m.Aggregates {
		if a.States == nil {
			continue
		}
		for _, t := range a.States.Timers {
			if t.Does != nil {
				t.Does.timed = true
			}
		}
	}
	for _, u := range m.UseCases {
		if !u.starts() {
			if a := b.actors.byName[anybody]; a != nil && a.Assumed {
				u.By = []*Actor{a}
			}
		}
		u.Roles = rolesOf(u)
	}
	b.subjects()
	for _, a := range m.Aggregates {
		b.assumeOwnership(a)
		a.Zone = zoneOf(a)
	}
	b.owners()
	for i, u := range m.UseCases {
		if u.Only == "" {
			result, _ := assumedResult(u)
			if in := &b.out.useCases[i].result; in.said {
				result = in.q.Text
			}
			u.Only = b.only(u, result == "list")
		}
	}
}

func (b *binder) relateUseCase(u *UseCase) {
	for _, a := range u.Creates {
		a.CreatedBy = append(a.CreatedBy, u)
	}
	for _, a := range unique(append(slices.Clone(u.Changes), u.Deletes...)) {
		a.ChangedBy = append(a.ChangedBy, u)
	}
	for _, r := range u.Reads {
		r.Aggregate.ReadBy = append(r.Aggregate.ReadBy, u)
	}
	for _, e := range u.Emits {
		e.EmittedBy = append(e.EmittedBy, u)
	}
	for _, e := range u.On {
		e.Starts = append(e.Starts, u)
	}
	if u.Undo != nil {
		u.Undo.Undoes = append(u.Undo.Undoes, u)
	}
	for _, f := range u.Then {
		f.UseCase.FollowsUp = append(f.UseCase.FollowsUp, u)
	}
	for _, p := range u.Moves {
		l := p.Aggregate.States
		for i := range l.Moves {
			if l.Moves[i].From == p.From && l.Moves[i].To == p.To && !slices.Contains(l.Moves[i].By, u) {
				l.Moves[i].By = append(l.Moves[i].By, u)
			}
		}
	}
}

// starts reports whether anything starts the use case.
func (u *UseCase) starts() bool {
	return u.Asked() || len(u.On) > 0 || u.Every != nil || len(u.FollowsUp) > 0 || len(u.Undoes) > 0 || u.timed
}

// rolesOf are the roles stated, or all the roles of whoever asks.
func rolesOf(u *UseCase) []string {
	if len(u.Roles) > 0 {
		return u.Roles
	}
	var out []string
	for _, a := range u.By {
		out = append(out, a.Roles...)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// subjects says what each event is about: what most of its tellers are mainly
// about; the first by name of those that are equally many.
func (b *binder) subjects() {
	for _, e := range b.out.skeleton.Events {
		if e.Of != nil {
			continue
		}
		votes := map[*Aggregate]int{}
		for _, u := range e.EmittedBy {
			if votes[u.Main]++; u.Main == nil {
				continue
			}
			if e.Of == nil || votes[u.Main] > votes[e.Of] || votes[u.Main] == votes[e.Of] && u.Main.index < e.Of.index {
				e.Of = u.Main
			}
		}
	}
	for _, e := range b.out.skeleton.Events {
		if e.Key == "" {
			e.Key = orderOf(e)
		}
		if e.Key == "" && e.Of != nil {
			e.Key = e.Of.ID.Name
		}
	}
}

// orderOf is the field within which a use case that tells the event, or is started
// by it, must keep order, when the event carries it.
func orderOf(e *Event) string {
	for _, u := range slices.Concat(e.EmittedBy, e.Starts) {
		if field := keyFor(u, e); field != "" {
			return field
		}
	}
	return ""
}

// keyFor is the field of the event by which a use case's order is kept, "" when it
// asks for none or the event does not carry it.
func keyFor(u *UseCase, e *Event) string {
	name := u.OrderedBy
	if e.Of != nil {
		name = strings.TrimPrefix(name, e.Of.Name+".")
	}
	switch {
	case name == "":
	case fieldOf(e.Fields, name) != nil:
		return name
	case e.Of == nil:
	case folded(name) == folded(e.Of.Name) || name == e.Of.ID.Name:
		return e.Of.ID.Name
	case len(e.Fields) == 0:
		if f := e.Of.Field(name); f != nil && f.Class == "" {
			return name
		}
	}
	return ""
}

// movedBy lists the aggregates a use case moves, in the order written, each once.
func movedBy(u *UseCase) []*Aggregate {
	var out []*Aggregate
	for _, m := range u.Moves {
		if !slices.Contains(out, m.Aggregate) {
			out = append(out, m.Aggregate)
		}
	}
	return out
}

// assumeOwnership finds whose property an instance is when nobody said it: the one
// field that must refer to an actor, or to the record of an actor. People at work are
// not taken to own what names them: it says who did it, and others go on with it.
func (b *binder) assumeOwnership(a *Aggregate) {
	if a.OwnedBy != nil || a.OwnedByField != "" {
		return
	}
	if x := b.namesake(a.Name); x != nil {
		a.OwnedBy, a.OwnershipAssumed = x, true
		return
	}
	var field *Field
	for _, f := range a.Fields {
		if owner := b.ownerOf(f); owner == nil || f.Optional || f.List || owner.Reaches("staff") {
			continue
		}
		if field != nil {
			return // two candidates: nobody knows
		}
		field = f
	}
	if field != nil {
		a.OwnedBy, a.OwnedByField, a.OwnershipAssumed = b.ownerOf(field), field.Name, true
	}
}

// zoneOf is the zone stated, or the one that card or health data forms.
func zoneOf(a *Aggregate) string {
	if a.Zone != "" {
		return a.Zone
	}
	for _, class := range []string{"card", "health"} {
		if HasClass(a.Fields, class) {
			return class
		}
	}
	return ""
}

// HasClass reports whether a field, or a field of a value object among them,
// carries the data class.
func HasClass(fields []*Field, class string) bool {
	return hasClass(fields, class, map[*ValueType]bool{})
}

func hasClass(fields []*Field, class string, seen map[*ValueType]bool) bool {
	for _, f := range fields {
		if f.Class == class {
			return true
		}
		if f.Value != nil && !seen[f.Value] {
			seen[f.Value] = true
			if hasClass(f.Value.Fields, class, seen) {
				return true
			}
		}
	}
	return false
}

// owners gives an owner to what nobody claimed: an aggregate belongs to the team
// that owns most of the use cases that touch it, a use case to the owner of what it
// is mainly about, or of the next thing it names that has one. Where nothing speaks, the team with the
// fewest aggregates, as work has to go somewhere; ties go to the first by name.
func (b *binder) owners() {
	m := &b.out.skeleton
	for range 2 { // the second round uses what the first one found
		for _, u := range m.UseCases {
			if u.Owner == nil {
				u.Owner = ownerOfUseCase(u)
			}
		}
		for _, a := range m.Aggregates {
			if a.Owner == nil {
				a.Owner = b.writersTeam(a)
			}
		}
	}
	for _, a := range m.Aggregates {
		if a.Owner == nil {
			a.Owner = b.leastLoaded()
		}
	}
	for _, u := range m.UseCases {
		if u.Owner == nil {
			u.Owner = ownerOfUseCase(u)
		}
		if u.Owner == nil {
			u.Owner = b.leastLoaded()
		}
	}
}

func ownerOfUseCase(u *UseCase) *Team {
	for _, a := range u.asWritten {
		if a.Owner != nil {
			return a.Owner
		}
	}
	for _, c := range u.Calls {
		if c.External.Owner != nil {
			return c.External.Owner
		}
	}
	return nil
}

func (b *binder) writersTeam(a *Aggregate) *Team {
	teams := b.out.skeleton.Context.Teams
	votes := make([]int, len(teams))
	for _, u := range slices.Concat(a.CreatedBy, a.ChangedBy, a.ReadBy) {
		if u.Owner != nil {
			votes[u.Owner.index]++
		}
	}
	best := slices.Max(votes)
	if best == 0 {
		return nil
	}
	return teams[slices.Index(votes, best)]
}

func (b *binder) leastLoaded() *Team {
	teams := b.out.skeleton.Context.Teams
	load := make([]int, len(teams))
	for _, a := range b.out.skeleton.Aggregates {
		if a.Owner != nil {
			load[a.Owner.index]++
		}
	}
	return teams[slices.Index(load, slices.Min(load))]
}

// only says whose objects may be touched when nobody said it: one's own where
// something touched is owned by whoever asks, else the tenant's, else any.
func (b *binder) only(u *UseCase, list bool) string {
	for _, a := range u.touches() {
		if a.OwnedBy != nil && slices.Contains(u.By, a.OwnedBy) {
			return "own"
		}
	}
	if b.out.skeleton.Context.Tenant != nil && u.Asked() {
		return "tenant"
	}
	if !list && len(u.By) > 0 && !slices.ContainsFunc(u.By, func(x *Actor) bool { return x.Reaches("staff") || !b.belongs(u.touches(), x) }) {
		return "own" // the readings of a device of a household
	}
	return "any"
}

// belongs tells that one of the aggregates refers, as it must, to exactly one thing that
// an actor owns: what is asked for by its id is then the actor's own, a reference away.
func (b *binder) belongs(list []*Aggregate, x *Actor) bool {
	return slices.ContainsFunc(list, func(a *Aggregate) bool {
		n := 0
		for _, f := range a.Fields {
			if f.Ref != nil && f.Ref != a && !f.Optional && !f.List && f.Ref.OwnedBy == x && f.Ref.OwnedByField != "" {
				n++
			}
		}
		return n == 1
	})
}
