package sim

import (
	"math"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/fact"
	"plumb.dev/plumb/queueing"
	"plumb.dev/plumb/sim/des"
)

// autoscaling changes the number of a station's replicas as the horizontal pod
// autoscaler of Kubernetes does with its default behaviour. The zero autoscaling
// leaves it alone.
type autoscaling struct {
	least, most, first int
	target             float64 // share of a replica that is busy
	cores              float64 // processors of a replica; 0: its workers are looked at
	sync               des.Time
	lag                des.Time // age of the measurement that is acted on
	start              des.Time // of a replica
}

// The default behaviour (kubernetes.io, Horizontal Pod Autoscaling): no change within
// a tenth of the target; up by 100 % or 4 replicas a sync, whichever is more; down to the
// highest recommendation of the last five minutes.
const (
	scaleTolerance = 0.1
	stabilisation  = 5 * des.Minute
)

// The delays of scaling where a design does not state them.
var (
	scaleSync = fact.Fact{
		ID: "sim.scale-interval", Value: fact.Quantity{Kind: fact.Duration, N: 15}, Origin: fact.Assumed, Low: 15, High: 15,
		Reason: "--horizontal-pod-autoscaler-sync-period, 15 s by default",
	}
	metricsDelay = fact.Fact{
		ID: "sim.metrics-delay", Value: fact.Quantity{Kind: fact.Duration, N: 30}, Origin: fact.Assumed, Low: 15, High: 60,
		Reason: "metrics-server samples every 15 s and averages; adapters of a monitoring system add a scrape",
	}
	podStart = fact.Fact{
		ID: "sim.pod-start", Value: fact.Quantity{Kind: fact.Duration, N: 20}, Origin: fact.Assumed, Low: 8, High: 90,
		Reason: "until a new replica takes requests: scheduling, an image of some 100 MB, readiness",
	}
)

// scaler is the state of autoscaling.
type scaler struct {
	working   des.Level // requests that use a processor
	instances des.Level // replicas that take requests
	starting  int
	area      float64    // of what is measured, at the last sync
	measured  []float64  // how much was busy between syncs, oldest first
	wanted    []desirous // recommendations of the last five minutes
}

type desirous struct {
	at       des.Time
	replicas int
}

// deploy puts a station with autoscaling at its first number of replicas.
func (s *stationState) deploy(spec *station) {
	s.up = s.up[:0]
	for i := range s.replicas {
		on := i < spec.scaling.first
		s.replicas[i].up, s.replicas[i].off = on, !on
		if on {
			s.up = append(s.up, int32(i))
		}
	}
	s.scaler = scaler{measured: s.scaler.measured[:0], wanted: append(s.scaler.wanted[:0], desirous{0, spec.scaling.first})}
	s.scaler.instances.Set(0, int64(spec.scaling.first))
}

// scale is a sync of a station's autoscaler.
func (e *engine) scale(at int) {
	spec, st := &e.net.stations[at], &e.stations[at]
	s, x := &spec.scaling, &st.scaler
	now := e.clock.Now()
	e.clock.After(s.sync, eventScale, des.Ref(at))

	level, per := &x.working, s.cores
	if s.cores == 0 {
		level, per = &st.busy, float64(spec.workers)
	}
	area := level.Area(now)
	x.measured = append(x.measured, (area-x.area)/float64(s.sync))
	x.area = area
	age := int((s.lag + s.sync - 1) / s.sync)
	if len(x.measured) <= age {
		return // nothing is known yet
	}
	busy := x.measured[len(x.measured)-1-age]
	if len(x.measured) > 4*age+64 {
		x.measured = append(x.measured[:0], x.measured[len(x.measured)-age-1:]...)
	}
	present := int(x.instances.Value()) + x.starting
	// Those that start use nothing yet, which holds back when more are asked for.
	rule := queueing.Autoscaler{Target: s.target, Tolerance: scaleTolerance}
	want := rule.Desired(present, busy/(float64(max(present, 1))*math.Max(per, 1e-9)))
	want = min(max(want, s.least), s.most)
	e.rescale(at, st.scaler.steady(now, present, want))
}

