package sim

import "plumb.dev/plumb/sim/des"

// ejection takes replicas out of the balancing that fail again and again: outlier
// detection as Envoy does it. The zero ejection takes none out.
type ejection struct {
	failures int      // in a row that eject (consecutive_5xx, 5)
	base     des.Time // times the number of ejections is how long it lasts (30 s)
	longest  des.Time // at most (300 s)
	share    float64  // of the replicas that may be ejected at a time, at least one (0.1)
	panics   float64  // no ejection leaves less than this share (panic threshold, 0.5)
}

// envoyEjection are Envoy's defaults.
var envoyEjection = ejection{failures: 5, base: 30 * des.Second, longest: 300 * des.Second, share: 0.1, panics: 0.5}

// outlier is what is known of a replica.
type outlier struct {
	failures  int
	ejections int
	ejected   bool
	until     des.Time
}

// observe notes how an attempt at a replica ended.
func (e *engine) observe(station int, at int32, o outcome) {
	s, st := &e.net.stations[station].ejection, &e.stations[station]
	r := &st.replicas[at]
	if !harmful.has(o) {
		r.outlier.failures = 0
		return
	}
	r.outlier.failures++
	if r.outlier.failures < s.failures || r.outlier.ejected || !r.up {
		return
	}
	present, out := 0, 0
	for i := range st.replicas {
		if x := &st.replicas[i]; x.up {
			present++
			if x.outlier.ejected {
				out++
			}
		}
	}
	if out > 0 && float64(out+1) > s.share*float64(present) || float64(present-out-1) < s.panics*float64(present) {
		return
	}
	now := e.clock.Now()
	r.outlier.ejections++
	r.outlier.failures, r.outlier.ejected = 0, true
	r.outlier.until = now + min(des.Time(r.outlier.ejections)*s.base, s.longest)
	st.leave(at)
	st.n.Ejected++
	e.clock.At(r.outlier.until, eventReturn, des.Ref(station)<<32|des.Ref(at))
}

// comeBack ends an ejection.
func (e *engine) comeBack(ref des.Ref) {
	st, at := &e.stations[ref>>32], int32(ref&(1<<32-1))
	r := &st.replicas[at]
	if !r.outlier.ejected || e.clock.Now() < r.outlier.until {
		return
	}
	r.outlier.ejected = false
	if r.up {
		st.up = append(st.up, at)
	}
}

// leave takes a replica out of those that are chosen from.
func (s *stationState) leave(at int32) {
	for i, up := range s.up {
		if up == at {
			s.up = append(s.up[:i], s.up[i+1:]...)
			return
		}
	}
}
