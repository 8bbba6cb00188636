package model

import (
	"cmp"
	"fmt"
	"slices"

	"plumb.dev/plumb/fact"
	"plumb.dev/plumb/queueing"
)

// rateAgainstVolume compares how often a use case is asked for with how many
// instances are said to come: each run creates one, or moves one once.
func (r *reconciler) rateAgainstVolume() {
	for _, u := range r.m.UseCases {
		for _, a := range u.Creates {
			r.rateAgainst(u, a, "creates")
		}
		for _, a := range movedBy(u) {
			if !slices.Contains(u.Creates, a) && !loops(a, u) {
				r.rateAgainst(u, a, "moves")
			}
		}
	}
}

// loops reports whether an instance can take one of the steps of u more than once.
func loops(a *Aggregate, u *UseCase) bool {
	for _, p := range u.Moves {
		if p.Aggregate == a && leadsTo(a.States, p.To, p.From) {
			return true
		}
	}
	return false
}

// leadsTo reports whether transitions lead from one state to another.
func leadsTo(l *Lifecycle, from, to string) bool {
	reached := map[string]bool{from: true}
	for range l.States {
		for _, m := range l.Moves {
			if reached[m.From] {
				reached[m.To] = true
			}
		}
	}
	return reached[to]
}

// rateAgainst compares one use case with one aggregate.
func (r *reconciler) rateAgainst(u *UseCase, a *Aggregate, verb string) {
	if !r.stated(a.Inflow) {
		return
	}
	each := 1.0 // instances per run
	if batch(u) && u.Items.Known() {
		if verb != "creates" || len(u.Creates) > 1 || len(u.Changes) > 0 {
			return // what the items are is not said
		}
		each = u.Items.N
	}
	l := &u.Load
	c := rateClash{
		r: r, u: u, a: a, verb: verb, each: each,
		perDay: a.Inflow.N * day, inPeak: l.Peak.N * l.Lasts.N * each, atMost: l.Peak.N * day * each, onAverage: l.Average.N * day * each,
		facts: []fact.ID{l.Peak.Fact, l.Lasts.Fact, a.Inflow.Fact, l.Average.Fact},
	}
	const slack = 1.001 // people round what they write
	switch {
	case r.stated(l.Peak) && c.inPeak > c.perDay*slack:
		c.peakTooHigh()
	case r.stated(l.Peak) && verb == "creates" && len(a.CreatedBy) == 1 && c.atMost*slack < c.perDay:
		c.peakTooLow()
	case r.stated(l.Average) && c.onAverage > 1.5*c.perDay:
		c.averageTooHigh()
	case verb == "creates" && len(u.On) > 0 && !u.Asked() && c.onAverage > 1.5*c.perDay:
		c.startedTooOften()
	}
}

// rateClash is a use case that creates or moves more, or fewer, instances than are
// said to come. The numbers are instances per day.
type rateClash struct {
	r                                 *reconciler
	u                                 *UseCase
	a                                 *Aggregate
	verb                              string
	each                              float64
	perDay, inPeak, atMost, onAverage float64
	facts                             []fact.ID
}

func (c *rateClash) ask(wrong float64, asks, finding string, answers ...Answer) {
	c.r.ask(c.u.Path, (0.4+0.4*wrong)*importance(c.u), asks, finding, c.facts, answers...)
}

func (c *rateClash) peakTooHigh() {
	l := &c.u.Load
	c.ask(1-c.perDay/c.inPeak,
		fmt.Sprintf("Which holds for %s: the peak of %s or the volume of %s %s a day?", c.u.Name, rateText(l.Peak.N), countText(c.perDay), c.a.Name),
		fmt.Sprintf("%s for %s %s %s %s; a day is said to bring %s", rateText(l.Peak.N), durationText(l.Lasts.N), c.verb, countText(c.inPeak), c.a.Name, countText(c.perDay)),
		Answer{"both: the peak is a rare day", fmt.Sprintf("the peak of %s sizes capacity, the volume of %s a day sizes storage and cost", rateText(l.Peak.N), countText(c.perDay))},
		Answer{"the peak, and it comes every day", fmt.Sprintf("at least %s %s a day: storage and cost grow %s-fold", countText(c.inPeak), c.a.Name, fact.FormatNumber(c.inPeak/c.perDay, 2))},
		Answer{"the volume", fmt.Sprintf("the peak is about %s (a sixth of the day in its busiest hour), and capacity shrinks with it", rateText(c.perDay/6/hour/c.each))})
}

