package sim

import (
	"context"
	"math"
	"reflect"
	"testing"

	"plumb.dev/plumb/sim/des"
)

// randomNetwork is a layered system of any size, policy and fault; all its load
// ends at 20 s, so that a run ends with nothing left.
func randomNetwork(seed uint64) (*network, plan) {
	r := des.NewStream(seed, 99)
	pick := func(n int) int { return r.Below(n) }
	ms := func(n int) des.Time { return des.Time(1+pick(n)) * des.Millisecond }
	net := &network{}
	layers := 2 + pick(4)
	for i := range layers {
		st := station{
			name: "layer", kind: "process", replicas: 1 + pick(4), workers: pick(6), queue: pick(40) - 1,
			order: discipline(pick(2)), balance: balancing(pick(4)), errors: float64(pick(3)) * 0.05,
		}
		if pick(4) == 0 {
			st.codel = controlledDelay{target: ms(10), interval: ms(200)}
		}
		net.stations = append(net.stations, st)
		l := link{station: i, timeout: ms(300) * des.Time(pick(2)), deadline: pick(2) == 0, abandoned: abandonment(pick(3))}
		if pick(2) == 0 {
			l.delay, l.delayed = des.Exponential(ms(3)), true
		}
		l.retry = retry{attempts: pick(4), base: ms(20) * des.Time(pick(2)), multiplier: 2, jitter: jitter(pick(3)), spread: 0.3, on: transient}
		l.budget = budget{kind: budgetKind(pick(5)), share: 0.2, most: 10, least: 1}
		l.breaker = breakerSpec{window: windowKind(pick(4)), calls: 5 + pick(20), span: 2 * des.Second, least: 5, threshold: 0.5, open: ms(900), probes: 1 + pick(4)}
		if pick(2) == 0 {
			l.bulkhead = bulkhead{most: 1 + pick(20), wait: ms(30) * des.Time(pick(2))}
		}
		if pick(3) == 0 {
			l.throttle = bucketSpec{rate: 50 + float64(pick(100)), burst: 10}
		}
		net.links = append(net.links, l)
		steps := []step{busy(des.Exponential(ms(10)))}
		if i+1 < layers {
			next := use(i+1, i+1)
			next.soft = pick(3) == 0
			next.times = 0.5 + float64(pick(4))/2
			if pick(2) == 0 {
				steps = append(steps, step{kind: fork, to: 2}, next, next)
			} else {
				steps = append(steps, next)
			}
		}
		if pick(2) == 0 { // before its steps, a look into a cache
			k := cache{station: i * pick(2), keys: zipf(float64(1+pick(300)), float64(pick(3))/2, 64), room: pick(3) * 20, ttl: ms(2000) * des.Time(pick(2)), single: pick(2) == 0, of: "layer"}
			if k.station == 0 {
				k.station = -1
			}
			k.begin(float64(10 * pick(3)))
			looked := []step{{kind: lookup, cache: len(net.caches), to: len(steps) + 2}}
			looked = append(looked, steps...)
			steps = append(looked, step{kind: fill, cache: len(net.caches)})
			net.caches = append(net.caches, k)
		}
		if pick(3) == 0 {
			steps = append(steps, step{kind: respond}, step{kind: stash, chance: 0.7, times: 1.5}, step{kind: deliver, channel: 0}, busy(des.Constant(ms(5))))
		}
		net.programs = append(net.programs, program{name: "layer", steps: steps})
	}
	elaborate(net, seed)
	net.stations = append(net.stations, station{name: "broker", replicas: 1, queue: endless})
	net.channels = []channel{{name: "events", groups: []int{0, 1}, partitions: pick(2) * (1 + pick(7))}}
	net.links = append(net.links, link{station: layers - 1}, link{station: 0}, link{station: layers, timeout: ms(50) * des.Time(pick(2))})
	net.programs = append(net.programs, program{name: "consume", steps: []step{busy(des.Exponential(ms(5)))}}, program{name: "relay", steps: []step{busy(des.Exponential(ms(40))), {kind: carry}}})
	for i := range 2 {
		net.groups = append(net.groups, group{
			name: "consumers", link: layers + i, broker: layers, program: layers, share: 1.5, partitions: net.channels[0].partitions, inFlight: pick(5),
			deliver: 3, backoffs: []des.Time{ms(50)}, session: ms(1000) * des.Time(pick(2)), inbox: i == 0,
		})
	}
	// The first layer runs a saga: its own steps may have to be undone, by the last layer,
	// or are tried until they are done.
	if pick(2) == 0 {
		steps := []step{{kind: mark}}
		for _, s := range net.programs[0].steps {
			switch s.kind { // what is marked comes first
			case lookup:
				s.to++
			case fill:
				s.to++
			}
			steps = append(steps, s)
		}
		last := use(layers-1, layers-1)
		net.programs[0].steps = append(steps, step{kind: pass}, last)
		net.sagas = []saga{{name: "saga", timeout: ms(20000), pause: ms(500), undo: len(net.programs)}}
		net.programs = append(net.programs, program{name: "undo", steps: []step{{kind: owed, to: 2}, last}})
	}
	net.relays = []relay{{name: "outbox", link: layers + 2, program: layers + 1, interval: ms(200), capture: pick(2) == 0, batch: 1 + pick(50)}}
	rate := 20 + float64(pick(150))
	net.sources = []source{{
		name: "requests", rate: rate, gap: des.Poisson(rate), wait: ms(400) * des.Time(pick(2)),
		load: []Point{{0, 1}, {10 * des.Second, 1}, {10 * des.Second, 2}, {12 * des.Second, 1}, {20 * des.Second, 1}, {20 * des.Second, 0}},
	}}
	p := plan{seed: seed, until: 20 * des.Minute, events: 20_000_000, slice: des.Second}
	for range pick(4) {
		s := strike{at: des.Time(pick(15)) * des.Second, kind: []FaultKind{Kill, Slow, Errors, Down, Hang, Partition, Flush, Poison, HotKey}[pick(9)], station: pick(layers + 1), count: 1 + pick(2), factor: 0.7}
		s.link, s.requests, s.answers = pick(layers+3), pick(3) > 0, pick(3) > 0
		if s.kind == Flush && len(net.caches) == 0 {
			continue
		}
		if s.kind == Slow {
			s.factor = 4
		}
		s.until = s.at + ms(5000)
		p.strikes = append(p.strikes, s)
	}
	return net, p
}

