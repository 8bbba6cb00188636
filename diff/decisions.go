package diff

import (
	"cmp"
	"math"
	"slices"

	"plumb.dev/plumb/arch"
)

// decisions that came out differently, the most costly to reverse first.
func decisions(from, to *arch.Arch) []Change {
	var out []Change
	after := map[arch.DecisionID]*arch.Decision{}
	for i := range to.Decisions {
		after[to.Decisions[i].ID] = &to.Decisions[i]
	}
	before := map[arch.DecisionID]bool{}
	for i := range from.Decisions {
		d := &from.Decisions[i]
		before[d.ID] = true
		e := after[d.ID]
		switch {
		case e == nil:
			out = append(out, Change{Kind: "decision", Op: Removed, ID: string(d.ID), Title: d.Title, From: choice(d), Reversal: d.Reversal.N})
		case e.Choice != d.Choice || choice(e) != choice(d):
			c := Change{Kind: "decision", Op: Flipped, ID: string(d.ID), Title: e.Title, From: choice(d), To: choice(e), Why: e.Because.String(), Reversal: math.Max(d.Reversal.N, e.Reversal.N)}
			if e.Pinned != nil && d.Pinned == nil {
				c.Why = "forced; " + c.Why
			}
			out = append(out, c)
		}
	}
	for i := range to.Decisions {
		if e := &to.Decisions[i]; !before[e.ID] {
			out = append(out, Change{Kind: "decision", Op: Added, ID: string(e.ID), Title: e.Title, To: choice(e), Why: e.Because.String(), Reversal: e.Reversal.N})
		}
	}
	slices.SortStableFunc(out, func(a, b Change) int {
		return cmp.Or(cmp.Compare(rank(a.Op), rank(b.Op)), cmp.Compare(b.Reversal, a.Reversal), cmp.Compare(a.ID, b.ID))
	})
	return out
}

// rank puts what was decided otherwise before what came and went.
func rank(op Op) int { return slices.Index([]Op{Flipped, Added, Removed}, op) }

// choice is the name of the chosen option.
func choice(d *arch.Decision) string {
	for i := range d.Options {
		if d.Options[i].ID == d.Choice {
			return cmp.Or(d.Options[i].Name, string(d.Choice))
		}
	}
	return string(d.Choice)
}

// objectives that came, went, were won or lost, and stated ones that are met with
// another value.
func objectives(from, to *arch.Arch) []Change {
	var out []Change
	after := map[arch.ObjectiveID]*arch.Objective{}
	for i := range to.Objectives {
		after[to.Objectives[i].ID] = &to.Objectives[i]
	}
	before := map[arch.ObjectiveID]bool{}
	for i := range from.Objectives {
		a := &from.Objectives[i]
		before[a.ID] = true
		b := after[a.ID]
		if b == nil {
			out = append(out, Change{Kind: "objective", Op: Removed, ID: string(a.ID), Title: a.Measure, From: a.Target.String()})
			continue
		}
		c := Change{Kind: "objective", ID: string(b.ID), Title: b.Measure, What: "achieved", From: a.Achieved.String(), To: b.Achieved.String()}
		switch {
		case a.Verdict != missed && b.Verdict == missed:
			c.Op = Lost
		case a.Verdict == missed && b.Verdict != missed:
			c.Op = Won
		case a.Target.String() != b.Target.String():
			c.Op, c.What, c.From, c.To = Altered, "target", a.Target.String(), b.Target.String()
		case b.Stated && c.From != c.To:
			c.Op = Resized
		default:
			continue
		}
		out = append(out, c)
	}
	for i := range to.Objectives {
		if b := &to.Objectives[i]; !before[b.ID] {
			out = append(out, Change{Kind: "objective", Op: Added, ID: string(b.ID), Title: b.Measure, To: b.Target.String()})
		}
	}
	return out
}

const missed = "missed" // the verdict of an objective

// cost of running it, where it is known.
func cost(from, to *arch.Arch) []Change {
	var out []Change
	for _, c := range []struct {
		what string
		a, b arch.Value
	}{
		{"a month", from.Cost.Total, to.Cost.Total},
		{"a month at the horizon", from.Cost.AtHorizon, to.Cost.AtHorizon},
	} {
		if c.a.String() == c.b.String() {
			continue
		}
		change := Change{Kind: "cost", Op: Resized, ID: "cost", What: c.what, From: c.a.String(), To: c.b.String()}
		if c.a.N != 0 {
			change.Ratio = c.b.N / c.a.N
		}
		out = append(out, change)
	}
	return out
}
