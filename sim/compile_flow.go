package sim

import (
	"math"
	"slices"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/fact"
	"plumb.dev/plumb/sim/des"
)

// Limits on what a flow becomes. Repeats beyond unrolled are put on the steps
// inside.
const (
	unrolled = 16
	maxSteps = 1 << 12
	maxDepth = 32
	// mostBacklog bounds what is there of a flow at the beginning.
	mostBacklog = 1 << 17
)

// publishing adds what steps publish per second when they are done rate times.
func (c *compiler) publishing(steps []arch.Step, rate float64) {
	for i := range steps {
		s := &steps[i]
		n := rate * s.Chance * s.Times
		if s.Kind == "publish" {
			c.published[s.Target] += n
		}
		c.publishing(s.Steps, n)
	}
}

// flow makes a flow's program and what starts it: arrivals, or the messages of the
// channels its use case is subscribed to. Steps of other flows are within those.
func (c *compiler) flow(f *arch.Flow) {
	if f.Starts == "step" {
		return
	}
	home := c.home(f.Entry, f.ID)
	w := writer{c: c, flow: f, unit: f.Entry, home: home, rate: c.rate(f), saga: c.script(f)}
	w.steps(f.Steps, 1, 0)
	w.rest(f.Starts == "request")
	p := c.program(string(f.ID), w.out)
	if f.Starts == "event" && c.subscribe(f, p, home) {
		return
	}
	rate := c.rate(f)
	if !(rate > 0) {
		return
	}
	entrance := link{name: "in " + string(f.ID), station: home}
	if f.Starts == "request" {
		entrance.timeout = des.Time(c.s.Patience)
		handsOn := c.handsOn(f.Entry)
		if entrance.deadline = handsOn; c.leavesOut(home, handsOn) {
			entrance.abandoned = dropsQueued
		}
	}
	src := source{name: string(f.ID), link: len(c.net.links), program: p, rate: rate, gap: des.Poisson(rate / math.Max(c.s.Bursts.Batch, 1)), load: c.s.Shape, bursts: c.s.Bursts}
	if f.Starts == "request" {
		src.first = int(min(rate*c.s.Backlog.Seconds(), mostBacklog))
	}
	if f.Wait.Known() {
		src.wait = des.Seconds(f.Wait.N)
	}
	c.net.links = append(c.net.links, entrance)
	c.net.sources = append(c.net.sources, src)
	c.flowOf = append(c.flowOf, f.ID)
}

// rate is how often a flow starts under the scenario.
func (c *compiler) rate(f *arch.Flow) float64 {
	if r, ok := c.s.Mix[string(f.ID)]; ok {
		return r * c.s.Scale
	}
	w := &f.Workload
	v := w.Peak
	switch c.s.Load {
	case "average":
		v = w.Average
	case "horizon":
		v = w.AtHorizon
	}
	if !v.Known() {
		v = w.Peak
	}
	return v.N * c.s.Scale
}

// handsOn reports whether a deployable hands deadlines on.
func (c *compiler) handsOn(d arch.DeployableID) bool {
	return slices.ContainsFunc(c.a.Edges, func(e arch.Edge) bool { return e.From == d && e.Deadline })
}

func (c *compiler) program(name string, steps []step) int {
	c.net.programs = append(c.net.programs, program{name, steps})
	return len(c.net.programs) - 1
}

// leaf is the program of a single access: its time, and the message it hands on.
func (c *compiler) leaf(d arch.Demand, channel int) int {
	key := leafKey{d, channel}
	if at, ok := c.leaves[key]; ok {
		return at
	}
	steps := []step{{kind: work, time: dist(d), chance: 1, times: 1}}
	if channel >= 0 {
		steps = append(steps, step{kind: deliver, channel: channel})
	}
	at := c.program("access", steps)
	c.leaves[key] = at
	return at
}

