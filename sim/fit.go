package sim

import (
	"fmt"
	"math"
	"strings"
	"time"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/fact"
)

// How the work of verifying a design is spread over its scenarios. Shares are of the
// budget of events; a scenario that needs less leaves the rest to those after it.
const (
	shareOfPeak    = 0.2
	shareOfNormal  = 0.04
	shareOfGiven   = 0.4 // of what is left, for the scenarios of the input that are still to come
	steadyTries    = 6
	steadyWarmUp   = 0.1 // of its length
	shortestSteady = 4 * time.Second
	usualSteady    = 20 * time.Second
	samplesOfP99   = 3000 // requests that carry a 99th percentile with an interval, in nearly all samples
	samplesOfShare = 7    // times the requests of which one may fail: no failure among three times as many shows less (the rule of three)
	shortChosen    = 0.4  // of the length of a chosen outage that has to be short: 8 s are longer than timeouts with their repeats
	fewestTries    = 3    // of a scenario with a fault: fewer have no interval to speak of
	cheap          = 0.01 // of the budget: up to here a scenario with a fault is repeated
	mostTries      = 20
)

// fitted is a scenario sized for its share of the work, or why it is left out.
type fitted struct {
	Scenario
	flows   int
	cost    uint64 // about how many events it makes
	without string
}

// fit sizes a chosen scenario: left events are left of the budget for it and the ones
// after it, so many together. What comes out depends on nothing else.
func fit(a *arch.Arch, s Scenario, budget, left float64, among int) fitted {
	f := fitted{Scenario: s}
	refused := prepare(&f.Scenario).HasErrors()
	if len(f.Faults) > 0 && !f.Given { // claims may speak of any flow
		f.nearFlows(a)
	}
	c := compile(a, &f.Scenario)
	f.flows = len(c.net.sources)
	switch {
	case refused || f.flows == 0:
		f.without = "no flow that it touches has a rate"
		return f
	case f.Given:
		f.given(c, left*shareOfGiven/float64(among))
	case len(f.Faults) > 0:
		f.shorten(c, left/float64(among))
		f.faulted(c, left, math.Min(cheap*budget, left/float64(among)))
	case f.Load == "average":
		f.steady(c, math.Min(left, shareOfNormal*budget))
	default:
		f.steady(c, math.Min(left, shareOfPeak*budget))
	}
	if f.without == "" {
		f.Events = 3 * (f.cost/uint64(f.Replications) + 1000) // a bound that no sound run meets
	}
	return f
}

// pace is about how many events a second of the scenario makes.
func (c *compiler) pace() float64 {
	events := 0.0
	for i := range c.net.sources {
		src := &c.net.sources[i]
		events += src.rate * greatest(src.load) * (1 + c.cost(src.program, 0))
	}
	return events
}

// steady sizes a scenario without faults: long enough for what the objectives ask of
// their use cases, as far as its share allows, and a day at most.
func (f *fitted) steady(c *compiler, share float64) {
	f.Replications = steadyTries
	pace := math.Max(c.pace(), 1e-9)
	most := math.Min(longest.Seconds(), share/pace/steadyTries)
	if most < shortestSteady.Seconds() {
		f.without = fmt.Sprintf("%d replications of %s make %.2g events, and %.2g are its share of the budget", steadyTries, fact.FormatSeconds(shortestSteady.Seconds()), pace*steadyTries*shortestSteady.Seconds(), share)
		return
	}
	whole := math.Min(usualSteady.Seconds(), most)
	for _, seconds := range c.asked() {
		if seconds <= 2*most { // two thirds of the requests still carry it in most samples
			whole = math.Max(whole, math.Min(seconds, most))
		}
	}
	relaxes, _ := c.slowest(0)
	whole = math.Max(whole, math.Min(settlings*relaxes/(1-steadyWarmUp), most)) // what does not fit is refused when it has run
	f.WarmUp = time.Duration(steadyWarmUp * whole * float64(time.Second)).Round(time.Millisecond)
	f.For = time.Duration((1 - steadyWarmUp) * whole * float64(time.Second)).Round(time.Millisecond)
	f.cost = uint64(pace * whole * steadyTries)
}

// asked is for each objective how long a replication must be for all of them together
// to hold as many requests as it takes to judge it.
func (c *compiler) asked() (out []float64) {
	flows, rates := map[arch.FlowID]arch.Path{}, map[arch.Path]float64{}
	for i := range c.a.Flows {
		flows[c.a.Flows[i].ID] = c.a.Flows[i].UseCase
	}
	for i := range c.net.sources {
		rates[flows[c.flowOf[i]]] = c.net.sources[i].rate
	}
	for i := range c.a.Objectives {
		o := &c.a.Objectives[i]
		need := 0.0
		switch o.Kind {
		case "latency":
			need = samplesOfP99
		case "availability":
			need = samplesOfShare / math.Max(1-o.Target.N, 1e-9)
		}
		if rate := rates[o.UseCase]; need > 0 && rate > 0 {
			out = append(out, need/rate/steadyTries/(1-steadyWarmUp))
		}
	}
	return out
}

