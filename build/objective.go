package build

import (
	"fmt"
	"math"
	"slices"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/fact"
	"plumb.dev/plumb/model"
	"plumb.dev/plumb/queueing"
)

// objectives holds each requirement with a number against what the design gives by
// calculation, with the parts that make it up. Targets a person stated come one by
// one; the availability assumed of everything else is one objective, that of the
// use case that fares worst.
func (b *builder) objectives() {
	b.waits = map[string]wait{}
	var worst *arch.Objective
	for i := range b.a.Flows {
		f := &b.a.Flows[i]
		u := b.useCases[f.UseCase]
		if u.Latency.P99.Known() && b.stated(u.Latency.P99) && u.Asked() {
			b.a.Objectives = append(b.a.Objectives, b.latency(u, f))
		}
		if !u.Available.Known() {
			continue
		}
		o := b.availability(u, f)
		if b.stated(u.Available) {
			b.a.Objectives = append(b.a.Objectives, o)
		} else if worst == nil || o.Achieved.N < worst.Achieved.N {
			worst = &o
		}
		if o, ok := b.freshness(u); ok {
			b.a.Objectives = append(b.a.Objectives, o)
		}
	}
	for i := range b.a.Flows {
		f := &b.a.Flows[i]
		if o, ok := b.throughput(b.useCases[f.UseCase], f); ok {
			b.a.Objectives = append(b.a.Objectives, o)
		}
	}
	if worst != nil {
		worst.ID = "system.availability"
		worst.Scenario = fmt.Sprintf("Everything that states no availability of its own, over a month of releases and failovers; %s fares worst.", fact.Phrase(arch.Short(worst.UseCase)))
		b.a.Objectives = append(b.a.Objectives, *worst)
	}
	b.a.Objectives = append(b.a.Objectives, b.recovery()...)
}

// stated reports whether a person wrote the number, or it follows from what a person
// wrote for this very requirement.
func (b *builder) stated(n fact.Number) bool {
	f, ok := b.m.Facts.Get(n.Fact)
	return ok && f.Origin == fact.Stated
}

// judge compares what is achieved with the target. more tells that more is better.
func judge(o *arch.Objective, more bool) {
	if !o.Achieved.Known() || !o.Target.Known() || math.IsInf(o.Achieved.N, 0) || math.IsNaN(o.Achieved.N) {
		o.Verdict = "unknown"
		return
	}
	short := o.Achieved.N - o.Target.N
	if more {
		short = -short
	}
	whole := o.Target.N
	if o.Kind == "availability" {
		whole = 1 - o.Target.N // of the outage that is allowed
	}
	o.Margin = -short / math.Max(whole, 1e-12)
	o.Verdict = "met"
	if short > 1e-12 {
		o.Verdict = "missed"
	}
}

// objectiveID names an objective: "PlaceOrder.latency".
func objectiveID(u *model.UseCase, kind string) arch.ObjectiveID {
	return arch.ObjectiveID(u.Name + "." + kind)
}

// window is the time an objective is counted over.
func (b *builder) window() arch.Value {
	if w := b.p.Parameter("alerts", "window"); w.Known() {
		return w
	}
	return b.reference("slo.slo-window")
}

// load says in words under which load a scenario takes place.
func (b *builder) loadOf(u *model.UseCase) string {
	s := fact.FormatRate(u.Load.Peak.N)
	if when := u.Load.When.Text; when != "" {
		s = when
	}
	if z := b.a.Placement.Zones; z.N > 1 {
		s += fmt.Sprintf(", one of %s zones lost", fact.FormatCount(z.N))
	}
	return s
}

