package plumb_test

import (
	"context"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"plumb.dev/plumb"
	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/fact"
	"plumb.dev/plumb/sim"
)

// How far what a design states and what simulating it shows may lie apart, as a share of
// the greater, beside what is chance: a rate is a sum of stated rates; what is at work
// rests on means of what is waited for; a percentile on sums of log-normals. A hit ratio
// is held to points.
const (
	rateTolerance    = 0.1
	workTolerance    = 0.2
	latencyTolerance = 0.2
	hitTolerance     = 0.03
)

// predicted is a number that a design states and the number that simulating it shows.
type predicted struct {
	what             string
	design, simulate float64
	within, chance   float64
}

func (p predicted) holds() bool {
	return math.Abs(p.design-p.simulate) <= p.within*math.Max(p.design, p.simulate)+p.chance
}

// comparison collects what can be compared.
type comparison struct {
	a    *arch.Arch
	r    *plumb.Simulation
	span float64 // seconds simulated, over all replications
	out  []predicted
}

func (c *comparison) add(what string, design, simulate, within, chance float64) {
	c.out = append(c.out, predicted{what, design, simulate, within, chance})
}

// rare is four deviations of a rate that so many seconds of Poisson arrivals show.
func (c *comparison) rare(rate float64) float64 { return 4*math.Sqrt(rate/c.span) + 4/c.span }

// elements are the processes, stores and externals: how much is asked of each, and how
// much is in hand.
func (c *comparison) elements() {
	at := map[string]*sim.Element{}
	for i := range c.r.Elements {
		at[c.r.Elements[i].Name] = &c.r.Elements[i]
	}
	for i := range c.a.Deployables {
		d := &c.a.Deployables[i]
		for k := range d.Roles {
			p := &d.Roles[k]
			e := at[string(d.ID)+"."+p.Name]
			if e == nil {
				continue
			}
			c.add("at work in "+e.Name, p.AtWork.N, e.Busy, workTolerance, p.AtWork.N/math.Max(e.Arrived, 1e-9)*c.rare(e.Arrived)+0.02)
			turned := 0.0
			for _, cause := range e.Turned {
				turned += cause.Share
			}
			c.add("turned away at "+e.Name, 0, turned, 0, 0.001+4*math.Sqrt(0.001/math.Max(1, e.Arrived*c.span)))
		}
	}
	for i := range c.a.Stores {
		st := &c.a.Stores[i]
		if e := at[string(st.ID)]; e != nil {
			asked := st.Writes.N + st.Reads.N
			c.add("statements of "+e.Name, asked, e.Arrived, rateTolerance, c.rare(e.Arrived))
			if open, ok := c.a.FactOf(fact.ID("stores." + e.Name + ".pool.open")); ok {
				c.add("connections of "+e.Name, open.Value.N, e.Busy, workTolerance, open.Value.N/math.Max(asked, 1e-9)*c.rare(asked)+0.02)
			}
		}
	}
}

// edges are the calls over each. A throttle lets no more through than it says; what
// takes back what failed is counted on for the peak, and nothing fails here.
func (c *comparison) edges() {
	for i := range c.r.Edges {
		shown := &c.r.Edges[i]
		for k := range c.a.Edges {
			e := &c.a.Edges[k]
			if string(e.ID) != shown.Name || e.ToKind == "channel" { // an outbox sends batches
				continue
			}
			calls, through := e.Peak.N, shown.Calls
			if e.Backlog != nil && e.RateLimit != nil {
				calls = math.Min(calls, e.RateLimit.Rate.N)
			}
			if c.undoes(e) {
				through = math.Max(through, calls)
			}
			c.add("calls over "+shown.Name, calls, through, rateTolerance, c.rare(calls))
		}
	}
}

func (c *comparison) undoes(e *arch.Edge) bool {
	for i := range c.a.Sagas {
		for _, st := range c.a.Sagas[i].Steps {
			for _, use := range e.Use {
				if st.Compensation == use {
					return true
				}
			}
		}
	}
	return false
}

func (c *comparison) caches() {
	for i := range c.r.Caches {
		shown := &c.r.Caches[i]
		for k := range c.a.Caches {
			if c.a.Caches[k].ID == shown.Name {
				c.add("hit ratio of "+shown.Name, c.a.Caches[k].HitRatio.N, shown.HitRatio.Estimate, 0, hitTolerance+2/math.Sqrt(math.Max(shown.Lookups*c.span, 1)))
			}
		}
	}
}

