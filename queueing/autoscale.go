package queueing

import "math"

// Autoscaler is the Kubernetes horizontal pod autoscaler's rule
// (kubernetes.io, Horizontal Pod Autoscaling, algorithm details).
type Autoscaler struct {
	Target    float64 // metric per replica to hold, > 0
	Tolerance float64 // relative deviation that changes nothing, >= 0; 0.1 by default
}

// maxReplicas bounds the replica counts accepted and answered.
const maxReplicas = 1 << 31

// Desired is the replica count asked for at current replicas and a mean
// metric per replica: ceil(current*metric/Target), at least 1, or current
// within the tolerance. It is 0 out of range.
func (a Autoscaler) Desired(current int, metric float64) int {
	if current < 1 || current > maxReplicas || !nonNegative(metric) || !positive(a.Target) || !nonNegative(a.Tolerance) {
		return 0
	}
	// Compared as Kubernetes does: 88 against 80 is within a tenth, though their ratio
	// less one is not, by an ulp.
	if ratio := metric / a.Target; 1-a.Tolerance <= ratio && ratio <= 1+a.Tolerance {
		return current
	}
	// The product first: for whole metrics the quotient is then rounded
	// once, and a whole result stays whole.
	n := math.Ceil(float64(current) * metric / a.Target)
	return int(min(max(n, 1), maxReplicas))
}

// NextStep is the replica count after one period of the default behaviour:
// scaling up by at most 100 % or 4 pods, whichever is more, per 15 s; down
// without limit once the stabilisation window allows it.
func (a Autoscaler) NextStep(current int, metric float64) int {
	desired := a.Desired(current, metric)
	if desired == 0 || desired <= current {
		return desired
	}
	return min(desired, max(2*current, current+4))
}

// Periods is the number of 15 s periods until the replica count reaches the
// desired one under that limit, the metric's total unchanged meanwhile.
func (a Autoscaler) Periods(current int, metric float64) int {
	desired := a.Desired(current, metric)
	if desired == 0 {
		return 0
	}
	n := 0
	for have := current; have < desired; n++ {
		have = max(2*have, have+4)
	}
	return n
}

// ScalingTarget is the utilisation to hold so that load growing by growth per
// second (relative, >= 0) stays under ceiling while a reaction takes lag
// seconds: ceiling/(1+growth*lag).
func ScalingTarget(ceiling, growth, lag float64) float64 {
	if !probability(ceiling) || !nonNegative(growth) || !nonNegative(lag) {
		return nan()
	}
	return ceiling / (1 + growth*lag)
}
