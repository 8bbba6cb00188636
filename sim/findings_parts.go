package sim

import (
	"fmt"
	"math"
	"slices"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/fact"
)

// What can be seen of whole parts: processes with the calls they make, channels with
// their consumers, chains of calls with the objective above them.

// serving finds the role of a deployable that takes requests: the one called serve, or
// the only one.
func (f *finder) serving(id string) *arch.Process {
	for i := range f.a.Deployables {
		d := &f.a.Deployables[i]
		if string(d.ID) != id {
			continue
		}
		for k := range d.Roles {
			if d.Roles[k].Name == "serve" || len(d.Roles) == 1 {
				return &d.Roles[k]
			}
		}
	}
	return nil
}

// wideBreaker looks at whether the loss of one replica of a callee opens a breaker
// that stands before all of them.
func wideBreaker(f *finder, e *arch.Edge) {
	p := f.serving(e.To)
	if e.Breaker == nil || e.ToKind != "deployable" || p == nil || !(p.Replicas.N >= 2) {
		return
	}
	if share := 1 / p.Replicas.N; share > e.Breaker.Threshold {
		f.add("sim.breaker-too-wide", edgePath(string(e.ID)), fmt.Sprintf("a breaker for each replica, or a threshold above %s", fact.FormatShare(share)),
			"one of %s replicas of %s failing makes %s of the calls fail, and %s open the breaker before all of them", p.Replicas, e.To, fact.FormatShare(share), fact.FormatShare(e.Breaker.Threshold))
	}
}

// beyondPool looks at whether a bulkhead lets as many calls be in flight as the process
// that makes them has workers to wait for them: one hung callee then holds all.
func beyondPool(f *finder, e *arch.Edge) {
	if e.Bulkhead == nil || e.Style != "sync" || len(e.Use) == 0 {
		return
	}
	p := f.running(string(e.From), e.Use[0])
	if p == nil || !(p.Workers.N > 0) {
		return
	}
	if all := p.Workers.N * math.Max(1, p.Replicas.N); float64(e.Bulkhead.MaxConcurrent) >= all {
		f.add("sim.bulkhead-beyond-pool", edgePath(string(e.ID)), fmt.Sprintf("fewer than %.0f, so that a hung %s leaves workers for the rest", all, e.To),
			"%d calls may be in flight, and all replicas of %s %s together have %.0f workers: a hung %s holds every one", e.Bulkhead.MaxConcurrent, e.From, p.Name, all, e.To)
	}
}

// running is the process of a deployable that runs a use case, the one that takes
// requests when none is said to.
func (f *finder) running(id string, useCase arch.Path) *arch.Process {
	for i := range f.a.Deployables {
		d := &f.a.Deployables[i]
		for k := range d.Roles {
			if string(d.ID) == id && slices.Contains(d.Roles[k].Flows, arch.FlowID(arch.Short(useCase))) {
				return &d.Roles[k]
			}
		}
	}
	return f.serving(id)
}

// part is the share of a process's own work that some of its use cases make.
func (f *finder) part(p *arch.Process, of []arch.Path) float64 {
	some, all := 0.0, 0.0
	for i := range f.a.Flows {
		fl := &f.a.Flows[i]
		if !slices.Contains(p.Flows, fl.ID) {
			continue
		}
		work := 0.0
		for k := range fl.Steps {
			if s := &fl.Steps[k]; s.Kind == "work" {
				work += fl.Workload.Peak.N * s.Demand.P50.N * s.Chance * s.Times
			}
		}
		all += work
		if slices.Contains(of, fl.UseCase) {
			some += work
		}
	}
	if all == 0 {
		return 1
	}
	return some / all
}

