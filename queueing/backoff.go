package queueing

import "math"

// Backoff is exponential back-off with full jitter: before retry i (from 0) a
// client waits a uniform time between 0 and min(Cap, Base*Factor^i) (AWS
// Architecture Blog, Exponential Backoff and Jitter, 2015).
type Backoff struct {
	Base   float64 // seconds, >= 0
	Factor float64 // >= 1
	Cap    float64 // seconds, >= 0; +Inf for none
}

// MaxDelay is the longest wait before retry i >= 0.
func (b Backoff) MaxDelay(i int) float64 {
	if !nonNegative(b.Base) || !(b.Factor >= 1) || !(b.Cap >= 0) || i < 0 {
		return nan()
	}
	if b.Base == 0 {
		return 0
	}
	return min(b.Cap, b.Base*math.Pow(b.Factor, float64(i)))
}

// MeanDelay is the mean wait before retry i >= 0.
func (b Backoff) MeanDelay(i int) float64 { return b.MaxDelay(i) / 2 }

// MaxTotal is the longest time spent waiting over the given number of
// retries (at most 1e6).
func (b Backoff) MaxTotal(retries int) float64 {
	if retries < 0 || retries > 1e6 {
		return nan()
	}
	sum := 0.0
	for i := range retries {
		sum += b.MaxDelay(i)
	}
	return sum
}

// MeanTotal is the mean time spent waiting over the given number of retries.
func (b Backoff) MeanTotal(retries int) float64 { return b.MaxTotal(retries) / 2 }