// forget is the end of the warm-up for what is measured: the busy workers begin anew.
func (x *scaler) forget(s *autoscaling, area float64) {
	if s.cores == 0 {
		x.area -= area
	}
}

// steady is the number of replicas to have next: up at once within the policy, down to
// what was wanted most in the last five minutes.
func (x *scaler) steady(now des.Time, present, want int) int {
	kept := x.wanted[:0]
	for _, w := range x.wanted {
		if w.at > now-stabilisation {
			kept = append(kept, w)
		}
	}
	x.wanted = append(kept, desirous{now, want})
	if want > present {
		return min(want, max(2*present, present+4))
	}
	for _, w := range x.wanted {
		want = max(want, w.replicas)
	}
	return min(want, present)
}

// rescale starts or stops replicas. One that stops takes no more requests and ends
// with those it has.
func (e *engine) rescale(at, want int) {
	spec, st := &e.net.stations[at], &e.stations[at]
	x := &st.scaler
	now := e.clock.Now()
	for n := int(x.instances.Value()) + x.starting; n < want; n++ {
		x.starting++
		e.clock.After(spec.scaling.start, eventStarted, des.Ref(at))
	}
	for i := len(st.replicas) - 1; i >= 0 && int(x.instances.Value())+x.starting > want; i-- {
		if x.starting > 0 {
			x.starting--
			i++
			continue
		}
		if r := &st.replicas[i]; !r.off {
			r.off, r.up = true, false
			st.leave(int32(i))
			x.instances.Add(now, -1)
			e.regroup(at)
		}
	}
}

// started is a new replica that is ready.
func (e *engine) started(at int) {
	st := &e.stations[at]
	if st.scaler.starting == 0 {
		return // it is no longer wanted
	}
	st.scaler.starting--
	for i := range st.replicas {
		r := &st.replicas[i]
		if r.off {
			r.off, r.up, r.outlier.ejected = false, true, false
			st.up = append(st.up, int32(i))
			st.scaler.instances.Add(e.clock.Now(), 1)
			e.lostReplica(at, int32(i)) // what it kept went with the process before it
			e.regroup(at)
			return
		}
	}
}

// autoscaling of a process, which acts where the load changes: at a level load the
// process has the replicas of the design all along, which are sized for it.
func (c *compiler) autoscaling(s *station, p *arch.Process) {
	if p.Scale == nil || len(c.s.Shape) == 0 || c.pulls(p) || s.workers == 0 {
		return
	}
	c.scaled(s, p, p.Scale.Target.N, whole(p.Scale.Min), whole(p.Scale.Max))
}

func (c *compiler) scaled(s *station, p *arch.Process, target float64, least, most int) {
	seconds := func(id arch.Path, f *fact.Fact) des.Time { return des.Seconds(c.assume(id, f)) }
	s.scaling = autoscaling{
		least: max(least, 1), most: min(max(most, least, 1), 1e4), target: target, cores: p.CPU.N,
		sync: max(seconds("sim.scale-interval", &scaleSync), des.Second),
		lag:  seconds("scaling.metrics-delay", &metricsDelay), start: seconds("sim.pod-start", &podStart),
	}
	s.scaling.first = min(max(int(math.Ceil(float64(s.replicas)*c.loaded(p))), s.scaling.least), s.scaling.most)
}

// loaded is the load at the beginning of the run as a share of what a process was
// sized for.
func (c *compiler) loaded(p *arch.Process) float64 {
	now, peak := 0.0, 0.0
	for _, id := range p.Flows {
		if f := c.flowNamed(id); f != nil {
			now += c.rate(f) * factor(c.s.Shape, 0)
			peak += f.Workload.Peak.N
		}
	}
	if peak == 0 {
		return 1
	}
	return now / peak
}
