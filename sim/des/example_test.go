package des_test

import (
	"context"
	"fmt"

	"plumb.dev/plumb/sim/des"
)

// A single server with Poisson arrivals and exponential service, 80 requests a
// second for a server that makes 100: the mean sojourn is 1/(100-80) s and its
// 99th percentile ln(100) times that.
func Example_mm1() {
	const (
		arrival des.Kind = iota
		departure
	)
	const (
		warmup  = 20 * des.Second
		horizon = warmup + 1000*des.Second
	)
	run := func(sojourns *des.Histogram, replication int) {
		var (
			calendar = des.NewCalendar(horizon, 10_000_000)
			arrivals = des.NewStream(1, uint64(replication), 0)
			services = des.NewStream(1, uint64(replication), 1)
			gap      = des.Poisson(80)
			service  = des.Exponential(10 * des.Millisecond)
			queue    des.FIFO[des.Time] // when each request came, the one in service first
		)
		calendar.After(gap.Sample(&arrivals), arrival, 0)
		for {
			e, ok := calendar.Next()
			if !ok {
				return
			}
			switch e.Kind() {
			case arrival:
				calendar.After(gap.Sample(&arrivals), arrival, 0)
				queue.Push(e.At)
				if queue.Len() == 1 {
					calendar.After(service.Sample(&services), departure, 0)
				}
			case departure:
				came, _ := queue.Pop()
				if came >= warmup {
					sojourns.Record(e.At - came)
				}
				if queue.Len() > 0 {
					calendar.After(service.Sample(&services), departure, 0)
				}
			}
		}
	}

	replications, _ := des.Replicate(context.Background(), 20, 4,
		func() struct{} { return struct{}{} },
		func(_ struct{}, replication int) *des.Histogram {
			sojourns := &des.Histogram{}
			run(sojourns, replication)
			return sojourns
		})
	var mean des.Mean
	for _, h := range replications {
		mean.Add(h.Mean() / float64(des.Millisecond))
	}
	m := mean.Interval(0.99)
	p99, _ := des.QuantileOf(replications, 0.99, 0.99)
	fmt.Printf("mean %.0f ms (50 ms in theory), within %.0f %%: %v\n", m.Estimate, 100*m.Half(), m.Holds(50))
	fmt.Printf("p99 %.0f ms (230 ms in theory): %v\n", p99.Estimate/1e6, p99.Holds(230.26e6))
	// Output:
	// mean 50 ms (50 ms in theory), within 3 %: true
	// p99 236 ms (230 ms in theory): true
}
