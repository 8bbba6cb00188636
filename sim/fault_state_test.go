package sim_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/arch/archtest"
	"plumb.dev/plumb/sim"
)

// What is done at once has no length that could be looked for.
func TestPassingFaultsHaveNoLength(t *testing.T) {
	s := sim.Scenario{Faults: []sim.Fault{{Kind: sim.Failover, Element: "kitchen-db", At: 10 * time.Second}}}
	if _, list := sim.UntilStuck(context.Background(), archtest.Harbour(), s); len(list) != 1 || list[0].Code != "sim.bad-scenario" {
		t.Errorf("a failover is lengthened: %v", list)
	}
}

// A broker that is away leaves the use cases that users wait for alone, and what it was
// to carry is done when it is back.
func TestBrokerOutageDelaysWhatItCarries(t *testing.T) {
	s := short("broker", sim.Fault{Kind: sim.Down, Element: "kafka", At: 4 * time.Second, For: 4 * time.Second})
	r := run(t, archtest.Harbour(), s)
	if u := useCase(t, &r, "PlaceOrder"); u.Success == nil || u.Success.Estimate < 0.999 {
		t.Errorf("success of orders is %v without the broker", u.Success)
	}
	found := false
	for _, ch := range r.Channels {
		for _, g := range ch.Groups {
			if g.Flow != "CreateTicket" {
				continue
			}
			found = true
			// Published for four seconds at 350 a second, and more than that is done.
			if g.Drain == nil || g.Drained != 1 || g.Drain.Estimate > 5 || g.P99 == nil || g.P99.Estimate < 3.5 || g.P99.Estimate > 6 {
				t.Errorf("%s is drained after %v in %.3g of the runs, with a lag of %v", g.Name, g.Drain, g.Drained, g.P99)
			}
		}
		for _, o := range ch.Outboxes {
			if ch.Name == "ordering.order.v1" && (o.Most < 1200 || o.Most > 1700 || o.Failed == 0) {
				t.Errorf("at most %d of 350 a second waited in the outbox of %s", o.Most, o.From)
			}
		}
	}
	if !found {
		t.Error("nothing is said of the tickets' consumers")
	}
}

// A partition is between the two sides alone.
func TestPartitionIsBetweenTwo(t *testing.T) {
	r := run(t, archtest.Harbour(), short("cut", sim.Fault{Kind: sim.Partition, Element: "harbour", Other: "kitchen-db", At: 2 * time.Second}))
	if u := useCase(t, &r, "AcceptTicket"); u.Success == nil || u.Success.Estimate > 0.01 {
		t.Errorf("success of tickets is %v when their store is cut off", u.Success)
	}
	if u := useCase(t, &r, "FollowOrder"); u.Success == nil || u.Success.Estimate < 0.99 {
		t.Errorf("success of following orders is %v with a store that is not", u.Success)
	}
	for _, e := range r.Elements {
		if e.Name == "kitchen-db" && e.Arrived > 1 {
			t.Errorf("%.3g statements a second reach the store", e.Arrived)
		}
	}
}

// Copies are as far behind as their partitions let them be: 350 orders a second at 10 ms
// each need four, and with one they fall behind for ever.
func TestCopiesAreAsFarBehindAsTheirPartitions(t *testing.T) {
	for _, c := range []struct {
		partitions float64
		verdict    string
	}{{8, "met"}, {1, "unknown"}} {
		a := archtest.Harbour()
		for i := range a.Channels {
			ch := &a.Channels[i]
			if ch.ID != "ordering.order.v1" {
				continue
			}
			ch.Partitions.N = c.partitions
			sub := arch.Subscription{Group: "progress", Deployable: "harbour", UseCases: []arch.Path{"use_cases.ShowBalanceAt"}, MaxDeliver: 8}
			sub.Copies.N = 356
			sub.Apply = []arch.Step{{Kind: "work", Chance: 1, Times: 1, Demand: arch.Demand{Shape: "constant"}}}
			sub.Apply[0].Demand.P50.N = 0.01
			ch.Subscribers = append(ch.Subscribers, sub)
		}
		a.Objectives = append(a.Objectives, arch.Objective{ID: "ShowBalanceAt.staleness", UseCase: "use_cases.ShowBalanceAt", Kind: "staleness", Measure: "at most"})
		a.Objectives[len(a.Objectives)-1].Target.N = 5
		s := short("peak")
		s.Replications = 10
		r := run(t, a, s)
		at := slices.IndexFunc(r.Verdicts, func(v sim.Verdict) bool { return v.Objective == "ShowBalanceAt.staleness" })
		if at < 0 || r.Verdicts[at].Verdict != c.verdict {
			t.Fatalf("%g partitions: staleness is judged %v", c.partitions, r.Verdicts)
		}
		if v := &r.Verdicts[at]; c.verdict == "met" && (v.Predicted.Estimate < 0.05 || v.Predicted.Estimate > 1) {
			t.Errorf("copies are %.3g s behind", v.Predicted.Estimate)
		}
		for _, ch := range r.Channels {
			for _, g := range ch.Groups {
				// Of 350 a second for 12 s, 100 are done.
				if g.Name == "progress" && c.partitions == 1 && (g.Done < 90 || g.Done > 101 || g.Left < 2500) {
					t.Errorf("with one partition %.4g a second are done and %.4g left", g.Done, g.Left)
				}
			}
		}
	}
}
