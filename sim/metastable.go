package sim

import (
	"cmp"
	"context"
	"math"
	"slices"
	"time"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/diag"
	"plumb.dev/plumb/fact"
)

// Metastability says whether a design that is pushed over comes back by itself, and what
// keeps it down where it does not.
type Metastability struct {
	Scenario Scenario `json:"scenario"`
	// Elements are those that can be overrun, the weakest first.
	Elements []Stability `json:"elements"`
	// Trials are simulations of what Elements says: of the weakest that are vulnerable,
	// or of the fault of the scenario where it has one.
	Trials      []Trial `json:"trials"`
	Runs        int     `json:"runs"`
	Events      uint64  `json:"events"`
	Interrupted bool    `json:"interrupted,omitempty"`
}

// Trial pushes one element over and watches.
type Trial struct {
	Element string `json:"element"`
	// Trigger is the fault that pushes; its length is what is looked for.
	Trigger string `json:"trigger"`
	// Empty and Full are the shares of what is offered that come through in the end from
	// two starting states: nothing there, and as much there as users wait for. Two ends
	// of the same system under the same load make it bistable.
	Empty    float64 `json:"goodput_from_empty"`
	Full     float64 `json:"goodput_from_full"`
	Bistable bool    `json:"bistable"`
	// Outage is how long the trigger may last for the design to recover by itself, by
	// bisection; Breaks is 0 where it recovered from the longest tried.
	Outage Break `json:"outage"`
	// After is what goes on when the trigger of length At is over: for Outage.Breaks, or
	// for the longest tried.
	At    float64 `json:"at"`
	After Drift   `json:"after"`
	// Watched is how many seconds were watched after the trigger of length At. Needed is
	// how long what it left may take to be worked off and forgotten where nothing keeps
	// the design down; told where it is longer than what was watched, which is as many
	// seconds as the events of a run allow: what is down then may be on its way back.
	Watched float64 `json:"watched"`
	Needed  float64 `json:"needed,omitempty"`
	// Remedies are single changes of a policy, tried under the trigger of length At in
	// the order of their price; the first that recovers ends the search, and is Cure.
	Remedies []Remedy `json:"remedies,omitempty"`
	Cure     *Remedy  `json:"cure,omitempty"`
}

// Drift is where a system goes when what disturbed it is over.
type Drift struct {
	// Goodput is the share of what is offered to the flows through the element that
	// comes through at the end of the watch.
	Goodput float64 `json:"goodput"`
	// Waiting is what waits at the end, Slope how it changes per second over the second
	// half of the watch (least squares).
	Waiting float64 `json:"waiting"`
	Slope   float64 `json:"slope"`
	// State is recovered when nine tenths of the undisturbed goodput come through,
	// recovering when not yet and what waits falls by a tenth or more, down otherwise.
	State string `json:"state"`
	// Empty is in how many seconds nothing would wait any more, where it recovers.
	Empty float64 `json:"empty_in,omitempty"`
}

// Remedy is a change of a policy and what it does for a design that stays down.
type Remedy struct {
	Change Change `json:"change"`
	Says   string `json:"says"`
	// Price a month, 0 for a setting; Priced tells whether it is known.
	Price  float64 `json:"price_per_month"`
	Priced bool    `json:"priced"`
	// Decision and Option are what a person pins for the design to have the change; ""
	// where it is a number that the decision works out.
	Decision arch.DecisionID `json:"decision,omitempty"`
	Option   arch.OptionID   `json:"option,omitempty"`
	After    Drift           `json:"after"`
}

// Recovers reports whether the remedy ends the outage.
func (r *Remedy) Recovers() bool { return r.After.State != down }

// The states of a drift.
const (
	back       = "recovered"
	recovering = "recovering"
	down       = "down"
)

// Bounds of a search for what is metastable.
const (
	mostTrials   = 3
	mostRemedies = 12
	tries        = 2 // replications of each run, unless the scenario says more
	surveyFor    = 20 * time.Second
	surveyEvents = 300_000
	triggerAt    = 10 * time.Second
	leastOutage  = 0.5 // seconds
	mostOutage   = 120.0
	leastWatch   = 30 * time.Second
	mostWatch    = 2 * time.Minute
	// watchTimeouts is how many timeouts of the element's callers are watched after the
	// trigger: several rounds of retries.
	watchTimeouts = 20
	// watchEvents is how many events a run may make for what takes longer than that to
	// come back: what a run without a given length is sized for.
	watchEvents = steadyEvents
	measured    = 0.4 // of what is watched, at its end
	narrow      = 4   // halvings of the gap between an outage survived and one not
)

