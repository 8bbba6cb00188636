package sim

import (
	"slices"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/fact"
)

// What the simulation takes for granted where a design does not say it. Each is a
// fact like any other, with the range in which it may lie and what it rests on; those
// that a result used are listed in it.

var storeFailover = fact.Fact{
	ID: "sim.store-failover", Value: fact.Quantity{Kind: fact.Duration, N: 60}, Origin: fact.Assumed, Low: 5, High: 120,
	Reason: "time without writes while the loss of a primary is noticed and its standby promoted: Amazon documents 60 to 120 s for RDS Multi-AZ, a few seconds for quorum-based stores",
}

var copyFailover = fact.Fact{
	ID: "sim.copy-failover", Value: fact.Quantity{Kind: fact.Duration, N: 10}, Origin: fact.Assumed, Low: 1, High: 60,
	Reason: "time that a broker or a shared cache is away while another of its nodes takes the lead: an election takes seconds, noticing the loss the rest",
}

// assume is the design's own fact with the id, or else the simulation's assumption.
func (c *compiler) assume(id arch.Path, otherwise *fact.Fact) float64 {
	f, ok := c.a.FactOf(id)
	if !ok {
		f = *otherwise
	}
	if !slices.ContainsFunc(c.assumed, func(g fact.Fact) bool { return g.ID == f.ID }) {
		c.assumed = append(c.assumed, f)
	}
	return f.Value.N
}
