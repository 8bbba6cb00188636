package sim

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"plumb.dev/plumb/diag"
	"plumb.dev/plumb/sim/des"
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
	maxReplicas    = 1000
)

// failover is how long a store with a standby is away when its zone is lost: the
// lower end of the 60 to 120 seconds that Amazon documents for RDS Multi-AZ.
const failover = 60 * time.Second

// prepare fills in a scenario's defaults and reports what is wrong with it.
func prepare(s *Scenario) (list diag.List) {
	bad := func(format string, args ...any) {
		list.Add(diag.Problem{Code: "sim.bad-scenario", Severity: diag.Error, Path: "scenarios." + s.Name, Message: fmt.Sprintf(format, args...)})
	}
	if !slices.Contains([]string{"", "peak", "average", "horizon"}, s.Load) {
		bad("the load is peak, average or horizon, not %q", s.Load)
	}
	if s.Scale == 0 {
		s.Scale = 1
	}
	if !(s.Scale > 0) || s.Scale > 1e6 {
		bad("the load can be scaled by more than 0 and up to a million, not by %g", s.Scale)
	}
	for i, p := range s.Shape {
		if !(p.Factor >= 0) || math.IsInf(p.Factor, 0) || p.At < 0 || i > 0 && p.At < s.Shape[i-1].At {
			bad("the points of the load's shape come in order of time, with factors of 0 or more")
			break
		}
	}
	for flow, r := range s.Mix {
		if !(r >= 0) || r > 1e9 {
			bad("the rate of %s is %g per second", flow, r)
		}
	}
	if s.For < 0 || s.WarmUp < 0 || s.Patience < 0 || s.For > 30*longest || s.WarmUp > 30*longest {
		bad("durations are 0 to 30 days")
	}
	if s.Replications < 0 || s.Replications > maxReplicas {
		bad("replications are 1 to %d", maxReplicas)
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
	measured = max(measured, 10*time.Second).Round(time.Second)
	if s.WarmUp == 0 {
		s.WarmUp = max(5*time.Second, min(measured/10, 10*time.Minute))
	}
	if s.For == 0 {
		s.For = measured
		for _, f := range s.Faults {
			s.For = max(s.For, f.At+2*f.For+30*time.Second-s.WarmUp)
		}
		for _, p := range s.Shape {
			s.For = max(s.For, time.Duration(p.At)+30*time.Second-s.WarmUp)
		}
	}
}

// cost is about how many events a program makes.
func (c *compiler) cost(program, depth int) float64 {
	if depth > maxDepth {
		return 0
	}
	n := 0.0
	for _, st := range c.net.programs[program].steps {
		switch st.kind {
		case work:
			n += st.chance * st.times
		case invoke:
			d := 0.2
			if c.net.links[st.link].delayed {
				d = 2
			}
			n += st.chance * st.times * (d + c.cost(st.program, depth+1))
		}
	}
	return n
}

// strikes turns faults into what befalls stations.
func (c *compiler) strikes() (out []strike, list diag.List) {
	for i := range c.s.Faults {
		f := &c.s.Faults[i]
		bad := func(code diag.Code, hint, format string, args ...any) {
			list.Add(diag.Problem{Code: code, Severity: diag.Error, Path: fmt.Sprintf("scenarios.%s.faults.%d", c.s.Name, i+1), Message: fmt.Sprintf(format, args...), Hint: hint})
		}
		if f.At < 0 || f.For < 0 {
			bad("sim.bad-fault", "", "a fault begins at 0 or later and lasts for 0 or more")
			continue
		}
		s := strike{at: des.Time(f.At), until: des.Forever, kind: f.Kind, count: f.Count, factor: f.Factor}
		if f.For > 0 {
			s.until = s.at + des.Time(f.For)
		}
		if f.Kind == Zone {
			out = append(out, c.zoneLost(s)...)
			continue
		}
		if why := c.valid(f); why != "" {
			bad("sim.bad-fault", "", "%s", why)
			continue
		}
		hit := c.elements(f.Element)
		if len(hit) == 0 {
			hint := ""
			if near := diag.Nearest(f.Element, c.names()); near != "" {
				hint = "write " + near
			}
			bad("sim.unknown-element", hint, "the design has no element called %q", f.Element)
			continue
		}
		for _, at := range hit {
			s.station = at
			out = append(out, s)
		}
	}
	return out, list
}

// valid says what is wrong with a fault's numbers, "" when nothing is.
func (c *compiler) valid(f *Fault) string {
	switch f.Kind {
	case Kill:
		if f.Count < 1 {
			return "a kill takes at least one replica"
		}
	case Slow:
		if !(f.Factor > 0) || f.Factor > 1e6 {
			return "what is slow takes a positive multiple of its time"
		}
	case Errors:
		if !(f.Factor >= 0 && f.Factor <= 1) {
			return "the share of errors is 0 to 1"
		}
	case Down, Hang:
	default:
		return fmt.Sprintf("a fault is kill, slow, errors, down, hang or zone, not %q", f.Kind)
	}
	return ""
}

// elements are the stations that a name means: one, or the processes of a
// deployable.
func (c *compiler) elements(name string) (out []int) {
	for i := range c.net.stations {
		if s := &c.net.stations[i]; s.name == name || s.kind == "process" && strings.HasPrefix(s.name, name+".") {
			out = append(out, i)
		}
	}
	return out
}

func (c *compiler) names() (out []string) {
	for i := range c.net.stations {
		out = append(out, c.net.stations[i].name)
	}
	for i := range c.a.Deployables {
		out = append(out, string(c.a.Deployables[i].ID))
	}
	return out
}

// zoneLost takes from every process the replicas in the zone that has most of
// them; the primaries of all stores are taken to be in it.
func (c *compiler) zoneLost(s strike) (out []strike) {
	zones := max(whole(c.a.Placement.Zones), 1)
	for i := range c.net.stations {
		if st := &c.net.stations[i]; st.zones {
			out = append(out, strike{at: s.at, until: s.until, kind: Kill, station: i, count: (st.replicas + zones - 1) / zones})
		}
	}
	for i := range c.a.Stores {
		st := &c.a.Stores[i]
		away := strike{at: s.at, until: s.until, kind: Down, station: c.stations[string(st.ID)]}
		if st.Replicas.N >= 2 {
			away.until = min(away.until, s.at+des.Time(failover))
		}
		out = append(out, away)
	}
	return out
}