// groups are the consumers: how much comes, and that none falls behind.
func (c *comparison) groups() {
	begun := map[string]float64{}
	for i := range c.r.Channels {
		for k := range c.r.Channels[i].Groups {
			g := &c.r.Channels[i].Groups[k]
			name := strings.TrimSpace(g.Name + " " + g.Flow)
			if g.Calls != "" {
				c.queue(g)
				continue
			}
			c.add("fallen behind in "+name, 0, math.Max(0, g.Published-g.Done), 0, 0.03*g.Published+c.rare(g.Published))
			if g.Flow != "" {
				begun[g.Flow] += g.Published
				continue
			}
			for _, ch := range c.a.Channels {
				for _, sub := range ch.Subscribers {
					if string(ch.ID) == c.r.Channels[i].Name && sub.Group == g.Name {
						c.add("applied by "+name, sub.Copies.N, g.Published, rateTolerance, c.rare(g.Published))
						if g.P99 != nil {
							c.add("lag of "+name+" beyond its bound", 0, math.Max(0, g.P99.Estimate-sub.Lag.N), 0, 1e-9)
						}
					}
				}
			}
		}
	}
	for i := range c.a.Flows {
		if f := &c.a.Flows[i]; begun[string(f.ID)] > 0 {
			c.add("started by events: "+string(f.ID), f.Workload.Peak.N, begun[string(f.ID)], rateTolerance, c.rare(f.Workload.Peak.N))
		}
	}
}

// queue is what waits before a call: at the peak it leaves at the throttle's rate, once
// the burst is used up.
func (c *comparison) queue(g *sim.Group) {
	for i := range c.a.Edges {
		if e := &c.a.Edges[i]; string(e.ID) == g.Calls {
			leaves := e.Peak.N
			if t := e.RateLimit; t != nil {
				leaves = math.Min(leaves, t.Rate.N)
			}
			c.add("leaving the queue of "+g.Calls, leaves, g.Done, rateTolerance, c.rare(leaves))
		}
	}
}

// latencies are the percentiles that use cases promise. The simulation has neither the
// door before the system nor processors to wait for: where these are more than a fifth of
// what is calculated, that is only a bound.
func (c *comparison) latencies() {
	for i := range c.a.Objectives {
		o := &c.a.Objectives[i]
		if o.Kind != "latency" {
			continue
		}
		calculated := o.Achieved.N
		for _, part := range o.Budget {
			if part.Name == "wait for a processor" || c.a.Gateway != nil && part.Name == c.a.Gateway.Technology {
				calculated -= part.Value.N
			}
		}
		for k := range c.r.UseCases {
			if u := &c.r.UseCases[k]; u.UseCase == o.UseCase && u.P99 != nil {
				if calculated < 0.8*o.Achieved.N {
					c.add("p99 of "+string(u.Flow)+" beyond its bound", 0, math.Max(0, u.P99.Low-o.Achieved.N), 0, 1e-9)
					continue
				}
				c.add("p99 of "+string(u.Flow), calculated, u.P99.Estimate, latencyTolerance, (u.P99.High-u.P99.Low)/2+0.001)
			}
		}
	}
}

// What the design predicts is what the simulation shows: of every process, store, edge,
// cache and consumer group of the examples and of systems of other kinds, at the peak.
func TestWhatTheDesignPredictsIsWhatTheSimulationShows(t *testing.T) {
	if testing.Short() {
		t.Skip("simulates the peak of twelve systems")
	}
	files, _ := filepath.Glob("testdata/predicted/*.yaml")
	examples, _ := filepath.Glob("examples/*/plumb.yaml")
	compared := 0
	for _, file := range append(examples, files...) {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		d := plumb.Run(plumb.Input{File: file, Text: text, Quick: true})
		if d.Arch == nil {
			t.Errorf("%s: %v", file, d.Problems)
			continue
		}
		for _, s := range d.Scenarios() {
			if s.Name != "peak" {
				continue
			}
			s.Replications = 3
			r, problems := d.Simulate(context.Background(), s)
			if problems.HasErrors() {
				t.Fatal(problems)
			}
			c := comparison{a: d.Arch, r: &r, span: r.Scenario.For.Seconds() * float64(r.Replications)}
			c.elements()
			c.edges()
			c.caches()
			c.groups()
			c.latencies()
			for _, p := range c.out {
				compared++
				if !p.holds() {
					t.Errorf("%s: %s: the design says %.4g, the simulation %.4g", file, p.what, p.design, p.simulate)
				}
			}
		}
	}
	if compared < 250 {
		t.Errorf("only %d numbers were compared", compared)
	}
	t.Logf("%d numbers compared", compared)
}
