package main

import (
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
)

// headroom is how much memory may gather before garbage is collected: planning a system
// thousands of times leaves much of it and keeps little, and with the usual doubling of
// some twenty megabytes a sixth of the processor time went into collecting.
const headroom = 128 << 20

// collectRarely has the collector wait until headroom has gathered, or as much as is
// alive where that is more, as usual. GOGC in the environment takes precedence.
func collectRarely() {
	if os.Getenv("GOGC") != "" {
		return
	}
	adjust()
}

// adjust sets the pace of the collector by what is alive, now and after each
// collection, of which a finalizer tells.
func adjust() {
	live := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(live)
	debug.SetGCPercent(percent(live[0].Value.Uint64()))
	runtime.SetFinalizer(&struct{ _ *byte }{}, func(any) { adjust() })
}

// percent is how much garbage may gather, as a share of what is alive.
func percent(live uint64) int {
	const usual, least = 100, 1 << 20
	return max(usual, int(100*headroom/max(live, least)))
}
