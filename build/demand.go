package build

import (
	"math"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/decide"
	"plumb.dev/plumb/fact"
	"plumb.dev/plumb/model"
)

// What steps take. The model gives the time of a use case's own work with the store
// in it; the catalogue gives the time of a store. The work step is what remains of
// the first without the second, so that the sum is what was stated or assumed.

// work is the computing of a use case beside its accesses, those that a cache saves
// included.
func (b *builder) work(u *model.UseCase, reads, writes []arch.Step) arch.Step {
	s := plainStep("work", fact.Phrase(u.Name))
	stored := 0.0
	inputs := []fact.ID{u.Work.P50.Fact}
	for _, list := range [][]arch.Step{reads, writes} {
		for i := range list {
			if list[i].Kind == "store" {
				stored += list[i].Demand.P50.N * list[i].Chance * list[i].Times
				inputs = append(inputs, list[i].Demand.P50.Fact)
			}
		}
	}
	own := math.Max(u.Work.P50.N-stored, u.Work.P50.N*decide.LeastOwn)
	id := fact.ID("flows." + u.Name + ".work")
	p50 := b.derive(id+".p50", fact.Duration, own, "its own time less what its store takes, at least a fifth of it", inputs...)
	p99 := b.derive(id+".p99", fact.Duration, own*u.Work.P99.N/math.Max(u.Work.P50.N, 1e-9), "in the proportion of its own 99th percentile to the median", p50.Fact, u.Work.P99.Fact, u.Work.P50.Fact)
	s.Demand = arch.Demand{Shape: "lognormal", P50: p50, P99: p99}
	return s
}

// access is one access to the store of a context.
func (b *builder) access(u *model.UseCase, c *decide.Context, mode, name string) arch.Step {
	s := plainStep("store", name)
	s.Mode = mode
	id, ok := b.storeAt[c.ID]
	if !ok {
		s.Kind = "work" // a context that keeps nothing
		return s
	}
	s.Target = string(id)
	s.Edge = storeEdge(c.Unit, id)
	s.Demand = b.storeTime(string(b.p.Choice(subject(string(c.ID), "store"))), mode)
	return s
}

// look is a read of an aggregate in the store of a context; a list or a report takes
// there what is not the use case's own of its work.
func (b *builder) look(u *model.UseCase, a *model.Aggregate, c *decide.Context, name string) arch.Step {
	s := b.access(u, c, "read", name)
	list := decide.ListTime(u, a)
	if s.Kind != "store" || list <= s.Demand.P50.N {
		return s
	}
	id := fact.ID("flows." + u.Name + ".list")
	p50 := b.derive(id+".p50", fact.Duration, list, "what is looked for, filtered and sorted in the store: four fifths of its time", u.Work.P50.Fact)
	p99 := b.derive(id+".p99", fact.Duration, list*u.Work.P99.N/u.Work.P50.N, "in the proportion of its 99th percentile to the median", p50.Fact, u.Work.P99.Fact, u.Work.P50.Fact)
	s.Demand = arch.Demand{Shape: "lognormal", P50: p50, P99: p99}
	return s
}

// invocation is a step in another context, which reaches an aggregate or a use case
// there; across deployables it is a call and costs a hop.
func (b *builder) invocation(u *model.UseCase, to *decide.Deployable, reaches, name string) arch.Step {
	s := plainStep("invoke", name)
	s.Target = string(to.ID)
	if from := b.unit(u); from != to {
		s.Edge = callEdge(u, reaches)
		s.Demand = b.hop()
	}
	return s
}

// hop is the time a call between two deployables takes beside the work.
func (b *builder) hop() arch.Demand {
	rtt, over := b.reference("network.rtt-zones"), b.reference("network.hop-overhead")
	inputs := []fact.ID{rtt.Fact, over.Fact}
	n := rtt.N + over.N
	rule := "round trip between zones and what a call costs to send and take"
	if tech := b.p.Choice("mesh"); tech != "" && tech != "none" {
		if added := b.catalogued(string(tech), "added-p99"); added.Known() {
			n += added.N
			inputs = append(inputs, added.Fact)
			rule += ", and the mesh"
		}
	}
	return arch.Demand{Shape: "constant", P50: b.derive("network.hop", fact.Duration, n, rule, inputs...)}
}

// publishTime is what handing an event to the broker takes.
func (b *builder) publishTime(ch arch.ChannelID) arch.Demand {
	tech := ""
	for _, c := range b.carriers() {
		tech = c
		if d, known := b.demands["publish."+c+"."+string(ch)]; known {
			return d
		}
	}
	d := arch.Demand{Shape: "lognormal", P50: b.catalogued(tech, "publish-p50"), P99: b.catalogued(tech, "publish-p99")}
	b.demands["publish."+tech+"."+string(ch)] = d
	return d
}

// lookup is a look into a cache, with the reads behind it for what it does not have.
func (b *builder) lookup(u *model.UseCase, c arch.Cache, reads []arch.Step) arch.Step {
	s := plainStep("cache", "look for the answer in the "+c.Where+" cache")
	s.Target = c.ID
	if c.Where == "shared" {
		s.Edge = arch.EdgeID(string(b.unit(u).ID) + "/" + c.ID)
		s.Demand = b.storeTime(c.Technology, "read")
	}
	for i := range reads {
		reads[i].Chance *= 1 - c.HitRatio.N
	}
	s.Steps = reads
	return s
}
