package plumb

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/decide"
	"plumb.dev/plumb/fact"
	"plumb.dev/plumb/queueing"
	"plumb.dev/plumb/sim"
)

// This file turns what a simulation shows of something missed into evidence: which
// number of which decision must be how much for the cause to go away, or which option
// will not do.

// candidate is a change that may mend what is missed.
type candidate struct {
	mechanism string
	evidence  []decide.Evidence
}

// remedies say what answers a cause. Those with a formula are sized by it and all
// tried at once; the others are tried one by one, with what they cost. A cause without
// a remedy is told as it is: what somebody else's limit or time does cannot be mended by
// a number of ours. Only what the requirements permit is found: a copy where its age was
// said to do, an answer before the outcome where there is a state for it.
var remedies = []struct {
	mechanism string
	formula   bool
	find      func(*diagnosis, *found)
	why       string
}{
	{"bulkhead", true, (*diagnosis).widerBulkheads, "a bulkhead is sized for calls that come independently of each other, and some come in bursts"},
	{"throttle's burst", true, (*diagnosis).deeperBuckets, "a throttle is a queue of burst places; near its rate it refuses what is normal"},
	{"replicas", true, (*diagnosis).moreReplicas, "the workers of a process are held longer than their mean says, or waits in its queue use up the caller's patience"},
	{"retry budget", false, (*diagnosis).largerBudgets, "a budget below the share of errors denies the retries that would have been answered"},
	{"attempts", false, (*diagnosis).moreAttempts, "each further attempt fails as often as the one before: of a share e of errors e^n are left"},
	{"attempts and their budget", false, (*diagnosis).paidAttempts, "the same, where the budget does not carry them"},
	{"time limit", false, (*diagnosis).longerLimits, "a limit set by the callee's usual times cuts off what would have been answered while it is slow"},
	{"time limit and bulkhead", false, (*diagnosis).widerLimits, "calls that may take longer are more at a time"},
	{"time limit", false, (*diagnosis).shorterLimits, "a caller that waits for what does not come holds a worker that others need"},
	{"retry budget", false, (*diagnosis).smallerBudgets, "repeats of what fails are load in the moment in which there is least room for it"},
	{"attempts", false, (*diagnosis).fewerAttempts, "the same, where even a small budget keeps a system down"},
	{"bulkhead", false, (*diagnosis).narrowerBulkheads, "a bulkhead as wide as the workers lets one hung callee have them all"},
	{"breaker's pause", false, (*diagnosis).shorterPauses, "a breaker does not see that its callee is back before its pause is over"},
	{"breaker's threshold", false, (*diagnosis).earlierBreakers, "a breaker that opens early takes the load off a callee that has none to spare"},
	{"queue", false, (*diagnosis).longerQueues, "a burst shorter than its callers' patience can wait instead of being refused"},
	{"queue", false, (*diagnosis).shorterQueues, "what waits longer than its caller is work for nobody; a short queue refuses it while that is cheap"},
	{"turn", false, (*diagnosis).otherTurns, "who waited longest is the next to give up; whoever has just asked still waits for the answer"},
	{"adaptive limit", false, (*diagnosis).adaptiveLimits, "workers sized for usual times are too many once each takes longer; a limit that follows the times refuses early"},
	{"workers", false, (*diagnosis).moreWorkers, "requests that wait for others need a place, not a processor"},
	{"connections", false, (*diagnosis).morePools, "statements that wait for a connection hold the requests that wait for them"},
	{"cached answer", false, (*diagnosis).lastAnswers, "where an older answer does, the last one serves while the callee is away or slow"},
	{"cache", false, (*diagnosis).caches, "what is answered from a copy asks no store, and outlives one that is away"},
	{"asynchronous step", false, (*diagnosis).laterAnswers, "what need not be known at once can be done after the answer"},
	{"queue before the call", false, (*diagnosis).queuedCalls, "a call that nobody waits for can wait for its callee"},
	{"partitions", false, (*diagnosis).morePartitions, "a consumer group works on as many messages at a time as there are partitions"},
	{"replicas", false, (*diagnosis).largerProcesses, "what is too much for the workers there are needs more of them"},
	{"third zone", false, (*diagnosis).moreZones, "a majority that is left agrees on a leader sooner than one of two"},
}