// FindMetastable says how an architecture stands under a scenario's load once something
// pushes it over. The element of the scenario's first fault is tried when it has one,
// else the weakest elements that are vulnerable. When ctx ends, the answer is what was
// found until then.
func FindMetastable(ctx context.Context, a *arch.Arch, s Scenario) (Metastability, diag.List) {
	m := searcher{ctx: ctx, a: a, s: s}
	calm, list := m.survey()
	if list.HasErrors() || m.stopped() {
		m.out.Interrupted = m.stopped()
		return m.out, list
	}
	for _, e := range m.tried() {
		if m.stopped() {
			break
		}
		if more := m.trial(m.pushed(e, calm), e); more.HasErrors() {
			return m.out, more
		}
	}
	m.out.Interrupted = m.stopped()
	return m.out, list
}

// searcher looks for what is metastable.
type searcher struct {
	ctx context.Context
	a   *arch.Arch
	s   Scenario
	out Metastability
}

// survey makes the undisturbed run, and sees where each element stands.
func (m *searcher) survey() (counted, diag.List) {
	if m.s.Replications == 0 {
		m.s.Replications = tries
	}
	m.s.Holds, m.s.Shape = nil, nil
	calm := m.s
	calm.Faults, calm.WarmUp, calm.For = nil, 5*time.Second, surveyFor
	r, counts, list := m.run(calm)
	if !list.HasErrors() && !m.stopped() && r.Events < surveyEvents { // so rare that twenty seconds tell little
		calm.WarmUp, calm.For = 0, 0
		r, counts, list = m.run(calm)
	}
	m.out.Scenario = r.Scenario
	m.out.Scenario.Faults = m.s.Faults
	if !list.HasErrors() && !m.stopped() {
		m.out.Elements = survey(counts).all()
	}
	return counts, list
}

func (m *searcher) stopped() bool { return m.ctx.Err() != nil }

func (m *searcher) run(s Scenario) (Result, counted, diag.List) {
	r, counts, list := run(m.ctx, m.a, s)
	m.out.Runs++
	m.out.Events += r.Events
	return r, counts, list
}

// tried are the elements to push over.
func (m *searcher) tried() (out []Stability) {
	if len(m.s.Faults) > 0 {
		name := m.s.Faults[0].Element
		i := slices.IndexFunc(m.out.Elements, func(e Stability) bool { return e.Element == name })
		if i < 0 { // a deployable: its weakest process; a zone, an external without a limit
			i = slices.IndexFunc(m.out.Elements, func(e Stability) bool { return arch.Short(arch.Path(e.Element)) == name })
		}
		if i >= 0 {
			return m.out.Elements[i : i+1]
		}
		return []Stability{{Element: name, station: -1}}
	}
	for _, e := range m.out.Elements {
		if e.State == Vulnerable && len(out) < mostTrials {
			out = append(out, e)
		}
	}
	return out
}

// pushed is one element under its trigger.
type pushed struct {
	*searcher
	trigger Fault
	least   time.Duration // watched after each trigger
	back    func(outage float64) float64
	pace    float64 // events a second
	station int     // -1 for all flows
	calm    float64 // goodput of the undisturbed run
	most    float64 // the longest outage that is tried, seconds
	cut     bool    // the last run reached its bound of events
}

// pushed makes an element ready for its trigger.
func (m *searcher) pushed(e Stability, calm counted) *pushed {
	p := &pushed{searcher: m, station: e.station, most: mostOutage, trigger: Fault{Kind: Hang, Element: e.Element}}
	if len(m.s.Faults) > 0 {
		p.trigger = m.s.Faults[0]
	}
	p.trigger.At = triggerAt
	p.calm = p.goodput(calm)
	p.least, p.pace = calm.c.watch(e.station), calm.c.pace()
	p.back = func(outage float64) float64 {
		_, back := calm.c.slowest(outage)
		if e.station >= 0 && e.Capacity > 0 { // measured
			st := &calm.c.net.stations[e.station]
			back = math.Max(back, st.comesBack(outage, calm.c.s.Patience.Seconds(), e.Arrives, float64(st.workers*st.replicas)/e.Capacity))
		}
		return back
	}
	return p
}

// watch is how long is watched after an outage, so that what comes back by itself is seen
// to when the last two fifths are measured, and how long that would be without a bound on
// the events of a run.
func (p *pushed) watch(outage float64) (watched time.Duration, needed float64) {
	needed = math.Max(p.least.Seconds(), p.back(outage)/(1-measured))
	most := math.Max(p.least.Seconds(), watchEvents/math.Max(p.pace, 1e-9)-outage)
	return time.Duration(math.Min(needed, most) * float64(time.Second)).Round(time.Second), needed
}

