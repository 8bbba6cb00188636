package build

import (
	"fmt"
	"math"
	"slices"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/decide"
	"plumb.dev/plumb/fact"
	"plumb.dev/plumb/model"
	"plumb.dev/plumb/queueing"
)

// wait is what a caller waits for at one station.
type wait struct {
	name   string
	time   queueing.LogNormal
	inputs []fact.ID
	// call is the same where a time limit cuts off enough to be felt; time is then a
	// log-normal of its size.
	call *queueing.Limited
}

// seldom is the chance below which a step does not move the 99th percentile.
const seldom = 0.01

// stations lists what a caller of a flow waits for, one after the other: steps that
// run side by side count as the slowest of them.
func (b *builder) stations(steps []arch.Step, chance float64) []wait {
	var out []wait
	var beside []wait
	flush := func() {
		if len(beside) > 0 {
			out = append(out, slices.MaxFunc(beside, func(x, y wait) int { return compare(x.time.Quantile(0.99), y.time.Quantile(0.99)) }))
			beside = nil
		}
	}
	for i := range steps {
		s := &steps[i]
		if s.Kind == "respond" || s.After || chance*s.Chance < seldom {
			continue
		}
		mine := b.station(s, chance*s.Chance)
		inner := b.stations(s.Steps, chance*s.Chance)
		switch {
		case s.Parallel && len(inner) == 0:
			beside = append(beside, mine...)
			continue
		default:
			flush()
		}
		for range int(math.Min(math.Max(1, math.Round(s.Times)), 20)) {
			out = append(append(out, mine...), inner...)
		}
	}
	flush()
	return out
}

func compare(x, y float64) int {
	switch {
	case x < y:
		return -1
	case x > y:
		return 1
	}
	return 0
}

// station is one step's own time; several of the same side by side take as long as
// the slowest of them. A step that only a share of the answers wait for adds to the
// slowest hundredth of all what the slowest of those that wait for it have: its
// percentile at 1 - 1 % / chance.
func (b *builder) station(s *arch.Step, chance float64) []wait {
	if !s.Demand.P50.Known() {
		return nil
	}
	p50, p99 := s.Demand.P50.N, s.Demand.P99.N
	if p99 <= p50 {
		p99 = p50 * 1.0001
	}
	w := wait{name: stationName(s), time: queueing.LogNormalFromP50P99(math.Max(p50, 1e-7), math.Max(p99, 1.1e-7)), inputs: []fact.ID{s.Demand.P50.Fact, s.Demand.P99.Fact}}
	if w.call = b.limitedCall(s, w.time, chance); w.call != nil {
		p50, p99 := math.Max(w.call.Quantile(0.5), 1e-7), w.call.Quantile(0.99)
		w.time = queueing.LogNormalFromP50P99(math.Min(p50, p99*0.99), math.Max(p99, 1.1e-7))
		e := b.edgeAt[s.Edge]
		w.inputs = append(w.inputs, e.Timeout.Fact)
		return []wait{w}
	}
	if s.Parallel && s.Times > 1 {
		n := math.Round(s.Times)
		w.time = queueing.LogNormalFromP50P99(w.time.Quantile(math.Pow(0.5, 1/n)), w.time.Quantile(math.Pow(0.99, 1/n)))
	}
	if chance < 1 {
		p99 := math.Max(w.time.Quantile(1-seldom/chance), 1.1e-7)
		w.time = queueing.LogNormalFromP50P99(math.Min(w.time.Quantile(0.5)*chance, p99/1.1), p99)
	}
	return []wait{w}
}

// limitedCall is a call of an external under its limit and its attempts, nil where the
// limit cuts off too little to be felt. A call that cannot be done without counts only
// where a further attempt may answer it: otherwise what is cut off is not answered.
func (b *builder) limitedCall(s *arch.Step, time queueing.LogNormal, chance float64) *queueing.Limited {
	const felt = 0.002
	e := b.edgeAt[s.Edge]
	if s.Kind != "call" || e == nil || !e.Timeout.Known() || time.Tail(e.Timeout.N) < felt {
		return nil
	}
	c := queueing.Limited{Time: time, Limit: e.Timeout.N, Attempts: 1, Chance: math.Min(chance, 1), Answered: !s.Optional}
	if e.Retry != nil {
		c.Attempts, c.Base = e.Retry.MaxAttempts, e.Retry.Base.N
	}
	if c.Answered && c.Attempts < 2 {
		return nil
	}
	if s.Parallel {
		c.Beside = int(math.Min(math.Max(1, math.Round(s.Times)), 20))
	}
	return &c
}