// partitions looks at whether the consumers of a channel can divide its partitions so
// that none is busier than it can be.
func (f *finder) partitions() {
	zones := math.Max(2, f.a.Placement.Zones.N)
	for i := range f.a.Channels {
		ch := &f.a.Channels[i]
		n := ch.Partitions.N
		if !(n > 1) || ch.Kind == "dead-letter" {
			continue
		}
		for k := range ch.Subscribers {
			sub := &ch.Subscribers[k]
			if len(sub.UseCases) == 0 {
				continue
			}
			at := f.running(string(sub.Deployable), sub.UseCases[0])
			if at == nil || !(at.Replicas.N > 1) || !f.c.pulls(at) { // what takes requests, too, is not busy with these alone
				continue
			}
			consumers := at.Replicas.N
			busy := at.Utilised.N * (zones - 1) / zones * f.part(at, sub.UseCases) // all zones up
			busiest := math.Ceil(n/consumers) / (n / consumers)
			switch load := busiest * busy; {
			case consumers > n && n < consumers*busy:
				f.add("sim.uneven-partitions", "channels."+string(ch.ID), fmt.Sprintf("at least %.0f partitions", consumers),
					"%.0f partitions for %.0f consumers of %s, of which the load keeps %.3g busy: %.0f have nothing to do", n, consumers, sub.Group, consumers*busy, consumers-n)
			case consumers <= n && load >= 1:
				f.add("sim.uneven-partitions", "channels."+string(ch.ID), fmt.Sprintf("a multiple of %.0f", consumers),
					"%.0f partitions for %.0f consumers of %s: the busiest has %s of the mean load, and %s busy it would be", n, consumers, sub.Group, fact.FormatShare(busiest), fact.FormatShare(load))
			}
		}
	}
}

// chains looks at whether the externals that a flow cannot do without, taken
// together, are away for longer than its objective allows.
func (f *finder) chains() {
	up := map[string]float64{}
	for i := range f.a.Externals {
		if x := &f.a.Externals[i]; x.Availability.Known() {
			up[string(x.ID)] = x.Availability.N
		}
	}
	for i := range f.a.Objectives {
		o := &f.a.Objectives[i]
		if o.Kind != "availability" || o.UseCase == "" {
			continue
		}
		for k := range f.a.Flows {
			fl := &f.a.Flows[k]
			if fl.UseCase != o.UseCase || fl.Wait.Known() {
				continue
			}
			product, links := 1.0, 0
			f.chain(fl.Steps, 1, up, &product, &links)
			if links > 1 && product < o.Target.N {
				f.add("sim.chain-misses-objective", "objectives."+string(o.ID), "put what may wait behind a queue, give a fallback, or agree on better availability",
					"it waits for %d others in a row, which are all there %s of the time, and %s is asked for", links, fact.FormatShare(product), fact.FormatShare(o.Target.N))
			}
		}
	}
}

// chain multiplies the availabilities of what steps wait for and cannot do without.
func (f *finder) chain(steps []arch.Step, chance float64, up map[string]float64, product *float64, links *int) {
	for i := range steps {
		s := &steps[i]
		if s.After || s.Optional {
			continue
		}
		c := chance * math.Min(1, s.Chance)
		if e := f.c.edges[s.Edge]; s.Kind == "call" && e != nil && e.Hard && e.Style == "sync" && e.Fallback == "" {
			if a, known := up[s.Target]; known {
				*product *= 1 - c*(1-a)
				*links++
			}
		}
		f.chain(s.Steps, c, up, product, links)
	}
}

// busyCallee looks at whether retries would fill what a callee has left at its peak with a
// zone lost: with a budget of b its load grows to 1 + b times, and from full load on a
// queue never ends.
func busyCallee(f *finder, e *arch.Edge) {
	p := f.serving(e.To)
	if e.Retry == nil || e.Retry.MaxAttempts < 2 || e.ToKind != "deployable" || p == nil || !(p.Utilised.N > 0) || p.Utilised.N >= 1 {
		return
	}
	grown := 1 + e.Retry.Budget.N
	if !(e.Retry.Budget.N > 0) {
		grown = float64(e.Retry.MaxAttempts)
	}
	if load := p.Utilised.N * grown; load >= 1 {
		f.add("sim.budget-unstable", edgePath(string(e.ID)), fmt.Sprintf("a retry budget below %s", fact.FormatShare(1/p.Utilised.N-1)),
			"%s of the processors of %s are busy at peak, and retries may raise that to %s", fact.FormatShare(p.Utilised.N), e.To, fact.FormatShare(load))
	}
}
