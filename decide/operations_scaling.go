package decide

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/fact"
	"plumb.dev/plumb/model"
	"plumb.dev/plumb/queueing"
)

// How many replicas of a process, how large, and who changes that.

var scalingQuestion = question{"scaling", "operations", "Capacity of %s",
	everyProcess, fillScaling,
	"Asked of each process of each deployable (its id is deployable.process). Processor seconds x peak rates give the offered load, over what is asked of it, what other deployables read and change there, events that start use cases, events that keep copies and projections up to date, and the outbox; replicas carry it with one zone lost at no more than three quarters, and so that the wait for a processor stays below a tenth of the tightest target at p99 (M/M/c). A fixed number pays the peak all day; autoscaling pays the mean and refuses what comes faster than it reacts: growth x (look, measurement, start); capacity by the clock needs a peak with a date. Options: fixed, autoscale, scheduled. Parameters processors (busy at peak), events (1/s), replicas (at peak), min, max, at-work (over all replicas), workers and queue (per replica), cpu, memory (B), utilisation (at peak, one zone lost), target (of the autoscaler), connections (held open per replica); words signal, scheduled."}

var (
	busyCeiling = &assumption{"decide.utilisation-one-zone-lost", fact.Share, 0.75, 0.6, 0.85, "share of the processors that may be busy at peak when one zone is lost: beyond it waiting grows steeply"}
	pushEvery   = &assumption{"decide.push-every", fact.Duration, 10, 1, 60, "time between two messages on an open stream of which nothing is said"}
	connMemory  = &assumption{"decide.connection-memory", fact.Bytes, 40e3, 15e3, 150e3, "memory of one open connection with its buffers and state"}
	baseMemory  = &assumption{"decide.process-memory", fact.Bytes, 200e6, 80e6, 600e6, "memory of a process before its first request"}
	workMemory  = &assumption{"decide.request-memory", fact.Bytes, 1e6, 0.2e6, 5e6, "memory of one request at work beside its bodies"}
	itemCPU     = &assumption{"decide.item-cpu", fact.Duration, 0.0005, 0.0001, 0.003, "processor time of one item of a batch"}
	scaleHours  = &assumption{"decide.autoscaling-hours", fact.Hours, 0.5, 0.2, 2, "engineer hours a month to keep one process's scaling rules right"}
	resizeHours = &assumption{"decide.resize-hours", fact.Hours, 0.3, 0.1, 1, "engineer hours a month to look at a fixed size and change it"}
	rampShare   = &assumption{"decide.ramp", fact.Share, 0.25, 0.05, 1, "time in which load climbs from its mean to a peak, as a part of how long the peak lasts"}
)

// everyProcess are the processes of all deployables, to ask something of each.
func everyProcess(p *Plan) []Subject {
	var out []Subject
	for _, d := range p.Deployables {
		for _, pr := range p.Processes(d) {
			out = append(out, Subject{Name: pr.ID, Path: fact.ID("deployables." + string(d.ID)), Unit: d, Process: pr})
		}
	}
	return out
}

// size of a process.
type sizing struct {
	cpu      float64 // processors per replica
	replicas float64 // at peak, as simulations showed where they did
	computed float64 // the same by the formula
	least    float64 // in the quietest hour
	zones    float64
	left     float64 // processors at peak with one zone lost
}

// sized gives the replicas of the process that the decision is about, see sizedAs.
func (s *sheet) sized(l load) sizing { return s.sizedAs(s.ident, l) }

// sizedAs gives the replicas of a process whose scaling is decided under id: one zone
// lost, what is left carries the peak at the ceiling and keeps the wait short.
func (s *sheet) sizedAs(id arch.DecisionID, l load) sizing {
	z := sizing{cpu: 0.5, zones: s.zoneCount()}
	floor := s.reference("scaling.replicas-min")
	if s.onOneMachine() {
		floor = 1
	}
	for l.cores/z.cpu > 8 && z.cpu < 8 {
		z.cpu *= 2
	}
	need := l.cores / s.k(busyCeiling)
	// Below one processor the largest count of a queue's servers says nothing.
	if mean := l.cores / math.Max(l.rate, 1e-9); l.tightest != nil && l.cores > 1 {
		if c := queueing.ServersForWait(l.rate, 1/mean, s.n(l.tightest.Latency.P99)/10, 0.99); c > 0 {
			need = math.Max(need, math.Min(float64(c), need+z.cpu))
		}
	}
	spread := 1.0
	if z.zones > 1 {
		spread = z.zones / (z.zones - 1)
	}
	z.computed = math.Max(floor, math.Ceil(need/z.cpu*spread-1e-9))
	for z.zones > 1 && z.cpu*(z.computed-math.Ceil(z.computed/z.zones)) < need-1e-9 && need > z.cpu {
		z.computed++ // whole replicas are lost: the zone with most of them
	}
	z.replicas, _ = s.provedOf(id, "replicas", z.computed)
	z.least = math.Min(z.replicas, math.Max(floor, math.Ceil(l.idle/s.k(busyCeiling)/z.cpu*spread)))
	z.left = z.cpu * math.Max(1, z.replicas-math.Ceil(z.replicas/z.zones))
	if z.zones <= 1 {
		z.left = z.cpu * z.replicas
	}
	return z
}

