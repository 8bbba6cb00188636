package sim

import (
	"math"

	"plumb.dev/plumb/sim/des"
)

// bucketSpec is a token bucket: rate tokens a second, at most burst of them, one
// for each call. The zero bucketSpec lets everything pass.
type bucketSpec struct {
	rate  float64
	burst float64 // at least 1
}

// bucket is its state.
type bucket struct {
	tokens float64
	at     des.Time
}

// take takes a token if there is one.
func (b *bucket) take(s *bucketSpec, now des.Time) bool {
	if s.rate <= 0 {
		return true
	}
	b.tokens = math.Min(math.Max(s.burst, 1), b.tokens+s.rate*(now-b.at).Seconds())
	b.at = now
	if b.tokens < 1 {
		return false
	}
	b.tokens--
	return true
}

// reserve takes a token that is there or will be within most, and answers how long the
// caller has to wait for it, as Guava's RateLimiter.tryAcquire does: who comes later waits
// longer, and what would wait too long takes nothing.
func (b *bucket) reserve(s *bucketSpec, now, most des.Time) (wait des.Time, ok bool) {
	if b.take(s, now) {
		return 0, true
	}
	if most == 0 {
		return 0, false
	}
	wait = des.Seconds((1-b.tokens)/s.rate) + 1 // never a moment too early
	if wait > most {
		return wait, false
	}
	b.tokens--
	return wait, true
}

// controlledDelay is the CoDel rule (Nichols and Jacobson, ACM Queue 10(5), 2012):
// when every request of an interval waited longer than target, requests are
// dropped at the head, faster and faster, until one waited less. Zero means no rule.
type controlledDelay struct{ target, interval des.Time }

// delayControl is its state in one queue.
type delayControl struct {
	since, next des.Time
	drops       float64
	dropping    bool
}

// drops decides about the request at the head, which has waited for a time.
func (c *delayControl) drop(s *controlledDelay, now, waited des.Time, behind int) bool {
	if s.interval == 0 {
		return false
	}
	if waited < s.target || behind == 0 {
		c.since, c.dropping = 0, false
		return false
	}
	switch {
	case c.dropping && now >= c.next:
		c.drops++
		c.next += des.Time(float64(s.interval) / math.Sqrt(c.drops))
		return true
	case c.dropping:
		return false
	case c.since == 0:
		c.since = now + s.interval
		return false
	case now < c.since:
		return false
	}
	c.dropping, c.drops, c.next = true, 1, now+s.interval
	return true
}
