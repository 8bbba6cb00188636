package sim

import (
	"cmp"
	"math"
	"slices"

	"plumb.dev/plumb/queueing"
)

// Stability is how an element stands between what it can do and what it must do once
// everything that is sent to it is sent again. Rates are per second.
type Stability struct {
	Element string `json:"element"`
	Kind    string `json:"kind"`
	// Arrives is what comes in the undisturbed run, Capacity what the element can serve.
	Arrives  float64 `json:"arrives"`
	Capacity float64 `json:"capacity"`
	// Amplification is how many times as much comes while nothing is answered: attempts
	// where no budget pays for them, through all layers. Flushed is what comes in place
	// of Arrives when the caches before it are empty; 0 where there are none.
	Amplification float64 `json:"amplification"`
	Flushed       float64 `json:"flushed,omitempty"`
	// Hidden is what may arrive for a full queue to empty by itself:
	// capacity/amplification, less what caches no longer keep away.
	Hidden float64 `json:"hidden_capacity"`
	// State is overloaded when more arrives than can be served, vulnerable when more
	// arrives than the hidden capacity, stable otherwise.
	State string `json:"state"`
	// Loop are the edges that amplify, those nearest to the element first.
	Loop []LoopEdge `json:"loop,omitempty"`
	// Fluid is the closed form of the longest full outage that is recovered from,
	// seconds; 0 outside its validity (three or more attempts, no budget, work that goes
	// on when its caller has given up).
	Fluid float64 `json:"fluid_outage,omitempty"`

	station int
}

// LoopEdge is an edge over which more is sent while nothing is answered.
type LoopEdge struct {
	Edge string `json:"edge"`
	// Attempts of a call in all, Budget the share that pays for retries (0 for none),
	// Timeout of an attempt in seconds.
	Attempts int     `json:"attempts"`
	Budget   float64 `json:"budget,omitempty"`
	Timeout  float64 `json:"timeout,omitempty"`
	// Amplification by this edge alone.
	Amplification float64 `json:"amplification"`
}

// The states of an element.
const (
	Stable     = "stable"
	Vulnerable = "vulnerable"
	Overloaded = "overloaded"
)

// amplification of a link: attempts without a budget; what the budget pays for beyond
// the first otherwise. A budget that successes pay for runs dry while nothing is
// answered, and adds its share at most.
func (l *link) amplification() float64 {
	most := float64(max(l.retry.attempts, 1))
	b := l.budget.share
	if l.budget.cost > 0 {
		b /= l.budget.cost
	}
	switch l.budget.kind {
	case inFlight:
		return math.Min(most, queueing.ConcurrencyBudgetAmplification(math.Min(b, 0.99)))
	case unlimited:
		return most
	}
	return math.Min(most, 1+b)
}

// surveyor works out the stability of elements from an undisturbed run.
type surveyor struct {
	counted
	span float64
	// rate is how often each program is run a second, and most how often while nothing
	// is answered: with the amplification of all links on the way to it.
	rate, most []float64
	callers    [][]invocation // by program
}

// invocation is a call that a program makes.
type invocation struct {
	caller, link int
	times        float64
}

func survey(r counted) *surveyor {
	n := len(r.c.net.programs)
	s := &surveyor{counted: r, span: (r.p.until - r.p.warm).Seconds(), rate: make([]float64, n), most: make([]float64, n), callers: make([][]invocation, n)}
	for i := range r.c.net.sources {
		src := &r.c.net.sources[i]
		s.start(src.program, src.link, func(t *tally) uint64 { return t.flows[i].Offered })
	}
	for i := range r.c.net.groups {
		g := &r.c.net.groups[i]
		s.start(g.program, g.link, func(t *tally) uint64 { return t.groups[i].Published })
	}
	// What a program calls was compiled before it.
	for i := n - 1; i >= 0; i-- {
		steps := r.c.net.programs[i].steps
		for k := range steps {
			st := &steps[k]
			if st.kind != invoke || st.program >= i {
				continue
			}
			times := st.chance * math.Max(st.times, 1)
			s.callers[st.program] = append(s.callers[st.program], invocation{i, st.link, times})
			s.rate[st.program] += s.rate[i] * times
			s.most[st.program] += s.most[i] * times * r.c.net.links[st.link].amplification()
		}
	}
	return s
}

