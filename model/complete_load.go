package model

import (
	"math"
	"slices"

	"plumb.dev/plumb/fact"
)

// inflow works out how often an aggregate comes to be, on average.
func (c *completion) inflow(i int) {
	a, in := c.m.Aggregates[i], &c.b.aggregates[i]
	if n, ok := c.stated(&in.volume); ok {
		a.Volume = n
	}
	if in.grows {
		a.Inflow = a.Volume
		return
	}
	if len(in.creators) > 0 {
		total := 0.0
		for _, u := range in.creators {
			total += c.m.UseCases[u].Load.Average.N * c.perRun(u)
		}
		a.Inflow = c.derive(&in.inflow, total, "sum of the average loads of the use cases that create it", in.creatorFacts...)
		return
	}
	switch {
	case in.volume.said && in.retained.said:
		kept, _ := c.stated(&in.retained)
		a.Inflow = c.derive(&in.inflow, a.Volume.N/max(kept.N, 1), "number / time kept", in.volume.id, in.retained.id)
	case in.volume.said:
		turn, growth := c.share(turnover), c.m.Context.Growth
		perYear := a.Volume.N * (turn.N + growth.N)
		a.Inflow = c.derive(&in.inflow, perYear/year, "number x (turnover + growth) per year", in.volume.id, turn.Fact, growth.Fact)
	default:
		a.Inflow = c.derive(&in.inflow, 0, "no use case creates it")
	}
}

// perRun is how many instances one run of a use case creates: its items where it
// creates one aggregate and changes nothing else.
func (c *completion) perRun(u int) float64 {
	in, v := &c.b.useCases[u], c.m.UseCases[u]
	if in.items.said && len(v.Creates) == 1 && len(v.Changes) == 0 {
		n, _ := c.stated(&in.items)
		return n.N
	}
	return 1
}

func (c *completion) eventRate(i int) {
	e, in := c.m.Events[i], &c.b.events[i]
	switch {
	case len(in.tellers) > 0:
		total := 0.0
		for _, u := range in.tellers {
			total += c.m.UseCases[u].Load.Average.N * c.perRun(u)
		}
		e.Rate = c.derive(&in.rate, total, "sum of the average loads of the use cases that emit it", in.tellerFacts...)
	default:
		e.Rate = c.shared(&in.rate, unheardRate)
	}
}

// load works out how often a use case is asked for. What was written decides how
// the rest follows; an override replaces a number and leaves the way of the others
// as it is.
func (c *completion) load(i int) {
	u, in := c.m.UseCases[i], &c.b.useCases[i]
	s := &in.sources
	l := &u.Load
	l.When = in.when
	longest := -1
	switch {
	case in.peak.said:
		l.Peak, _ = c.stated(&in.peak)
		l.Average = c.averageOf(in, l.Peak)
	case in.average.said:
		l.Average, _ = c.stated(&in.average)
		ratio := c.share(peakPeople + shared(s.who))
		l.Peak = c.derive(&in.peak, l.Average.N*max(ratio.N, 1), "average x ratio of peak to average", in.average.id, ratio.Fact)
	default:
		f := flow{c: c, longest: -1}
		f.useCase(i, c.share(peakPeople+shared(s.who)))
		l.Average = c.derive(&in.average, f.average, f.rule, f.with(s.averages)...)
		l.Peak = c.derive(&in.peak, max(f.peak, l.Average.N), f.rule, f.with(s.peaks)...)
		longest = f.longest
	}
	l.Average.N = min(l.Average.N, l.Peak.N) // one of them may be overridden past the other
	quiet := c.share(quietShare)
	l.Quiet = c.derive(&in.quiet, l.Average.N*quiet.N, "average x share of the quiet hours", in.average.id, quiet.Fact)
	l.Quiet.N = min(l.Quiet.N, l.Average.N)
	l.PerDay = c.derive(&in.perDay, l.Average.N*day, "average over a day", in.average.id)
	c.lasts(i, longest)
	if u.Every != nil {
		u.Every.Period, _ = c.stated(&in.every)
	}
}