// zoneCount reads in how many zones the system runs.
func (s *sheet) zoneCount() float64 {
	s.chosen("zones")
	if v := s.plan.Parameter("zones", "count"); v.Known() {
		s.read(v.Fact)
		return v.N
	}
	return math.Max(1, s.n(s.model.Context.Zones))
}

func fillScaling(s *sheet) {
	pr := s.Process
	s.chosen(arch.DecisionID(string(pr.Unit.ID) + ".processes"))
	l := s.load(pr)
	z := s.sized(l)
	price := s.vcpuPrice()
	reaction := s.reaction()
	mean := math.Max(z.least, math.Ceil(z.replicas*math.Max(l.coresMean/math.Max(l.cores, 1e-9), 0.05)))
	fixed := s.option("fixed", "a fixed number of replicas")
	if s.onOneMachine() {
		s.options[fixed.i].Name = "one replica on the one machine"
		fixed.score(critMoney, s.machinePrice(), "a small machine, the store and the entry on it included")
	} else {
		fixed.score(critMoney, z.replicas*z.cpu*price, "%s replicas of %s processors all day", num(z.replicas), num(z.cpu))
	}
	fixed.
		score(critDowntime, 0, "the peak is always there").score(critOperations, s.k(resizeHours), "looked at now and then")

	late, ramp := s.refused(l, z, reaction)
	auto := s.option("autoscale", "autoscaling between a floor and a ceiling")
	auto.outIf(s.onOneMachine(), s.model.Context.Zones.Fact, "there is one machine")
	if t, ok := s.platform(); ok {
		auto.outIf(lacks(t, "custom-metrics-scaling") && lacks(t, "scale-to-zero"), "context.platform", "%s does not change the number of replicas by itself", t.Name)
	}
	auto.score(critMoney, mean*z.cpu*price, "%s replicas on average", num(mean)).
		score(critDowntime, late, "load climbs for %s, and a replica takes %s to help", sec(ramp), sec(reaction)).
		score(critOperations, s.k(scaleHours), "rules to keep right")

	clock := s.option("scheduled", "capacity by the clock before the known peak, autoscaling as the safety net")
	clock.outIf(s.onOneMachine(), s.model.Context.Zones.Fact, "there is one machine")
	if l.dated == nil {
		clock.out(pr.path(), "no peak of %s has a known time", pr.ID)
	}
	clock.score(critMoney, s.clockReplicas(l, z, mean)*z.cpu*price, "at the peak's size while it lasts, on average else").
		score(critDowntime, 0, "there before the peak").score(critOperations, 2*s.k(scaleHours), "rules, and a calendar")

	s.concrete(func(o option) { s.processNumbers(o, pr, l, z) })
	s.undo(1.5)
	for _, u := range pr.UseCases {
		s.requires(u.Path)
	}
	if l.messages > 0 {
		s.say("%s at peak, %s of it events, keep %s processors busy (%s on average)", ps(l.rate), ps(l.messages), num(round3(l.cores)), num(round3(l.coresMean)))
	} else {
		s.say("%s at peak keep %s processors busy (%s on average)", ps(l.rate), num(round3(l.cores)), num(round3(l.coresMean)))
	}
	loss := "one replica killed"
	if s.onOneMachine() && l.busiest != nil {
		s.test("%s and the rest of its mix at peak for an hour, the process ended in the middle: it is back within %s, and the p99 holds before and after", l.busiest.Name, sec(6*s.k(coldStart)))
		return
	}
	if z.zones > 1 {
		loss = "one zone switched off"
		s.say("with one of %s zones lost %s are left", num(z.zones), num(z.left))
	}
	if l.busiest == nil {
		s.test("the changes that %s keeps copies of at peak for an hour, %s in the middle: no copy is older than decided", pr.Unit.Name, loss)
		return
	}
	s.test("%s and the rest of its mix at peak for an hour, %s in the middle: no answer is refused and the p99 holds", l.busiest.Name, loss)
}

// path is the first requirement a process serves.
func (pr *Process) path() arch.Path {
	if len(pr.UseCases) > 0 {
		return pr.UseCases[0].Path
	}
	return pr.Unit.Contexts[0].firstPath()
}