// found collects candidates.
type found struct {
	list      []candidate
	mechanism string
}

func (f *found) add(list ...decide.Evidence) {
	if len(list) > 0 {
		f.list = append(f.list, candidate{f.mechanism, list})
	}
}

// diagnosis is something missed in the scenario that shows it.
type diagnosis struct {
	a      *arch.Arch
	aim    aim
	result *sim.Result
	// allowed is the share of the requests that may fail.
	allowed float64
	edges   map[arch.EdgeID]bool // that a request of the aim's use cases passes
	units   map[string]bool      // deployables
	struck  map[string]bool      // elements that a fault befalls
	away    map[string]bool      // of these, those that answer nothing: no repeat helps
	calls   *callTable
	way     []measured // of the calls, those over edges of the way
}

// measured is an edge with what a scenario did over it.
type measured struct {
	edge   *arch.Edge
	result *sim.Edge
}

// callTable has the edges of a result, in its order, and where each is among them: what
// concerns one use case of thousands is found without looking at all.
type callTable struct {
	all []measured
	at  map[arch.EdgeID][]int
}

func callsOf(a *arch.Arch, r *sim.Result) *callTable {
	edges := make(map[string]*arch.Edge, len(a.Edges))
	for i := range a.Edges {
		edges[string(a.Edges[i].ID)] = &a.Edges[i]
	}
	c := &callTable{at: map[arch.EdgeID][]int{}}
	for i := range r.Edges {
		if e := edges[r.Edges[i].Name]; e != nil {
			c.at[e.ID] = append(c.at[e.ID], len(c.all))
			c.all = append(c.all, measured{e, &r.Edges[i]})
		}
	}
	return c
}

// over are the calls over some edges, in the order of the result.
func (c *callTable) over(edges map[arch.EdgeID]bool) []measured {
	var at []int
	for id := range edges {
		at = append(at, c.at[id]...)
	}
	slices.Sort(at)
	out := make([]measured, len(at))
	for i, k := range at {
		out[i] = c.all[k]
	}
	return out
}

func diagnose(a *arch.Arch, m aim, r *sim.Result, c *callTable) *diagnosis {
	d := &diagnosis{a: a, aim: m, result: r, calls: c, allowed: m.allowed, edges: map[arch.EdgeID]bool{}, units: map[string]bool{}, struck: map[string]bool{}, away: map[string]bool{}}
	for i := range a.Flows {
		if f := &a.Flows[i]; d.concerns(f.UseCase) && f.Starts != "step" {
			d.units[string(f.Entry)] = true
			d.passes(f.Steps)
		}
	}
	d.way = c.over(d.edges)
	for _, f := range r.Scenario.Faults {
		d.struck[f.Element] = true
		d.away[f.Element] = d.away[f.Element] || f.Kind == sim.Down || f.Kind == sim.Hang || f.Kind == sim.Partition || f.Kind == sim.Kill && f.Count == 0
	}
	return d
}

// concerns reports whether an aim is about a use case.
func (d *diagnosis) concerns(u arch.Path) bool { return d.aim.useCase == "" || d.aim.useCase == u }

func (d *diagnosis) passes(steps []arch.Step) {
	for i := range steps {
		s := &steps[i]
		if s.Edge != "" {
			d.edges[s.Edge] = true
		}
		if s.Kind == "invoke" {
			d.units[s.Target] = true
		}
		d.passes(s.Steps)
	}
}

// byFormula are the remedies of usual loads, which formulas size.
func (d *diagnosis) byFormula() []candidate {
	if d.aim.objective == "" {
		return nil
	}
	return d.collect(true)
}

// candidates are the remedies to try, in the order of the table.
func (d *diagnosis) candidates() []candidate {
	list := slices.Concat(d.collect(true), d.collect(false))
	if d.aim.option {
		list = slices.DeleteFunc(list, func(c candidate) bool { return c.evidence[0].Parameter != "" })
	}
	return list
}

func (d *diagnosis) collect(formula bool) []candidate {
	f := found{}
	for _, r := range remedies {
		if r.formula == formula {
			f.mechanism = r.mechanism
			r.find(d, &f)
		}
	}
	return f.list
}

