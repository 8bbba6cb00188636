package boundary

import (
	"cmp"
	"fmt"
	"slices"
)

// side is how one context depends on another one: what it waits for, what it
// hears of by event, what it keeps a copy of.
type side struct {
	sync, event, copies bool
	writes              bool
	uses                []UseCaseID
}

// contextMap derives the context map from what crosses. The upstream side is
// the one whose model the other side has to know: the called one of a call, the
// publishing one of an event, the owner of copied data.
func (e *explainer) contextMap() []Relation {
	sides := e.sides()
	consumers := make([]int, e.k)
	for pair := range sides {
		consumers[pair[0]]++
	}
	var out []Relation
	for pair, s := range sides {
		up, down := pair[0], pair[1]
		back, mutual := sides[[2]int{down, up}]
		if mutual && back.sync && s.sync {
			if up < down {
				out = append(out, e.partnership(up, down, s, back))
			}
			continue
		}
		out = append(out, e.relation(up, down, s, consumers[up]))
	}
	out = append(out, e.externals()...)
	slices.SortFunc(out, func(x, y Relation) int {
		return cmp.Or(cmp.Compare(x.Upstream, y.Upstream), cmp.Compare(x.Downstream, y.Downstream))
	})
	return out
}

// sides maps upstream and downstream context to how the latter depends.
func (e *explainer) sides() map[[2]int]*side {
	sides := map[[2]int]*side{}
	at := func(up, down int) *side {
		pair := [2]int{up, down}
		if sides[pair] == nil {
			sides[pair] = &side{}
		}
		return sides[pair]
	}
	for i := range e.uses {
		u := &e.uses[i]
		home := e.home[i]
		crossings := e.crossings[i]
		for j := range crossings {
			x := &crossings[j]
			s := at(x.to, home)
			s.uses = append(s.uses, u.ID)
			s.writes = s.writes || len(x.writes) > 0
			if e.sync(x) {
				s.sync = true
			} else {
				s.event = true
			}
		}
		for _, f := range u.then {
			to := e.home[f.use]
			switch {
			case home < 0 || to < 0 || to == home:
			case f.byEvent: // who reacts to an event knows the one who publishes it
				s := at(home, to)
				s.event = true
				s.uses = append(s.uses, u.ID)
			default:
				s := at(to, home)
				s.sync = true
				s.uses = append(s.uses, u.ID)
			}
		}
	}
	for a, readers := range e.copies(e.layout) {
		for _, r := range readers {
			at(e.of[a], r).copies = true
		}
	}
	return sides
}

func (e *explainer) partnership(g, h int, s, back *side) Relation {
	r := Relation{Upstream: min(e.names[g], e.names[h]), Downstream: max(e.names[g], e.names[h]),
		Patterns: []Pattern{Partnership}, Why: "each waits for the other, so neither can change alone"}
	r.UseCases = sorted(slices.Concat(s.uses, back.uses))
	return r
}

// relation names the patterns of a one-sided dependency.
func (e *explainer) relation(up, down int, s *side, consumers int) Relation {
	r := Relation{Upstream: e.names[up], Downstream: e.names[down], ByEvent: !s.sync, UseCases: sorted(s.uses)}
	foreign, service := e.foreign(up), e.serviceOf(up)
	switch {
	case consumers >= 2:
		r.Patterns = append(r.Patterns, OpenHostService, PublishedLanguage)
		r.Why = fmt.Sprintf("%d contexts depend on it", consumers)
	case !s.sync && !s.copies:
		r.Patterns = append(r.Patterns, PublishedLanguage)
		r.Why = "it is known by its events alone"
	}
	if s.copies {
		r.Patterns = append(r.Patterns, Replication)
		r.Why = cmp.Or(r.Why, "reference data is copied")
	}
	switch {
	case foreign:
		r.Patterns = append(r.Patterns, AnticorruptionLayer)
		r.Why = "its model belongs to somebody else"
	case service != "":
		r.Patterns = append(r.Patterns, Conformist)
		r.Why = "the existing service " + service + " will not change for it"
	case s.sync && consumers < 2:
		r.Patterns = append(r.Patterns, CustomerSupplier)
		r.Why = cmp.Or(r.Why, "one context waits for the other, and can ask for what it needs")
	}
	return r
}

// foreign reports whether the model of a context belongs to somebody else.
func (e *explainer) foreign(g int) bool {
	for a, h := range e.of {
		if h == g && e.aggs[a].Foreign {
			return true
		}
	}
	return false
}

func (e *explainer) serviceOf(g int) string {
	for v, h := range e.cut {
		if h == g && e.service[v] != "" {
			return e.service[v]
		}
	}
	return ""
}

// externals relates contexts to the external systems that their use cases call.
// A legacy model, or one that would reach what the context itself writes, is
// kept out by a layer; a context that only reads conforms.
func (e *explainer) externals() []Relation {
	type key struct {
		external ExternalID
		context  int
	}
	found := map[key]*side{}
	for i := range e.uses {
		u := &e.uses[i]
		if e.home[i] < 0 {
			continue
		}
		for _, x := range u.Externals {
			k := key{x, e.home[i]}
			if found[k] == nil {
				found[k] = &side{}
			}
			found[k].uses = append(found[k].uses, u.ID)
			found[k].writes = found[k].writes || len(u.writes) > 0
			found[k].sync = found[k].sync || !u.ByEvent
		}
	}
	var out []Relation
	for k, s := range found {
		r := Relation{Upstream: string(k.external), Downstream: e.names[k.context], External: true, UseCases: sorted(s.uses), ByEvent: !s.sync}
		switch {
		case e.external[k.external].Legacy:
			r.Patterns, r.Why = []Pattern{AnticorruptionLayer}, "a legacy model must not spread"
		case s.writes:
			r.Patterns, r.Why = []Pattern{AnticorruptionLayer}, "its model would reach what the context writes"
		default:
			r.Patterns, r.Why = []Pattern{Conformist}, "the context only reads what it says"
		}
		out = append(out, r)
	}
	return out
}

func sorted(ids []UseCaseID) []UseCaseID {
	ids = slices.Clone(ids)
	slices.Sort(ids)
	return slices.Compact(ids)
}
