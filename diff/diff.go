// Package diff says what is different between two designs of one system: in terms
// of decisions, elements, objectives and cost, never of text.
//
// [Between] compares two values of package arch and returns one [Change] for each
// difference that a reader would act on. Elements are matched by id; what of each
// kind is compared stands in one table, elements.go. A change of an element names
// the changed decisions that made it, so that it can be read as their consequence.
package diff

import (
	"slices"

	"plumb.dev/plumb/arch"
)

// Op says how something is different.
type Op string

// The ways of being different.
const (
	Flipped Op = "flipped" // a decision with another choice
	Added   Op = "added"
	Removed Op = "removed"
	Resized Op = "resized" // a number of an element
	Altered Op = "altered" // anything else of an element
	Won     Op = "won"     // an objective that was missed and is met
	Lost    Op = "lost"    // an objective that was met and is missed
)

// Change is one difference.
type Change struct {
	// Kind of what is different: decision, objective, cost, or a kind of element such
	// as store or channel.
	Kind string `json:"kind"`
	Op   Op     `json:"op"`
	ID   string `json:"id"`
	// Title is its name for people.
	Title string `json:"title,omitempty"`
	// What of it is different: replicas, technology; "" for all of it.
	What string `json:"what,omitempty"`
	// From and To as people read them; "" where there was or is nothing.
	From string `json:"from,omitempty"`
	To   string `json:"to,omitempty"`
	// Ratio of a number to what it was; 0 where it is no number or was nothing.
	Ratio float64 `json:"ratio,omitempty"`
	// Why is the deciding reason of a decision's new choice.
	Why string `json:"why,omitempty"`
	// Facts are the values that a decision's new choice comes from, the nearest first.
	Facts []arch.FactChange `json:"facts,omitempty"`
	// By are the changed decisions that it follows from.
	By []arch.DecisionID `json:"by,omitempty"`
	// Reversal is what changing one's mind about a decision costs, in person-days.
	Reversal float64 `json:"reversal_days,omitempty"`
}

// Between lists what is different in the second design: decisions, the most costly
// to reverse first; then elements by kind, in the order of the table, and by id;
// then objectives and cost. Equal designs have no difference.
func Between(from, to *arch.Arch) []Change {
	out := decisions(from, to)
	flipped := map[arch.DecisionID]bool{}
	for _, c := range out {
		flipped[arch.DecisionID(c.ID)] = true
	}
	for i := range out {
		was, is := from.Decision(arch.DecisionID(out[i].ID)), to.Decision(arch.DecisionID(out[i].ID))
		out[i].Facts = causes(from, to, was, is)
		if is != nil {
			out[i].By = because(flipped, is.Needs)
		}
	}
	for _, k := range kinds {
		out = append(out, elements(k, from, to, flipped)...)
	}
	out = append(out, objectives(from, to)...)
	return append(out, cost(from, to)...)
}

// elements compares those of one kind.
func elements(k kind, from, to *arch.Arch, flipped map[arch.DecisionID]bool) []Change {
	before, after := k.list(from), k.list(to)
	var out []Change
	for _, id := range ids(before, after) {
		a, was := find(before, id)
		b, is := find(after, id)
		by := because(flipped, a.by, b.by)
		switch {
		case !is:
			out = append(out, Change{Kind: k.name, Op: Removed, ID: id, Title: a.title, From: a.summary(), By: by})
		case !was:
			out = append(out, Change{Kind: k.name, Op: Added, ID: id, Title: b.title, To: b.summary(), By: by})
		default:
			for _, c := range attributes(a, b) {
				c.Kind, c.ID, c.Title, c.By = k.name, id, b.title, by
				out = append(out, c)
			}
		}
	}
	return out
}

// attributes compares two states of one element.
func attributes(a, b element) []Change {
	var out []Change
	for i := range a.attributes {
		x, y := a.attributes[i], b.attributes[i]
		if x.shown() == y.shown() {
			continue
		}
		c := Change{Op: Altered, What: x.name, From: x.shown(), To: y.shown()}
		if x.number.Known() && y.number.Known() {
			c.Op = Resized
			if x.number.N != 0 {
				c.Ratio = y.number.N / x.number.N
			}
		}
		out = append(out, c)
	}
	return out
}

func ids(lists ...[]element) []string {
	var out []string
	for _, l := range lists {
		for _, e := range l {
			out = append(out, e.id)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func find(list []element, id string) (element, bool) {
	i := slices.IndexFunc(list, func(e element) bool { return e.id == id })
	if i < 0 {
		return element{}, false
	}
	return list[i], true
}

// because lists the changed decisions among those that made an element.
func because(flipped map[arch.DecisionID]bool, made ...[]arch.DecisionID) []arch.DecisionID {
	var out []arch.DecisionID
	for _, list := range made {
		for _, d := range list {
			if flipped[d] && !slices.Contains(out, d) {
				out = append(out, d)
			}
		}
	}
	slices.Sort(out)
	return out
}