// fails reports whether requests of the aim's use cases fail for a cause, beyond a
// twentieth of what may.
func (d *diagnosis) fails(cause string) bool {
	for i := range d.result.UseCases {
		u := &d.result.UseCases[i]
		if !d.concerns(u.UseCase) {
			continue
		}
		for _, c := range u.Errors {
			if c.Cause == cause && c.Share > d.allowed/20 {
				return true
			}
		}
	}
	return false
}

// mainly reports whether a good part of what fails does so for one of the causes.
func (d *diagnosis) mainly(causes ...string) bool {
	all, these := 0.0, 0.0
	for i := range d.result.UseCases {
		if u := &d.result.UseCases[i]; d.concerns(u.UseCase) {
			for _, c := range u.Errors {
				all += c.Share * u.Offered
			}
			these += share(u.Errors, causes...) * u.Offered
		}
	}
	return these > goodPart*all
}

// goodPart of what is lost is what a remedy must be able to answer to be tried.
const goodPart = 0.1

// losing calls f for the edges of the way over which calls are lost for some causes, and
// not much more over another one.
func (d *diagnosis) losing(f func(e *arch.Edge, r *sim.Edge, id arch.DecisionID, lost float64), causes ...string) {
	worst := 0.0
	d.on(func(_ *arch.Edge, r *sim.Edge) { worst = math.Max(worst, r.Calls*share(r.Errors, causes...)) })
	d.on(func(e *arch.Edge, r *sim.Edge) {
		if lost := share(r.Errors, causes...); lost > d.perEdge() && r.Calls*lost > goodPart*worst {
			if id := deciding(d.a, e.By, "call"); id != "" {
				f(e, r, id, lost)
			}
		}
	})
}

// on calls f for the edges of the way with calls.
func (d *diagnosis) on(f func(e *arch.Edge, r *sim.Edge)) {
	for _, m := range d.way {
		f(m.edge, m.result)
	}
}

// beside calls f for the calls that share a process with the way: what they hold is not
// there for it.
func (d *diagnosis) beside(f func(e *arch.Edge, r *sim.Edge)) {
	for _, m := range d.calls.all {
		if d.units[string(m.edge.From)] {
			f(m.edge, m.result)
		}
	}
}

func share(list []sim.Cause, causes ...string) (sum float64) {
	for _, c := range list {
		if slices.Contains(causes, c.Cause) {
			sum += c.Share
		}
	}
	return sum
}

// perEdge is what each edge of the way may lose, so that all together stay well within
// what may be lost.
func (d *diagnosis) perEdge() float64 { return d.allowed / 10 / math.Max(1, float64(len(d.edges))) }

func (d *diagnosis) widerBulkheads(f *found) {
	if d.aim.late || !d.fails("bulkhead full") {
		return
	}
	d.on(func(e *arch.Edge, r *sim.Edge) {
		id, lost := deciding(d.a, e.By, "call"), share(r.Errors, "bulkhead full")
		if e.Bulkhead == nil || id == "" || lost == 0 || d.struck[e.To] {
			return
		}
		need := queueing.Places(r.Calls*d.busiest(), r.RoundTrip, d.perEdge())
		if need <= e.Bulkhead.MaxConcurrent { // arrivals that come in bursts
			need = e.Bulkhead.MaxConcurrent + max(2, e.Bulkhead.MaxConcurrent/4)
		}
		f.add(d.atLeast(id, "bulkhead", float64(need), "%s of %s over %s found its bulkhead of %d full", fact.FormatShare(lost), fact.FormatRate(r.Calls), e.ID, e.Bulkhead.MaxConcurrent))
	})
}

// busiest is the greatest load of the scenario over its mean.
func (d *diagnosis) busiest() float64 { return d.result.Scenario.Greatest() }

func (d *diagnosis) deeperBuckets(f *found) {
	if d.aim.late || !d.fails("throttled") {
		return
	}
	d.on(func(e *arch.Edge, r *sim.Edge) {
		id, lost := deciding(d.a, e.By, "call"), share(r.Errors, "throttled")
		if e.RateLimit == nil || id == "" || lost == 0 || r.Calls >= e.RateLimit.Rate.N {
			return // more than the other allows: no bucket is deep enough
		}
		if need := queueing.BurstFor(e.RateLimit.Rate.N, r.Calls, d.perEdge()); float64(need) > e.RateLimit.Burst.N && float64(need) <= e.RateLimit.Rate.N {
			f.add(d.atLeast(id, "throttle-burst", float64(need), "%s of %s over %s was refused by its own throttle", fact.FormatShare(lost), fact.FormatRate(r.Calls), e.ID))
		}
	})
}

