package sim_test

import (
	"context"
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/arch/archtest"
	"plumb.dev/plumb/diag"
	"plumb.dev/plumb/fact"
	"plumb.dev/plumb/sim"
)

// short is a scenario that is over soon.
func short(name string, faults ...sim.Fault) sim.Scenario {
	return sim.Scenario{Name: name, For: 12 * time.Second, WarmUp: 2 * time.Second, Replications: 3, Seed: 1, Workers: 2, Faults: faults}
}

func run(t *testing.T, a *arch.Arch, s sim.Scenario) sim.Result {
	t.Helper()
	r, list := sim.Run(context.Background(), a, s)
	if len(list) > 0 {
		t.Fatal(list)
	}
	return r
}

func useCase(t *testing.T, r *sim.Result, flow arch.FlowID) *sim.UseCase {
	t.Helper()
	for i := range r.UseCases {
		if r.UseCases[i].Flow == flow {
			return &r.UseCases[i]
		}
	}
	t.Fatalf("nothing is said of %s", flow)
	return nil
}

func edge(t *testing.T, r *sim.Result, name string) *sim.Edge {
	t.Helper()
	for i := range r.Edges {
		if r.Edges[i].Name == name {
			return &r.Edges[i]
		}
	}
	t.Fatalf("nothing is said of %s", name)
	return nil
}

func TestPeakIsServed(t *testing.T) {
	r := run(t, archtest.Harbour(), short("peak"))
	place := useCase(t, &r, "PlaceOrder")
	if place.Offered < 320 || place.Offered > 380 {
		t.Errorf("%.3g orders a second are offered, the peak is 350", place.Offered)
	}
	if place.P99 == nil || place.P99.Low > place.P99.Estimate || place.P99.Estimate > place.P99.High {
		t.Errorf("p99 of placing an order is %v", place.P99)
	}
	if create := useCase(t, &r, "CreateTicket"); create.Starts != "event" || create.Goodput.Estimate < 0.9*create.Offered {
		t.Errorf("of %.4g events a second that create tickets, %.4g were worked on", create.Offered, create.Goodput.Estimate)
	}
	for _, v := range r.Verdicts {
		if v.Kind == "latency" && v.Verdict == "unknown" && v.Predicted != (sim.Interval{}) {
			t.Errorf("%s is predicted and unknown", v.Objective)
		}
	}
	if _, err := json.Marshal(r); err != nil {
		t.Error(err)
	}
}

func TestRarePercentilesAreNotPrinted(t *testing.T) {
	r := run(t, archtest.Harbour(), short("peak"))
	if u := useCase(t, &r, "ShowBalanceAt"); u.P50 == nil || u.P99 != nil || u.P999 != nil {
		t.Errorf("%.3g a second for 36 s carry %v, %v and %v", u.Offered, u.P50, u.P99, u.P999)
	}
	if u := useCase(t, &r, "SearchRestaurants"); u.P99 == nil || u.P999 == nil {
		t.Errorf("%.4g a second for 36 s do not carry a p99.9", u.Offered)
	}
}

func TestSilentExternalOpensItsBreakerAndItsFallbackIsUsed(t *testing.T) {
	a := archtest.Harbour()
	for i := range a.Edges {
		if b := a.Edges[i].Breaker; b != nil {
			b.Window.N = 2 // so that it reacts within a short test
		}
	}
	r := run(t, a, short("fraud", sim.Fault{Kind: sim.Hang, Element: "fraud_screen", At: 2 * time.Second}))
	e := edge(t, &r, "PlaceOrder/fraud_screen")
	if e.Opened == 0 || !slices.ContainsFunc(e.Errors, func(c sim.Cause) bool { return c.Cause == "breaker open" }) {
		t.Errorf("the breaker opened %g times: %v", e.Opened, e.Errors)
	}
	u := useCase(t, &r, "PlaceOrder")
	if u.Degraded < 0.5 {
		t.Errorf("%.3g of the orders went on without the fraud screen", u.Degraded)
	}
	if u.Success == nil || u.Success.Estimate < 0.9 {
		t.Errorf("success of orders is %v without something they can do without", u.Success)
	}
}

