package sim

import (
	"testing"

	"plumb.dev/plumb/sim/des"
)

// Two designs under one seed meet the same arrivals and the same demands, so that their
// difference shows through the chance that both share: a server that is 2.5 % faster, and
// another policy, each far more precisely than with random numbers of its own.
func TestDesignsAreComparedUnderTheSameChance(t *testing.T) {
	base := func() *network {
		st := station{replicas: 4, workers: 2, queue: endless, balance: twoChoices, errors: 0.05}
		l := link{retry: retry{attempts: 3, base: 20 * des.Millisecond, jitter: fullJitter, on: transient}}
		return single(st, des.Exponential(10*des.Millisecond), poisson(600), l)
	}
	mean := func(change func(*network), seed uint64) float64 {
		net := base()
		change(net)
		f := total(trial(t, net, plan{seed: seed, warm: 5 * des.Second, until: 35 * des.Second}, 1), 0)
		return f.mean()
	}
	same := func(*network) {}
	for name, c := range map[string]struct {
		change func(*network)
		least  float64 // by how much the variance of the difference is reduced
	}{
		"a faster server":     {func(n *network) { n.programs[0].steps[0].time = des.Exponential(9750 * des.Microsecond) }, 8},
		"longer waits":        {func(n *network) { n.links[0].retry.base *= 2 }, 8},
		"one more attempt":    {func(n *network) { n.links[0].retry.attempts++ }, 8},
		"a random choice":     {func(n *network) { n.stations[0].balance = randomly }, 1.5},
		"a bound on the wait": {func(n *network) { n.stations[0].impatient, n.stations[0].patience = true, des.Constant(des.Second) }, 8},
	} {
		var own, common des.Mean
		for seed := range uint64(20) {
			a := mean(same, seed)
			common.Add(mean(c.change, seed) - a)
			own.Add(mean(c.change, seed+1000) - a)
		}
		// Where nothing differs at all there is nothing to compare with.
		if v := common.Variance(); v > 0 && own.Variance()/v < c.least {
			t.Errorf("%s: common random numbers reduce the variance by %.3g", name, own.Variance()/v)
		}
	}
}