// crowd is a process of the way with too few workers: the share that it turns away, or
// that it makes wait for long.
type crowd struct {
	*sim.Element
	process *arch.Process
	id      arch.DecisionID
	showed  string
}

// crowds are the processes of the way in which requests are turned away or wait.
func (d *diagnosis) crowds() (out []crowd) {
	for i := range d.result.Elements {
		x := &d.result.Elements[i]
		unit, role, _ := strings.Cut(x.Name, ".")
		id := arch.DecisionID(x.Name + ".scaling")
		p := d.process(unit, role)
		if x.Kind != "process" || !d.units[unit] || p == nil || d.a.Decision(id) == nil {
			continue
		}
		turned := share(x.Turned, "queue full", "dropped")
		switch {
		case turned > d.perEdge():
			out = append(out, crowd{x, p, id, fmt.Sprintf("%s of the requests were turned away at %s with all workers busy", fact.FormatShare(turned), x.Name)})
		case d.aim.late && x.Wait > d.patience()/10:
			out = append(out, crowd{x, p, id, fmt.Sprintf("requests wait %s for a worker of %s on average", fact.FormatSeconds(x.Wait), x.Name)})
		}
	}
	return out
}

func (d *diagnosis) process(unit, role string) *arch.Process {
	for i := range d.a.Deployables {
		u := &d.a.Deployables[i]
		for k := range u.Roles {
			if string(u.ID) == unit && u.Roles[k].Name == role {
				return &u.Roles[k]
			}
		}
	}
	return nil
}

// patience is how long what is late may take; without a target a tenth of a second.
func (d *diagnosis) patience() float64 {
	if d.aim.objective != "" && d.aim.late {
		return d.aim.target
	}
	return 0.1
}

// moreReplicas adds a fifth, and at least one, to the crowded processes.
func (d *diagnosis) moreReplicas(f *found) {
	if d.aim.objective == "" || len(d.result.Scenario.Faults) > 0 {
		return
	}
	for _, x := range d.crowds() {
		f.add(d.atLeast(x.id, "replicas", float64(x.Replicas+max(1, x.Replicas/5)), "%s", x.showed))
	}
}

// sizes are how many times as much of something is tried, the least first: no more than
// mends is kept.
var sizes = []float64{1.25, 1.5, 2, 3, 4, 6, 8}

func (d *diagnosis) largerProcesses(f *found) {
	for _, x := range d.crowds() {
		for _, size := range sizes {
			f.add(d.atLeast(x.id, "replicas", math.Ceil(size*float64(x.Replicas)), "%s", x.showed))
		}
	}
}

// busyCeiling is the share of the processors up to which more workers are an answer:
// beyond it requests wait for a processor wherever they wait.
const busyCeiling = 0.75

// moreWorkers lets more requests be at work where the processors have room for them.
func (d *diagnosis) moreWorkers(f *found) {
	for _, x := range d.crowds() {
		if busy := x.process.Utilised.N * d.busiest() * d.result.Scenario.Scale; busy > busyCeiling {
			continue
		}
		for _, size := range sizes {
			f.add(d.atLeast(x.id, "workers", math.Ceil(size*float64(x.Workers)), "%s", x.showed))
		}
	}
}

func (d *diagnosis) longerQueues(f *found) {
	if d.aim.late {
		return
	}
	for _, x := range d.crowds() {
		for _, size := range []float64{1, 2, 4} {
			f.add(d.atLeast(x.id, "queue", math.Ceil(x.process.Queue.N+size*float64(max(x.Workers, 1))), "%s", x.showed))
		}
	}
}

func (d *diagnosis) shorterQueues(f *found) {
	for _, x := range d.crowds() {
		if x.process.Queue.N >= 2 {
			f.add(d.atMost(x.id, "queue", math.Floor(x.process.Queue.N/4), "%s, with up to %s waiting at each replica", x.showed, x.process.Queue))
		}
	}
}