// writer writes the program of a flow, or of what it has done in another
// deployable.
type writer struct {
	c    *compiler
	flow *arch.Flow
	unit arch.DeployableID
	saga *script // that the flow runs; nil for none
	// kept says that what is being written is a step of a saga, pends that its caller may
	// be answered before it is done.
	kept, pends bool
	home        int     // station
	rate        float64 // how often per second what is being written is done
	out         []step
	// later are steps within others that nobody waits for: they follow the answer of
	// the deployable that takes them on, as likely as what they are part of happens.
	later []arch.Step
	// left is how likely it is that what is being written does not happen.
	left float64
}

// rest writes what follows the answer, after the answer itself where that is not
// written yet.
func (w *writer) rest(answered bool) {
	if len(w.later) == 0 {
		return
	}
	if !answered {
		w.out = append(w.out, step{kind: respond})
	}
	list := w.later
	w.later = nil
	for i := range list {
		list[i].After = false
	}
	w.steps(list, 1, 0)
}

// steps writes a list of steps, each done times as often as it says.
func (w *writer) steps(list []arch.Step, times float64, depth int) {
	for i := 0; i < len(list) && len(w.out) < maxSteps && depth < maxDepth; {
		if list[i].After && depth > 0 {
			s := list[i]
			s.Chance *= 1 - w.left
			s.Times *= times
			w.later = append(w.later, s)
			i++
			continue
		}
		n := 0
		for i+n < len(list) && list[i+n].Parallel && w.away(&list[i+n]) && n < unrolled {
			n++
		}
		if n > 1 || n == 1 && list[i].Times > 1 {
			w.marked(list[i:i+n], func() {
				w.out = append(w.out, step{kind: fork, to: n})
				for k := range n {
					w.one(&list[i+k], times, depth)
				}
			})
			i += n
			continue
		}
		w.marked(list[i:i+1], func() { w.step(&list[i], times, depth) })
		i++
	}
}

// away reports whether a step is a single call.
func (w *writer) away(s *arch.Step) bool {
	switch s.Kind {
	case "call":
		return !w.c.queued(s)
	case "store":
		return true
	case "publish":
		return w.c.relay(s) < 0
	case "invoke":
		return !w.here(s)
	}
	return false
}

// here reports whether an invocation stays in the deployable.
func (w *writer) here(s *arch.Step) bool {
	return s.Edge == "" || arch.DeployableID(s.Target) == w.unit
}

func (w *writer) step(s *arch.Step, times float64, depth int) {
	switch {
	case s.Kind == "respond":
		w.out = append(w.out, step{kind: respond})
	case w.away(s):
		w.one(s, times, depth)
	case s.Kind == "call":
		w.out = append(w.out, step{kind: leave, channel: w.c.queue(s, w), chance: chance(s), times: often(s.Times * times)})
	case s.Kind == "publish":
		w.out = append(w.out, step{kind: stash, relay: w.c.relay(s), chance: chance(s), times: often(s.Times * times)})
	case s.Kind == "cache" || s.Kind == "invoke":
		w.inside(s, times, depth)
	default:
		w.out = append(w.out, step{kind: work, time: dist(s.Demand), chance: chance(s), times: often(s.Times * times)})
	}
}

// one writes a single call.
func (w *writer) one(s *arch.Step, times float64, depth int) {
	c := w.c
	st := step{kind: invoke, chance: chance(s), times: often(s.Times * times), soft: c.soft(w.flow, s) && !w.keeps(s), pends: w.pends}
	switch s.Kind {
	case "invoke":
		at := c.home(arch.DeployableID(s.Target), w.invoked(s))
		inner := writer{c: c, flow: w.flow, unit: arch.DeployableID(s.Target), home: at, rate: w.rate * st.chance * st.times, kept: w.kept}
		inner.steps(s.Steps, 1, depth+1)
		inner.rest(false)
		st.link, st.program = c.link(s.Edge, at, s.Demand), c.program(s.Name, inner.out)
	case "publish":
		channel, ok := c.channels[s.Target]
		if !ok {
			channel = -1
		}
		st.link, st.program = c.link(s.Edge, c.stationOf(s.Target, "channel"), arch.Demand{}), c.leaf(s.Demand, channel)
	default:
		kind := "store"
		if s.Kind == "call" {
			kind = "external"
		}
		st.link, st.program = c.link(s.Edge, c.stationOf(s.Target, kind), arch.Demand{}), c.leaf(w.demand(s), -1)
	}
	w.out = append(w.out, st)
}

