package main

import "testing"

// A small system gets the room whole; a large one is collected as Go does it, so that
// its memory at most doubles.
func TestGarbageGathersUpToTheHeadroomOrDoublesTheHeap(t *testing.T) {
	for _, live := range []uint64{0, 4 << 20, 20 << 20, headroom, 600 << 20} {
		garbage := uint64(percent(live)) * max(live, 1<<20) / 100
		if most := max(live, headroom); garbage > most || garbage < most*9/10 {
			t.Errorf("with %d bytes alive, %d bytes of garbage may gather", live, garbage)
		}
	}
}