func TestFailureOfWhatIsNeededFailsTheUseCase(t *testing.T) {
	r := run(t, archtest.Harbour(), short("store", sim.Fault{Kind: sim.Down, Element: "kitchen-db", At: 2 * time.Second}))
	if u := useCase(t, &r, "AcceptTicket"); u.Success == nil || u.Success.Estimate > 0.01 {
		t.Errorf("success of tickets is %v without their store", u.Success)
	}
	if u := useCase(t, &r, "FollowOrder"); u.Success == nil || u.Success.Estimate < 0.99 {
		t.Errorf("success of following orders is %v with a store that is up", u.Success)
	}
}

// A store with a standby turns requests away until it has taken over, however long
// the fault lasts; the assumption behind that is listed with its range.
func TestPrimaryIsTakenOverFor(t *testing.T) {
	a := archtest.Harbour()
	s := short("primary", sim.Fault{Kind: sim.Failover, Element: "kitchen-db", At: 4 * time.Second})
	s.For = 150 * time.Second
	s.Replications = 1
	s.Mix = map[string]float64{"PlaceOrder": 0, "SearchRestaurants": 0, "ReportPosition": 0}
	r := run(t, a, s)
	i := slices.IndexFunc(r.Assumed, func(f fact.Fact) bool { return f.ID == "sim.store-failover" })
	if i < 0 || !(r.Assumed[i].Low < r.Assumed[i].Value.N && r.Assumed[i].Value.N < r.Assumed[i].High) {
		t.Fatalf("assumed is %v", r.Assumed)
	}
	back := time.Duration(r.Assumed[i].Value.N*float64(time.Second)) + 4*time.Second
	for _, x := range r.Timeline {
		slice := r.Timeline[1].At
		if x.At > 4*time.Second && x.At+slice < back && x.Failed < 10 {
			t.Errorf("%.3g requests a second fail at %s, while nobody is primary", x.Failed, x.At)
		}
		if x.At > back+slice && x.Failed > 1 {
			t.Errorf("%.3g requests a second fail at %s, when the standby has taken over", x.Failed, x.At)
		}
	}
}

func TestOutageIsSeenOnTheTimelineAndEnds(t *testing.T) {
	s := short("brief", sim.Fault{Kind: sim.Down, Element: "ordering-db", At: 4 * time.Second, For: 4 * time.Second})
	s.For = 14 * time.Second
	r := run(t, archtest.Harbour(), s)
	failing := func(from, to time.Duration) float64 {
		failed, all := 0.0, 0.0
		for _, x := range r.Timeline {
			if x.At >= from && x.At < to {
				failed += x.Failed
				all += x.Failed + x.Good
			}
		}
		return failed / all
	}
	before, during, after := failing(2*time.Second, 4*time.Second), failing(5*time.Second, 7*time.Second), failing(12*time.Second, 16*time.Second)
	if before > 0.02 || during < 0.08 || after > 0.02 {
		t.Errorf("shares of failures are %.3g before, %.3g during and %.3g after the outage", before, during, after)
	}
}

func TestLostZoneTakesItsShareOfReplicas(t *testing.T) {
	calm := run(t, archtest.Harbour(), short("calm"))
	lost := run(t, archtest.Harbour(), short("lost", sim.Fault{Kind: sim.Kill, Element: "ledger.serve", Count: 5, At: 2 * time.Second}))
	busy := func(r *sim.Result) float64 {
		for _, e := range r.Elements {
			if e.Name == "ledger.serve" {
				return e.Busy
			}
		}
		return 0
	}
	// Five of six replicas are gone: what is left is busy all the time.
	if b := busy(&lost); b < 40 || b > 49 {
		t.Errorf("%.3g workers are busy with one replica of 48, %.3g with six", b, busy(&calm))
	}
}

