package queueing

import "math"

// Outage is a consumer (or an external, or a link) that is away for Duration
// while Lambda items per second arrive, and then works them off at Mu.
type Outage struct {
	Lambda   float64 // arrivals per second, >= 0
	Mu       float64 // capacity once back, per second, > 0
	Duration float64 // seconds away, >= 0
}

func (o Outage) valid() bool {
	return nonNegative(o.Lambda) && positive(o.Mu) && nonNegative(o.Duration)
}

// Backlog is the number of items waiting at the end of the outage, and Age
// that of the oldest of them.
func (o Outage) Backlog() float64 {
	if !o.valid() {
		return nan()
	}
	return o.Lambda * o.Duration
}

// Age is the age of the oldest item at the end of the outage, the largest of
// the whole incident when items are worked off in order.
func (o Outage) Age() float64 {
	if !o.valid() {
		return nan()
	}
	return o.Duration
}

// Drain is the time from the end of the outage until the backlog is gone;
// +Inf when arrivals leave no capacity to spare.
func (o Outage) Drain() float64 {
	backlog := o.Backlog()
	if backlog > 0 && o.Lambda >= o.Mu {
		return inf()
	}
	if backlog == 0 {
		return 0
	}
	return backlog / (o.Mu - o.Lambda)
}

// Assignment is a consumer group of Consumers sharing Partitions equally
// loaded partitions, whole ones each.
type Assignment struct {
	Partitions, Consumers int // >= 1 each
}

func (a Assignment) valid() bool { return a.Partitions >= 1 && a.Consumers >= 1 }

// Active is the number of consumers that have a partition at all.
func (a Assignment) Active() int {
	if !a.valid() {
		return 0
	}
	return min(a.Partitions, a.Consumers)
}

// Largest is the number of partitions of the fullest consumer.
func (a Assignment) Largest() int {
	if !a.valid() {
		return 0
	}
	return 1 + (a.Partitions-1)/a.Consumers
}

// Balance is the share of the active consumers' capacity that the group can
// use before its fullest member saturates; 1 when partitions divide evenly.
func (a Assignment) Balance() float64 {
	if !a.valid() {
		return nan()
	}
	return float64(a.Partitions) / float64(a.Active()) / float64(a.Largest())
}

// PartitionsFor is the smallest number of partitions, a multiple of consumers,
// with which rate items per second are carried by partitions that sustain
// each items per second; 0 out of range or above 2^31.
func PartitionsFor(rate, each float64, consumers int) int {
	need := ReplicasFor(rate, 1/each, 1)
	if !positive(each) || consumers < 1 || consumers > 1<<31 || need < 1 || need > 1<<31 {
		return 0
	}
	return (need + consumers - 1) / consumers * consumers
}

// Fullest is the share of the messages that the fullest of so many partitions gets, where
// keys are hashed onto them: the most popular key and an even share of the rest, or an even
// share and what the fullest of n independent sums lies above it, sqrt(2 ln n) deviations
// (Gumbel, Statistics of Extremes, 1958), whichever is more.
func (z Zipf) Fullest(partitions int) float64 {
	if !z.valid() || partitions < 1 {
		return nan()
	}
	all := z.sum(func(w float64) float64 { return w })
	squares := z.sum(func(w float64) float64 { return w * w }) / all / all
	n, first := float64(partitions), 1/all
	return math.Min(1, math.Max(first+(1-first)/n, 1/n+math.Sqrt(2*math.Log(n)*squares*(1-1/n)/n)))
}

// MostSpread is how many times the partitions for an even spread are tried for one that is
// not: beyond, what is left in the fullest is the most popular keys.
const MostSpread = 64

// PartitionsForKeys is the smallest number of partitions of which the fullest is no more
// than each items a second, of rate items whose keys are as popular as z; ok tells whether
// there is one. Where there is none, because few keys alone are too much for one consumer,
// it is the number for an even spread.
func PartitionsForKeys(z Zipf, rate, each float64) (n int, ok bool) {
	even := PartitionsFor(rate, each, 1)
	for n = even; n > 0 && n <= MostSpread*even; n += max(1, n/64) {
		if rate*z.Fullest(n) <= each*(1+1e-9) {
			return n, true
		}
	}
	return even, false
}

// PeakWait is how long, in seconds, the last of what is left over from a peak waits: more
// comes for so many seconds than the rate at which it is served, and what is left is
// served at that rate. 0 where no more comes.
func PeakWait(arrivals, rate, lasts float64) float64 {
	return math.Max(0, (arrivals-rate)*lasts/rate)
}