// elaborate gives the links and stations of every second network policies that adapt.
func elaborate(net *network, seed uint64) {
	r := des.NewStream(seed, 98)
	for i := range net.links {
		if seed%2 == 0 {
			return
		}
		l, st := &net.links[i], &net.stations[net.links[i].station]
		if r.Below(3) == 0 {
			l.hedge = hedge{delay: des.Time(1+r.Below(60)) * des.Millisecond, most: 2 + r.Below(3), cancels: r.Below(2) == 0}
		}
		if r.Below(4) == 0 {
			l.shedding = shedding{rule: sheddingRule(1 + r.Below(3)), k: 0.9 + r.Float64(), span: 10 * des.Second, most: 0.9}
		}
		if r.Below(4) == 0 {
			l.limiter = []limiterSpec{netflixLimiter, vegasLimiter, additiveLimiter}[r.Below(3)]
		}
		if r.Below(4) == 0 {
			st.limiter = envoyLimiter
			st.limiter.interval = 2 * des.Second
		}
		if r.Below(3) == 0 {
			st.ejection = ejection{failures: 1 + r.Below(4), base: 300 * des.Millisecond, longest: des.Second, share: 0.5, panics: 0.3}
		}
		if r.Below(4) == 0 {
			st.order = adaptiveLast
		}
		if r.Below(3) == 0 && st.workers > 0 && i < len(net.links)-1 { // the last layer has the consumers, who keep their partitions
			st.scaling = autoscaling{least: 1, most: 6, first: min(st.replicas, 6), target: 0.3 + 0.6*r.Float64(), sync: des.Second, lag: 2 * des.Second, start: 700 * des.Millisecond}
			st.cores = float64(r.Below(2))
			st.scaling.cores = st.cores
		}
	}
}