// averageOf is the average beside a written peak: as often as what it creates or
// moves is said to come, else a share of the peak.
func (c *completion) averageOf(in *useCaseInput, peak fact.Number) fact.Number {
	s := &in.sources
	if s.counted >= 0 && s.shares {
		return c.averageOfShare(in, peak)
	}
	if s.counted >= 0 {
		comes, part := c.m.Aggregates[s.counted].Inflow, c.passing(s)
		return c.derive(&in.average, min(comes.N*part, peak.N), "as often as what it creates or moves comes", comes.Fact, in.peak.id)
	}
	ratio := c.share(peakPeople + shared(s.who))
	return c.derive(&in.average, peak.N/max(ratio.N, 1), "peak / ratio of peak to average", in.peak.id, ratio.Fact)
}

// averageOfShare is the average of one of several use cases that create the same thing:
// what its peak would make it, as long as all of them together make no more than is said
// to come; else the larger ones share equally what the smaller ones leave. Without that,
// rare peaks would send ever so many through all that follows what they create.
func (c *completion) averageOfShare(in *useCaseInput, peak fact.Number) fact.Number {
	s := &in.sources
	comes := c.m.Aggregates[s.counted].Inflow
	inputs := []fact.ID{comes.Fact, in.peak.id}
	of := func(in *useCaseInput, peak fact.Number) float64 {
		ratio := c.share(peakPeople + shared(in.sources.who))
		inputs = append(inputs, ratio.Fact)
		return peak.N / max(ratio.N, 1)
	}
	own := of(in, peak)
	all := []float64{own}
	for _, v := range s.beside {
		w := &c.b.useCases[v]
		other, _ := c.stated(&w.peak)
		all = append(all, of(w, other))
		inputs = append(inputs, w.peak.id)
	}
	slices.Sort(all)
	left := comes.N
	for i, n := range all {
		if most := left / float64(len(all)-i); n > most {
			own = min(own, most)
			break
		}
		left -= n
	}
	return c.derive(&in.average, own, "peak / ratio of peak to average; where all that create it would make more than is said to come, an equal share of what the smaller ones leave", inputs...)
}

// lasts is how long the peak lasts: as written, as that of what starts it, or an
// hour.
func (c *completion) lasts(i, from int) {
	u, in := c.m.UseCases[i], &c.b.useCases[i]
	if from >= 0 && !in.lasts.said {
		source := c.m.UseCases[from].Load
		u.Load.Lasts = c.derive(&in.lasts, source.Lasts.N, "as long as the peak of what starts it", source.Lasts.Fact)
		if u.Load.When.Days == 0 {
			u.Load.When = source.When
		}
		return
	}
	u.Load.Lasts = c.shared(&in.lasts, peakLasts)
}

// flow adds up what starts a use case.
type flow struct {
	c             *completion
	peak, average float64
	rule          string
	// longest is the use case with the largest share of the peak, -1 for none.
	longest int
	largest float64
	extra   []fact.ID
}

func (f *flow) add(peak, average float64) {
	f.peak += peak
	f.average += average
}

// from adds the load of another use case, times a factor.
func (f *flow) from(u int, factor float64) {
	l := &f.c.m.UseCases[u].Load
	f.add(l.Peak.N*factor, l.Average.N*factor)
	if l.Peak.N*factor > f.largest {
		f.largest, f.longest = l.Peak.N*factor, u
	}
}