// otherTurns leaves out what has expired, or serves the newest first, at crowded processes
// that a design does not come back from.
func (d *diagnosis) otherTurns(f *found) {
	if !d.aim.back {
		return
	}
	for _, x := range d.crowds() {
		id := arch.DecisionID(x.Name + ".queue")
		turn := d.rulesOut(id, decide.InTurn, x.showed)
		switch {
		case d.chose(id, decide.InTurn, decide.NewestFirst):
			f.add(turn)
			f.add(turn, d.rulesOut(id, decide.InTime, x.showed))
		case d.chose(id, decide.InTime, decide.NewestFirst):
			f.add(turn, d.rulesOut(id, decide.InTime, x.showed))
		}
	}
}

// adaptiveLimits turn away at the door what would wait in vain inside, where a design does
// not come back.
func (d *diagnosis) adaptiveLimits(f *found) {
	if dec := d.a.Decision("shedding"); !d.aim.back || dec == nil || dec.Choice == "adaptive" {
		return
	}
	for _, x := range d.crowds() {
		f.add(d.rulesOut("shedding", "none", x.showed), d.rulesOut("shedding", "by-importance", x.showed))
		return // it is one decision about all processes
	}
}

// largerBudgets pays for the retries that a budget denies.
func (d *diagnosis) largerBudgets(f *found) {
	if d.aim.late || d.aim.back || !d.mainly("error", "unreachable") {
		return
	}
	d.losing(func(e *arch.Edge, r *sim.Edge, id arch.DecisionID, lost float64) {
		if e.Retry == nil || d.away[e.To] || r.Denied <= d.perEdge() || !(e.Retry.Budget.N > 0) {
			return
		}
		for _, size := range []float64{1.5, 2, 3, 5} {
			if budget := size * e.Retry.Budget.N; budget <= 0.5 {
				f.add(d.atLeast(id, "retry-budget", budget, "%s of the calls over %s came back as errors, and its budget of %s denied %s of them a retry", fact.FormatShare(lost), e.ID, e.Retry.Budget, fact.FormatShare(r.Denied)))
			}
		}
	}, "error", "unreachable")
}

func (d *diagnosis) moreAttempts(f *found) {
	d.again(func(e *arch.Edge, r *sim.Edge, more decide.Evidence) { f.add(more) })
}

// paidAttempts are more attempts with the budget that pays for them.
func (d *diagnosis) paidAttempts(f *found) {
	d.again(func(e *arch.Edge, r *sim.Edge, more decide.Evidence) {
		for _, size := range []float64{1.5, 2, 3, 5} {
			if budget := size * e.Retry.Budget.N; budget > 0 && budget <= 0.5 && r.Denied > d.perEdge() {
				f.add(more, d.atLeast(more.Decision, "retry-budget", budget, "its budget of %s denied %s of the calls a retry", e.Retry.Budget, fact.FormatShare(r.Denied)))
			}
		}
	})
}

// again calls then for more attempts of calls that come back as errors now and then.
func (d *diagnosis) again(then func(*arch.Edge, *sim.Edge, decide.Evidence)) {
	if d.aim.late || d.aim.back || !d.mainly("error", "unreachable") {
		return
	}
	d.losing(func(e *arch.Edge, r *sim.Edge, id arch.DecisionID, lost float64) {
		if e.Retry == nil || d.away[e.To] {
			return
		}
		for more := 1; more <= 2; more++ {
			then(e, r, d.atLeast(id, "attempts", float64(e.Retry.MaxAttempts+more), "%s of the attempts over %s failed, %d in a row for some", fact.FormatShare(lost), e.ID, e.Retry.MaxAttempts))
		}
	}, "error", "unreachable")
}

// longerLimits waits longer for a callee that is slow and not gone.
func (d *diagnosis) longerLimits(f *found) {
	d.slower(func(_ *arch.Edge, _ float64, longer decide.Evidence) { f.add(longer) })
}

// widerLimits also lets as many more calls be in flight as longer ones are (Little's law).
func (d *diagnosis) widerLimits(f *found) {
	d.slower(func(e *arch.Edge, size float64, longer decide.Evidence) {
		if e.Bulkhead != nil {
			f.add(longer, d.atLeast(longer.Decision, "bulkhead", math.Ceil(size*float64(e.Bulkhead.MaxConcurrent)), "calls that take longer need more than its %d places", e.Bulkhead.MaxConcurrent))
		}
	})
}

