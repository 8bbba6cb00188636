package des_test

import (
	"context"
	"errors"
	"reflect"
	"sync/atomic"
	"testing"

	"plumb.dev/plumb/sim/des"
)

// outcome is everything a replication of the benchmark model shows.
type outcome struct {
	events   uint64
	now      des.Time
	sojourns des.Histogram
}

func replicateMMc(t *testing.T, workers int) []outcome {
	t.Helper()
	results, err := des.Replicate(context.Background(), 12, workers,
		func() *mmc { return newMMc(8, 1, 10) },
		func(m *mmc, replication int) outcome {
			m.sojourns.Reset()
			m.run(uint64(replication), 20_000)
			return outcome{m.calendar.Done(), m.calendar.Now(), m.sojourns}
		})
	if err != nil {
		t.Fatal(err)
	}
	return results
}

func TestResultsAreTheSameOnAnyNumberOfWorkers(t *testing.T) {
	want := replicateMMc(t, 1)
	for workers := 2; workers <= 8; workers++ {
		if got := replicateMMc(t, workers); !reflect.DeepEqual(got, want) {
			t.Errorf("%d workers gave another result than one", workers)
		}
	}
	if want[0].sojourns == want[1].sojourns {
		t.Error("two replications are the same")
	}
}

func TestCancelledReplicationsKeepTheirFinishedPrefix(t *testing.T) {
	cause := errors.New("enough")
	for _, workers := range []int{1, 3} {
		ctx, cancel := context.WithCancelCause(context.Background())
		var started atomic.Int32
		results, err := des.Replicate(ctx, 1000, workers, func() int { return 0 }, func(_, replication int) int {
			if started.Add(1) == 20 {
				cancel(cause)
			}
			return replication
		})
		if !errors.Is(err, cause) || len(results) >= 20 || started.Load() > 20+int32(workers) {
			t.Errorf("%d workers: %d results, %d started, error %v", workers, len(results), started.Load(), err)
		}
		for i, r := range results {
			if r != i {
				t.Errorf("result %d is %d", i, r)
			}
		}
	}
	none, err := des.Replicate(context.Background(), -1, 4, func() int { return 0 }, func(_, r int) int { return r })
	if len(none) != 0 || err != nil {
		t.Errorf("no replications gave %v, %v", none, err)
	}
}

func TestNothingIsAllocatedInTheSteadyState(t *testing.T) {
	m := newMMc(9, 1, 10)
	m.run(1, 2_000_000) // queues, slabs and buckets reach their size
	calls := 0
	perRun := testing.AllocsPerRun(5, func() {
		calls++
		m.run(1, 300_000)
	})
	if perRun > 0 {
		t.Errorf("%v allocations in 300000 events", perRun)
	}
	timers := des.NewTimers(des.Second, 1, 0)
	var slab des.Slab[int]
	calendar := des.NewCalendar(des.Forever, 1<<62)
	round := func() {
		for range 1000 {
			ref, _ := slab.Add()
			timers.Set(calendar, ref)
			slab.End(ref)
			calendar.Next()
			timers.Expired(calendar, slab.Alive)
		}
	}
	round()
	if n := testing.AllocsPerRun(10, round); n > 0 {
		t.Errorf("%v allocations in a thousand timers", n)
	}
}
