package sim

import (
	"context"
	"sync"
	"time"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/diag"
	"plumb.dev/plumb/sim/des"
)

// Run simulates an architecture under a scenario. The problems are those of the
// scenario; with an error among them there is no result. When ctx ends, the result
// is what the replications that were done say, and Interrupted is set.
func Run(ctx context.Context, a *arch.Arch, s Scenario) (Result, diag.List) {
	r, _, list := run(ctx, a, s)
	return r, list
}

// counted is a run with what its replications counted.
type counted struct {
	c  *compiler
	p  *plan
	ts []tally
}

func run(ctx context.Context, a *arch.Arch, s Scenario) (Result, counted, diag.List) {
	r, list := makeReady(ctx, a, s)
	if list.HasErrors() {
		return Result{}, counted{}, list
	}
	tallies, err := replicate(ctx, r.c.net, r.p, r.c.s)
	out := r.result(tallies)
	out.Interrupted = err != nil
	return out, counted{r.c, r.p, tallies}, list
}

// ready is a scenario of an architecture, ready to be run.
type ready struct {
	c *compiler
	p *plan
}

// makeReady compiles an architecture under a scenario; with an error among the
// problems there is nothing to run.
func makeReady(ctx context.Context, a *arch.Arch, s Scenario) (*ready, diag.List) {
	list := prepare(&s)
	c := compile(a, &s)
	c.populate()
	strikes, more := c.strikes()
	list = append(list, more...)
	list = append(list, c.unknownFlows()...)
	list = append(list, c.changes()...)
	list = append(list, c.claims()...)
	if len(c.net.sources) == 0 && !list.HasErrors() {
		list.Add(diag.Problem{Code: "sim.no-load", Severity: diag.Error, Path: "scenarios." + s.Name, Message: "no flow of the design has a rate, so nothing would happen"})
	}
	if list.HasErrors() {
		return nil, list
	}
	c.lengths()
	p := &plan{
		seed: s.Seed, warm: des.Time(s.WarmUp), until: des.Time(s.WarmUp + s.For), events: s.Events, strikes: strikes, interrupt: ctx.Done(),
	}
	pieces := des.Time(s.pieces())
	p.slice = max((p.until+pieces-1)/pieces, des.Millisecond)
	return &ready{c, p}, list
}

// replicate makes the replications on the workers there are.
func replicate(ctx context.Context, net *network, p *plan, s *Scenario) ([]tally, error) {
	var mutex sync.Mutex
	done := 0
	return des.Replicate(ctx, s.Replications, max(s.Workers, 1),
		func() *engine { return newEngine(net, p) },
		func(e *engine, n int) tally {
			t := e.replication(n)
			if s.Progress != nil {
				mutex.Lock()
				defer mutex.Unlock()
				done++
				s.Progress(done, s.Replications)
			}
			return t
		})
}

// replication makes one replication; it depends on its number alone.
func (e *engine) replication(n int) tally {
	e.begin(n)
	e.run()
	return e.close()
}

// result is what replications say together, in the order of their numbers.
func (r *ready) result(tallies []tally) Result {
	out := r.c.result(r.p, tallies)
	out.struck, out.calm = lasting(r.p.strikes, r.p.until)
	return out
}

// claims reports those that speak of what is not there.
func (c *compiler) claims() (list diag.List) {
	all := names{a: c.a}
	for i := range c.s.Holds {
		if code, why, hint := c.s.Holds[i].resolve(&all, c.s); why != "" {
			list.Add(diag.Problem{Code: code, Severity: diag.Error, Path: "scenarios." + c.s.Name + ".holds", Message: why, Hint: hint})
		}
	}
	return list
}

// unknownFlows reports rates for flows that are not there.
func (c *compiler) unknownFlows() (list diag.List) {
	var ids []string
	for i := range c.a.Flows {
		ids = append(ids, string(c.a.Flows[i].ID))
	}
	for _, name := range sortedKeys(c.s.Mix) {
		if c.flowNamed(arch.FlowID(name)) == nil {
			list.Add(unknownFlow(c.s.Name, name, ids))
		}
	}
	return list
}

func unknownFlow(scenario, name string, ids []string) diag.Problem {
	p := diag.Problem{Code: "sim.unknown-element", Severity: diag.Error, Path: "scenarios." + scenario + ".mix", Message: "the design has no flow called \"" + name + "\""}
	if near := diag.Nearest(name, ids); near != "" {
		p.Hint = "write " + near
	}
	return p
}

// refilling is for how long an emptied cache counts as a fault that lasts.
const refilling = 5 * des.Second

// lasting is from when to when the strikes of a run last.
func lasting(strikes []strike, until des.Time) (from, to time.Duration) {
	first, last := until, des.Time(0)
	for i := range strikes {
		end := strikes[i].until
		if strikes[i].kind == Flush {
			end = strikes[i].at + refilling
		}
		first, last = min(first, strikes[i].at), max(last, end)
	}
	return time.Duration(first), time.Duration(min(last, until))
}
