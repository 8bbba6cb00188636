package model

import (
	"plumb.dev/plumb/fact"
)

func (c *completion) context() {
	in, ctx := &c.b.context, &c.m.Context
	ctx.Platform.Kind = c.word(&in.platform, "containers", fact.Assumed, "a container image runs on whatever the organisation has")
	ctx.Platform.Fact = in.platform.id
	if n := c.optional(&in.cloud); n.Known() {
		f, _ := c.m.Facts.Get(n.Fact)
		ctx.Platform.Cloud = f.Value.Text
	}
	ctx.Budget, ctx.Currency = c.optional(&in.budget), in.currency
	if x, foreign := exchanges[in.currency]; foreign {
		ctx.Exchange = c.assume(&in.exchange, x.rate, x.low, x.high, "what a US dollar cost in "+in.currency+" in the years before 2026, about")
	} else {
		ctx.Exchange = c.optional(&in.exchange)
	}
	ctx.Horizon, ctx.Growth = c.shared(&in.horizon, planHorizon), c.shared(&in.growth, yearlyGrowth)
	ctx.RecoveryPoint, ctx.RecoveryTime = c.shared(&in.recoverPoint, recoveryPoint), c.shared(&in.recoverTime, recoveryTime)
	ctx.Patience = c.share(patience)
	for i, t := range ctx.Teams {
		t.People, t.Releases = c.shared(&c.b.teams[i].people, teamPeople), c.shared(&c.b.teams[i].releases, teamReleases)
	}
	c.regions()
}

// regions share what is left equally, and lie away from home.
func (c *completion) regions() {
	regions := c.m.Context.Regions
	left, unsaid := 1.0, 0
	for i := range regions {
		r := &regions[i]
		var ok bool
		if r.Share, ok = c.stated(&c.b.context.regions[i].share); ok {
			left -= r.Share.N
		} else {
			unsaid++
		}
	}
	for i := range regions {
		r, in := &regions[i], &c.b.context.regions[i]
		if !r.Share.Known() {
			r.Share = c.derive(&in.share, max(0, left)/float64(unsaid), "the regions without a share divide the rest equally")
		}
		if i == 0 {
			r.Distance = c.derive(&in.distance, 0, "the first region is home")
		} else {
			r.Distance = c.shared(&in.distance, regionDistance)
		}
	}
}

// zones follow from the strictest target: providers promise 99.5% for machines in
// one zone and 99.99% for machines spread over several (Amazon Compute SLA; Azure
// and Google promise the like); three zones keep two when one is lost.
func (c *completion) zones() {
	in, ctx := &c.b.context, &c.m.Context
	strictest, from := 0.0, fact.ID("")
	for _, u := range c.m.UseCases {
		if u.Available.Known() && u.Available.N > strictest {
			strictest, from = u.Available.N, u.Available.Fact
		}
	}
	zones := 1.0
	switch {
	case strictest > 0.9995:
		zones = 3
	case strictest > 0.995:
		zones = 2
	}
	ctx.Zones = c.derive(&in.zones, zones, "one zone up to 99.5%, two up to 99.95%, three above, by the strictest target", from)
}

func (c *completion) actors() {
	for i, a := range c.m.Actors {
		in, who := &c.b.actors[i], populationOf(a.Channels)
		a.Accounts = c.shared(&in.accounts, accountsPeople+shared(who))
		if n, ok := c.stated(&in.online); ok {
			a.Online = n
			continue
		}
		share := c.share(onlinePeople + shared(who))
		a.Online = c.derive(&in.online, a.Accounts.N*share.N, "accounts x share online at the busiest moment", a.Accounts.Fact, share.Fact)
	}
}

func (c *completion) externals() {
	for i, x := range c.m.Externals {
		in := &c.b.externals[i]
		x.Latency = c.distribution(&in.latency)
		x.Availability = c.shared(&in.availability, externalAvailability)
		x.Limit, x.Concurrent, x.HoldsFor = c.optional(&in.limit), c.optional(&in.concurrent), c.optional(&in.holdsFor)
		x.Price, x.Cost = c.optional(&in.price), c.optional(&in.cost)
		x.Idempotent = c.truth(&in.idempotent, "nothing was said; a repeated call may act twice")
		x.Lookup = c.truth(&in.lookup, "nothing was said; an unknown outcome stays unknown")
	}
}

// distribution fills what a call takes: the median and the 99th percentile always,
// the others as written.
func (c *completion) distribution(l *writtenLatency) Latency {
	out := c.latency(l)
	tail := fact.Number{}
	if !out.P50.Known() || !out.P99.Known() {
		tail = c.share(externalTail)
	}
	switch {
	case out.P50.Known() && out.P99.Known():
	case out.P50.Known():
		p99 := out.P50.N * max(tail.N, 1)
		for _, lower := range []fact.Number{out.P90, out.P95} {
			p99 = max(p99, lower.N)
		}
		if out.P999.Known() {
			p99 = min(p99, out.P999.N)
		}
		if out.Max.Known() {
			p99 = min(p99, out.Max.N)
		}
		out.P99 = c.derive(&l.p99, p99, "median x tail", out.P50.Fact, tail.Fact)
	case out.P99.Known():
		out.P50 = c.derive(&l.p50, min(out.P99.N/max(tail.N, 1), lowest(out)), "99th percentile / tail", out.P99.Fact, tail.Fact)
	default:
		p50 := c.share(externalP50)
		median := min(p50.N, lowest(out))
		out.P50 = c.derive(&l.p50, median, "as assumed for externals", p50.Fact)
		p99 := max(median*max(tail.N, 1), out.P90.N, out.P95.N)
		if out.P999.Known() {
			p99 = min(p99, out.P999.N)
		}
		if out.Max.Known() {
			p99 = min(p99, out.Max.N)
		}
		out.P99 = c.derive(&l.p99, p99, "median x tail", out.P50.Fact, tail.Fact)
	}
	return out
}

// lowest is the smallest percentile that is known, or the longest time there is.
func lowest(l Latency) float64 {
	out := 1e12
	for _, n := range []fact.Number{l.P90, l.P95, l.P99, l.P999, l.Max} {
		if n.Known() {
			out = min(out, n.N)
		}
	}
	return out
}
