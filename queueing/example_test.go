package queueing_test

import (
	"fmt"

	"plumb.dev/plumb/queueing"
)

// Sizing one service: 500 requests a second of 50 ms each, 99 % of them within
// 250 ms, and what that costs a call path that also waits for an external.
func Example() {
	const lambda, mu, p = 500.0, 20.0, 0.99
	workers := queueing.ServersForSojourn(lambda, mu, 0.250, p)
	station := queueing.MMc{Lambda: lambda, Mu: mu, C: workers}
	fmt.Printf("%d workers at %.0f %%, p99 %.0f ms\n",
		workers, 100*station.Utilisation(), 1000*station.SojournQuantile(p))

	external := queueing.LogNormalFromP50P99(0.180, 0.900)
	path := queueing.SeriesQuantile(p, station.SojournCurve(), external.Tail)
	fmt.Printf("with the external, p99 %.0f ms, not %.0f ms; %.1f %% of its answers take over 800 ms alone\n",
		1000*path, 1000*(station.SojournQuantile(p)+external.Quantile(p)), 100*external.Tail(0.8))

	// Output:
	// 28 workers at 89 %, p99 241 ms
	// with the external, p99 966 ms, not 1141 ms; 1.6 % of its answers take over 800 ms alone
}
