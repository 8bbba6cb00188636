package queueing

// HiddenCapacity is the arrival rate up to which a queue heals by itself once
// every request is retried retries times after a timeout and the server does
// not cancel abandoned work: mu/(1+retries). A load between it and the
// advertised mu is vulnerable: stable until something pushes it over
// (Bronson et al., Metastable Failures in Distributed Systems, HotOS 2021).
func HiddenCapacity(mu float64, retries int) float64 {
	if retries < 0 {
		return nan()
	}
	return HiddenCapacityAt(mu, 1+float64(retries))
}

// HiddenCapacityAt is the same for a known largest amplification of attempts
// per request (>= 1), such as RateBudgetAmplification or
// ConcurrencyBudgetAmplification.
func HiddenCapacityAt(mu, amplification float64) float64 {
	if !positive(mu) || !(amplification >= 1) {
		return nan()
	}
	return mu / amplification
}

// CapacityLoss is a FIFO server that does not cancel abandoned work, clients
// that give up after Timeout and retry at once, and a loss of capacity.
type CapacityLoss struct {
	Rho     float64 // utilisation before the loss, (0, 1)
	Left    float64 // share of the capacity that is left, [0, 1]
	Timeout float64 // seconds, > 0
}

// CriticalOutage is the duration of the loss beyond which the system stays
// down after capacity is back, +Inf when what is left still carries the load.
// It is a fluid limit: with alpha = Left/Rho, requests that arrive from
// T*alpha/(1-alpha) on time out, and the retries sustain the overload when
// the stretch of such arrivals is longer than T(1-Rho)/Rho. Valid for two or
// more retries with (1+retries)*Rho above about 1.2 and Rho of 0.4 or more,
// where event simulations agree within 6 %. With Left = 0 it reads
// T(1/Rho - 1 + Rho): above half load, any full outage longer than one and a
// half timeouts is metastable.
func (c CapacityLoss) CriticalOutage() float64 {
	if !(c.Rho > 0 && c.Rho < 1) || !probability(c.Left) || !positive(c.Timeout) {
		return nan()
	}
	if c.Left >= c.Rho {
		return inf()
	}
	alpha := c.Left / c.Rho
	spare := 1 - c.Rho
	stretch := c.Timeout * (spare/c.Rho + alpha/(1-alpha))
	return (c.Timeout + spare*stretch) / (1 - c.Left)
}

// FirstTimeout is the duration of the loss from which on some request times
// out at all: Timeout/(1-alpha).
func (c CapacityLoss) FirstTimeout() float64 {
	if !(c.Rho > 0 && c.Rho < 1) || !probability(c.Left) || !positive(c.Timeout) {
		return nan()
	}
	if c.Left >= c.Rho {
		return inf()
	}
	return c.Timeout / (1 - c.Left/c.Rho)
}