func round3(v float64) float64 { return math.Round(v*1000) / 1000 }

// reaction is the time from more load to more replicas at work.
func (s *sheet) reaction() float64 {
	t, ok := s.platform()
	if !ok {
		return 120
	}
	look, _ := s.tech(t, "scale-interval")
	start, _ := s.tech(t, "pod-start-cold")
	return look + s.reference("scaling.metrics-delay") + start
}

// refused is the time a month, in seconds of full outage, that an autoscaler comes
// too late: load climbs from mean to peak within the ramp; while it reacts the
// spare between its target and full use is eaten up; what is above is refused, on
// average half of the worst moment's share.
func (s *sheet) refused(l load, z sizing, reaction float64) (seconds, ramp float64) {
	ramp = l.lasts * s.k(rampShare)
	if l.average <= 0 || l.rate <= l.average {
		return 0, ramp
	}
	growth := (l.rate - l.average) / ramp
	target := s.reference("scaling.utilisation-target")
	floor := z.least * z.cpu / math.Max(l.cores/l.rate, 1e-9)   // what the fewest replicas carry
	ready := math.Max(l.average*0.95/target, floor*0.95)        // requests a second without a new replica
	over := math.Min(l.rate, l.average+growth*reaction) - ready // above it at the worst moment
	if over <= 0 {
		return 0, ramp
	}
	worst := over / (l.average + growth*reaction)
	const peaksPerMonth = 30
	return worst / 2 * math.Min(ramp, 2*reaction) * peaksPerMonth, ramp
}

// clockReplicas is the mean number of replicas with the peak's size while it lasts.
func (s *sheet) clockReplicas(l load, z sizing, mean float64) float64 {
	if l.dated == nil {
		return z.replicas
	}
	part := l.dated.Load.When.Share()
	return part*z.replicas + (1-part)*math.Min(mean, z.replicas)
}

// processNumbers are what the process is configured with.
func (s *sheet) processNumbers(o option, pr *Process, l load, z sizing) {
	chosen := s.options[o.i].ID
	s.load(pr)
	o.param("processors", fact.Count, l.cores, "busy at peak: rate x processor time, over "+carries(l))
	if l.messages > 0 {
		s.load(pr)
		o.param("events", fact.Rate, l.messages, "consumed a second at peak: those that start its use cases, and every change of what it keeps copies of")
	}
	s.from("processors")
	s.k(busyCeiling)
	s.read(s.plan.Parameter("zones", "count").Fact)
	o.param("replicas", fact.Count, z.computed, "processors busy at peak / three quarters, spread so that one zone may be lost; at least two")
	s.load(pr)
	least, most := z.replicas, z.replicas
	if chosen != "fixed" {
		least, most = z.least, math.Ceil(z.replicas*s.reference("scaling.headroom"))
	}
	o.param("min", fact.Count, least, "the quietest hour, at least two")
	s.from("replicas")
	o.param("max", fact.Count, most, "the peak's replicas x headroom where the number may change")
	s.read("decide.utilisation-one-zone-lost")
	o.param("cpu", fact.Count, z.cpu, "the smallest size with which eight replicas or fewer carry the load")
	s.from("processors", "replicas", "cpu")
	o.param("utilisation", fact.Share, l.cores/z.left, "processors busy at peak / those left with one zone lost")
	s.slots(o, pr, l, z)
	if chosen != "fixed" {
		reaction := s.reaction()
		growth := math.Max(0, l.rate/math.Max(l.average, 1e-9)-1) / (l.lasts * s.k(rampShare))
		target := math.Max(0.3, math.Min(s.reference("scaling.utilisation-target"), queueing.ScalingTarget(0.95, growth, reaction)))
		o.param("target", fact.Share, target, "so low that load climbing as it does stays below 95% until new replicas are at work")
		o.word("signal", signal(pr))
	}
	if chosen == "scheduled" {
		o.word("scheduled", fmt.Sprintf("%s: %s replicas from %s before", l.dated.Load.When.Text, fact.FormatCount(z.replicas), fact.FormatSeconds(60*math.Ceil(2*s.reaction()/60))))
	}
}

// carries says in words what a load consists of.
func carries(l load) string {
	words := []string{"requests and jobs"}
	if l.messages > l.copied {
		words = append(words, "events that start use cases")
	}
	if l.copied > 0 {
		words = append(words, "events applied to copies")
	}
	if l.relayed > 0 {
		words = append(words, "events handed over from the outbox")
	}
	return join(words)
}