func TestWhatComesInComesOut(t *testing.T) {
	for seed := range uint64(80) {
		net, p := randomNetwork(seed)
		e := newEngine(net, &p)
		e.begin(0)
		e.run()
		got := e.close()
		if got.cut {
			t.Errorf("seed %d: the run did not end", seed)
			continue
		}
		f := &got.flows[0]
		if f.Started == 0 || f.Started != f.Finished || float64(f.Finished) != f.all() {
			t.Errorf("seed %d: %d requests began and %d ended, %v by cause", seed, f.Started, f.Finished, f.Ended)
		}
		if v, c, m := e.visits.Len(), e.calls.Len(), e.messages.Len(); v+c+m > 0 {
			t.Errorf("seed %d: %d visits, %d calls, %d messages are left", seed, v, c, m)
		}
		for i := range e.links {
			if l := &e.links[i]; l.placed != 0 || l.inFlight != 0 || l.retries != 0 {
				t.Errorf("seed %d: link %d has %d places taken, %d attempts and %d retries in flight", seed, i, l.placed, l.inFlight, l.retries)
			}
		}
		if f, w := e.flights.Len(), e.waiters.Len(); f+w > 0 {
			t.Errorf("seed %d: %d fetches and %d who wait for one are left", seed, f, w)
		}
		for i := range e.caches {
			sound(t, seed, &net.caches[i], &e.caches[i])
			if k := &got.caches[i]; k.Lookups != k.Hits+k.Misses+k.Shared {
				t.Errorf("seed %d: %d lookups are %d hits, %d misses and %d who waited for another", seed, k.Lookups, k.Hits, k.Misses, k.Shared)
			}
		}
		for i := range got.groups {
			if g := &got.groups[i]; g.Published != g.Done+g.Dead+g.Lost || e.groups[i].working != 0 || g.left != 0 {
				t.Errorf("seed %d: %d messages published, %d done, %d dead, %d worked on, %d left", seed, g.Published, g.Done, g.Dead, e.groups[i].working, g.left)
			}
		}
		for i := range got.sagas {
			if s := &got.sagas[i]; s.Begun != s.Completed+s.Compensated+s.Stuck || s.left != 0 || e.sagas.Len() != 0 {
				t.Errorf("seed %d: %d sagas begun, %d completed, %d taken back, %d stuck, %d left", seed, s.Begun, s.Completed, s.Compensated, s.Stuck, s.left)
			}
		}
		if r := &got.relays[0]; r.Written != r.Sent || r.left != 0 {
			t.Errorf("seed %d: %d messages written into the outbox, %d sent, %d left", seed, r.Written, r.Sent, r.left)
		}
	}
}

// sound holds the list of a cache's copies against their entries and their room.
func sound(t *testing.T, seed uint64, spec *cache, st *cacheState) {
	for _, c := range st.copies {
		listed, held, used := 0, 0, 0
		for at := c.entries[0].next; at != 0 && listed <= len(c.entries); at = c.entries[at].next {
			listed++
			used += spec.keys.weight(int(at) - 1)
		}
		for _, en := range c.entries[1:] {
			if en.expires != absent {
				held++
			}
		}
		if listed != held || used != c.used || spec.room > 0 && used > max(spec.room, spec.keys.each) {
			t.Errorf("seed %d: a copy lists %d entries of %d it has, for %d keys of %d with room for %d", seed, listed, held, used, c.used, spec.room)
		}
	}
}

// Little's law is exact over a run that begins and ends empty: the time that
// requests spend at a station adds up to the number there over time.
func TestLittlesLawHoldsAtEveryStation(t *testing.T) {
	for seed := range uint64(80) {
		net, p := randomNetwork(seed)
		got := trial(t, net, p, 1)[0]
		for i := range got.stations {
			s := &got.stations[i]
			spent, there := s.stays.Seconds(), s.there()*p.until.Seconds()
			if math.Abs(spent-there) > 1e-6*(1+spent) {
				t.Errorf("seed %d, station %d: requests spent %.9g s there, and %.9g were there over time", seed, i, spent, there)
			}
			if st := &net.stations[i]; s.busy > float64(st.workers*max(st.replicas, st.scaling.most)) && net.stations[i].workers > 0 {
				t.Errorf("seed %d, station %d: %.3g workers are busy", seed, i, s.busy)
			}
		}
		same := func(what string, spent des.Time, mean float64) {
			if there := mean * p.until.Seconds(); math.Abs(spent.Seconds()-there) > 1e-6*(1+there) {
				t.Errorf("seed %d, %s: messages spent %.9g s there, and %.9g were there over time", seed, what, spent.Seconds(), there)
			}
		}
		for i := range got.groups {
			g := &got.groups[i]
			same("group", g.stays, g.backlog)
			parts := 0.0
			for _, p := range g.parts {
				parts += p.backlog
			}
			if len(g.parts) > 0 && math.Abs(parts-g.backlog) > 1e-9*(1+parts) {
				t.Errorf("seed %d: %.9g messages wait in a group and %.9g in its partitions", seed, g.backlog, parts)
			}
		}
		for i := range got.sagas {
			same("saga", got.sagas[i].stays, got.sagas[i].open)
		}
		same("outbox", got.relays[0].stays, got.relays[0].backlog)
	}
}