// throughput is whether what a process can carry is above the peak that was stated
// for a critical use case: the process's capacity at full use, or what the external
// it needs for each request takes.
func (b *builder) throughput(u *model.UseCase, f *arch.Flow) (arch.Objective, bool) {
	if !u.Asked() || u.Importance != "critical" || !b.stated(u.Load.Peak) {
		return arch.Objective{}, false
	}
	pr := b.processOf[flowID(u)]
	if pr == nil || !pr.Utilised.Known() || pr.Utilised.N <= 0 {
		return arch.Objective{}, false
	}
	id := objectiveID(u, "throughput")
	capacity := u.Load.Peak.N / pr.Utilised.N
	rule := "peak over the share of the processors it keeps busy with one zone lost, the mix as it is"
	inputs := []fact.ID{u.Load.Peak.Fact, pr.Utilised.Fact}
	parts := []arch.Part{{Name: string(f.Entry) + " " + pr.Name, Value: b.derive(fact.ID("objectives."+string(id)+".process"), fact.Rate, capacity, rule, inputs...)}}
	late := b.answersLate(u, nil)
	for _, l := range b.limited(u, nil) {
		if late && b.p.Choice(subject(l.Name, "call")) == "queued" {
			continue // its queue takes what comes above the limit, and refuses nobody
		}
		x := l.Call.External
		leaves := b.limitFor(u, x)
		parts = append(parts, arch.Part{Name: x.Name, Value: leaves, Note: "its limit, less what may wait, by the part of all peaks that this use case is"})
		if leaves.N < capacity {
			capacity, rule = leaves.N, "what the limit of "+x.Name+" leaves for it"
			inputs = append(inputs, leaves.Fact)
		}
	}
	if len(parts) == 1 {
		parts = nil
	}
	o := arch.Objective{
		ID: id, UseCase: u.Path, Kind: "throughput", Measure: "at peak", Target: value(fact.Rate, u.Load.Peak), Stated: true, Budget: parts,
		Achieved: b.derive(fact.ID("objectives."+string(id)), fact.Rate, capacity, rule, inputs...),
		SLI:      fmt.Sprintf("requests of %s refused with 429 or 503 at peak", fact.Phrase(u.Name)), Window: b.window(),
		Scenario: fmt.Sprintf("%s: no request of %s is refused.", sentenceCase(b.loadOf(u)), fact.Phrase(u.Name)),
		Trace:    arch.Trace{Serves: []arch.Path{u.Load.Peak.Fact}, By: b.by(subject(string(f.Entry)+"."+pr.Name, "scaling"))},
	}
	judge(&o, true)
	if o.Verdict == "missed" {
		o.Nearest = o.Achieved
	}
	return o, true
}

// limitFor is what the limit of an external leaves for a use case: the limit, less
// the average of the calls that may wait, in proportion to the peaks of those that
// may not.
func (b *builder) limitFor(u *model.UseCase, x *model.External) arch.Value {
	left, peaks := x.Limit.N, 0.0
	inputs := []fact.ID{x.Limit.Fact, u.Load.Peak.Fact}
	for _, l := range b.calls[x] {
		inputs = append(inputs, l.Rate.Fact)
		if l.Call.Later || b.p.Choice(subject(l.Name, "call")) == "queued" {
			left -= l.UseCase.Load.Average.N * l.Call.Chance.Or(1) * l.Call.Times.Or(1)
			inputs = append(inputs, l.UseCase.Load.Average.Fact)
			continue
		}
		peaks += l.Rate.N
	}
	n := math.Max(0, left) * u.Load.Peak.N / math.Max(peaks, u.Load.Peak.N)
	return b.derive(fact.ID("objectives."+u.Name+".throughput."+x.Name), fact.Rate, n, "(limit - average of the calls that may wait) x peak of the use case / peaks of the calls that may not", inputs...)
}