func (c *rateClash) peakTooLow() {
	l := &c.u.Load
	c.ask(1-c.atMost/c.perDay,
		fmt.Sprintf("How do %s %s a day come to be?", countText(c.perDay), c.a.Name),
		fmt.Sprintf("%s creates them alone; at its peak of %s all day long it would make %s", c.u.Name, rateText(l.Peak.N), countText(c.atMost)),
		Answer{"the volume holds", fmt.Sprintf("the peak of %s is at least %s", c.u.Name, rateText(c.perDay/day/c.each))},
		Answer{"the peak holds", fmt.Sprintf("at most %s %s a day; storage shrinks with it", countText(c.atMost), c.a.Name)},
		Answer{"another use case creates them too", "add it, with its load"})
}

func (c *rateClash) averageTooHigh() {
	l := &c.u.Load
	c.ask((1-c.perDay/c.onAverage)/2,
		fmt.Sprintf("Which holds for %s: the average of %s or the volume of %s %s a day?", c.u.Name, rateText(l.Average.N), countText(c.perDay), c.a.Name),
		fmt.Sprintf("%s %s %s %s a day, of which %s are said to come", rateText(l.Average.N), c.verb, countText(c.onAverage), c.a.Name, countText(c.perDay)),
		Answer{"the average, for capacity; the volume, for storage", "some requests fail or repeat; both numbers stand"},
		Answer{"the average", fmt.Sprintf("%s %s a day; storage grows with it", countText(c.onAverage), c.a.Name)},
		Answer{"the volume", fmt.Sprintf("the average of %s is %s", c.u.Name, rateText(c.perDay/day/c.each))})
}

// startedTooOften: each event that comes would create one.
func (c *rateClash) startedTooOften() {
	events := make([]string, len(c.u.On))
	for i, e := range c.u.On {
		events[i] = e.Name
	}
	c.ask((1-c.perDay/c.onAverage)/2,
		fmt.Sprintf("Does every %s make %s create one %s?", list(events), c.u.Name, c.a.Name),
		fmt.Sprintf("%s comes %s times a day and starts %s each time; of %s %s a day are said to come", list(events), countText(c.onAverage), c.u.Name, c.a.Name, countText(c.perDay)),
		Answer{fmt.Sprintf("no, %s of the runs do", shareText(c.perDay/c.onAverage)), "the runs size capacity, the volume sizes storage"},
		Answer{"yes", fmt.Sprintf("%s %s a day: storage and cost grow %s-fold; write it as volume", countText(c.onAverage), c.a.Name, fact.FormatNumber(c.onAverage/c.perDay, 2))},
		Answer{"another event should start it", "one that is emitted only where there is something to create"})
}

// mostLooks is how many looks of one kind a person plausibly takes per thing they
// order, book or send: three hundred pages an order would be a catalogue read from
// end to end.
const (
	mostLooks  = 300
	usualLooks = 30
)

// requestsPerEvent compares the looks of an actor with what the same actor brings
// about.
func (r *reconciler) requestsPerEvent() {
	for _, u := range r.m.UseCases {
		if !r.stated(u.Load.Average) && !r.stated(u.Load.Peak) || u.writesAny() || (u.Result != "one" && u.Result != "list") {
			continue
		}
		event := r.businessEvent(u)
		if event == nil {
			continue
		}
		// Like is held against like: peak against peak where both are stated.
		looks, does, when := u.Load.Average, event.Load.Average, "on average"
		if r.stated(u.Load.Peak) && r.stated(event.Load.Peak) && !(r.stated(looks) && r.stated(does)) {
			looks, does, when = u.Load.Peak, event.Load.Peak, "at the peak"
		}
		if !(does.N > 0) {
			continue
		}
		ratio := looks.N / does.N
		if ratio <= mostLooks {
			continue
		}
		r.ask(u.Path, 0.3*importance(u),
			fmt.Sprintf("Are there %s %s for each %s?", countText(ratio), u.Name, event.Name),
			fmt.Sprintf("%s against %s %s; people rarely look more than %d times for each thing they do", rateText(looks.N), rateText(does.N), when, mostLooks),
			[]fact.ID{looks.Fact, does.Fact},
			Answer{"yes", "machines or crawlers read too; both numbers stand, and a cache pays"},
			Answer{"no, fewer looks", fmt.Sprintf("%s falls to about %s %s", u.Name, rateText(does.N*usualLooks), when)},
			Answer{"no, more events", fmt.Sprintf("%s rises to about %s %s", event.Name, rateText(looks.N/usualLooks), when)})
	}
}

// businessEvent is what the people who look at something do most often: the
// creation they ask for at the highest stated average.
func (r *reconciler) businessEvent(u *UseCase) *UseCase {
	var best *UseCase
	for _, v := range r.m.UseCases {
		shares := slices.ContainsFunc(v.By, func(a *Actor) bool { return slices.Contains(u.By, a) && populationOf(a.Channels) == people })
		if !shares || len(v.Creates) == 0 || !r.stated(v.Load.Peak) && !r.stated(v.Load.Average) {
			continue
		}
		if best == nil || v.Load.Average.N > best.Load.Average.N {
			best = v
		}
	}
	return best
}

