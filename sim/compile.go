package sim

import (
	"math"
	"slices"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/fact"
	"plumb.dev/plumb/queueing"
	"plumb.dev/plumb/sim/des"
)

// compiler makes a network of an architecture under a scenario.
type compiler struct {
	a   *arch.Arch
	s   *Scenario
	net *network

	edges    map[arch.EdgeID]*arch.Edge
	flows    map[arch.FlowID]*arch.Flow
	named    map[string]arch.FlowID // the flow of a use case by its name, as steps give it
	stations map[string]int         // process "unit.role", store, external, cache, channel
	links    map[linkKey]int
	leaves   map[leafKey]int
	channels map[string]int
	// at says which flows a process serves.
	processes map[arch.DeployableID][]process
	// published are messages per second by channel at the peak.
	published map[string]float64
	// flowOf is the flow of each source, group and program that begins one.
	flowOf []arch.FlowID // by source
	// changed says which of the scenario's changes found something to change.
	changed []bool
	relays  map[relayKey]int
	// queues are the channels of the queues before calls, by edge.
	queues map[arch.EdgeID]int
	// caches by use, and how often each is asked per second.
	caches map[cacheKey]int
	looked []float64
	// keyed make the popularity of the keys of caches and of partitioned channels.
	keyed []func()
	// assumed are the facts that the design does not state.
	assumed []fact.Fact
}

type process struct {
	station int
	name    string
	flows   []arch.FlowID
	turn    string
}

type linkKey struct {
	edge    arch.EdgeID
	station int
}

type leafKey struct {
	demand  arch.Demand
	channel int
}

// compile makes the network. It never fails: what an architecture leaves open is
// without a limit.
func compile(a *arch.Arch, s *Scenario) *compiler {
	c := &compiler{
		a: a, s: s, net: &network{},
		edges: map[arch.EdgeID]*arch.Edge{}, flows: map[arch.FlowID]*arch.Flow{}, named: map[string]arch.FlowID{}, stations: map[string]int{}, links: map[linkKey]int{}, leaves: map[leafKey]int{},
		channels: map[string]int{}, processes: map[arch.DeployableID][]process{}, published: map[string]float64{},
		changed: make([]bool, len(s.Changes)),
		caches:  map[cacheKey]int{}, relays: map[relayKey]int{}, queues: map[arch.EdgeID]int{},
	}
	for i := range a.Edges {
		c.edges[a.Edges[i].ID] = &a.Edges[i]
	}
	for i := range a.Flows {
		id := a.Flows[i].ID
		c.flows[id] = &a.Flows[i]
		if name := fact.Kebab(string(id)); c.named[name] == "" {
			c.named[name] = id
		}
	}
	c.places()
	for i := range a.Flows {
		if f := &a.Flows[i]; f.Starts != "step" {
			c.publishing(f.Steps, f.Workload.Peak.N)
		}
	}
	for i := range a.Flows {
		c.flow(&a.Flows[i])
	}
	c.copies()
	return c
}

// populate makes what a run alone needs: how often each key is asked for, and what the
// caches hold at the beginning. Whoever only looks at the network does without, because
// the tables take longer than all the rest.
func (c *compiler) populate() {
	for _, fill := range c.keyed {
		fill()
	}
	c.keepWarm()
}

func (c *compiler) flowNamed(id arch.FlowID) *arch.Flow { return c.flows[id] }

// places makes the stations.
func (c *compiler) places() {
	for i := range c.a.Deployables {
		c.deployable(&c.a.Deployables[i])
	}
	for i := range c.a.Stores {
		st := &c.a.Stores[i]
		c.add(station{name: string(st.ID), kind: "store", replicas: 1, workers: whole(st.Pool), queue: -1})
	}
	for i := range c.a.Externals {
		x := &c.a.Externals[i]
		s := station{name: string(x.ID), kind: "external", replicas: 1, queue: -1}
		if x.Availability.Known() {
			s.errors = math.Min(math.Max(1-x.Availability.N, 0), 1)
		}
		if x.Limit.Known() && x.Limit.N > 0 {
			s.limit = bucketSpec{rate: x.Limit.N, burst: math.Max(1, x.Limit.N)} // counted by the second
		}
		c.add(s)
	}
	for i := range c.a.Caches {
		if k := &c.a.Caches[i]; k.Where != "process" {
			c.add(station{name: k.ID, kind: "cache", replicas: 1, queue: -1})
		}
	}
	for i := range c.a.Channels {
		ch := &c.a.Channels[i]
		if ch.Kind == "dead-letter" {
			continue
		}
		c.add(station{name: string(ch.ID), kind: "channel", replicas: 1, queue: -1})
		c.channels[string(ch.ID)] = len(c.net.channels)
		c.net.channels = append(c.net.channels, c.channelOf(ch))
	}
}

