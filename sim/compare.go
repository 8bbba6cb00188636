package sim

import (
	"context"
	"slices"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/diag"
	"plumb.dev/plumb/fact"
	"plumb.dev/plumb/sim/des"
)

// Version is one of two systems that are compared: a design, and policies made
// otherwise.
type Version struct {
	Arch    *arch.Arch
	Changes []Change
}

// Comparison holds two systems against each other under one scenario. Both meet the
// same random numbers, replication by replication, so that a difference has its
// interval over pairs.
type Comparison struct {
	Scenario Scenario `json:"scenario"`
	// Refused says why the second system cannot be put under the scenario: it lacks an
	// element of a fault. Nothing is compared then.
	Refused  diag.List        `json:"refused,omitempty"`
	UseCases []UseCaseCompare `json:"use_cases"`
	// Objectives are those of either that a simulation can speak of.
	Objectives []ObjectiveCompare `json:"objectives"`
	// Only lists use cases that one of the two has alone.
	Only        []arch.FlowID `json:"only_in_one,omitempty"`
	Events      uint64        `json:"events"`
	Interrupted bool          `json:"interrupted,omitempty"`

	First  Result `json:"-"`
	Second Result `json:"-"`
}

// UseCaseCompare is a use case of both systems.
type UseCaseCompare struct {
	Flow  arch.FlowID  `json:"flow"`
	Pairs []Difference `json:"measures"`
}

// Difference is a measure in both systems: offered and goodput (per second), success (the share of
// what ended that was answered), p50 and p99 (seconds).
type Difference struct {
	Measure string  `json:"measure"`
	First   float64 `json:"first"`
	Second  float64 `json:"second"`
	// Change is second minus first over the pairs of replications.
	Change Interval `json:"change"`
	// Differs and Better are said when an interval at the confidence of 1 - 5 %/n for the n
	// measures of the comparison lies on one side of zero (Bonferroni: among many
	// measures some differ by chance). What is offered differs without being better, and
	// so does the goodput of it.
	Differs bool   `json:"differs,omitempty"`
	Better  string `json:"better,omitempty"` // first or second

	less   bool // is better
	change des.Mean
}

// Show writes a value of the measure with its unit.
func (d *Difference) Show(x float64) string {
	switch d.Measure {
	case goodputMeasure, offeredMeasure:
		return fact.FormatRate(x)
	case "success":
		return fact.FormatShare(x)
	}
	return fact.FormatSeconds(x)
}

// ObjectiveCompare is an objective in both systems: its verdicts, "" in one that does
// not have it.
type ObjectiveCompare struct {
	Objective arch.ObjectiveID `json:"objective"`
	First     string           `json:"first"`
	Second    string           `json:"second"`
	Better    string           `json:"better,omitempty"`
}

// Compare runs two systems under a scenario with the same random numbers.
func Compare(ctx context.Context, first, second Version, s Scenario) (Comparison, diag.List) {
	c := Comparison{}
	s.Holds = nil
	one := s
	one.Changes = slices.Concat(s.Changes, first.Changes)
	var a, b counted
	var list diag.List
	if c.First, a, list = run(ctx, first.Arch, one); list.HasErrors() {
		return c, list
	}
	c.Scenario = c.First.Scenario
	c.Scenario.Changes = s.Changes
	other := s // as long as the first, whatever the second's own rates
	other.WarmUp, other.For, other.Slices = c.Scenario.WarmUp, c.Scenario.For, c.Scenario.Slices
	other.Changes = slices.Concat(s.Changes, second.Changes)
	if c.Second, b, list = run(ctx, second.Arch, other); list.HasErrors() {
		c.Refused = list
		return c, nil
	}
	c.Events = c.First.Events + c.Second.Events
	c.Interrupted = c.First.Interrupted || c.Second.Interrupted
	if c.Interrupted {
		return c, nil // pairs that are not all there tell nothing
	}
	c.useCases(a, b)
	c.judge()
	c.objectives()
	return c, nil
}