// start adds what starts a program.
func (s *surveyor) start(program, link int, started func(*tally) uint64) {
	n := 0.0
	for k := range s.ts {
		n += float64(started(&s.ts[k])) / s.span / float64(len(s.ts))
	}
	s.rate[program] += n
	s.most[program] += n * s.c.net.links[link].amplification()
}

// all are the elements that can be overrun: those with workers or a limit.
func (s *surveyor) all() []Stability {
	flushed := s.flushed()
	var out []Stability
	for i := range s.c.net.stations {
		if e, ok := s.element(i, flushed[i]); ok {
			out = append(out, e)
		}
	}
	rank := map[string]int{Overloaded: 0, Vulnerable: 1, Stable: 2}
	slices.SortStableFunc(out, func(a, b Stability) int {
		return cmp.Or(cmp.Compare(rank[a.State], rank[b.State]), cmp.Compare(b.Arrives/b.Hidden, a.Arrives/a.Hidden))
	})
	return out
}

// fullAt is the utilisation from which on an element counts as overloaded: what a
// saturated one shows in a run that is not endless.
const fullAt = 0.99

func (s *surveyor) element(at int, flushed float64) (Stability, bool) {
	st := &s.c.net.stations[at]
	e := Stability{Element: st.name, Kind: st.kind, station: at, State: Stable}
	busy := 0.0
	for k := range s.ts {
		e.Arrives += float64(s.ts[k].stations[at].Arrived) / s.span / float64(len(s.ts))
		busy += s.ts[k].stations[at].busy / float64(len(s.ts))
	}
	switch {
	case e.Arrives == 0:
		return e, false
	case st.workers > 0 && busy > 0:
		e.Capacity = e.Arrives / (busy / float64(st.workers*st.replicas))
	case st.limit.rate > 0:
		e.Capacity = st.limit.rate
	default:
		return e, false
	}
	e.Amplification = s.inflow(at)
	e.Hidden = queueing.HiddenCapacityAt(e.Capacity, e.Amplification)
	if flushed > e.Arrives*1.001 {
		e.Flushed = flushed
		e.Hidden *= e.Arrives / flushed
	}
	switch {
	case e.Arrives >= fullAt*e.Capacity:
		e.State = Overloaded
	case e.Arrives > e.Hidden:
		e.State = Vulnerable
	}
	e.Loop = s.loop(at)
	e.Fluid = s.fluid(at, e.Arrives/e.Capacity)
	return e, true
}

// inflow is how many times as much arrives at a station while it answers nothing: the
// amplification of each call to it times that of what makes the call, weighed by the
// calls.
func (s *surveyor) inflow(at int) float64 {
	most, calls := 0.0, 0.0
	for i := range s.callers {
		for _, v := range s.callers[i] {
			if l := &s.c.net.links[v.link]; l.station == at {
				most += s.most[v.caller] * v.times * l.amplification()
				calls += s.rate[v.caller] * v.times
			}
		}
	}
	for _, program := range s.entered(at) {
		most += s.most[program]
		calls += s.rate[program]
	}
	if calls == 0 {
		return 1
	}
	return math.Max(most/calls, 1)
}

// entered are the programs that users and messages start at a station.
func (s *surveyor) entered(at int) (out []int) {
	for i := range s.c.net.sources {
		if src := &s.c.net.sources[i]; s.c.net.links[src.link].station == at {
			out = append(out, src.program)
		}
	}
	for i := range s.c.net.groups {
		if g := &s.c.net.groups[i]; s.c.net.links[g.link].station == at {
			out = append(out, g.program)
		}
	}
	return out
}

// loop are the edges that amplify on the way to a station, those that end there first,
// then by their amplification.
func (s *surveyor) loop(at int) []LoopEdge {
	var direct, above []LoopEdge
	seen, climbed := map[string]bool{}, map[int]bool{}
	add := func(list *[]LoopEdge, l *link) {
		if a := l.amplification(); a > 1 && !seen[l.name] {
			seen[l.name] = true
			*list = append(*list, LoopEdge{Edge: l.name, Attempts: max(l.retry.attempts, 1), Budget: l.budget.share, Timeout: l.timeout.Seconds(), Amplification: a})
		}
	}
	var climb func(program int)
	climb = func(program int) {
		if climbed[program] {
			return
		}
		climbed[program] = true
		for _, v := range s.callers[program] {
			if s.rate[v.caller] > 0 {
				add(&above, &s.c.net.links[v.link])
				climb(v.caller)
			}
		}
	}
	var callers []int
	for i := range s.callers {
		for _, v := range s.callers[i] {
			if l := &s.c.net.links[v.link]; l.station == at && s.rate[v.caller] > 0 {
				add(&direct, l)
				callers = append(callers, v.caller)
			}
		}
	}
	for _, program := range callers {
		climb(program)
	}
	byAmount := func(a, b LoopEdge) int { return cmp.Compare(b.Amplification, a.Amplification) }
	slices.SortStableFunc(direct, byAmount)
	slices.SortStableFunc(above, byAmount)
	return append(direct, above...)
}

