package des

import (
	"context"
	"sync"
	"sync/atomic"
)

// Replicate makes n independent replications on up to workers goroutines and
// returns their results in order. Each goroutine has a state of its own from
// newState, to be reused from one replication to the next: slabs, calendars,
// histograms. The result of run must depend on the replication's number alone,
// not on what the state was used for before; then the results are the same for
// any number of workers.
//
// When ctx ends, no further replication is started, and the results are those
// of the replications 0..k-1 that all ended before; the error is ctx's.
func Replicate[S, R any](ctx context.Context, n, workers int, newState func() S, run func(state S, replication int) R) ([]R, error) {
	n = max(n, 0)
	results := make([]R, n)
	ended := make([]bool, n)
	var next atomic.Int64
	var group sync.WaitGroup
	for range min(max(workers, 1), n) {
		group.Go(func() {
			state := newState()
			for {
				i := int(next.Add(1)) - 1
				if i >= n || ctx.Err() != nil {
					return
				}
				results[i] = run(state, i)
				// A run cut short by the context has no result to keep.
				ended[i] = ctx.Err() == nil
			}
		})
	}
	group.Wait()
	for i, ok := range ended {
		if !ok {
			return results[:i], context.Cause(ctx)
		}
	}
	return results, nil
}
