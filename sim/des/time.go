package des

import "math"

// Time is a moment or a span of simulated time in nanoseconds. A run starts at
// 0; no Time is negative.
type Time int64

// The spans models are written in.
const (
	Nanosecond  Time = 1
	Microsecond      = 1000 * Nanosecond
	Millisecond      = 1000 * Microsecond
	Second           = 1000 * Millisecond
	Minute           = 60 * Second
	Hour             = 60 * Minute

	// Forever is later than every event.
	Forever Time = math.MaxInt64
)

// Seconds converts s to the nearest Time; what is negative or NaN becomes 0,
// what is beyond 292 years becomes Forever.
func Seconds(s float64) Time { return nearest(s * float64(Second)) }

// Seconds is t in seconds.
func (t Time) Seconds() float64 { return float64(t) / float64(Second) }

// nearest rounds nanoseconds to a Time, within its range.
func nearest(ns float64) Time {
	switch {
	case !(ns > 0):
		return 0
	case ns >= math.MaxInt64:
		return Forever
	}
	return Time(ns + 0.5)
}

// plus is t+d, at most Forever; a negative d counts as 0.
func (t Time) plus(d Time) Time {
	if d <= 0 {
		return t
	}
	if sum := t + d; sum >= t {
		return sum
	}
	return Forever
}
