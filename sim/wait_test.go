package sim

import (
	"context"
	"math"
	"testing"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/fact"
	"plumb.dev/plumb/queueing"
	"plumb.dev/plumb/sim/des"
)

// What waits for its token leaves at the throttle's rate, the later it comes the longer it
// waits, and is refused only where it would wait too long. A throttle without patience
// refuses all that is beyond its rate.
func TestCallsWaitForTheirTokens(t *testing.T) {
	const rate, offered, span = 50.0, 100.0, 100
	calls := func(patience des.Time, load float64) *tally {
		l := link{throttle: bucketSpec{rate: rate, burst: 1}, patience: patience}
		src := source{gap: des.Constant(seconds(1 / load)), rate: load}
		return &trial(t, single(station{queue: endless}, des.Constant(des.Millisecond), src, l), plan{seed: 1, until: span * des.Second}, 1)[0]
	}
	refused := calls(0, offered)
	near(t, "calls let through without patience", float64(refused.flows[0].Ended[answered]), rate*span, 10)
	near(t, "calls refused", float64(refused.flows[0].Ended[throttled]), (offered-rate)*span, 10)

	patient := calls(10*des.Second, offered)
	f := &patient.flows[0]
	// The wait grows by a second for each second, until it is as long as it may be.
	near(t, "the longest wait", f.latency.Most().Seconds(), 10, 0.2)
	near(t, "calls let through", float64(f.Ended[answered]), rate*span, 20)
	near(t, "calls refused after the first 10 s", float64(f.Ended[throttled]), (offered-rate)*(span-10), 30)

	// As a queue with constant service, M/D/1, below the rate.
	l := link{throttle: bucketSpec{rate: rate, burst: 1}, patience: des.Forever}
	below := total(trial(t, single(station{queue: endless}, des.Constant(des.Microsecond), poisson(40), l), long(60000, 40), 3), 0)
	if below.Ended[throttled] > 0 {
		t.Errorf("%d calls were refused by a throttle with endless patience", below.Ended[throttled])
	}
	want := queueing.MD1{Lambda: 40, Service: 1 / rate}.Wait()
	near(t, "the mean wait", below.latency.Mean()/1e9-1e-6, want, 0.1*want)
}

// waiting is a use case whose answer leaves one call to be made behind: 100 a second of an
// external that takes so long for each, over a throttle and a bulkhead.
func waiting(throttle float64, places int, each des.Time) *network {
	const home, external, over = 0, 1, 2
	return &network{
		stations: []station{{name: "home", replicas: 1, workers: 100, queue: endless}, {name: "external", replicas: 1, queue: endless}},
		links:    []link{{station: home}, {station: home}, {station: external, throttle: bucketSpec{rate: throttle, burst: 1}, bulkhead: bulkhead{most: places}, queued: true}},
		programs: []program{
			{steps: []step{{kind: respond}, {kind: leave, chance: 1, times: 1}}},
			{steps: []step{use(over, 2)}},
			{steps: []step{busy(des.Constant(each))}},
		},
		sources:  []source{{gap: des.Constant(10 * des.Millisecond), rate: 100}},
		channels: []channel{{groups: []int{0}}},
		groups:   []group{{link: 1, program: 1, share: 1, inFlight: 100, gate: over + 1, backoffs: []des.Time{des.Second}}},
	}
}

// What comes faster than a throttle lets through waits in its queue, and none is refused
// or lost; after a peak it leaves at the throttle's rate.
func TestQueueBeforeACallKeepsWhatTheThrottleHoldsBack(t *testing.T) {
	net := waiting(40, 0, 10*des.Millisecond)
	net.sources[0].load = []Point{{At: 0, Factor: 1}, {At: 50*des.Second - 1, Factor: 1}, {At: 50 * des.Second, Factor: 0.1}}
	net.sources[0].gap = des.Dist{}
	got := trial(t, net, plan{seed: 1, until: 300 * des.Second}, 1)[0]
	l, g := &got.links[2], &got.groups[0]
	near(t, "what waits at the end of the peak", float64(g.mostBacklog), (100-40)*50, 250)
	// (peak - throttle) x length / throttle
	near(t, "how late the last one is", g.lag.Most().Seconds(), (100-40)*50/40.0, 8)
	if l.Ended[throttled] > 0 || g.Done+uint64(g.left) != g.Published || g.left > 2 {
		t.Errorf("%d calls refused; of %d %d are done and %d left", l.Ended[throttled], g.Published, g.Done, g.left)
	}
}

// A full bulkhead keeps calls in the queue, and they leave as places become free.
func TestQueueBeforeACallWaitsForPlaces(t *testing.T) {
	got := trial(t, waiting(0, 5, 100*des.Millisecond), plan{seed: 1, until: 100 * des.Second}, 1)[0]
	l, g := &got.links[2], &got.groups[0]
	near(t, "calls made", float64(l.Ended[answered]), 5*10*100, 60)
	if got.stations[1].mostBusy > 5 || l.Ended[noPlace] > 0 || g.Redelivered > 0 {
		t.Errorf("%d calls at once, %d found no place, %d came again", got.stations[1].mostBusy, l.Ended[noPlace], g.Redelivered)
	}
}