func (c *compiler) add(s station) int {
	c.changedStation(&s)
	at := len(c.net.stations)
	if _, taken := c.stations[s.name]; !taken {
		c.stations[s.name] = at
	}
	c.net.stations = append(c.net.stations, s)
	return at
}

// deployable makes a station of each of its processes. Requests are spread in turn;
// consumers take messages when they have a free worker, so the least busy gets one.
func (c *compiler) deployable(d *arch.Deployable) {
	roles := d.Roles
	if len(roles) == 0 {
		roles = []arch.Process{{Name: "serve"}}
	}
	for i := range roles {
		p := &roles[i]
		s := station{
			name: string(d.ID) + "." + p.Name, kind: "process", replicas: max(whole(p.Replicas), 1), workers: whole(p.Workers), queue: -1, zones: true,
		}
		s.cores = p.CPU.N
		if p.Queue.Known() {
			s.queue = whole(p.Queue)
		}
		if p.Turn == newestFirst {
			s.order = lastInFirstOut
		}
		if p.Adaptive {
			s.limiter = envoyLimiter
		}
		if c.pulls(p) {
			s.balance, s.queue = leastRequests, -1 // what is not taken yet stays with the broker
		}
		c.autoscaling(&s, p)
		at := c.add(s)
		c.processes[d.ID] = append(c.processes[d.ID], process{at, p.Name, p.Flows, p.Turn})
	}
}

// Whom a free worker of a process takes, as the architecture says it; what is neither is
// the oldest whose caller still waits.
const (
	inTurn      = "in-turn"
	newestFirst = "newest-first"
)

// turn is whom a station takes next, as the design has decided; "" where it has not.
func (c *compiler) turn(station int) string {
	for _, list := range c.processes {
		for _, p := range list {
			if p.station == station {
				return p.turn
			}
		}
	}
	return ""
}

// leavesOut reports whether a station leaves out what has expired when its turn comes:
// as the design has decided, or else where the deadline comes along.
func (c *compiler) leavesOut(station int, deadline bool) bool {
	if turn := c.turn(station); turn != "" {
		return turn != inTurn
	}
	return deadline
}

// pulls reports whether a process only takes what is there for it: messages, jobs.
func (c *compiler) pulls(p *arch.Process) bool {
	for i := range c.a.Flows {
		if f := &c.a.Flows[i]; slices.Contains(p.Flows, f.ID) && (f.Starts == "request" || f.Starts == "step") {
			return false
		}
	}
	return len(p.Flows) > 0 || p.Consumes
}

// home is the process of a deployable that serves a flow.
func (c *compiler) home(d arch.DeployableID, f arch.FlowID) int {
	list := c.processes[d]
	if len(list) == 0 {
		return c.stationOf(string(d), "process")
	}
	for _, p := range list {
		if slices.Contains(p.flows, f) {
			return p.station
		}
	}
	for _, p := range list {
		if p.name == "serve" {
			return p.station
		}
	}
	return list[0].station
}

// stationOf is a named station; one that the architecture refers to and does not
// list has no limits.
func (c *compiler) stationOf(name, kind string) int {
	if at, ok := c.stations[name]; ok {
		return at
	}
	return c.add(station{name: name, kind: kind, replicas: 1, queue: -1})
}

