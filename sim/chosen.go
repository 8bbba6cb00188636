package sim

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/fact"
)

// How the chosen scenarios with faults run: an outage that is long against the
// timeouts of requests, and time to recover from it.
const (
	chosenWarmUp = 4 * time.Second
	chosenAt     = 8 * time.Second
	chosenFor    = 20 * time.Second
	chosenAfter  = 18 * time.Second
	slowedBy     = 10 // times: beyond the usual 99th percentile
	faultedTries = 4
)

// How a scenario with a fault of which no more is said runs.
const (
	faultWarmUp = 5 * time.Second
	faultAt     = 30 * time.Second
	faultedRun  = 90 * time.Second
)

// Chosen are the scenarios that a design should survive, those first that no other one
// stands for: its normal load and its peak, one zone lost at the peak, where the design
// has such parts the loss of the busiest store's primary, of each broker, and of what
// the cache holds that saves most, and each external that somebody waits for silent
// and slow, with its recovery.
func Chosen(a *arch.Arch) []Scenario {
	out := []Scenario{
		{Name: "normal", About: "the average load", Load: "average"},
		{Name: "peak", About: "every flow at its peak at once", Load: "peak"},
	}
	faulted := func(name, about string, f Fault, lasts time.Duration) {
		f.At, f.For = chosenAt, lasts
		about += " at the peak"
		if lasts > 0 {
			about += " for " + fact.FormatSeconds(lasts.Seconds())
		}
		out = append(out, Scenario{
			Name: name, About: about, Load: "peak", Faults: []Fault{f},
			WarmUp: chosenWarmUp, For: chosenAt + lasts + chosenAfter - chosenWarmUp, Replications: faultedTries, elastic: lasts == chosenFor,
		})
	}
	c := compiler{a: a}
	long := func(seconds float64) time.Duration { return time.Duration(seconds * float64(time.Second)) }
	if whole(a.Placement.Zones) > 1 {
		lasts := chosenFor
		for i := range a.Stores {
			lasts = max(lasts, long(c.zoneTakeover(&a.Stores[i])))
		}
		faulted("zone-lost", "one zone is lost"+withLeaders(a), Fault{Kind: Zone}, lasts)
	}
	if back, ok := a.FactOf("decisions.backup.time"); ok && a.Placement.Strategy == oneMachine {
		faulted("machine-lost", "the machine is lost with all that is on it, and brought up again from its copies", Fault{Kind: Zone}, long(back.Value.N))
	}
	if st := busiest(a); st != nil && c.takeover(st) > 0 {
		faulted(string(st.ID)+"-failover", fmt.Sprintf("the primary of %s is lost and its standby takes over", st.ID), Fault{Kind: Failover, Element: string(st.ID)}, long(c.takeover(st)))
	}
	for i := range a.Broker {
		if b := &a.Broker[i]; b.Kind != "table" && carries(a, b.Technology) {
			faulted(b.Technology+"-down", b.Technology+" is away", Fault{Kind: Down, Element: b.Technology}, chosenFor)
		}
	}
	if k := dearest(a); k != nil {
		faulted(k.ID+"-flushed", fmt.Sprintf("the cache %s is empty all at once", k.ID), Fault{Kind: Flush, Element: k.ID}, 0)
	}
	for i := range a.Externals {
		if x := &a.Externals[i]; waitedFor(a, string(x.ID)) {
			faulted(string(x.ID)+"-down", fmt.Sprintf("%s answers nothing", x.ID), Fault{Kind: Hang, Element: string(x.ID)}, chosenFor)
		}
	}
	for i := range a.Externals {
		if x := &a.Externals[i]; waitedFor(a, string(x.ID)) {
			faulted(string(x.ID)+"-slow", fmt.Sprintf("%s answers %d times as slowly", x.ID, slowedBy), Fault{Kind: Slow, Element: string(x.ID), Factor: slowedBy}, chosenFor)
		}
	}
	return out
}

// oneMachine is the placement in which a lost zone is the lost machine.
const oneMachine = "one-machine"

// withLeaders says what a lost zone is taken to have in it beside its share of the
// replicas: the worst that can be, as no design says in which zone a leader is.
func withLeaders(a *arch.Arch) string {
	var led []string
	switch n := len(a.Stores); {
	case n == 1:
		led = append(led, fmt.Sprintf("the primary of %s", a.Stores[0].ID))
	case n > 1:
		led = append(led, fmt.Sprintf("the primaries of all %d stores", n))
	}
	for i := range a.Broker {
		if b := &a.Broker[i]; b.Kind != "table" && whole(b.Nodes) > 0 {
			led = append(led, "the leaders of "+b.Technology)
		}
	}
	for i := range a.Caches {
		if k := &a.Caches[i]; k.Where == "shared" && whole(k.Nodes) > 0 {
			led = append(led, "the leader of "+k.Technology)
			break // one serves all
		}
	}
	if led == nil {
		return ""
	}
	return ", taken to be that of " + strings.Join(led, " and ") + ","
}

// busiest is the store with most reads and writes of those with a standby.
func busiest(a *arch.Arch) (most *arch.Store) {
	for i := range a.Stores {
		if st := &a.Stores[i]; whole(st.Replicas) >= 2 && (most == nil || st.Reads.N+st.Writes.N > most.Reads.N+most.Writes.N) {
			most = st
		}
	}
	return most
}

// carries reports whether messages go over a broker while it is away.
func carries(a *arch.Arch, technology string) bool {
	rate := 0.0
	for i := range a.Channels {
		if ch := &a.Channels[i]; ch.Broker == technology && ch.Kind != "dead-letter" {
			rate += ch.Rate.N
		}
	}
	return rate*chosenFor.Seconds() >= 1
}

// dearest is the cache that spares most reads at the peak.
func dearest(a *arch.Arch) (most *arch.Cache) {
	best := 0.0
	for i := range a.Caches {
		k := &a.Caches[i]
		spared := 0.0
		for f := range a.Flows {
			if slices.Contains(k.Serves, a.Flows[f].UseCase) && looksInto(a.Flows[f].Steps, k.ID) {
				spared += a.Flows[f].Workload.Peak.N * k.HitRatio.N
			}
		}
		if spared > best && spared*chosenFor.Seconds() >= 1 {
			most, best = k, spared
		}
	}
	return most
}

// looksInto reports whether steps look into a cache and say what is done when it has
// nothing.
func looksInto(steps []arch.Step, cache string) bool {
	return slices.ContainsFunc(steps, func(s arch.Step) bool {
		return s.Kind == "cache" && s.Target == cache && len(s.Steps) > 0 || looksInto(s.Steps, cache)
	})
}

// waitedFor reports whether anybody waits for an external while it is away.
func waitedFor(a *arch.Arch, external string) bool {
	rate := 0.0
	for i := range a.Edges {
		if e := &a.Edges[i]; e.To == external && e.Style == "sync" {
			rate += e.Peak.N
		}
	}
	return rate*chosenFor.Seconds() >= 1
}