func stationName(s *arch.Step) string {
	switch s.Kind {
	case "work":
		return "own work"
	case "invoke":
		return "hops"
	}
	return s.Target
}

// latency is the distribution of the sum of the stations: log-normals added by their
// moments (Fenton and Wilkinson), with the door before them and the wait for a
// processor.
func (b *builder) latency(u *model.UseCase, f *arch.Flow) arch.Objective {
	id := objectiveID(u, "latency")
	waits := b.stations(f.Steps, 1)
	if w, ok := b.door(); ok {
		waits = append(waits, w)
	}
	if w, ok := b.queueFor(f); ok {
		waits = append(waits, w)
	}
	total, parts, inputs := b.breakDown(id, waits)
	rule := "99th percentile of the sum of what is waited for: log-normals by their moments"
	if f.Wait.Known() && f.Wait.N < total {
		scale := f.Wait.N / total
		for i := range parts {
			parts[i].Value.N *= scale
			b.derive(parts[i].Value.Fact, fact.Duration, parts[i].Value.N, "its part of the bounded wait", f.Wait.Fact)
		}
		total, rule = f.Wait.N, "the bounded wait: what is not done by then is finished after the answer"
		inputs = append(inputs, f.Wait.Fact)
	}
	o := arch.Objective{
		ID: id, UseCase: u.Path, Kind: "latency", Measure: "p99", Target: value(fact.Duration, u.Latency.P99), Stated: true, Budget: parts,
		Achieved: b.derive(fact.ID("objectives."+string(id)), fact.Duration, total, rule, inputs...),
		SLI:      fmt.Sprintf("share of %s answered within %s", fact.Phrase(u.Name), fact.FormatSeconds(u.Latency.P99.N)), Window: b.window(),
		Scenario: fmt.Sprintf("%s: 99 of 100 %s are answered within %s.", sentenceCase(b.loadOf(u)), fact.Phrase(u.Name), fact.FormatSeconds(u.Latency.P99.N)),
		Trace:    arch.Trace{Serves: []arch.Path{u.Latency.P99.Fact}, By: b.by(subject(u.Name, "answer"), subject(u.Name, "cache"), subject(u.Name, "read-model"))},
	}
	judge(&o, false)
	if o.Verdict == "missed" {
		o.Nearest = b.derive(fact.ID("objectives."+string(id)+".nearest"), fact.Duration, roundUp(total), "what is achieved, rounded up", o.Achieved.Fact)
	}
	return o
}

// roundUp to two significant digits, as a target is written.
func roundUp(v float64) float64 {
	unit := math.Pow(10, math.Floor(math.Log10(math.Max(v, 1e-9)))-1)
	return math.Ceil(v/unit-1e-9) * unit
}

// roundDown keeps two digits, none of them too many.
func roundDown(v float64) float64 {
	unit := math.Pow(10, math.Floor(math.Log10(math.Max(v, 1e-9)))-1)
	return math.Floor(v/unit+1e-9) * unit
}

// breakDown sums the stations and says what each adds to the 99th percentile: its
// median, and of what the sum is above the medians the part that its variance is of
// all variance. The parts add up exactly.
func (b *builder) breakDown(id arch.ObjectiveID, waits []wait) (total float64, parts []arch.Part, inputs []fact.ID) {
	if len(waits) == 0 {
		return 0, nil, nil
	}
	terms := make([]queueing.LogNormal, len(waits))
	medians, variance := 0.0, 0.0
	for i, w := range waits {
		terms[i] = w.time
		medians += w.time.Quantile(0.5)
		variance += spread(w.time)
		inputs = append(inputs, w.inputs...)
	}
	total = sumOf(terms, waits)
	type share struct {
		n      float64
		inputs []fact.ID
	}
	byName := map[string]*share{}
	var order []string
	for _, w := range waits {
		s := byName[w.name]
		if s == nil {
			s = &share{}
			byName[w.name] = s
			order = append(order, w.name)
		}
		s.n += w.time.Quantile(0.5) + (total-medians)*spread(w.time)/math.Max(variance, 1e-30)
		s.inputs = append(s.inputs, w.inputs...)
	}
	for _, name := range order {
		s := byName[name]
		parts = append(parts, arch.Part{Name: name, Value: b.derive(fact.ID("objectives."+string(id)+"."+fact.Kebab(name)), fact.Duration, s.n,
			"its median, and its part of the tail by its variance", s.inputs...)})
	}
	return total, parts, inputs
}