// slots are the requests, jobs and events a replica works on at once, the requests it
// lets wait, and the memory both need.
func (s *sheet) slots(o option, pr *Process, l load, z sizing) {
	each := math.Max(1, z.left/z.cpu) // replicas left
	atWork, rate := 0.0, 0.0
	for _, v := range s.visitsOf(pr) {
		atWork, rate = atWork+v.rate*v.held, rate+v.rate
	}
	o.param("at-work", fact.Count, atWork, "workers held at peak, over all replicas: rate x time until it is answered, or done where nobody waits (Little's law), over "+carries(l))
	s.from("at-work", "replicas")
	s.k(busyCeiling)
	workers := math.Max(8, float64(queueing.PoissonQuantile(math.Min(1e6, atWork/each), 0.999)))
	workers = math.Max(workers, math.Ceil(atWork/each/s.k(busyCeiling)))
	rule := "at work in one replica at peak with one zone lost, 99.9th percentile of a Poisson count, and at most three quarters busy"
	if most := s.widestBulkhead(pr); most >= workers*z.replicas {
		workers, rule = math.Floor(most/z.replicas)+1, "over all replicas more than the calls in flight that its widest bulkhead allows: what hangs must leave some"
	}
	o.param("workers", fact.Count, workers, rule)
	workers, _ = s.proved("workers", workers)
	queue, held := 0.0, atWork/math.Max(rate, 1e-9)
	if wait := s.worthWaiting(pr, l); wait > 0 && held > 0 {
		s.from("workers", "at-work")
		queue = math.Min(workers, math.Floor(wait*s.reference("breaker.queue-share-of-timeout")*workers/held))
	}
	o.param("queue", fact.Count, queue, "what is still answered within half of the tightest target, or of what a person waits, and of the shortest time limit of those that call it, at most as many as are at work")
	queue, _ = s.proved("queue", queue)
	open := 0.0
	if l.online > 0 {
		open = math.Ceil(l.online / each)
		o.param("connections", fact.Count, open, "connections at once over the replicas left with one zone lost")
	}
	s.from("workers", "queue")
	memory := s.k(baseMemory) + s.k(workMemory)*(workers+queue) + s.k(connMemory)*open
	for _, u := range pr.UseCases {
		if id := arch.DecisionID(u.Name + ".cache"); s.plan.Choice(id) == "process" {
			bytes := s.plan.Parameter(id, "bytes")
			s.read(bytes.Fact)
			memory += bytes.N
		}
	}
	o.param("memory", fact.Bytes, math.Ceil(memory/64e6)*64e6, "the process, its requests, its connections and its caches, rounded up to 64 MB")
}

// widestBulkhead is the most calls of one dependency that the use cases of a process may
// have in flight.
func (s *sheet) widestBulkhead(pr *Process) (most float64) {
	for _, u := range pr.UseCases {
		for _, l := range s.linksOf(u) {
			if v := s.plan.Parameter(arch.DecisionID(l.Name+".call"), "bulkhead"); v.N > most {
				s.read(v.Fact)
				most = v.N
			}
		}
	}
	return most
}

// worthWaiting is for how long a request may wait and still be of use to whoever asked:
// the tightest target, else what a person waits, and the shortest time limit of those
// that call. It is 0 where nobody waits, because nothing is asked.
func (s *sheet) worthWaiting(pr *Process, l load) float64 {
	wait := math.Inf(1)
	switch {
	case l.tightest != nil:
		wait = s.n(l.tightest.Latency.P99)
	case slices.ContainsFunc(pr.UseCases, (*model.UseCase).Asked):
		wait = s.n(s.model.Context.Patience)
	}
	if limit := s.tightestCaller(pr); limit > 0 {
		wait = math.Min(wait, limit)
	}
	if math.IsInf(wait, 1) {
		return 0
	}
	return wait
}

// tightestCaller is the shortest time limit of the calls that other deployables make of
// use cases and data behind a process; 0 when there are none.
func (s *sheet) tightestCaller(pr *Process) float64 {
	shortest := 0.0
	for _, l := range s.plan.Links {
		if l.To == nil || l.To.Unit != pr.Unit || l.From.Unit == pr.Unit || !s.plan.called(l) {
			continue
		}
		if l.Target != nil && !slices.Contains(pr.UseCases, l.Target) || l.Target == nil && !pr.requests {
			continue
		}
		if limit := s.plan.Parameter(arch.DecisionID(l.Name+".call"), "timeout"); limit.Known() && (shortest == 0 || limit.N < shortest) {
			s.read(limit.Fact)
			shortest = limit.N
		}
	}
	return shortest
}

func signal(pr *Process) string {
	switch {
	case pr.Name == "stream":
		return "open connections"
	case pr.Name == "work":
		return "age of the oldest message"
	case strings.Contains(strings.Join(pr.Others, " "), "stream"):
		return "busy processors and open connections"
	}
	return "busy processors"
}