func TestResultDependsOnTheSeedAlone(t *testing.T) {
	s := short("peak", sim.Fault{Kind: sim.Slow, Element: "card_processor", Factor: 5, At: 3 * time.Second, For: 4 * time.Second})
	s.For, s.Replications = 6*time.Second, 4
	results := map[int]sim.Result{}
	for _, workers := range []int{1, 3, 8} {
		s.Workers = workers
		r := run(t, archtest.Harbour(), s)
		r.Scenario.Workers = 0
		results[workers] = r
	}
	if !reflect.DeepEqual(results[1], results[3]) || !reflect.DeepEqual(results[1], results[8]) {
		t.Error("the number of workers changes the result")
	}
	s.Seed = 2
	if r := run(t, archtest.Harbour(), s); reflect.DeepEqual(r.UseCases, results[1].UseCases) {
		t.Error("another seed gives the same result")
	}
}

// Two designs under the same seed meet the same arrivals.
func TestDesignsAreComparedUnderTheSameArrivals(t *testing.T) {
	slower := archtest.Harbour()
	slower.Stores[0].Pool.N = 4
	a, b := run(t, archtest.Harbour(), short("peak")), run(t, slower, short("peak"))
	for _, flow := range []arch.FlowID{"PlaceOrder", "SearchRestaurants", "FollowOrder"} {
		if x, y := useCase(t, &a, flow).Offered, useCase(t, &b, flow).Offered; x != y {
			t.Errorf("%s is offered %.6g times a second and %.6g times", flow, x, y)
		}
	}
}

func TestInterruptionEndsARun(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	s := short("long")
	s.For, s.Replications, s.Workers = time.Hour, 50, 1
	s.Events = 300_000
	s.Progress = func(done, _ int) {
		if done == 2 {
			cancel()
		}
	}
	r, list := sim.Run(ctx, archtest.Harbour(), s)
	if len(list) > 0 || !r.Interrupted || r.Replications > 3 {
		t.Errorf("after an interruption in the second replication, %d are reported: %v", r.Replications, list)
	}
	if !r.Cut {
		t.Error("replications of 300 000 events are not said to be cut short")
	}
}

func TestBadScenariosAreDiagnosed(t *testing.T) {
	for _, c := range []struct {
		code diag.Code
		says string
		s    sim.Scenario
	}{
		{"sim.unknown-element", "mapps", short("x", sim.Fault{Kind: sim.Down, Element: "mapps"})},
		{"sim.unknown-element", "PlaceOrdr", sim.Scenario{Mix: map[string]float64{"PlaceOrdr": 3}}},
		{"sim.bad-fault", "at least one", short("x", sim.Fault{Kind: sim.Kill, Element: "ledger"})},
		{"sim.bad-fault", "positive", short("x", sim.Fault{Kind: sim.Slow, Element: "maps", Factor: -1})},
		{"sim.bad-fault", "begins", short("x", sim.Fault{Kind: sim.Down, Element: "maps", At: -time.Second})},
		{"sim.bad-fault", "between two", short("x", sim.Fault{Kind: sim.Partition, Element: "maps", Other: "maps"})},
		{"sim.bad-fault", "nothing goes between", short("x", sim.Fault{Kind: sim.Partition, Element: "maps", Other: "bank"})},
		{"sim.unknown-element", "mapps", short("x", sim.Fault{Kind: sim.Partition, Element: "dispatch", Other: "mapps"})},
		{"sim.unknown-element", "kitchen.ticket", short("x", sim.Fault{Kind: sim.Poison, Element: "kitchen.ticket", Count: 1})},
		{"sim.bad-fault", "hot key", short("x", sim.Fault{Kind: sim.HotKey, Element: "kitchen.ticket.v1", Factor: 2})},
		{"sim.unknown-element", "restaurnts", short("x", sim.Fault{Kind: sim.Flush, Element: "restaurnts"})},
		{"sim.bad-fault", "no store", short("x", sim.Fault{Kind: sim.Failover, Element: "maps"})},
		{"sim.bad-fault", "explode", short("x", sim.Fault{Kind: "explode", Element: "maps"})},
		{"sim.bad-scenario", "scaled", sim.Scenario{Scale: -2}},
		{"sim.bad-scenario", "sunday", sim.Scenario{Load: "sunday"}},
		{"sim.bad-scenario", "replications", sim.Scenario{Replications: -1}},
		{"sim.bad-scenario", "order of time", sim.Scenario{Shape: []sim.Point{{At: 5, Factor: 1}, {At: 2, Factor: 1}}}},
	} {
		_, list := sim.Run(context.Background(), archtest.Harbour(), c.s)
		if len(list) != 1 || list[0].Code != c.code || !strings.Contains(list[0].Message, c.says) {
			t.Errorf("wanted %s about %q, got %v", c.code, c.says, list)
		}
	}
	if _, list := sim.Run(context.Background(), &arch.Arch{}, sim.Scenario{}); !list.HasErrors() {
		t.Error("an empty design is simulated")
	}
}