// demand is the time of a call, its external's own where the step says none.
func (w *writer) demand(s *arch.Step) arch.Demand {
	if s.Demand.P50.Known() || s.Kind != "call" {
		return s.Demand
	}
	for i := range w.c.a.Externals {
		if x := &w.c.a.Externals[i]; string(x.ID) == s.Target {
			return arch.Demand{Shape: "lognormal", P50: x.P50, P99: x.P99}
		}
	}
	return s.Demand
}

// invoked is the flow of the use case that a step has done elsewhere.
func (w *writer) invoked(s *arch.Step) arch.FlowID { return w.c.named[fact.Kebab(s.Name)] }

// inside writes a step with steps of its own in the same deployable, as often as it
// happens: a lookup with its miss, a use case of the same deployable.
func (w *writer) inside(s *arch.Step, times float64, depth int) {
	n := often(s.Times * times)
	loops, each := math.Floor(n), 1.0
	if n > unrolled {
		loops, each = unrolled, n/unrolled
	}
	before := w.rate
	w.rate *= chance(s) * n
	defer func() { w.rate = before }()
	w.perhaps(chance(s), func() {
		for range int(loops) {
			w.body(s, each, depth)
		}
		if rest := n - loops; n <= unrolled && rest > 1e-9 {
			w.perhaps(rest, func() { w.body(s, 1, depth) })
		}
	})
}

// perhaps writes what happens with a probability.
func (w *writer) perhaps(p float64, write func()) {
	if p >= 1 {
		write()
		return
	}
	jump, before := len(w.out), w.left
	w.out = append(w.out, step{kind: skip, chance: p})
	w.left = 1 - (1-before)*p
	write()
	w.left = before
	w.out[jump].to = len(w.out)
}

func (w *writer) body(s *arch.Step, times float64, depth int) {
	c := w.c
	shared := s.Kind == "cache" && s.Edge != ""
	if shared {
		at := c.stationOf(s.Target, "cache")
		w.out = append(w.out, step{kind: invoke, chance: 1, times: times, soft: true, link: c.link(s.Edge, at, arch.Demand{}), program: c.leaf(s.Demand, -1)})
	}
	if s.Kind == "cache" && len(s.Steps) > 0 {
		if at := c.keep(s.Target, w.home); at >= 0 {
			w.cached(s, at, shared, times, depth)
			return
		}
	}
	w.steps(s.Steps, times, depth+1)
}

// cached writes a lookup, what is done for a miss, and the keeping of it. The design
// has put the share of misses into the chances of those steps; here the lookup decides.
func (w *writer) cached(s *arch.Step, at int, guarded bool, times float64, depth int) {
	c := w.c
	miss := 1 - c.cacheNamed(s.Target).HitRatio.N
	if !(miss > 0) {
		miss = 1
	}
	first := len(w.out)
	if guarded {
		w.out[first-1].guards = true
	}
	c.looked[at] += w.rate
	w.out = append(w.out, step{kind: lookup, cache: at, chance: miss})
	inner := make([]arch.Step, len(s.Steps))
	for i := range inner {
		inner[i] = s.Steps[i]
		inner[i].Chance = math.Min(inner[i].Chance/miss, 1)
	}
	before := w.rate
	w.rate *= miss
	w.steps(inner, times, depth+1)
	w.rate = before
	w.out = append(w.out, step{kind: fill, cache: at, to: first})
	w.out[first].to = len(w.out)
}

func chance(s *arch.Step) float64 { return math.Min(math.Max(s.Chance, 0), 1) }

// often is how often a step is done, within what a run can bear.
func often(n float64) float64 { return math.Min(math.Max(n, 0), 1e4) }