// slower calls then for longer time limits of calls that are cut off.
func (d *diagnosis) slower(then func(e *arch.Edge, size float64, longer decide.Evidence)) {
	if d.aim.late || d.aim.back || !d.mainly("timeout") {
		return
	}
	d.losing(func(e *arch.Edge, r *sim.Edge, id arch.DecisionID, lost float64) {
		if !(e.Timeout.N > 0) || d.away[e.To] {
			return
		}
		for _, size := range []float64{1.5, 2, 3, 5} {
			then(e, size, d.atLeast(id, "timeout", size*e.Timeout.N, "%s of the attempts over %s were cut off at %s", fact.FormatShare(lost), e.ID, e.Timeout))
		}
	}, "timeout")
}

// held reports whether something that a fault befalls holds the workers of the way.
func (d *diagnosis) held(e *arch.Edge, r *sim.Edge) bool {
	return d.struck[e.To] && share(r.Errors, "timeout", "bulkhead full", "breaker open") > 0
}

// shorterLimits gives up earlier on a callee that is gone, where its callers' workers
// are needed or time is what is missed.
func (d *diagnosis) shorterLimits(f *found) {
	if len(d.crowds()) == 0 && (!d.aim.late || d.aim.back) {
		return
	}
	d.beside(func(e *arch.Edge, r *sim.Edge) {
		id := deciding(d.a, e.By, "call")
		if id == "" || !d.held(e, r) || !(e.Timeout.N > 0) {
			return
		}
		for _, part := range []float64{0.75, 0.5, 0.25} {
			f.add(d.atMost(id, "timeout", part*e.Timeout.N, "each call over %s holds a worker for up to %s", e.ID, e.Timeout))
		}
	})
}

func (d *diagnosis) narrowerBulkheads(f *found) {
	if len(d.crowds()) == 0 {
		return
	}
	d.beside(func(e *arch.Edge, r *sim.Edge) {
		id := deciding(d.a, e.By, "call")
		if id == "" || e.Bulkhead == nil || !d.held(e, r) {
			return
		}
		for _, part := range []float64{0.75, 0.5, 0.25} {
			f.add(d.atMost(id, "bulkhead", math.Max(1, math.Floor(part*float64(e.Bulkhead.MaxConcurrent))), "up to %d calls over %s hold a worker each", e.Bulkhead.MaxConcurrent, e.ID))
		}
	})
}

// storm reports whether retries are a good part of what is sent over an edge.
func (d *diagnosis) storm(e *arch.Edge, r *sim.Edge) bool {
	const much = 0.02
	return e.Retry != nil && r.Retries > much && share(r.Errors, "timeout", "queue full", "dropped") > 0
}

func (d *diagnosis) smallerBudgets(f *found) {
	d.on(func(e *arch.Edge, r *sim.Edge) {
		if id := deciding(d.a, e.By, "call"); id != "" && d.storm(e, r) {
			for _, budget := range []float64{0.1, 0.02} {
				f.add(d.atMost(id, "retry-budget", budget, "%.2g retries a call were sent over %s", r.Retries, e.ID))
			}
		}
	})
}

func (d *diagnosis) fewerAttempts(f *found) {
	d.on(func(e *arch.Edge, r *sim.Edge) {
		if id := deciding(d.a, e.By, "call"); id != "" && d.storm(e, r) {
			f.add(d.atMost(id, "attempts", 1, "%.2g retries a call were sent over %s", r.Retries, e.ID))
		}
	})
}

// shorterPauses looks sooner whether a callee is back.
func (d *diagnosis) shorterPauses(f *found) {
	if !d.aim.back {
		return
	}
	d.on(func(e *arch.Edge, r *sim.Edge) {
		id := deciding(d.a, e.By, "call")
		if id == "" || e.Breaker == nil || r.Opened == 0 {
			return
		}
		for _, part := range []float64{0.5, 0.2, 0.05} {
			f.add(d.atMost(id, "breaker-open", part*e.Breaker.Open.N, "the breaker of %s stayed open for %s after %s was back", e.ID, e.Breaker.Open, e.To))
		}
	})
}

