package cli

import (
	"fmt"

	"plumb.dev/plumb"
	"plumb.dev/plumb/fact"
)

// What a simulation says of caches.

func (t *tables) caches(r *plumb.Simulation) {
	rows := [][]string{{"cache", "copies", "keys", "lookups/s", "hits (95 %)", "designed", "lowest", "most misses/s"}}
	for i := range r.Caches {
		k := &r.Caches[i]
		name := k.Name
		if k.In != "" {
			name += " in " + k.In
		}
		keys := fact.FormatCount(k.Keys)
		if k.Grouped > 1 {
			keys += fmt.Sprintf(", %d as one", k.Grouped)
		}
		rows = append(rows, []string{
			name, fmt.Sprintf("%d x %s", k.Copies, fact.FormatCount(float64(k.Entries))), keys, digits(k.Lookups),
			fmt.Sprintf("%.1f%% (%.1f to %.1f)", 100*k.HitRatio.Estimate, 100*k.HitRatio.Low, 100*k.HitRatio.High),
			fmt.Sprintf("%.1f%%", 100*k.Designed), fmt.Sprintf("%.1f%%", 100*k.Lowest), digits(k.Misses),
		})
	}
	if len(rows) > 1 {
		t.table(rows)
	}
}