// A person needs some seconds per request, even at the most hectic counter; an
// account that asks more often is a program.
const secondsPerRequest = 3

// accountsAgainstLoad compares a peak with the people who are said to cause it.
func (r *reconciler) accountsAgainstLoad() {
	for _, u := range r.m.UseCases {
		if !r.stated(u.Load.Peak) || u.Result == "stream" || u.Result == "upload" || u.Result == "conversation" || len(u.ByExternals) > 0 {
			continue
		}
		people, known := 0.0, len(u.By) > 0
		var facts []fact.ID
		for _, a := range u.By {
			n := a.Accounts
			if r.stated(a.Online) {
				n = a.Online
			}
			known = known && r.stated(n) && !a.Guest && populationOf(a.Channels) != machines
			people += n.N
			facts = append(facts, n.Fact)
		}
		if !known || people <= 0 || u.Load.Peak.N*secondsPerRequest <= people {
			continue
		}
		r.ask(u.Path, byShare(1-people/secondsPerRequest/u.Load.Peak.N)*importance(u),
			fmt.Sprintf("Who causes %s of %s?", rateText(u.Load.Peak.N), u.Name),
			fmt.Sprintf("%s people share it: one request each per %s", countText(people), durationText(people/u.Load.Peak.N)),
			append(facts, u.Load.Peak.Fact),
			Answer{"the peak holds", "programs ask in their name, or there are more people than stated; capacity follows the peak"},
			Answer{"the people hold", fmt.Sprintf("the peak is at most about %s", rateText(people/secondsPerRequest))})
	}
}

// limitAgainstLoad compares the calls that cannot wait with what an external
// accepts, per second and at once.
func (r *reconciler) limitAgainstLoad() {
	for _, x := range r.m.Externals {
		if !x.Limit.Known() && !x.Concurrent.Known() {
			continue
		}
		demand, facts, largest := r.demandOn(x)
		if x.Limit.Known() && demand > x.Limit.N {
			refused := Answer{"the surplus is refused or answered without it", fmt.Sprintf("a limiter at %s; what has a fallback uses it first", rateText(x.Limit.N))}
			raised := Answer{"the limit is raised", fmt.Sprintf("to %s, agreed with %s before the peak", rateText(demand*1.2), x.Name)}
			waits := r.waitAtLimit(x, largest, demand)
			answers := []Answer{refused, raised, waits}
			if canWait(x, largest) {
				answers = []Answer{waits, raised, refused}
			}
			r.ask(x.Path, byShare(1-x.Limit.N/demand),
				fmt.Sprintf("What happens to calls of %s above its limit of %s?", x.Name, rateText(x.Limit.N)),
				fmt.Sprintf("at the peak %s calls arrive that cannot wait, most of them from %s: %s of them are too many", rateText(demand), largest.Name, shareText(1-x.Limit.N/demand)),
				append(facts, x.Limit.Fact), answers...)
		}
		mean := x.Latency.P50.N
		if x.Concurrent.Known() && demand*mean > x.Concurrent.N {
			r.ask(x.Path, byShare(1-x.Concurrent.N/(demand*mean)),
				fmt.Sprintf("What happens to calls of %s above the %s it takes at once?", x.Name, countText(x.Concurrent.N)),
				fmt.Sprintf("%s of %s each are %s at once (rate x time)", rateText(demand), durationText(mean), countText(demand*mean)),
				append(facts, x.Concurrent.Fact, x.Latency.P50.Fact),
				Answer{"the surplus waits in line or is answered without it", fmt.Sprintf("a pool of %s connections, and answers that come later at the peak", countText(x.Concurrent.N))},
				Answer{"more at once is agreed", fmt.Sprintf("%s connections, with room for the slow ones", countText(demand*x.Latency.P99.N))})
		}
	}
}

// canWait reports whether the calls of u alone are above the limit, and what it makes,
// or what whoever waits for it makes, has a state in which it can stand until the queue
// is through.
func canWait(x *External, u *UseCase) bool {
	alone := 0.0
	for i := range u.Calls {
		if c := &u.Calls[i]; c.External == x {
			alone += u.Load.Peak.N * c.Chance.N * c.Times.N
		}
	}
	stands := func(u *UseCase) bool { return u.Asked() && u.Pending() != "" }
	return alone > x.Limit.N && (stands(u) || slices.ContainsFunc(u.FollowsUp, stands))
}