// link is the use of a station over an edge.
func (c *compiler) link(id arch.EdgeID, station int, hop arch.Demand) int {
	key := linkKey{id, station}
	if at, ok := c.links[key]; ok {
		return at
	}
	l := link{name: string(id), station: station}
	if id == "" {
		l.name = "to " + c.net.stations[station].name
	}
	if e := c.edges[id]; e != nil {
		l.from = string(e.From)
		c.policies(&l, e)
	}
	if hop.P50.Known() && hop.P50.N > 0 {
		l.delay, l.delayed = dist(hop).Scaled(0.5), true // there and back
	}
	at := len(c.net.links)
	c.links[key] = at
	c.net.links = append(c.net.links, l)
	return at
}

// policies of an edge, as the engine understands them.
func (c *compiler) policies(l *link, e *arch.Edge) {
	l.timeout, l.deadline = des.Seconds(e.Timeout.N), e.Deadline
	if e.ToKind == "store" || e.ToKind == "deployable" && c.leavesOut(l.station, e.Deadline) {
		l.abandoned = dropsQueued
	}
	if r := e.Retry; r != nil && r.MaxAttempts > 1 {
		l.retry = retry{
			attempts: min(r.MaxAttempts, 100), base: des.Seconds(r.Base.N), most: des.Seconds(r.Max.N), multiplier: r.Multiplier, on: transient,
		}
		if r.Jitter == "full" {
			l.retry.jitter = fullJitter
		}
		if r.Budget.Known() && r.Budget.N > 0 {
			l.budget = c.savedBudget(r.Budget.N, e)
		}
	}
	if b := e.Breaker; b != nil {
		l.breaker = breakerSpec{
			window: timeWindow, span: des.Seconds(b.Window.N), least: b.MinCalls, threshold: b.Threshold, open: des.Seconds(b.Open.N), probes: b.Probes,
		}
		if b.Window.Kind == fact.Count {
			l.breaker.window, l.breaker.calls = countWindow, min(max(int(b.Window.N), 1), 1<<16)
		}
	}
	if b := e.Bulkhead; b != nil && b.MaxConcurrent > 0 {
		l.bulkhead = bulkhead{most: b.MaxConcurrent, wait: des.Seconds(b.MaxWait.N)}
	}
	if t := e.RateLimit; t != nil && t.Rate.N > 0 {
		l.throttle = bucketSpec{rate: t.Rate.N, burst: math.Max(t.Burst.N, 1)}
		l.patience = des.Seconds(t.MaxWait.N)
	}
	if e.Backlog != nil {
		l.queued, l.patience = true, sagaPause<<6 // a repeat waits for its token
	}
}

// savedBudget is a budget of a share of the successes of an edge.
func (c *compiler) savedBudget(share float64, e *arch.Edge) budget {
	return budget{kind: perSuccess, share: share, most: math.Max(10, savings*share*e.Peak.N)}
}

// savings is for how many seconds of successes a retry budget saves tokens: the
// life of a deposit in Finagle's RetryBudget.
const savings = 10

// soft reports whether a flow goes on when a step fails. What an answer does not need may
// fail; where there is no answer, whatever started the flow does it again: a message is
// delivered again, a job runs again.
func (c *compiler) soft(f *arch.Flow, s *arch.Step) bool {
	if s.Optional || s.Kind == "publish" || s.Kind == "cache" {
		return true // an outbox publishes later; a cache that fails is a miss
	}
	e := c.edges[s.Edge]
	return e != nil && (e.Fallback != "" || !e.Hard && f.Starts != "event" && f.Starts != "schedule")
}

// dist is a service time as a distribution.
func dist(d arch.Demand) des.Dist {
	p50, p99 := d.P50.N, d.P99.N
	switch {
	case !(p50 > 0):
		return des.Dist{}
	case d.Shape == "constant" || !(p99 > p50):
		return des.Constant(des.Seconds(p50))
	case d.Shape == "exponential":
		return des.Exponential(des.Seconds(p50 / math.Ln2))
	}
	return des.LogNormal(des.Seconds(p50), queueing.LogNormalFromP50P99(p50, p99).Sigma)
}

func whole(v arch.Value) int {
	return int(math.Min(math.Max(math.Ceil(v.N-1e-9), 0), 1e6))
}