func (d *diagnosis) earlierBreakers(f *found) {
	if !d.aim.back {
		return
	}
	d.on(func(e *arch.Edge, r *sim.Edge) {
		if id := deciding(d.a, e.By, "call"); id != "" && e.Breaker != nil && share(r.Errors, "timeout", "queue full") > d.perEdge() {
			f.add(d.atMost(id, "breaker-threshold", e.Breaker.Threshold/2, "its breaker opens at %s, and %s of the calls failed", fact.FormatShare(e.Breaker.Threshold), fact.FormatShare(share(r.Errors, "timeout", "queue full"))))
		}
	})
}

// suffers are the calls of the way that fail or are slow.
func (d *diagnosis) suffers(f func(e *arch.Edge, showed string)) {
	d.on(func(e *arch.Edge, r *sim.Edge) {
		lost := share(r.Errors, "timeout", "error", "breaker open", "over its limit", "throttled", "unreachable", "bulkhead full")
		switch {
		case lost > d.perEdge():
			f(e, fmt.Sprintf("%s of the calls over %s failed", fact.FormatShare(lost), e.ID))
		case d.aim.late && e.Style == "sync" && r.RoundTrip > d.patience()/10:
			f(e, fmt.Sprintf("calls over %s take %s on average", e.ID, fact.FormatSeconds(r.RoundTrip)))
		}
	})
}

// lastAnswers takes the last answer where an older one was said to do.
func (d *diagnosis) lastAnswers(f *found) {
	d.suffers(func(e *arch.Edge, showed string) {
		d.without(f, deciding(d.a, e.By, "call"), "direct", "cached", showed)
	})
}

func (d *diagnosis) queuedCalls(f *found) {
	d.suffers(func(e *arch.Edge, showed string) {
		d.without(f, deciding(d.a, e.By, "call"), "direct", "queued", showed)
	})
}

// laterAnswers answers before the outcome is known, where there is a state for that.
func (d *diagnosis) laterAnswers(f *found) {
	d.suffers(func(e *arch.Edge, showed string) {
		for i := range d.a.Flows {
			u := &d.a.Flows[i]
			id := arch.DecisionID(arch.Short(u.UseCase) + ".answer")
			if u.Starts != "request" || !d.concerns(u.UseCase) || !calls(u.Steps, e.ID) || !d.chose(id, "complete", "bounded") {
				continue
			}
			before := d.rulesOut(id, "complete", showed)
			f.add(before)
			if call := deciding(d.a, e.By, "call"); d.chose(call, "direct", "") {
				f.add(before, d.rulesOut(call, "direct", showed)) // which a queue before it may do then
			}
		}
	})
}

func calls(steps []arch.Step, edge arch.EdgeID) bool {
	return slices.ContainsFunc(steps, func(s arch.Step) bool { return s.Edge == edge || calls(s.Steps, edge) })
}

// caches keeps copies of what is read, where the age of an answer was said not to
// matter: of all that read from a store that is away, or that many wait for.
func (d *diagnosis) caches(f *found) {
	for i := range d.result.Elements {
		x := &d.result.Elements[i]
		lost := d.struck[x.Name] || slices.ContainsFunc(d.result.Scenario.Faults, func(f sim.Fault) bool { return f.Kind == sim.Zone })
		const busy = 0.6
		if x.Kind != "store" || !lost && x.Utilisation < busy && x.Wait <= d.patience()/10 {
			continue
		}
		showed := fmt.Sprintf("%s is busy for %s of its time, and requests wait %s for it", x.Name, fact.FormatShare(x.Utilisation), fact.FormatSeconds(x.Wait))
		if lost {
			showed = x.Name + " is away"
		}
		var each []decide.Evidence
		for k := range d.a.Flows {
			u := &d.a.Flows[k]
			id := arch.DecisionID(arch.Short(u.UseCase) + ".cache")
			if dec := d.a.Decision(id); dec == nil || dec.Choice != "none" || !reads(u.Steps, x.Name) {
				continue
			}
			e := d.rulesOut(id, "none", showed)
			if d.concerns(u.UseCase) {
				f.add(e)
			}
			each = append(each, e)
		}
		if len(each) > 1 {
			f.add(each...)
		}
	}
}

func reads(steps []arch.Step, store string) bool {
	return slices.ContainsFunc(steps, func(s arch.Step) bool { return s.Kind == "store" && s.Target == store || reads(s.Steps, store) })
}