func (f *flow) useCase(i int, ratio fact.Number) {
	c, u, in := f.c, f.c.m.UseCases[i], &f.c.b.useCases[i]
	s := &in.sources
	f.rule = "sum over what starts it"
	if s.rule == rulePer { // so many in all, whatever starts it
		f.asked(u, in, ratio)
		return
	}
	for _, e := range s.events {
		f.event(e)
	}
	for _, x := range s.follows {
		step := &c.b.useCases[x.useCase].then[x.step]
		chance, times := c.stepNumber(&step.chance, stepChance), c.stepNumber(&step.times, stepTimes)
		f.from(x.useCase, chance.N*times.N)
	}
	for _, x := range s.undoes {
		undone := c.shared(&c.b.useCases[x].undone, undoneShare)
		f.from(x, undone.N)
	}
	for _, t := range s.timers {
		timed := c.shared(&c.b.aggregates[t.aggregate].timers[t.timer].share, timerShare)
		comes := c.m.Aggregates[t.aggregate].Inflow.N * timed.N
		f.add(comes*ratio.N, comes)
	}
	if u.Every != nil {
		n, _ := c.stated(&in.every)
		f.add(1/max(n.N, 1), 1/max(n.N, 1))
	}
	f.asked(u, in, ratio)
}

// event adds the rate at which an event comes: with the peaks of who tells it, or
// as an external sends it.
func (f *flow) event(e int) {
	in, rate := &f.c.b.events[e], f.c.m.Events[e].Rate.N
	if in.rate.said || len(in.tellers) == 0 {
		f.add(rate*f.c.share(peakMachines).N, rate)
		return
	}
	told := 0.0
	for _, u := range in.tellers {
		told += f.c.m.UseCases[u].Load.Average.N * f.c.perRun(u)
	}
	factor := 1.0 // unless the rate is overridden
	if told > 0 {
		factor = rate / told
	}
	for _, u := range in.tellers {
		f.from(u, f.c.perRun(u)*factor)
	}
}

// asked adds the requests of actors.
func (f *flow) asked(u *UseCase, in *useCaseInput, ratio fact.Number) {
	c, s := f.c, &in.sources
	alone := f.average == 0
	var average float64
	var rule string
	switch s.rule {
	case ruleCreates:
		average, rule = c.m.Aggregates[s.about].Inflow.N, "as often as what it creates comes to be"
	case rulePer:
		n, _ := c.stated(&in.per)
		average, rule = c.m.Aggregates[s.about].Inflow.N*n.N, "so many for each instance that comes"
	case ruleMoves:
		f.extra = append(f.extra, assumptions[branchShare].id)
		average, rule = c.m.Aggregates[s.about].Inflow.N*c.passing(s), "as often as instances pass the step it performs"
	case ruleAccounts:
		average, rule = f.accounts(u), "accounts x requests of each per day"
	default:
		return
	}
	f.add(average*ratio.N, average)
	f.extra = append(f.extra, ratio.Fact)
	if alone {
		f.rule, f.longest = rule, -1
	}
}

// passing is the share of instances that take one of the steps a use case
// performs: all of them on the main path, few for each exception on the way.
func (c *completion) passing(s *sources) float64 {
	if len(s.exceptions) == 0 {
		return 1
	}
	branch := c.share(branchShare)
	part := 0.0
	for _, n := range s.exceptions {
		part += math.Pow(branch.N, float64(n))
	}
	return min(part, 1)
}

// accounts counts requests by who may ask.
func (f *flow) accounts(u *UseCase) float64 {
	total := 0.0
	kind := readsPeople
	if u.writesAny() {
		kind = writesPeople
	}
	for _, a := range u.By {
		each := f.c.share(kind + shared(populationOf(a.Channels)))
		total += a.Accounts.N * each.N / day
		f.extra = append(f.extra, a.Accounts.Fact, each.Fact)
	}
	for range u.ByExternals {
		each := f.c.share(kind + shared(machines))
		total += each.N / day
		f.extra = append(f.extra, each.Fact)
	}
	return total
}

// with adds what turned up on the way to the inputs known from the plan.
func (f *flow) with(ids []fact.ID) []fact.ID {
	if len(f.extra) == 0 {
		return ids
	}
	return append(append(make([]fact.ID, 0, len(ids)+len(f.extra)), ids...), f.extra...)
}