// A system in which everything takes twice the time and comes half as often is the
// same system, seen twice as slowly.
func TestTimeScales(t *testing.T) {
	run := func(k des.Time) *tally {
		net := threeHops()
		for i := range net.links {
			l := &net.links[i]
			l.timeout, l.retry.base, l.retry.most = l.timeout*k, l.retry.base*k, l.retry.most*k
		}
		for i := range net.programs {
			net.programs[i].steps[0].time = net.programs[i].steps[0].time.Scaled(float64(k))
		}
		net.sources[0].gap = net.sources[0].gap.Scaled(float64(k))
		got := trial(t, net, plan{seed: 3, until: 10 * k * des.Second}, 1)[0]
		return &got
	}
	one, four := run(1), run(4)
	a, b := &one.flows[0], &four.flows[0]
	if near := math.Abs(4*a.latency.Mean()/b.latency.Mean() - 1); near > 1e-3 || math.Abs(float64(a.Finished)-float64(b.Finished)) > 3 {
		t.Errorf("%d requests of %.6g ms, and slowed down fourfold %d of %.6g ms", a.Finished, a.latency.Mean()/1e6, b.Finished, b.latency.Mean()/1e6)
	}
}

func TestReplicationsAreTheSameOnAnyNumberOfWorkers(t *testing.T) {
	// The first that has a cache, a saga and partitions beside its policies.
	seed := uint64(1)
	net, p := randomNetwork(seed)
	for len(net.caches) == 0 || len(net.sagas) == 0 || net.channels[0].partitions < 2 {
		seed += 2
		net, p = randomNetwork(seed)
	}
	run := func(workers int) []tally {
		ts, err := replicate(context.Background(), net, &p, &Scenario{Replications: 9, Workers: workers})
		if err != nil {
			t.Fatal(err)
		}
		return ts
	}
	one := run(1)
	for workers := 2; workers <= 8; workers++ {
		if !reflect.DeepEqual(one, run(workers)) {
			t.Errorf("%d workers give another result", workers)
		}
	}
	if reflect.DeepEqual(one[0], one[1]) {
		t.Error("two replications are the same")
	}
}

func TestNothingIsAllocatedPerRequest(t *testing.T) {
	net := threeHops()
	p := plan{seed: 1, until: 20 * des.Second, events: 1 << 40}
	e := newEngine(net, &p)
	e.begin(0)
	e.run()
	allocated := testing.AllocsPerRun(1, func() {
		e.clock.Extend(e.clock.Now()+20*des.Second, 1<<40)
		e.run()
	})
	if allocated > 20 {
		t.Errorf("%g allocations in 50 thousand requests", allocated)
	}
}

// slowed is a network and its plan with every time k times as long and everything
// coming k times as seldom.
func slowed(net *network, p *plan, k des.Time) {
	f := float64(k)
	for i := range net.stations {
		st := &net.stations[i]
		st.codel.target, st.codel.interval = st.codel.target*k, st.codel.interval*k
		st.limiter.interval, st.limiter.every = st.limiter.interval*k, st.limiter.every*k
		st.ejection.base, st.ejection.longest = st.ejection.base*k, st.ejection.longest*k
		st.scaling = autoscaling{} // its five minutes are those of Kubernetes
	}
	for i := range net.links {
		l := &net.links[i]
		l.delay = l.delay.Scaled(f)
		l.timeout, l.retry.base, l.breaker.span, l.breaker.open, l.bulkhead.wait = l.timeout*k, l.retry.base*k, l.breaker.span*k, l.breaker.open*k, l.bulkhead.wait*k
		l.shedding.span, l.limiter.slow, l.hedge.delay = l.shedding.span*k, l.limiter.slow*k, l.hedge.delay*k
		l.throttle.rate /= f
		if l.budget.kind == perCall {
			l.budget.least /= f
		}
	}
	for i := range net.programs {
		for j := range net.programs[i].steps {
			s := &net.programs[i].steps[j]
			s.time = s.time.Scaled(f)
		}
	}
	for i := range net.sources {
		s := &net.sources[i]
		s.rate, s.gap, s.wait = s.rate/f, s.gap.Scaled(f), s.wait*k
		for j := range s.load {
			s.load[j].At *= k
		}
	}
	for i := range net.groups {
		g := &net.groups[i]
		g.session *= k
		for j := range g.backoffs {
			g.backoffs[j] *= k
		}
	}
	for i := range net.relays {
		net.relays[i].interval *= k
	}
	for i := range net.caches {
		net.caches[i].ttl *= k
	}
	for i := range net.sagas {
		net.sagas[i].timeout, net.sagas[i].pause = net.sagas[i].timeout*k, net.sagas[i].pause*k
	}
	p.until, p.slice = p.until*k, p.slice*k
	for i := range p.strikes {
		p.strikes[i].at, p.strikes[i].until = p.strikes[i].at*k, p.strikes[i].until*k
	}
}