// morePools gives a store more connections where statements wait for one.
func (d *diagnosis) morePools(f *found) {
	for i := range d.a.Stores {
		st := &d.a.Stores[i]
		at := slices.IndexFunc(d.result.Elements, func(x sim.Element) bool { return x.Name == string(st.ID) })
		if at < 0 || len(st.By) == 0 || d.struck[string(st.ID)] {
			continue
		}
		const busy = 0.6 // beyond it waits grow steeply
		if x := &d.result.Elements[at]; x.Utilisation > busy || share(x.Turned, "dropped") > d.perEdge() {
			for _, size := range sizes {
				f.add(d.atLeast(st.By[0], decide.Connections, math.Ceil(size*st.Pool.N), "its %s connections are busy for %s of the time, and statements wait %s", st.Pool, fact.FormatShare(x.Utilisation), fact.FormatSeconds(x.Wait)))
			}
		}
	}
}

// morePartitions spreads a channel whose consumers are behind.
func (d *diagnosis) morePartitions(f *found) {
	if !d.aim.late {
		return
	}
	for i := range d.a.Channels {
		ch := &d.a.Channels[i]
		id := deciding(d.a, ch.By, "channel")
		at := slices.IndexFunc(d.result.Elements, func(x sim.Element) bool { return x.Name == string(ch.ID) })
		if id == "" || at < 0 || d.result.Elements[at].Lag == nil || d.result.Elements[at].Queue < 1 {
			continue
		}
		x := &d.result.Elements[at]
		for _, size := range sizes {
			f.add(d.atLeast(id, "partitions", math.Ceil(size*ch.Partitions.N), "%.3g messages wait in %s on average, and one takes %s until it is done (p99)", x.Queue, ch.ID, fact.FormatSeconds(x.Lag.Estimate)))
		}
	}
}

// moreZones is for stores that are away until their standby leads.
func (d *diagnosis) moreZones(f *found) {
	for _, x := range d.result.Scenario.Faults {
		if x.Kind == sim.Zone {
			d.without(f, "zones", "two", "three", "writes stop until the zones that are left agree on who leads")
		}
	}
}

// without rules an option of a decision out where another one would then be chosen.
func (d *diagnosis) without(f *found, id arch.DecisionID, option, other arch.OptionID, showed string) {
	if d.chose(id, option, other) {
		f.add(d.rulesOut(id, option, showed))
	}
}

// chose reports whether a decision has chosen an option and another one, unless that
// has no name, would do, too.
func (d *diagnosis) chose(id arch.DecisionID, option, other arch.OptionID) bool {
	dec := d.a.Decision(id)
	if dec == nil || dec.Choice != option {
		return false
	}
	o := dec.Option(other)
	return other == "" || o != nil && o.Feasible()
}

func (d *diagnosis) rulesOut(id arch.DecisionID, option arch.OptionID, showed string) decide.Evidence {
	return decide.Evidence{Decision: id, Without: option, Serves: d.aim.serves, Scenario: d.aim.scenario, Showed: showed}
}

func (d *diagnosis) atLeast(id arch.DecisionID, parameter string, bound float64, format string, args ...any) decide.Evidence {
	return decide.Evidence{Decision: id, Parameter: parameter, Bound: twoDigits(bound), Scenario: d.result.Scenario.Name, Showed: fmt.Sprintf(format, args...)}
}

// twoDigits rounds what is no whole number to two digits, as a person would set it.
func twoDigits(x float64) float64 {
	if x == math.Trunc(x) || math.IsInf(x, 0) || math.IsNaN(x) {
		return x
	}
	unit := math.Pow(10, math.Floor(math.Log10(math.Abs(x)))-1)
	if unit < 1 {
		return math.Round(x/unit) / math.Round(1/unit)
	}
	return math.Round(x/unit) * unit
}

func (d *diagnosis) atMost(id arch.DecisionID, parameter string, bound float64, format string, args ...any) decide.Evidence {
	e := d.atLeast(id, parameter, bound, format, args...)
	e.AtMost = true
	return e
}

// deciding is the decision of a question among those that made an element.
func deciding(a *arch.Arch, by []arch.DecisionID, question string) arch.DecisionID {
	for _, id := range by {
		if d := a.Decision(id); d != nil && d.Question == question {
			return id
		}
	}
	return ""
}