// trial pushes an element over for longer and longer, and looks for what would help.
func (m *searcher) trial(p *pushed, e Stability) diag.List {
	t := Trial{Element: e.Element, Trigger: p.trigger.What(), Empty: p.calm}
	list := p.fromFull(&t)
	if !list.HasErrors() && !m.stopped() {
		list = p.outage(&t, e.Fluid)
	}
	if !list.HasErrors() && !m.stopped() && t.Outage.Breaks > 0 {
		list = p.remedies(&t, e)
	}
	if t.At > 0 {
		watch, needed := p.watch(t.At)
		if t.Watched = watch.Seconds(); needed > t.Watched+1 {
			t.Needed = needed
		}
	}
	m.out.Trials = append(m.out.Trials, t)
	return list
}

// watch is how long is watched after a trigger.
func (c *compiler) watch(station int) time.Duration {
	longest := 0.0
	for i := range c.net.links {
		if l := &c.net.links[i]; l.station == station && l.name != "" && c.edges[arch.EdgeID(l.name)] != nil {
			longest = math.Max(longest, l.timeout.Seconds())
		}
	}
	return min(max(time.Duration(watchTimeouts*longest*float64(time.Second)), leastWatch), mostWatch)
}

// fromFull runs without the trigger from a state in which as much is there as users
// wait for.
func (p *pushed) fromFull(t *Trial) diag.List {
	s := p.s
	s.Faults = nil
	s.Backlog = s.Patience
	if s.Backlog == 0 {
		s.Backlog = defaultPatience
	}
	watch, _ := p.watch(s.Backlog.Seconds())
	s.WarmUp, s.For = s.Backlog+watch*6/10, watch*4/10
	r, counts, list := p.run(s)
	if list.HasErrors() || r.Interrupted {
		return list
	}
	t.Full = p.goodput(counts)
	t.Bistable = t.Empty-t.Full > 0.1
	return list
}

// under runs with the trigger for so many seconds and sees what goes on after it.
func (p *pushed) under(seconds float64, changes ...Change) (Drift, diag.List) {
	s := p.s
	f := p.trigger
	f.For = time.Duration(seconds * float64(time.Second))
	s.Faults = []Fault{f}
	s.Changes = append(slices.Clone(s.Changes), changes...)
	over := f.At + f.For
	watch, _ := p.watch(seconds)
	s.WarmUp, s.For = over+watch*6/10, watch*4/10
	s.Slices = min(max(int((s.WarmUp+s.For).Seconds()), timelineSlices), maxPieces)
	r, counts, list := p.run(s)
	if list.HasErrors() || r.Interrupted {
		return Drift{}, list
	}
	if p.cut = r.Cut; p.cut {
		return Drift{}, list
	}
	d := Drift{Goodput: p.goodput(counts)}
	d.judge(r.Timeline, over+watch/2, p.calm)
	return d, list
}

// judge tells the state of a system from its goodput and from what waits since a time.
func (d *Drift) judge(line []Slice, since time.Duration, calm float64) {
	n, sx, sy, sxx, sxy := 0.0, 0.0, 0.0, 0.0, 0.0
	first, last := math.Inf(1), 0.0
	for _, s := range line {
		if s.At < since {
			continue
		}
		x := s.At.Seconds()
		n, sx, sy, sxx, sxy = n+1, sx+x, sy+s.Waiting, sxx+x*x, sxy+x*s.Waiting
		first, last = math.Min(first, x), math.Max(last, x)
		d.Waiting = s.Waiting
	}
	if spread := n*sxx - sx*sx; n > 1 && spread > 0 {
		d.Slope = (n*sxy - sx*sy) / spread
	}
	at := func(x float64) float64 { return (sy + d.Slope*(n*x-sx)) / n }
	switch {
	case d.Goodput >= backAt*calm:
		d.State = back
	case n > 1 && d.Slope < 0 && at(first)-at(last) > 0.1*at(first):
		d.State = recovering
		d.Empty = math.Max(0, d.Waiting/-d.Slope)
	default:
		d.State = down
	}
}

// goodput is the share of what was offered after the warm-up that came through, of the
// flows through the element.
func (p *pushed) goodput(r counted) float64 {
	sources, groups := make([]int, 0, len(r.c.net.sources)), []int(nil)
	if p.station >= 0 {
		sources, groups = r.c.touches(p.station)
	} else {
		for i := range r.c.net.sources {
			sources = append(sources, i)
		}
	}
	good, offered := 0.0, 0.0
	for k := range r.ts {
		for _, i := range sources {
			f := &r.ts[k].flows[i]
			good += float64(f.Ended[answered])
			offered += float64(f.Offered)
		}
		if len(sources) == 0 {
			for _, i := range groups {
				g := &r.ts[k].groups[i]
				good += float64(g.Done)
				offered += float64(g.Published)
			}
		}
	}
	if offered == 0 {
		return 1
	}
	return good / offered
}