// sumOf is the 99th percentile of the sum of the waits.
func sumOf(terms []queueing.LogNormal, waits []wait) float64 {
	var limited []queueing.Limited
	var others []queueing.LogNormal
	for i, w := range waits {
		if w.call != nil {
			limited = append(limited, *w.call)
		} else {
			others = append(others, terms[i])
		}
	}
	switch {
	case len(limited) == 0 && len(terms) == 1:
		return terms[0].Quantile(0.99)
	case len(limited) == 0:
		return queueing.SumOfLogNormals(terms...).Quantile(0.99)
	case len(others) == 0:
		return queueing.SumWithLimits(nil, limited, 0.99)
	}
	rest := queueing.SumOfLogNormals(others...)
	return queueing.SumWithLimits(&rest, limited, 0.99)
}

// spread is the variance of a distribution.
func spread(d queueing.LogNormal) float64 {
	m := d.Mean()
	return m * m * d.SCV()
}

// door is the hop through what stands before the system.
func (b *builder) door() (wait, bool) {
	if b.a.Gateway == nil {
		return wait{}, false
	}
	p50, p99 := b.catalogued(b.a.Gateway.Technology, "added-p50"), b.catalogued(b.a.Gateway.Technology, "added-p99")
	if !p50.Known() || !p99.Known() || p99.N <= p50.N {
		return wait{}, false
	}
	return wait{b.a.Gateway.Technology, queueing.LogNormalFromP50P99(p50.N, p99.N), []fact.ID{p50.Fact, p99.Fact}, nil}, true
}

// queueFor is the wait for a processor of the flow's process at peak with one zone
// lost (M/M/c), where it can be felt.
func (b *builder) queueFor(f *arch.Flow) (wait, bool) {
	pr := b.processOf[f.ID]
	if pr == nil || !pr.Utilised.Known() || pr.Name == "stream" {
		return wait{}, false // the load of a stream is its messages, which wait for nobody
	}
	key := string(f.Entry) + "." + pr.Name
	if w, known := b.waits[key]; known {
		return w, w.name != ""
	}
	b.waits[key] = wait{}
	zones := math.Max(1, b.a.Placement.Zones.N)
	left := pr.Replicas.N
	if zones > 1 {
		left = math.Max(1, left-math.Ceil(left/zones))
	}
	cores := left * pr.CPU.N
	rate := 0.0
	for _, id := range pr.Flows {
		rate += b.useCases[arch.Path("use_cases."+string(id))].Load.Peak.N
	}
	busy := pr.Utilised.N * cores
	servers := int(math.Max(1, math.Floor(cores)))
	if rate <= 0 || busy <= 0 || busy >= float64(servers) {
		return wait{}, false
	}
	q := queueing.MMc{Lambda: rate, Mu: rate / busy, C: servers}
	p99 := q.WaitQuantile(0.99)
	const felt = 1e-4
	if math.IsInf(p99, 0) || math.IsNaN(p99) || p99 < felt {
		return wait{}, false
	}
	w := wait{"wait for a processor", queueing.LogNormalFromP50P99(math.Max(q.WaitQuantile(0.5), p99/100), p99), []fact.ID{pr.Utilised.Fact, pr.Replicas.Fact, pr.CPU.Fact}, nil}
	b.waits[key] = w
	return w, true
}

// limited are the calls with a limit that each request of a use case needs.
func (b *builder) limited(u *model.UseCase, seen []*model.UseCase) []*decide.Link {
	if slices.Contains(seen, u) {
		return nil
	}
	seen = append(seen, u)
	var out []*decide.Link
	for _, l := range b.links[u] {
		if l.Kind == decide.LinkCall && !l.Call.Later && l.Call.External.Limit.Known() && l.Call.Chance.Or(1) >= 1 && !l.Call.Optional && l.Call.Fallback == "" {
			out = append(out, l)
		}
	}
	for i := range u.Then {
		if u.Then[i].Chance.Or(1) >= 1 && !u.Then[i].Later {
			out = append(out, b.limited(u.Then[i].UseCase, seen)...)
		}
	}
	return out
}
