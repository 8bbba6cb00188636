package des_test

import (
	"testing"

	"plumb.dev/plumb/sim/des"
)

func TestReferencesGoStaleWhenTheirThingEnds(t *testing.T) {
	var slab des.Slab[int]
	s := des.NewStream(1)
	live := map[des.Ref]int{}
	var ended []des.Ref
	for n := range 20_000 {
		if s.Chance(0.55) {
			ref, item := slab.Add()
			if ref == 0 || *item != 0 {
				t.Fatalf("new thing %v holds %d", ref, *item)
			}
			*item = n
			live[ref] = n
		} else {
			for ref := range live { // any of them
				slab.End(ref)
				delete(live, ref)
				ended = append(ended, ref)
				break
			}
		}
	}
	if slab.Len() != len(live) {
		t.Errorf("%d live, want %d", slab.Len(), len(live))
	}
	for ref, n := range live {
		if item := slab.Get(ref); item == nil || *item != n {
			t.Fatalf("lost %v", ref)
		}
	}
	for _, ref := range ended {
		if slab.Alive(ref) {
			t.Fatalf("%v came back to life", ref)
		}
		slab.End(ref)
	}
	if slab.Len() != len(live) {
		t.Error("ending twice freed another's place")
	}
	if slab.Alive(0) || slab.Alive(1<<56-1) {
		t.Error("a reference never given out is alive")
	}
}

func TestSlabRefusesBeyondItsLimit(t *testing.T) {
	slab := des.NewSlab[[64]byte](3)
	var refs []des.Ref
	for range 3 {
		ref, _ := slab.Add()
		refs = append(refs, ref)
	}
	if ref, item := slab.Add(); ref != 0 || item != nil {
		t.Error("a full slab made room")
	}
	slab.End(refs[1])
	if ref, item := slab.Add(); ref == 0 || item == nil || ref == refs[1] {
		t.Error("a place that became free was not reused under a new reference")
	}
}

func TestQueueKeepsOrderAcrossGrowth(t *testing.T) {
	var q des.FIFO[int]
	s := des.NewStream(2)
	var want []int
	for n := range 50_000 {
		switch s.Below(8) {
		case 0, 1, 2, 3:
			q.Push(n)
			want = append(want, n)
		case 4:
			if v, ok := q.PopBack(); ok != (len(want) > 0) || (ok && v != want[len(want)-1]) {
				t.Fatal("back is wrong")
			}
			want = want[:max(0, len(want)-1)]
		default:
			front, _ := q.Front()
			v, ok := q.Pop()
			if ok != (len(want) > 0) || (ok && (v != want[0] || front != v)) {
				t.Fatalf("popped %d", v)
			}
			want = want[min(1, len(want)):]
		}
		if q.Len() != len(want) {
			t.Fatalf("length %d, want %d", q.Len(), len(want))
		}
		if i := s.Below(len(want)); len(want) > 0 && q.At(i) != want[i] {
			t.Fatalf("the value at %d is %d, want %d", i, q.At(i), want[i])
		}
	}
}

func TestTimersFireOnTimeForTheLivingAlone(t *testing.T) {
	const work, expiry des.Kind = 0, 1
	const timeout = 50 * des.Millisecond
	calendar := des.NewCalendar(des.Forever, 400_000)
	timers := des.NewTimers(timeout, expiry, 0)
	type job struct{ deadline des.Time }
	var jobs des.Slab[job]
	s := des.NewStream(3)
	service := des.Exponential(30 * des.Millisecond)
	calendar.At(0, work, 0)
	finished, expired, timerEvents := 0, 0, 0
	for started := 0; ; {
		e, ok := calendar.Next()
		if !ok {
			break
		}
		switch {
		case e.Kind() == expiry:
			timerEvents++
			for {
				ref, ok := timers.Expired(calendar, jobs.Alive)
				if !ok {
					break
				}
				if jobs.Get(ref).deadline != calendar.Now() {
					t.Fatalf("due %v, expired %v", jobs.Get(ref).deadline, calendar.Now())
				}
				jobs.End(ref)
				expired++
			}
		case e.Ref() == 0: // an arrival
			ref, j := jobs.Add()
			j.deadline = calendar.Now() + timeout
			timers.Set(calendar, ref)
			calendar.After(service.Sample(&s), work, ref)
			if started++; started < 100_000 {
				calendar.After(des.Millisecond, work, 0)
			}
		case jobs.Alive(e.Ref()):
			if jobs.Get(e.Ref()).deadline < calendar.Now() {
				t.Fatal("a job outlived its deadline")
			}
			jobs.End(e.Ref())
			finished++
		}
	}
	if jobs.Len() != 0 || timers.Len() != 0 || finished+expired != 100_000 {
		t.Errorf("%d live, %d timers, %d finished, %d expired", jobs.Len(), timers.Len(), finished, expired)
	}
	// e^(-50/30) of the jobs are too slow.
	if share := float64(expired) / 1e5; share < 0.183 || share > 0.195 {
		t.Errorf("a share %.3f expired, want 0.189", share)
	}
	if timerEvents > 30_000 {
		t.Errorf("%d events for 100000 timers", timerEvents)
	}
}