// useCases pairs the replications of the flows that both have.
func (c *Comparison) useCases(a, b counted) {
	at := func(r counted, id arch.FlowID) int { return slices.Index(r.c.flowOf, id) }
	for i, id := range a.c.flowOf {
		k := at(b, id)
		if k < 0 {
			c.Only = append(c.Only, id)
			continue
		}
		u := UseCaseCompare{Flow: id}
		for _, m := range compared {
			if d, ok := m.between(a, i, b, k); ok {
				u.Pairs = append(u.Pairs, d)
			}
		}
		c.UseCases = append(c.UseCases, u)
	}
	for _, id := range b.c.flowOf {
		if at(a, id) < 0 {
			c.Only = append(c.Only, id)
		}
	}
}

// pairing is a measure of a flow in one replication.
type pairing struct {
	name string
	less bool // is better
	of   func(f *flowTally, span float64) (float64, bool)
}

// The measures of rates.
const offeredMeasure, goodputMeasure = "offered", "goodput"

var compared = []pairing{
	{offeredMeasure, false, func(f *flowTally, span float64) (float64, bool) { return float64(f.Offered) / span, true }}, // first: see judge
	{goodputMeasure, false, func(f *flowTally, span float64) (float64, bool) { return float64(f.Ended[answered]) / span, true }},
	{"success", false, func(f *flowTally, _ float64) (float64, bool) {
		all := sum(f.Ended)
		return float64(f.Ended[answered]) / max(all, 1), all > 0
	}},
	{"p50", true, func(f *flowTally, _ float64) (float64, bool) { return quantileOf(f, 0.5) }},
	{"p99", true, func(f *flowTally, _ float64) (float64, bool) { return quantileOf(f, 0.99) }},
}

func quantileOf(f *flowTally, p float64) (float64, bool) {
	q, ok := f.latency.Quantile(p)
	return q / 1e9, ok
}

// between pairs the replications; false when one of them does not carry the measure.
func (m *pairing) between(a counted, i int, b counted, k int) (Difference, bool) {
	d := Difference{Measure: m.name}
	var first, second, change des.Mean
	span := (a.p.until - a.p.warm).Seconds()
	n := min(len(a.ts), len(b.ts))
	for r := range n {
		x, one := m.of(&a.ts[r].flows[i], span)
		y, other := m.of(&b.ts[r].flows[k], span)
		if !one || !other {
			return d, false
		}
		first.Add(x)
		second.Add(y)
		change.Add(y - x)
	}
	if n < 2 {
		return d, false
	}
	d.First, d.Second = first.Mean(), second.Mean()
	ci := change.Interval(confidence)
	d.Change, d.change, d.less = Interval{ci.Low, ci.Estimate, ci.High}, change, m.less
	return d, true
}

// judge says which is better where it can be told.
func (c *Comparison) judge() {
	n := 0.0
	for i := range c.UseCases {
		n += float64(len(c.UseCases[i].Pairs))
	}
	for i := range c.UseCases {
		for k := range c.UseCases[i].Pairs {
			d := &c.UseCases[i].Pairs[k]
			ci := d.change.Interval(1 - (1-confidence)/n)
			if d.Differs = ci.Low > 0 || ci.High < 0; !d.Differs || d.Measure == offeredMeasure || d.Measure == goodputMeasure && c.UseCases[i].Pairs[0].Differs {
				continue
			}
			if d.Better = "first"; (ci.Low > 0) != d.less {
				d.Better = "second"
			}
		}
	}
}

// objectives holds the verdicts of both against each other.
func (c *Comparison) objectives() {
	rank := map[string]int{"missed": 0, "": 1, "unknown": 1, "close": 1, "met": 2}
	second := map[arch.ObjectiveID]string{}
	for i := range c.Second.Verdicts {
		second[c.Second.Verdicts[i].Objective] = c.Second.Verdicts[i].Verdict
	}
	add := func(id arch.ObjectiveID, x, y string) {
		o := ObjectiveCompare{Objective: id, First: x, Second: y}
		if rank[x] > rank[y] {
			o.Better = "first"
		} else if rank[y] > rank[x] {
			o.Better = "second"
		}
		c.Objectives = append(c.Objectives, o)
	}
	for i := range c.First.Verdicts {
		v := &c.First.Verdicts[i]
		add(v.Objective, v.Verdict, second[v.Objective])
		delete(second, v.Objective)
	}
	for _, id := range sortedKeys(second) {
		add(id, "", second[id])
	}
}
