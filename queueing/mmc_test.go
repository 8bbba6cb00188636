package queueing_test

import (
	"math"
	"testing"

	"plumb.dev/plumb/queueing"
)

func near(t *testing.T, what string, got, want, rel float64) {
	t.Helper()
	if got == want {
		return
	}
	if !(math.Abs(got-want) <= rel*math.Abs(want)) {
		t.Errorf("%s = %.9g, want %.9g", what, got, want)
	}
}

func TestSingleServerStationAgreesWithMM1(t *testing.T) {
	for _, lambda := range []float64{0, 1e-6, 10, 50, 99, 99.9999} {
		one, many := queueing.MM1{Lambda: lambda, Mu: 100}, queueing.MMc{Lambda: lambda, Mu: 100, C: 1}
		near(t, "wait", many.Wait(), one.Wait(), 1e-9)
		near(t, "sojourn", many.Sojourn(), one.Sojourn(), 1e-9)
		for _, p := range []float64{0, 0.1, 0.5, 0.99, 0.9999} {
			near(t, "sojourn quantile", many.SojournQuantile(p), one.SojournQuantile(p), 1e-9)
			near(t, "wait quantile", many.WaitQuantile(p), one.WaitQuantile(p), 1e-9)
		}
	}
}

func TestSojournQuantileInvertsTailWhereRatesMeet(t *testing.T) {
	// c*mu-lambda = mu is the removable singularity of the sojourn's tail.
	for _, lambda := range []float64{9, 9 * (1 - 1e-15), 9 + 1e-7, 9.5, 5} {
		q := queueing.MMc{Lambda: lambda, Mu: 1, C: 10}
		for _, p := range []float64{0.5, 0.95, 0.999} {
			near(t, "tail at quantile", q.SojournTail(q.SojournQuantile(p)), 1-p, 1e-9)
		}
	}
}

func TestErlangStaysAccurateForManyServers(t *testing.T) {
	// Halfin and Whitt's limit: with c = a + beta*sqrt(a) the probability of
	// waiting tends to 1/(1 + beta*Phi(beta)/phi(beta)); 0.22336 for beta 1.
	near(t, "C(1e6)", queueing.ErlangC(1_000_000, 999_000), 0.22336, 2e-3)
	near(t, "C(1e8)", queueing.ErlangC(100_000_000, 99_990_000), 0.22336, 2e-4)
	if b := queueing.ErlangB(1<<31, 1); b != 0 {
		t.Errorf("blocking with 2^31 servers and one erlang = %g", b)
	}
}

func TestMMcAnswersWithoutAllocating(t *testing.T) {
	q := queueing.MMc{Lambda: 950, Mu: 1, C: 1000}
	var sink float64
	n := testing.AllocsPerRun(10, func() {
		sink += q.SojournQuantile(0.99) + q.WaitQuantile(0.99) + q.Wait()
		sink += float64(queueing.ServersForSojourn(950, 1, 6, 0.99))
	})
	if n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func TestServerSearchFindsTheFirstThatHolds(t *testing.T) {
	for _, lambda := range []float64{0.1, 3, 25, 100, 1234} {
		const mu, bound, p = 1, 6.0, 0.99
		c := queueing.ServersForSojourn(lambda, mu, bound, p)
		if c < 1 {
			t.Fatalf("lambda %g: no answer", lambda)
		}
		if q := (queueing.MMc{Lambda: lambda, Mu: mu, C: c}); q.SojournTail(bound) > 1-p {
			t.Errorf("lambda %g: %d servers miss the bound", lambda, c)
		}
		if q := (queueing.MMc{Lambda: lambda, Mu: mu, C: c - 1}); c > 1 && q.SojournTail(bound) <= 1-p {
			t.Errorf("lambda %g: %d servers would do, got %d", lambda, c-1, c)
		}
	}
	if c := queueing.ServersForSojourn(10, 1, 1, 0.99); c != 0 {
		t.Errorf("a bound below the service time's own tail was met with %d servers", c)
	}
}
