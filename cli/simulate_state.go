package cli

import (
	"fmt"

	"plumb.dev/plumb"
	"plumb.dev/plumb/fact"
)

// What a simulation says of channels, sagas and caches.

func (t *tables) channels(r *plumb.Simulation) {
	out := [][]string{{"outbox", "to", "written/s", "waiting", "most", "delay p99", "sent again"}}
	in := [][]string{{"consumers", "of", "messages/s", "done/s", "waiting", "most", "lag p50", "lag p99 (95 %)", "drained after", "set aside"}}
	for i := range r.Channels {
		ch := &r.Channels[i]
		for k := range ch.Outboxes {
			o := &ch.Outboxes[k]
			if !t.all && o.Backlog < 1 && o.Failed == 0 {
				continue
			}
			out = append(out, []string{o.From, ch.Name, digits(o.Written), digits(o.Backlog), fact.FormatCount(float64(o.Most)), at(o.P99), fmt.Sprintf("%.2g%%", 100*o.Failed)})
		}
		for k := range ch.Groups {
			g := &ch.Groups[k]
			drained, dead := "-", "-"
			if g.Drain != nil {
				drained = fact.FormatSeconds(g.Drain.Estimate)
			}
			if g.Drained > 0 && g.Drained < 1 {
				drained += fmt.Sprintf(" in %.0f%% of runs", 100*g.Drained)
			}
			if g.Dead > 0 {
				dead = digits(g.Dead) + "/s"
			}
			does := g.Flow
			switch {
			case g.Calls != "":
				does = "calls"
			case does == "":
				does = "copies"
			}
			if !t.all && does == "calls" && g.Backlog < 1 {
				continue // they leave when they are made
			}
			if !t.all && does == "copies" && (g.P99 == nil || g.Within == 0 || g.P99.High < g.Within) && g.Dead == 0 {
				continue // they are as young as they should be
			}
			in = append(in, []string{g.Name + " (" + does + ")", ch.Name, digits(g.Published), digits(g.Done), digits(g.Backlog), fact.FormatCount(float64(g.Most)), at(g.P50), within(g.P99), drained, dead})
		}
	}
	for _, rows := range [][][]string{out, in} {
		if len(rows) > 1 {
			t.table(rows)
		}
	}
}

func (t *tables) sagas(r *plumb.Simulation) {
	rows := [][]string{{"saga", "begun/s", "completed", "taken back", "stuck", "under way", "completed p50", "p99 (95 %)", "taken back p50", "p99"}}
	for i := range r.Sagas {
		s := &r.Sagas[i]
		if !t.all && s.Compensated+s.Stuck+s.Repeated == 0 {
			continue
		}
		share := func(x float64) string { return fmt.Sprintf("%.4g%%", 100*x) }
		rows = append(rows, []string{
			s.Name, digits(s.Begun), share(s.Completed), share(s.Compensated), share(s.Stuck), digits(s.Open),
			at(s.P50), within(s.P99), at(s.BackP50), at(s.BackP99),
		})
	}
	if len(rows) > 1 {
		t.table(rows)
	}
}

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
