package model

import (
	"math"

	"plumb.dev/plumb/fact"
)

// aggregate fills what depends on the aggregate alone.
func (c *completion) aggregate(i int) {
	a, in := c.m.Aggregates[i], &c.b.aggregates[i]
	a.Retained = c.optional(&in.retained)
	a.SkewShare, a.SkewOn = c.optional(&in.skewShare), c.optional(&in.skewOn)
	a.History = c.word(&in.history, "none", fact.Assumed, "nothing was said about past states")
	row := c.share(rowOverhead)
	bytes := row.N + in.fieldBytes
	a.Size = c.assume(&in.size, bytes, bytes/2, bytes*3, "from its fields, at the usual length of each kind", row.Fact)
	if a.States != nil {
		for j := range a.States.Timers {
			a.States.Timers[j].After, _ = c.stated(&in.timers[j].after)
		}
	}
}

// volume says how many instances exist at the end of the horizon.
func (c *completion) volume(i int) {
	a, in := c.m.Aggregates[i], &c.b.aggregates[i]
	horizon, growth := c.m.Context.Horizon, c.m.Context.Growth
	switch {
	case in.grows || !in.volume.said && a.Inflow.N > 0:
		kept := horizon.N
		rule := "inflow over the horizon, growing"
		if a.Retained.Known() && a.Retained.N < kept {
			kept, rule = a.Retained.N, "inflow over the time kept, grown until the horizon"
		}
		n := a.Inflow.N * accumulated(horizon.N, kept, growth.N)
		a.Instances = c.derive(&in.instances, n, rule, in.instanceFacts...)
	case in.volume.said:
		n := a.Volume.N * grown(horizon.N, growth.N)
		a.Instances = c.derive(&in.instances, n, "number today, grown until the horizon", in.instanceFacts...)
	default:
		a.Instances = c.shared(&in.instances, unknownInstances)
	}
	c.kind(a, in)
}

// accumulated is how many seconds' worth of today's inflow exist at the horizon,
// when what came within the last kept seconds still exists and the inflow grows by
// growth per year: the integral of (1+growth)^(t/year) over that stretch.
func accumulated(horizon, kept, growth float64) float64 {
	from := max(0, horizon-kept)
	rate := growthRate(horizon, growth)
	if rate*horizon < 1e-9 {
		return horizon - from
	}
	return (math.Exp(rate*horizon) - math.Exp(rate*from)) / rate
}

// grown is by which factor something has grown at the horizon.
func grown(horizon, growth float64) float64 {
	return math.Exp(growthRate(horizon, growth) * horizon)
}

// growthRate is the continuous rate of a growth per year, bounded such that a
// what-if with an absurd growth or horizon still yields numbers.
func growthRate(horizon, growth float64) float64 {
	const most = 50 // e^50 is more than there is of anything
	return min(math.Log1p(max(growth, -0.99))/year, most/max(horizon, 1))
}

// kind tells reference data by its use: read while three other things or more are
// written, and far more often than changed. Everything else is taken for core.
func (c *completion) kind(a *Aggregate, in *aggregateInput) {
	reads, changes := 0.0, 0.0
	for _, u := range a.ReadBy {
		reads += u.Load.Average.N
	}
	for _, u := range a.CreatedBy {
		changes += u.Load.Average.N
	}
	for _, u := range a.ChangedBy {
		changes += u.Load.Average.N
	}
	ratio := c.share(referenceReads)
	if in.dependents >= 3 && a.States == nil && a.Contended == "" && !in.grows && reads >= ratio.N*changes {
		a.Kind = c.word(&in.kind, "reference", fact.Derived, "read while three other things or more are written, and far more often than changed", ratio.Fact)
		return
	}
	a.Kind = c.word(&in.kind, "core", fact.Assumed, "nothing was said; what the system is about is taken for core")
}

// kindBytes is what a value of each kind usually takes, in bytes, without its
// name: fixed widths of common stores, and typical lengths of text.
func kindBytes(f *Field) float64 {
	switch f.Kind {
	case KindID, KindRef, KindMoney, KindDecimal, KindPosition:
		return 16
	case KindInt, KindInstant, KindDuration, KindTime:
		return 8
	case KindFlag:
		return 1
	case KindDate, KindCountry, KindLanguage:
		return 4
	case KindEnum:
		return 12
	case KindPhone:
		return 16
	case KindEmail:
		return 28
	case KindURL:
		return 80
	case KindFile:
		return 40 // the reference; the file itself is FileSize
	}
	if f.Max != nil { // texts and bytes with a limit are half full
		return min(max(*f.Max/2, 4), 2000)
	}
	return 40
}

// listLength is how many values a list usually holds: its bounds, or a handful.
func listLength(f *Field) float64 {
	if !f.List {
		return 1
	}
	low, high := 1.0, 5.0
	if f.MinItems != nil {
		low = *f.MinItems
		high = max(high, 2*low)
	}
	if f.MaxItems != nil {
		high = min(*f.MaxItems, max(high, *f.MaxItems/10))
	}
	return max((low+high)/2, 1)
}

// fieldBytes adds up fields; value objects count with what they hold.
func fieldBytes(fields []*Field, depth int) float64 {
	total := 0.0
	for _, f := range fields {
		each := 0.0
		switch {
		case f.Kind != KindValue:
			each = kindBytes(f)
		case depth < 8:
			each = fieldBytes(f.Value.Fields, depth+1)
		}
		if f.Optional {
			each /= 2
		}
		total += each * listLength(f)
	}
	return total
}