func TestScenariosAreChosenFromTheDesign(t *testing.T) {
	var names []string
	for _, s := range sim.Chosen(archtest.Harbour()) {
		names = append(names, s.Name)
	}
	for _, want := range []string{"normal", "peak", "zone-lost", "card_processor-slow", "card_processor-down", "maps-down", "delivery-db-failover", "kafka-down"} {
		if !slices.Contains(names, want) {
			t.Errorf("%s is not among %v", want, names)
		}
	}
	if slices.Contains(names, "bank-down") {
		t.Error("nobody waits for the bank, and its silence is simulated")
	}
}

func TestFaultsReadAsPeopleWriteThem(t *testing.T) {
	for text, want := range map[string]sim.Fault{
		"kill order 1/3 at 30s for 60s":            {Kind: sim.Kill, Element: "order", Count: 1, At: 30 * time.Second, For: time.Minute},
		"slow maps 10x for 30s":                    {Kind: sim.Slow, Element: "maps", Factor: 10, At: 30 * time.Second, For: 30 * time.Second},
		"slow order 10x on 1/3 for 30s":            {Kind: sim.Slow, Element: "order", Factor: 10, Count: 1, At: 30 * time.Second, For: 30 * time.Second},
		"errors maps 20% at 1min":                  {Kind: sim.Errors, Element: "maps", Factor: 0.2, At: time.Minute},
		"down order-db":                            {Kind: sim.Down, Element: "order-db", At: 30 * time.Second},
		"zone at 5s":                               {Kind: sim.Zone, At: 5 * time.Second},
		"poison order-placed":                      {Kind: sim.Poison, Element: "order-placed", Count: 1, At: 30 * time.Second},
		"poison order-placed 3 at 1s":              {Kind: sim.Poison, Element: "order-placed", Count: 3, At: time.Second},
		"hot-key stock 50% for 1min":               {Kind: sim.HotKey, Element: "stock", Factor: 0.5, At: 30 * time.Second, For: time.Minute},
		"flush menu at 3s":                         {Kind: sim.Flush, Element: "menu", At: 3 * time.Second},
		"failover order-db":                        {Kind: sim.Failover, Element: "order-db", At: 30 * time.Second},
		"partition order inventory at 10s for 20s": {Kind: sim.Partition, Element: "order", Other: "inventory", At: 10 * time.Second, For: 20 * time.Second},
		"partition order kafka one-way":            {Kind: sim.Partition, Element: "order", Other: "kafka", OneWay: true, At: 30 * time.Second},
	} {
		if got, err := sim.ParseFault(text); err != nil || got != want {
			t.Errorf("%q reads as %+v, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "kill", "kill order", "kill order many", "slow maps at 3s", "slow maps 10x on few", "slow maps 10x on 0", "down", "down maps soon", "down maps at noon", "explode maps", "down maps at 3s for", "partition order", "partition order at 3s", "down maps one-way"} {
		if got, err := sim.ParseFault(text); err == nil {
			t.Errorf("%q reads as %+v", text, got)
		}
	}
}