// outage looks for the length of the trigger from which on the design stays down,
// beginning where the closed form says, where it holds.
func (p *pushed) outage(t *Trial, fluid float64) diag.List {
	t.Outage.Of = "outage"
	var list diag.List
	try := func(x float64) bool {
		d, more := p.under(x)
		if list = more; more.HasErrors() || p.stopped() || p.cut {
			return false
		}
		if d.State == down {
			t.Outage.Breaks, t.At, t.After = x, x, d
		} else {
			t.Outage.Holds = math.Max(t.Outage.Holds, x)
			if t.Outage.Breaks == 0 {
				t.At, t.After = x, d
			}
		}
		return true
	}
	x := leastOutage
	if fluid > 0 && fluid < p.most/2 {
		x = fluid / 1.5
	}
	for ; x <= p.most && t.Outage.Breaks == 0; x *= 2 {
		if !try(x) {
			return list
		}
	}
	for n := 0; n < narrow && t.Outage.Breaks > 0; n++ {
		if !try((t.Outage.Holds + t.Outage.Breaks) / 2) {
			return list
		}
	}
	return list
}

// remedies tries single changes until one makes the design recover from an outage it
// does not recover from by itself, half as long again as the shortest such.
func (p *pushed) remedies(t *Trial, e Stability) diag.List {
	t.At = 1.5 * t.Outage.Breaks
	list := p.candidates(e)
	for _, r := range list[:min(len(list), mostRemedies)] {
		d, problems := p.under(t.At, r.Change)
		if problems.HasErrors() || p.stopped() || p.cut {
			return problems
		}
		r.After = d
		t.Remedies = append(t.Remedies, r)
		if r.Recovers() {
			t.Cure = &t.Remedies[len(t.Remedies)-1]
			break
		}
	}
	return nil
}

// candidates are the changes worth trying, those that cost nothing but a setting first,
// then by their price.
func (p *pushed) candidates(e Stability) (out []Remedy) {
	add := func(c Change) {
		if slices.ContainsFunc(out, func(r Remedy) bool { return r.Change == c }) {
			return
		}
		r := Remedy{Change: c, Says: c.String(), Priced: true}
		if c.Policy == ReplicaCount {
			r.Price, r.Priced = price(p.a, c)
		}
		r.Decision, r.Option = carried(p.a, c)
		out = append(out, r)
	}
	for _, l := range e.Loop { // the loop itself
		if l.Budget == 0 {
			add(Change{RetryBudget, l.Edge, 0.1})
		}
	}
	for _, l := range e.Loop {
		add(Change{RetryAttempts, l.Edge, 1})
	}
	if len(e.Loop) > 1 {
		add(Change{RetryBudget, "", 0.1})
	}
	for _, c := range Remedies(p.a, e.Element) {
		add(c)
	}
	slices.SortStableFunc(out, func(a, b Remedy) int {
		if a.Priced != b.Priced { // what it costs is not known: last
			if a.Priced {
				return -1
			}
			return 1
		}
		return cmp.Compare(a.Price, b.Price)
	})
	return out
}

// carried is the option of the design's decisions that has a change; "" where none has.
func carried(a *arch.Arch, c Change) (decision arch.DecisionID, option arch.OptionID) {
	switch c.Policy {
	case DropExpired:
		decision, option = arch.DecisionID(c.Of+".queue"), "in-time"
	case LastInFirst:
		decision, option = arch.DecisionID(c.Of+".queue"), newestFirst
	case AdaptiveConcurrency:
		decision, option = "shedding", "adaptive"
	}
	if d := a.Decision(decision); d == nil || d.Option(option) == nil || c.Value == 0 {
		return "", ""
	}
	return decision, option
}

// price is what more replicas of a process cost a month: the design's processors are
// shared out by cores.
func price(a *arch.Arch, c Change) (float64, bool) {
	cores, more := 0.0, 0.0
	for i := range a.Deployables {
		d := &a.Deployables[i]
		for k := range d.Roles {
			p := &d.Roles[k]
			cores += p.CPU.N * p.Replicas.N
			if string(d.ID)+"."+p.Name == c.Of {
				more = p.CPU.N * math.Max(0, c.Value-p.Replicas.N)
			}
		}
	}
	for _, part := range a.Cost.Parts {
		if part.Name == "processors" && cores > 0 && part.Value.Kind == fact.Money {
			return part.Value.N * more / cores, true
		}
	}
	return 0, false
}
