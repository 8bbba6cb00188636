package sim

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"plumb.dev/plumb/diag"
	"plumb.dev/plumb/fact"
)

// Defaults of a scenario.
const (
	defaultReplications = 10
	defaultPatience     = 10 * time.Second
	defaultEvents       = 20_000_000
	// steadyEvents is what a replication without a given length is sized for.
	steadyEvents = 800_000
	longest      = 24 * time.Hour
	// timelineSlices is into how many pieces the timeline is cut.
	timelineSlices = 60
	maxPieces      = 2000
	mostWritten    = 1000
	maxReplicas    = 1000
	mostRate       = 1e9 // of a flow, per second
	shortestRun    = 10 * time.Millisecond
)

// prepare fills in a scenario's defaults and reports what is wrong with it.
func prepare(s *Scenario) (list diag.List) {
	bad := func(remedy, format string, args ...any) {
		list.Add(diag.Problem{Code: "sim.bad-scenario", Severity: diag.Error, Path: "scenarios." + s.Name, Message: fmt.Sprintf(format, args...), Hint: remedy})
	}
	if !slices.Contains([]string{"", "peak", "average", "horizon"}, s.Load) {
		bad("write one of them", "the load is peak, average or horizon, not %q", s.Load)
	}
	if s.Scale == 0 {
		s.Scale = 1
	}
	if !(s.Scale > 0) || s.Scale > mostTimes {
		bad("write a multiple in between", "the load can be scaled by more than 0 and up to a million, not by %g", s.Scale)
	}
	if len(s.Shape) > mostWritten || len(s.Faults) > mostWritten || len(s.Holds) > mostWritten {
		bad("describe the rest in scenarios of their own", "a scenario has at most %d points of a shape, faults and claims each", mostWritten)
	}
	for i, p := range s.Shape {
		if !(p.Factor >= 0) || math.IsInf(p.Factor, 0) || p.At < 0 || i > 0 && p.At < s.Shape[i-1].At {
			bad("put them in order", "the points of the load's shape come in order of time, with factors of 0 or more")
			break
		}
	}
	if why := s.Bursts.wrong(); why != "" {
		bad("write it like: "+burstsExample+", or: batches of 20", "%s", why)
	}
	for flow, r := range s.Mix {
		if !(r >= 0) || r > mostRate {
			bad("write a rate of 0 to "+fact.FormatRate(mostRate), "the rate of %s is %g per second, more than any system is asked", flow, r)
		}
	}
	for _, d := range []struct {
		name string
		of   time.Duration
		most time.Duration
	}{{"a run", s.For, longestRun}, {"the warm-up", s.WarmUp, longestRun}, {"a user's patience", s.Patience, longestRun}, {"a backlog", s.Backlog, longest}} {
		if d.of < 0 || d.of > d.most {
			bad("write a time of up to "+fact.FormatSeconds(d.most.Seconds()), "%s lasts 0 to %s, not %s", d.name, fact.FormatSeconds(d.most.Seconds()), fact.FormatSeconds(d.of.Seconds()))
		}
	}
	if s.For > 0 && s.For < shortestRun {
		bad("write a longer one, or leave it out to have it chosen", "in %s nothing can be seen of a load", fact.FormatSeconds(s.For.Seconds()))
	}
	if s.Slices < 0 || s.Slices > maxPieces {
		bad("write a number in between", "the timeline is cut into 1 to %d pieces", maxPieces)
	}
	if s.Replications < 0 || s.Replications > maxReplicas {
		bad("write a number in between", "replications are 1 to %d", maxReplicas)
	}
	if s.Replications == 0 {
		s.Replications = defaultReplications
	}
	if s.Patience == 0 {
		s.Patience = defaultPatience
	}
	if s.Events == 0 {
		s.Events = defaultEvents
	}
	slices.SortStableFunc(list, func(a, b diag.Problem) int { return strings.Compare(a.Message, b.Message) })
	return list
}

// lengths chooses what the scenario leaves open: so long that the events of a
// replication stay within a size that a design can wait for, and until after the
// last fault.
func (c *compiler) lengths() {
	s := c.s
	events := 0.0
	for i := range c.net.sources {
		events += c.net.sources[i].rate * greatest(c.net.sources[i].load) * float64(1+c.cost(c.net.sources[i].program, 0))
	}
	measured := longest
	if events > 0 {
		measured = time.Duration(math.Min(steadyEvents/events, longest.Seconds()) * float64(time.Second))
	}
	if len(s.Faults) > 0 && !s.endless() {
		measured = faultedRun - faultWarmUp // what a fault does is not to be diluted
	}
	measured = max(measured, 10*time.Second).Round(time.Second)
	if s.WarmUp == 0 {
		if s.For > 0 && s.Given {
			measured = s.For
		}
		s.WarmUp = max(faultWarmUp, min(measured/10, 10*time.Minute, s.firstChange()/2))
	}
	if s.For == 0 {
		s.For = measured
		for _, f := range s.Faults {
			s.For = max(s.For, f.At+2*f.For+30*time.Second-s.WarmUp)
		}
		if len(s.Faults) > 0 && !s.endless() {
			most := math.Min(steadyEvents/math.Max(events, 1e-9), longest.Seconds())
			_, after := c.slowest(s.lasting().Seconds())
			s.For = max(s.For, time.Duration(math.Min((s.lastHealed()-s.WarmUp).Seconds()+after*3/2, most)*float64(time.Second)).Round(time.Second))
		}
		if within := s.recoversWithin(); within > 0 {
			s.For = max(s.For, s.lastHealed()+2*within+10*time.Second-s.WarmUp)
		}
		for _, p := range s.Shape {
			s.For = max(s.For, time.Duration(p.At)+30*time.Second-s.WarmUp)
		}
	}
}

// firstChange is when the first thing happens that is not the level load: what
// happens is to be seen whole, so the warm-up ends before.
func (s *Scenario) firstChange() time.Duration {
	first := 30 * longest
	for _, f := range s.Faults {
		first = min(first, f.At)
	}
	for _, p := range s.Shape {
		first = min(first, time.Duration(p.At))
	}
	return first
}

// cost is about how many events a program makes.
func (c *compiler) cost(program, depth int) float64 {
	if depth > maxDepth {
		return 0
	}
	n, share := 0.0, 1.0
	for _, st := range c.net.programs[program].steps {
		switch st.kind {
		case lookup:
			share *= st.chance // of misses
		case fill:
			share = 1
		case work:
			n += share * st.chance * st.times
		case invoke:
			d := 0.2
			if c.net.links[st.link].delayed {
				d = 2
			}
			n += share * st.chance * st.times * (d + c.cost(st.program, depth+1))
		}
	}
	return n
}