// fluid is the closed form of the outage beyond which an element stays down, where it
// holds: all that is sent is sent three times or more without a budget, in vain.
func (s *surveyor) fluid(at int, rho float64) float64 {
	const leastAttempts, leastRho, leastLoad = 3, 0.4, 1.2
	timeout := 0.0
	attempts := math.Inf(1)
	for i := range s.c.net.links {
		l := &s.c.net.links[i]
		if l.station != at || !s.used(i) {
			continue
		}
		if l.timeout == 0 || l.budget.kind != unlimited || l.abandoned != continues || l.breaker.window != noBreaker {
			return 0
		}
		attempts = math.Min(attempts, float64(max(l.retry.attempts, 1)))
		if t := l.timeout.Seconds(); timeout == 0 || t < timeout {
			timeout = t
		}
	}
	st := &s.c.net.stations[at]
	if !(attempts >= leastAttempts) || rho < leastRho || rho >= 1 || attempts*rho < leastLoad || st.queue >= 0 && float64(st.queue) < 2*timeout*float64(st.workers) {
		return 0
	}
	return queueing.CapacityLoss{Rho: rho, Timeout: timeout}.CriticalOutage()
}

// used reports whether anything went over a link.
func (s *surveyor) used(link int) bool {
	return slices.ContainsFunc(s.ts, func(t tally) bool { return t.links[link].Calls > 0 })
}

// flushed is what arrives at each station when the caches before it are empty: besides
// what does, what they answer now.
func (s *surveyor) flushed() []float64 {
	out := make([]float64, len(s.c.net.stations))
	for i := range out {
		for k := range s.ts {
			out[i] += float64(s.ts[k].stations[i].Arrived) / s.span / float64(len(s.ts))
		}
	}
	for i := range s.c.net.caches {
		kept := 0.0 // lookups per second that go no further
		for k := range s.ts {
			kept += float64(s.ts[k].caches[i].Hits) / s.span / float64(len(s.ts))
		}
		for station, times := range s.behind(i) {
			out[station] += kept * times
		}
	}
	return out
}

// behind are the stations that a miss of a cache reaches, and how often.
func (s *surveyor) behind(cache int) map[int]float64 {
	out := map[int]float64{}
	users := 0.0
	for i := range s.c.net.programs {
		steps := s.c.net.programs[i].steps
		for k := range steps {
			if steps[k].kind != lookup || steps[k].cache != cache {
				continue
			}
			users++
			for j := k + 1; j < min(steps[k].to, len(steps)); j++ {
				if steps[j].kind == invoke {
					out[s.c.net.links[steps[j].link].station] += steps[j].chance * math.Max(steps[j].times, 1)
				}
			}
		}
	}
	for station := range out {
		out[station] /= users
	}
	return out
}

// touches are the sources whose requests reach a station, and the groups whose messages
// do.
func (c *compiler) touches(station int) (sources, groups []int) {
	reaches := make([]bool, len(c.net.programs))
	for range maxDepth { // calls go at most so deep
		changed := false
		for i := range c.net.programs {
			if reaches[i] {
				continue
			}
			for _, st := range c.net.programs[i].steps {
				if st.kind == invoke && (c.net.links[st.link].station == station || reaches[st.program]) {
					reaches[i], changed = true, true
					break
				}
			}
		}
		if !changed {
			break
		}
	}
	for i := range c.net.sources {
		src := &c.net.sources[i]
		if reaches[src.program] || c.net.links[src.link].station == station {
			sources = append(sources, i)
		}
	}
	for i := range c.net.groups {
		g := &c.net.groups[i]
		if reaches[g.program] || c.net.links[g.link].station == station {
			groups = append(groups, i)
		}
	}
	return sources, groups
}