// recovery holds what may be lost, and for how long, against the backup decided.
func (b *builder) recovery() []arch.Objective {
	c := &b.m.Context
	var out []arch.Objective
	for _, r := range []struct {
		id, kind, param, sli, scenario string
		target                         fact.Number
	}{
		{"system.recovery-point", "recovery-point", "point", "age of the newest copy that is safe elsewhere", "A store is lost with all its copies in the region: what was written in the last %s is gone.", c.RecoveryPoint},
		{"system.recovery-time", "recovery-time", "time", "time the monthly restore took", "A store is lost: after %s it is back and has been let in again.", c.RecoveryTime},
	} {
		got := b.p.Parameter("backup", r.param)
		if !r.target.Known() || !got.Known() {
			continue
		}
		o := arch.Objective{
			ID: arch.ObjectiveID(r.id), Kind: r.kind, Measure: "at most", Target: value(fact.Duration, r.target), Stated: b.stated(r.target),
			Achieved: got, SLI: r.sli, Window: b.window(), Scenario: fmt.Sprintf(r.scenario, got),
			Trace: arch.Trace{Serves: []arch.Path{r.target.Fact}, By: b.by("backup")},
		}
		judge(&o, false)
		if o.Verdict == "missed" {
			o.Nearest = o.Achieved
		}
		out = append(out, o)
	}
	return out
}

// freshness holds the age that was stated for what is shown, or the time in which a
// change must have reached everywhere, against the way of the change.
func (b *builder) freshness(u *model.UseCase) (arch.Objective, bool) {
	var target fact.Number
	var parts []arch.Part
	id := objectiveID(u, "staleness")
	part := func(name string, v arch.Value, note string) {
		if v.Known() && v.N > 0 {
			parts = append(parts, arch.Part{Name: name, Value: v, Note: note})
		}
	}
	what := "what is shown"
	switch {
	case u.Consistency.Stated && u.Consistency.Kind == "eventual" && b.stated(u.Consistency.Within):
		target, what = u.Consistency.Within, "what it changes elsewhere"
		b.wayOfChange(u, part)
	case b.leftOver(u).Known():
		target, what = b.leftOver(u), "what is left to do"
		b.wayOfChange(u, part)
		if c := slowestLater(u); c != nil {
			part(fact.Phrase(c.External.Name), value(fact.Duration, c.Latency.P99), "p99 of its answer")
		}
		b.backlogs(u, part)
	case u.Stale.N > 0 && b.stated(u.Stale):
		target = u.Stale
		if c, ok := b.cacheAt[u]; ok {
			part("cache "+c.ID, c.TTL, "its lifetime")
		}
		if v := b.p.Parameter(subject(u.Name, "read-model"), "staleness"); v.Known() && b.p.ReadyMade(u) {
			part("read model", v, "behind its events")
		} else if b.readsCopy(u) {
			part("copies", b.planFact("decide.copy-lag", fact.Duration, 1), "behind their events")
		}
	}
	if len(parts) == 0 {
		return arch.Objective{}, false
	}
	sum := 0.0
	var inputs []fact.ID
	for _, p := range parts {
		sum += p.Value.N
		inputs = append(inputs, p.Value.Fact)
	}
	o := arch.Objective{
		ID: id, UseCase: u.Path, Kind: "staleness", Measure: "at most", Target: value(fact.Duration, target), Stated: true, Budget: parts,
		Achieved: b.derive(fact.ID("objectives."+string(id)), fact.Duration, sum, "sum of the stations of a change", inputs...),
		SLI:      fmt.Sprintf("age of %s by %s, 99th percentile", what, fact.Phrase(u.Name)), Window: b.window(),
		Scenario: fmt.Sprintf("%s, nothing being down: %s by %s is at most %s old.", sentenceCase(b.loadOf(u)), what, fact.Phrase(u.Name), fact.FormatSeconds(target.N)),
		Trace:    arch.Trace{Serves: []arch.Path{target.Fact}, By: b.by(subject(u.Name, "cache"), subject(u.Name, "read-model"))},
	}
	judge(&o, false)
	if o.Verdict == "missed" {
		o.Nearest = o.Achieved
	}
	return o, true
}

// leftOver is the shortest time stated for a step that may happen after the answer.
func (b *builder) leftOver(u *model.UseCase) fact.Number {
	var out fact.Number
	for _, st := range laterSteps(u) {
		if b.stated(st.Within) && (!out.Known() || st.Within.N < out.N) {
			out = st.Within
		}
	}
	return out
}