// The same holds of random systems with policies that adapt, caches, channels, outboxes
// and sagas. Times are
// whole nanoseconds, so that after a while a slowed system takes its own course: what
// happens in all of them is compared.
func TestRandomSystemsScale(t *testing.T) {
	type sums struct{ answered, latency, hits, lag, done, batches, settled, repeats float64 }
	run := func(k des.Time) (s sums) {
		for seed := range uint64(80) {
			net, p := randomNetwork(seed)
			slowed(net, &p, k)
			got := trial(t, net, p, 1)[0]
			f := &got.flows[0]
			n := float64(f.latency.Count())
			s.answered += n
			s.latency += n * f.latency.Mean() / float64(k)
			for i := range got.caches {
				s.hits += float64(got.caches[i].Hits)
			}
			for i := range got.groups {
				if g := &got.groups[i]; g.Done > 0 {
					s.done += float64(g.Done)
					s.lag += float64(g.stays) / float64(k)
				}
			}
			s.batches += float64(got.relays[0].Batches)
			for i := range got.sagas {
				s.settled += float64(got.sagas[i].Completed + got.sagas[i].Compensated)
				s.repeats += float64(got.sagas[i].Repeats)
			}
		}
		return s
	}
	one, eight := run(1), run(8)
	for _, x := range []struct {
		of     string
		a, b   float64
		within float64
	}{
		{"answers", one.answered, eight.answered, 0.01}, {"latencies", one.latency, eight.latency, 0.03},
		{"hits", one.hits, eight.hits, 0.01}, {"messages", one.done, eight.done, 0.01}, {"lags", one.lag, eight.lag, 0.05},
		{"batches", one.batches, eight.batches, 0.02}, {"sagas", one.settled, eight.settled, 0.01}, {"repeats", one.repeats, eight.repeats, 0.05},
	} {
		if x.a == 0 || math.Abs(x.b/x.a-1) > x.within {
			t.Errorf("%s: %.6g, and %.6g slowed down eightfold", x.of, x.a, x.b)
		}
	}
}

// The same holds of caches, outboxes, partitions and sagas.
func TestNothingIsAllocatedPerMessageAndLookup(t *testing.T) {
	net := telling(2*des.Millisecond, des.Millisecond, 4, 16)
	net.caches = []cache{{station: 0, keys: zipf(5000, 0.9, 1<<10), ttl: des.Second, room: 500, single: true}}
	net.sagas = []saga{{name: "saga", timeout: des.Minute, pause: des.Second, undo: 3}}
	net.programs[0].steps = []step{
		{kind: mark}, {kind: lookup, to: 4}, busy(des.Exponential(des.Millisecond)), {kind: fill, to: 1},
		{kind: pass}, {kind: stash, chance: 1, times: 1}, {kind: respond}, busy(des.Constant(des.Millisecond)),
	}
	net.programs = append(net.programs, program{name: "undo"})
	p := plan{seed: 1, until: 20 * des.Second, events: 1 << 40}
	e := newEngine(net, &p)
	e.begin(0)
	e.run()
	if n := e.tally.sagas[0].Completed; n < 9000 || e.tally.groups[0].Done < 9000 || e.tally.caches[0].Hits < 1000 {
		t.Fatalf("%d sagas, %d messages, %d hits", n, e.tally.groups[0].Done, e.tally.caches[0].Hits)
	}
	allocated := testing.AllocsPerRun(1, func() {
		e.clock.Extend(e.clock.Now()+20*des.Second, 1<<40)
		e.run()
	})
	if allocated > 20 {
		t.Errorf("%g allocations in 10 thousand requests", allocated)
	}
}