// What fails goes back into the queue until it is done.
func TestQueueBeforeACallOutlastsAnOutage(t *testing.T) {
	p := plan{seed: 1, until: 200 * des.Second, strikes: []strike{{kind: Down, station: 1, at: 20 * des.Second, until: 40 * des.Second}}}
	net := waiting(150, 0, 10*des.Millisecond)
	got := trial(t, net, p, 1)[0]
	l, g := &got.links[2], &got.groups[0]
	if l.Ended[unreachable] < 1000 || g.Dead > 0 || g.Published-g.Done > 5 {
		t.Errorf("%d calls failed, %d were given up, %d of %d are not done", l.Ended[unreachable], g.Dead, g.Published-g.Done, g.Published)
	}
}

// A consumer that cannot make the call its message is for gets the message again: the
// call is not left out.
func TestMessageComesAgainWhenItsCallFails(t *testing.T) {
	a := tollSystem()
	r, problems := Run(context.Background(), a, Scenario{Load: "peak", For: 60e9, Replications: 1, Seed: 1, Faults: []Fault{{Kind: Down, Element: "ledger", At: 10e9, For: 20e9}}})
	if problems.HasErrors() {
		t.Fatal(problems)
	}
	var again, published, done float64
	for _, ch := range r.Channels {
		for _, g := range ch.Groups {
			again, published, done = again+g.Redelivered, published+g.Published, done+g.Done
		}
	}
	if again == 0 || published == 0 || done < 0.9*published {
		t.Errorf("%.3g messages a second, %.3g done, %.3g delivered again while the external was away", published, done, again)
	}
}

// tollSystem is a use case whose event another one answers with a call of an external.
func tollSystem() *arch.Arch {
	rate := func(n float64) arch.Value { return arch.Value{Quantity: fact.Quantity{Kind: fact.Rate, N: n}} }
	dur := func(n float64) arch.Value { return arch.Value{Quantity: fact.Quantity{Kind: fact.Duration, N: n}} }
	count := func(n float64) arch.Value { return arch.Value{Quantity: fact.Quantity{Kind: fact.Count, N: n}} }
	load := arch.Workload{Peak: rate(20), Average: rate(20)}
	one := arch.Step{Chance: 1, Times: 1}
	publish, call, work := one, one, one
	publish.Kind, publish.Name, publish.Target, publish.Edge = "publish", "Passed", "passed", "gate/passed"
	call.Kind, call.Name, call.Target, call.Edge = "call", "ask the ledger", "ledger", "Book/ledger"
	call.Demand = arch.Demand{Shape: "constant", P50: dur(0.02)}
	work.Kind, work.Name, work.Demand = "work", "pass", arch.Demand{Shape: "constant", P50: dur(0.001)}
	return &arch.Arch{
		Deployables: []arch.Deployable{{ID: "gate", Roles: []arch.Process{{Name: "serve", Replicas: count(1), Workers: count(20), Flows: []arch.FlowID{"Pass", "Book"}}}}},
		Externals:   []arch.External{{ID: "ledger"}},
		Broker:      []arch.Broker{{Technology: "rabbitmq", Kind: "queue"}},
		Channels: []arch.Channel{{ID: "passed", Kind: "topic", Broker: "rabbitmq", Subscribers: []arch.Subscription{{
			Group: "gate", Deployable: "gate", UseCases: []arch.Path{"use_cases.Book"}, MaxDeliver: 20, Backoff: []arch.Value{dur(1), dur(2)},
		}}}},
		Edges: []arch.Edge{
			{ID: "gate/passed", From: "gate", To: "passed", ToKind: "channel"},
			{ID: "Book/ledger", From: "gate", To: "ledger", ToKind: "external", Timeout: dur(1), Peak: rate(20)},
		},
		Flows: []arch.Flow{
			{ID: "Pass", UseCase: "use_cases.Pass", Entry: "gate", Starts: "request", Workload: load, Steps: []arch.Step{work, {Kind: "respond", Chance: 1, Times: 1}, publish}},
			{ID: "Book", UseCase: "use_cases.Book", Entry: "gate", Starts: "event", Workload: load, Steps: []arch.Step{work, call}},
		},
	}
}

func TestReservedTokensNeverExceedTheRate(t *testing.T) {
	s := bucketSpec{rate: 10, burst: 3}
	b := bucket{tokens: 3}
	last := des.Time(0)
	for i := range 50 {
		now := des.Time(i) * 10 * des.Millisecond
		wait, ok := b.reserve(&s, now, des.Forever)
		if !ok {
			t.Fatalf("call %d is refused", i)
		}
		at := now + wait
		if at < last {
			t.Errorf("call %d overtakes the one before it", i)
		}
		if n := float64(i + 1); n > 3+10*at.Seconds()+1e-6 {
			t.Errorf("call %d leaves at %v: sooner than %g", i, at, math.Max(0, (n-3)/10))
		}
		last = at
	}
}