func laterSteps(u *model.UseCase) []*model.Step {
	var out []*model.Step
	for i := range u.Calls {
		if u.Calls[i].Later {
			out = append(out, &u.Calls[i].Step)
		}
	}
	for i := range u.Then {
		if u.Then[i].Later {
			out = append(out, &u.Then[i].Step)
		}
	}
	return out
}

// slowestLater is the call after the answer that takes longest.
func slowestLater(u *model.UseCase) *model.Call {
	var out *model.Call
	for i := range u.Calls {
		if c := &u.Calls[i]; c.Later && (out == nil || c.Latency.P99.N > out.Latency.P99.N) {
			out = c
		}
	}
	return out
}

// backlogs are how long what is left over from a peak waits before each external that
// takes less than arrives.
func (b *builder) backlogs(u *model.UseCase, part func(string, arch.Value, string)) {
	left := []*model.UseCase{u}
	for i := range u.Then {
		if u.Then[i].Later {
			left = append(left, u.Then[i].UseCase)
		}
	}
	seen := map[*model.External]bool{}
	for _, v := range left {
		for i := range v.Calls {
			x := v.Calls[i].External
			if v == u && !v.Calls[i].Later || seen[x] || !x.Limit.Known() || x.Limit.N <= 0 {
				continue
			}
			seen[x] = true
			demand, lasts := 0.0, u.PeakLasts()
			inputs := []fact.ID{x.Limit.Fact}
			for _, l := range b.calls[x] {
				demand += l.Rate.N
				lasts = math.Max(lasts, l.UseCase.PeakLasts())
				inputs = append(inputs, l.Rate.Fact)
			}
			if wait := queueing.PeakWait(demand, x.Limit.N, lasts); wait > 0 {
				name := fact.Phrase(x.Name)
				part("queue before "+name, b.derive(fact.ID("objectives."+u.Name+".staleness.queue."+x.Name), fact.Duration, wait,
					"(calls at the peak - limit) x how long the peak lasts / limit", inputs...), fmt.Sprintf("%s arrive for %s, and it takes %s", fact.FormatRate(demand), fact.FormatSeconds(lasts), fact.FormatRate(x.Limit.N)))
			}
		}
	}
}

// wayOfChange are the stations of a change that is finished after the answer.
func (b *builder) wayOfChange(u *model.UseCase, part func(string, arch.Value, string)) {
	home := b.unit(u)
	if b.p.Choice(subject(string(home.ID), "outbox")) == "outbox" {
		part("outbox of "+string(home.ID), b.planFact("decide.outbox-lag", fact.Duration, 0.2), "from commit to relay")
	}
	for _, tech := range b.carriers() {
		if v := b.catalogued(tech, "delivery-p99"); v.Known() {
			part(b.productName(tech), v, "from publish to handler, p99")
			break
		}
	}
	slowest := fact.Number{}
	for _, v := range b.afterwards(u) {
		if v.Work.P99.N > slowest.N {
			slowest = v.Work.P99
		}
	}
	if slowest.Known() {
		part("handler", value(fact.Duration, slowest), "p99 of the slowest that follows")
	}
}

// afterwards are the use cases that finish what u began.
func (b *builder) afterwards(u *model.UseCase) []*model.UseCase {
	out := []*model.UseCase{u}
	for _, f := range u.Then {
		out = append(out, f.UseCase)
	}
	for _, e := range u.Emits {
		out = append(out, e.Starts...)
	}
	return out
}

// readsCopy reports whether a use case reads a copy of another deployable's data.
func (b *builder) readsCopy(u *model.UseCase) bool {
	return slices.ContainsFunc(b.fed, func(f *fed) bool {
		return slices.ContainsFunc(u.Reads, func(r model.Read) bool { return r.Aggregate == f.Of }) && b.link(u, f.Of.Name) != nil &&
			b.p.Choice(subject(u.Name+">"+f.Of.Name, "style")) == "replica"
	})
}
