package sim

import (
	"fmt"
	"time"

	"plumb.dev/plumb/arch"
)

// How the chosen scenarios with faults run: an outage of half a minute, which is long
// against the timeouts of requests, and half a minute to recover from it.
const (
	faultAt      = 30 * time.Second
	faultFor     = 30 * time.Second
	faultedRun   = 90 * time.Second
	faultWarmUp  = 5 * time.Second
	slowedBy     = 10 // times: beyond the usual 99th percentile
	faultedTries = 4
)

// Chosen are the scenarios that a design should survive: its normal load and its
// peak, one zone lost at the peak, and each external that somebody waits for slow and
// silent, with its recovery.
func Chosen(a *arch.Arch) []Scenario {
	out := []Scenario{
		{Name: "normal", About: "the average load", Load: "average"},
		{Name: "peak", About: "every flow at its peak at once", Load: "peak"},
	}
	faulted := func(name, about string, f Fault) {
		f.At, f.For = faultAt, faultFor
		out = append(out, Scenario{
			Name: name, About: about, Load: "peak", Faults: []Fault{f}, WarmUp: faultWarmUp, For: faultedRun - faultWarmUp, Replications: faultedTries,
		})
	}
	if whole(a.Placement.Zones) > 1 {
		faulted("zone-lost", "one zone is lost at the peak for half a minute", Fault{Kind: Zone})
	}
	for i := range a.Externals {
		x := &a.Externals[i]
		if !waitedFor(a, string(x.ID)) {
			continue
		}
		faulted(string(x.ID)+"-slow", fmt.Sprintf("%s answers %d times as slowly at the peak for half a minute", x.ID, slowedBy), Fault{Kind: Slow, Element: string(x.ID), Factor: slowedBy})
		faulted(string(x.ID)+"-down", fmt.Sprintf("%s answers nothing at the peak for half a minute, then recovers", x.ID), Fault{Kind: Hang, Element: string(x.ID)})
	}
	return out
}

// waitedFor reports whether anybody waits for an external while it is away.
func waitedFor(a *arch.Arch, external string) bool {
	rate := 0.0
	for i := range a.Edges {
		if e := &a.Edges[i]; e.To == external && e.Style == "sync" {
			rate += e.Peak.N
		}
	}
	return rate*faultFor.Seconds() >= 1
}