// shorten makes an outage whose length nothing asks for, with what comes before it and
// after it, short where the usual one is more than its even share of what is left of the
// budget: a short one shows more than one that is left out. Lengths in between would
// change with every event more or less before it.
func (f *fitted) shorten(c *compiler, even float64) {
	if !f.elastic || fewestTries*c.pace()*(f.WarmUp+f.For).Seconds() <= even {
		return
	}
	scale := func(d time.Duration) time.Duration {
		return time.Duration(shortChosen * float64(d)).Round(100 * time.Millisecond)
	}
	fault := f.Faults[0]
	f.About = strings.TrimSuffix(f.About, " for "+fact.FormatSeconds(fault.For.Seconds())) + " for " + fact.FormatSeconds(scale(fault.For).Seconds())
	fault.At, fault.For = scale(fault.At), scale(fault.For)
	f.WarmUp, f.For, f.Faults = scale(f.WarmUp), scale(f.For), []Fault{fault}
}

// faulted sizes a scenario with a fault: it lasts as given, or until the slowest of its
// elements may have come back where its share allows that, and is repeated as often as its
// share allows, but often enough for an interval as long as anything is left.
func (f *fitted) faulted(c *compiler, left, share float64) {
	if _, after := c.slowest(f.lasting().Seconds()); after > 0 {
		most := share/fewestTries/math.Max(c.pace(), 1e-9) - f.WarmUp.Seconds()
		need := (f.lastHealed() - f.WarmUp).Seconds() + after*3/2 // a third of it shows that it stays
		f.For = max(f.For, time.Duration(math.Min(need, most)*float64(time.Second)).Round(time.Second))
	}
	each := c.pace() * (f.WarmUp + f.For).Seconds()
	f.Replications = int(math.Min(math.Max(share/math.Max(each, 1), fewestTries), mostTries))
	if need := each * fewestTries; need > left {
		f.without = fmt.Sprintf("%d replications make %.2g events, and %.2g are left of the budget", fewestTries, need, math.Max(left, 0))
		return
	}
	f.cost = uint64(each * float64(f.Replications))
}

// given sizes a scenario of the input: as long as it says or as simulate would make it,
// and repeated as often as its share allows. A level load of which no length is said is
// cut to its share.
func (f *fitted) given(c *compiler, share float64) {
	level := f.For == 0 && len(f.Faults) == 0 && len(f.Shape) == 0
	c.lengths()
	pace := math.Max(c.pace(), 1e-9)
	if most := share / pace / steadyTries; level && (f.WarmUp+f.For).Seconds() > most {
		f.WarmUp = time.Duration(steadyWarmUp * most * float64(time.Second)).Round(time.Millisecond)
		f.For = max(shortestSteady, time.Duration((1-steadyWarmUp)*most*float64(time.Second)).Round(time.Millisecond))
	}
	each := pace * (f.WarmUp + f.For).Seconds()
	f.Replications = int(math.Min(math.Max(share/each, fewestTries), defaultReplications))
	if need := each * fewestTries; need > share {
		f.without = fmt.Sprintf("%d replications of %s make %.2g events, and %.2g are its share of the budget: plumb simulate --assert runs it", fewestTries, fact.FormatSeconds((f.WarmUp + f.For).Seconds()), need, math.Max(share, 0))
		return
	}
	f.cost = uint64(each * float64(f.Replications))
}

// nearFlows leaves out of a scenario whose faults strike externals, stores or brokers
// the flows that pass no process in which somebody waits for them.
func (f *fitted) nearFlows(a *arch.Arch) {
	c := compile(a, &f.Scenario)
	struck := map[int]bool{}
	for i := range f.Faults {
		hit := c.elements(f.Faults[i].Element)
		if f.Faults[i].Kind == Zone || len(hit) == 0 {
			return
		}
		for _, at := range hit {
			if kind := c.net.stations[at].kind; kind == "process" || kind == "cache" {
				return
			}
			struck[at] = true
		}
	}
	passed := make([]map[int]bool, len(c.net.sources))
	waiting := map[int]bool{}
	w := walker{c: c, struck: struck, waiting: waiting}
	for i := range c.net.sources {
		w.stations, w.seen = map[int]bool{}, map[int]bool{}
		w.walk(c.net.sources[i].program, c.net.links[c.net.sources[i].link].station)
		passed[i] = w.stations
	}
	if len(waiting) == 0 {
		return // nobody waits for it: who sends it something cannot be told from the rest
	}
	f.Mix = map[string]float64{}
	for i := range passed {
		near := false
		for at := range passed[i] {
			near = near || waiting[at]
		}
		if !near {
			f.Mix[string(c.flowOf[i])] = 0
		}
	}
}

// walker follows programs through processes.
type walker struct {
	c               *compiler
	struck, waiting map[int]bool // elements with a fault, processes that wait for one
	stations        map[int]bool // processes passed
	seen            map[int]bool // programs
}

// walk notes the processes that a program at a station passes, and reports whether it
// waits for an element that is struck.
func (w *walker) walk(program, station int) (waits bool) {
	if w.seen[program] {
		return false
	}
	w.seen[program] = true
	w.stations[station] = true
	for _, s := range w.c.net.programs[program].steps {
		switch s.kind {
		case invoke:
			at := w.c.net.links[s.link].station
			switch {
			case w.struck[at]:
				waits = true
			case w.c.net.stations[at].kind == "process" && w.walk(s.program, at):
				waits = true
			}
		}
	}
	if waits {
		w.waiting[station] = true
	}
	return waits
}