// waitAtLimit is the answer that lets calls wait: how many are left over when the peak
// ends, how long the last of them waits, and what times out meanwhile.
func (r *reconciler) waitAtLimit(x *External, u *UseCase, demand float64) Answer {
	lasts := u.PeakLasts()
	left := (demand - x.Limit.N) * lasts
	wait := left / x.Limit.N
	means := fmt.Sprintf("a queue before %s, drained at its limit: after a peak of %s %s wait, the last of them %s", x.Name, durationText(lasts), countText(left), durationText(wait))
	for _, p := range u.Moves {
		for _, t := range p.Aggregate.States.timersOf(p.From) {
			if t.After.N < wait {
				means += fmt.Sprintf("; %s leaves %s after %s, so what waits longer becomes %s", p.Aggregate.Name, t.State, durationText(t.After.N), t.To)
			}
		}
	}
	return Answer{"the calls may wait", means}
}

// timersOf are the timers of a state.
func (l *Lifecycle) timersOf(state string) []Timer {
	if l == nil {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(l.Timers), func(t Timer) bool { return t.State != state })
}

// peakAgainstPatience finds calls that may wait, for no longer than was said, before an
// external that takes fewer than arrive at the peak: what is left over when the peak
// ends is served at the limit.
func (r *reconciler) peakAgainstPatience() {
	for _, x := range r.m.Externals {
		if !x.Limit.Known() || x.Limit.N <= 0 {
			continue
		}
		demand, lasts := 0.0, 0.0
		facts := []fact.ID{x.Limit.Fact}
		var hurried *UseCase
		var patience fact.Number
		for _, u := range r.m.UseCases {
			for i := range u.Calls {
				c := &u.Calls[i]
				if c.External != x {
					continue
				}
				demand += u.Load.Peak.N * c.Chance.N * c.Times.N
				facts = append(facts, u.Load.Peak.Fact)
				lasts = max(lasts, u.PeakLasts())
				if (c.Later || !u.waitedFor()) && r.stated(c.Within) && (hurried == nil || c.Within.N < patience.N) {
					hurried, patience = u, c.Within
				}
			}
		}
		late := queueing.PeakWait(demand, x.Limit.N, lasts)
		if hurried == nil || late <= patience.N {
			continue
		}
		r.ask(x.Path, byShare(1-patience.N/late),
			fmt.Sprintf("May what %s leaves for %s come %s late?", hurried.Name, x.Name, durationText(late)),
			fmt.Sprintf("at the peak %s calls arrive for %s, and it takes %s: at the end %s wait, where %s are allowed", rateText(demand), durationText(lasts), rateText(x.Limit.N), countText((demand-x.Limit.N)*lasts), durationText(patience.N)),
			append(facts, patience.Fact),
			Answer{"yes, after a peak", fmt.Sprintf("the queue drains at %s; the time stated holds on ordinary days", rateText(x.Limit.N))},
			Answer{"the limit is raised", fmt.Sprintf("to %s, agreed with %s before the peak", rateText(demand*lasts/(lasts+patience.N)), x.Name)},
			Answer{"some of it is left out", fmt.Sprintf("%s of the calls at the peak are dropped or put into one", shareText(1-x.Limit.N*(1+patience.N/lasts)/demand))})
	}
}

// PeakLasts is how long the use case's peak lasts, seconds; that of what starts it
// where it has none of its own, and an hour where nobody says.
func (u *UseCase) PeakLasts() float64 {
	if u.Load.Lasts.Known() {
		return u.Load.Lasts.N
	}
	longest := 0.0
	for _, v := range u.FollowsUp {
		longest = max(longest, v.Load.Lasts.Or(0))
	}
	for _, e := range u.On {
		for _, v := range e.EmittedBy {
			longest = max(longest, v.Load.Lasts.Or(0))
		}
	}
	return cmp.Or(longest, hour)
}

// demandOn adds up the calls of an external that cannot wait, at the peak.
func (r *reconciler) demandOn(x *External) (demand float64, facts []fact.ID, largest *UseCase) {
	most := 0.0
	for _, u := range r.m.UseCases {
		for i := range u.Calls {
			c := &u.Calls[i]
			if c.External != x || c.Later || !u.waitedFor() {
				continue
			}
			calls := u.Load.Peak.N * c.Chance.N * c.Times.N
			demand += calls
			facts = append(facts, u.Load.Peak.Fact)
			if calls > most {
				most, largest = calls, u
			}
		}
	}
	return demand, facts, largest
}

// waitedFor reports whether somebody waits while the use case runs: it is asked
// for, or a step of something that is.
func (u *UseCase) waitedFor() bool {
	if u.Asked() {
		return true
	}
	for _, v := range u.FollowsUp {
		for i := range v.Then {
			if v.Then[i].UseCase == u && !v.Then[i].Later && v.Asked() {
				return true
			}
		}
	}
	return false
}
