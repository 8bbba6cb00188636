package model

import (
	"cmp"
	"fmt"
	"math"

	"plumb.dev/plumb/fact"
	"plumb.dev/plumb/queueing"
)

// latencyAgainstTarget fits a log-normal to each external that an answer waits for
// and asks what share of the answers misses the target before a millisecond of own
// time is spent. Calls one after another add up (mean and variance, as for
// independent times); of parallel ones the slowest counts.
func (r *reconciler) latencyAgainstTarget() {
	for _, u := range r.m.UseCases {
		if !u.Asked() {
			continue
		}
		calls := hardCalls(u)
		if len(calls) == 0 {
			continue
		}
		for _, t := range []struct {
			name    string
			target  fact.Number
			allowed float64
		}{{"p50", u.Latency.P50, 0.5}, {"p90", u.Latency.P90, 0.1}, {"p95", u.Latency.P95, 0.05}, {"p99", u.Latency.P99, 0.01}, {"p99.9", u.Latency.P999, 0.001}} {
			if r.stated(t.target) && r.latencyMisses(u, calls, t.name, t.target, t.allowed) {
				break
			}
		}
	}
}

func (r *reconciler) latencyMisses(u *UseCase, calls []hardCall, name string, target fact.Number, allowed float64) bool {
	d, chance := waiting(calls)
	share := chance * d.Tail(target.N)
	if math.IsNaN(share) || share <= allowed {
		return false
	}
	slowest := calls[0]
	facts := []fact.ID{target.Fact}
	var names []string
	for _, c := range calls {
		if c.Latency.P99.N*c.times > slowest.Latency.P99.N*slowest.times {
			slowest = c
		}
		facts = append(facts, c.Latency.P50.Fact, c.Latency.P99.Fact)
		names = append(names, c.External.Name)
	}
	needed := d.Quantile(1 - min(allowed/chance, 0.999))
	first := Answer{"answer within a bounded wait and finish later", fmt.Sprintf("%s answers at %s at the latest, with a pending state where %s is not back; the client is told the rest", u.Name, durationText(target.N), slowest.External.Name)}
	if !u.writesAny() {
		first = Answer{"answer without it when it is late", fmt.Sprintf("a timeout before %s and an answer that says what is missing", durationText(target.N))}
	}
	r.ask(u.Path, byShare(share-allowed)*importance(u),
		fmt.Sprintf("%s is to answer within %s (%s), but waits for %s. What gives way?", u.Name, durationText(target.N), name, slowest.External.Name),
		fmt.Sprintf("waiting for %s alone takes longer than %s in %s of the answers, where %s may: its %s lies at %s (log-normal through the percentiles given)",
			list(distinct(names)), durationText(target.N), shareText(share), shareText(allowed), name, durationText(needed)),
		facts, first,
		Answer{"the target", fmt.Sprintf("%s %s or more for %s", name, durationText(needed+u.Work.P99.N), u.Name)},
		Answer{fmt.Sprintf("%s becomes faster", slowest.External.Name), fmt.Sprintf("%s of at most about %s, agreed with whoever runs it", name, durationText(slowest.Latency.P99.N*target.N/needed*0.9))})
	return true
}

// waiting is the time of all calls together, and the chance that any is made.
func waiting(calls []hardCall) (queueing.LogNormal, float64) {
	var parts []queueing.LogNormal
	var slowest *queueing.LogNormal
	never := 1.0
	for _, c := range calls {
		d := queueing.LogNormalFromP50P99(c.Latency.P50.N, max(c.Latency.P99.N, c.Latency.P50.N))
		never *= 1 - c.chance
		if c.Parallel {
			if slowest == nil || d.Quantile(0.99) > slowest.Quantile(0.99) {
				slowest = &d
			}
			continue
		}
		for range int(min(max(c.times, 1), 100)) {
			parts = append(parts, d)
		}
	}
	if slowest != nil {
		parts = append(parts, *slowest)
	}
	if len(parts) == 1 {
		return parts[0], 1 - never
	}
	return queueing.SumOfLogNormals(parts...), 1 - never
}

// several introduces a product of more than one.
func several(names []string) string {
	if len(names) < 2 {
		return ""
	}
	return "the product of " + list(names)
}

func distinct(names []string) []string {
	var out []string
	for _, n := range names {
		if len(out) == 0 || out[len(out)-1] != n {
			out = append(out, n)
		}
	}
	return out
}

// availabilityAgainstTarget multiplies what an answer depends on and compares the
// minutes a month with those the target allows.
func (r *reconciler) availabilityAgainstTarget() {
	for _, u := range r.m.UseCases {
		if !u.Asked() || !r.stated(u.Available) {
			continue
		}
		product := 1.0
		facts := []fact.ID{u.Available.Fact}
		var names []string
		seen := map[*External]bool{}
		for _, c := range hardCalls(u) {
			if seen[c.External] {
				continue
			}
			seen[c.External] = true
			product *= 1 - c.chance*(1-c.External.Availability.N)
			facts = append(facts, c.External.Availability.Fact)
			names = append(names, c.External.Name)
		}
		if len(names) == 0 || product >= u.Available.N {
			continue
		}
		allowed, down := (1-u.Available.N)*minutesPerMonth, (1-product)*minutesPerMonth
		monthly := u.Load.Average.N * minutesPerMonth * 60
		r.ask(u.Path, byMinutes(down-allowed)*importance(u),
			fmt.Sprintf("%s promises %s, but waits for %s. What gives way?", u.Name, shareText(u.Available.N), list(names)),
			fmt.Sprintf("%s gives %s: away %s, where %s are allowed before own failures (%s requests, if all at the peak); of %s requests a month %s fall into it",
				cmp.Or(several(names), names[0]), shareText(product), minutesText(down), minutesText(allowed), countText(u.Load.Peak.N*allowed*60), countText(monthly), countText(monthly*(1-product))),
			append(facts, u.Load.Average.Fact),
			Answer{"the dependency", fmt.Sprintf("%s is accepted without %s and settled when it is back; whoever asked is told which", u.Name, list(names))},
			Answer{"the target", fmt.Sprintf("at most %s, less own failures", shareText(product))},
			Answer{fmt.Sprintf("a second provider stands in for %s", names[0]), "two contracts, two adapters, and a rule for which one is asked"})
	}
}

// windowAgainstLoad asks what happens to the calls that fall into an external's
// closed hours: those somebody waits for miss their target, those that may wait
// pile up and drain at the external's limit.
func (r *reconciler) windowAgainstLoad() {
	for _, x := range r.m.Externals {
		longest, share := x.Closed()
		if share == 0 {
			continue
		}
		r.waitedInWindow(x, share, longest, x.windowFact())
		r.backlog(x, longest, x.windowFact())
	}
}

// windowFact is where the closed hours were written.
func (x *External) windowFact() fact.ID {
	if len(x.Maintenance) > 0 {
		return x.Maintenance[0].Fact
	}
	return x.Open[0].Fact
}

func (r *reconciler) waitedInWindow(x *External, share, longest float64, from fact.ID) {
	for _, u := range r.m.UseCases {
		if !u.Asked() {
			continue
		}
		for _, c := range hardCalls(u) {
			if c.External != x {
				continue
			}
			rates := u.comes()
			inside, most := x.away.meets(&rates)
			away := inside * c.chance * minutesPerMonth
			allowed := (1 - u.Available.N) * minutesPerMonth
			if away <= allowed {
				continue
			}
			waiting := most * c.chance
			drains := ""
			if x.Limit.Known() && x.Limit.N > u.Load.Average.N {
				drains = fmt.Sprintf(", and %s at its %s brings them through in %s", x.Name, rateText(x.Limit.N), durationText(waiting/(x.Limit.N-u.Load.Average.N)))
			}
			r.ask(u.Path, byMinutes(away-allowed)*importance(u),
				fmt.Sprintf("What does %s do while %s is closed?", u.Name, x.Name),
				fmt.Sprintf("%s is closed %s of the time, up to %s at a stretch, and %s of all %s comes then: as much as %s, where %s may fail", x.Name, shareText(share), durationText(longest), shareText(inside), u.Name, minutesText(away), minutesText(allowed)),
				[]fact.ID{from, u.Available.Fact, u.Load.Average.Fact, u.Load.Peak.Fact},
				Answer{"it is accepted and settled when it opens", fmt.Sprintf("about %s requests wait at the end of the stretch that brings most%s", countText(waiting), drains)},
				Answer{"it is refused, and says when to come back", fmt.Sprintf("the target of %s holds for the open hours only", shareText(u.Available.N))})
			break
		}
	}
}

// longestDrain is how long after opening a backlog may last before somebody should
// have decided that it may: half a working day.
const longestDrain = 4 * hour

func (r *reconciler) backlog(x *External, longest float64, from fact.ID) {
	arrivals := 0.0
	patient := math.Inf(1)
	facts := []fact.ID{from, x.Limit.Fact}
	var rates [weekMinutes]float64
	for _, u := range r.m.UseCases {
		for _, c := range u.Calls {
			if c.External != x || !c.Later && (u.Asked() || u.Every != nil) {
				continue
			}
			each := c.Chance.N * c.Times.N
			arrivals += u.Load.Average.N * each
			for i, rate := range u.comes() {
				rates[i] += rate * each
			}
			facts = append(facts, u.Load.Average.Fact)
			if c.Within.Known() {
				patient = min(patient, c.Within.N)
				facts = append(facts, c.Within.Fact)
			}
		}
	}
	if arrivals == 0 {
		return
	}
	inside, waiting := x.away.meets(&rates)
	drain := 0.0
	if x.Limit.Known() {
		drain = math.Inf(1)
		if x.Limit.N > arrivals {
			drain = waiting / (x.Limit.N - arrivals)
		}
	}
	latest := longest + drain
	if latest <= patient && drain <= longestDrain {
		return
	}
	last := "never, as more arrive than it takes"
	if !math.IsInf(latest, 0) {
		last = fmt.Sprintf("%s after the first one came", durationText(latest))
	}
	r.ask(x.Path, 0.4,
		fmt.Sprintf("May calls of %s wait over its closed hours?", x.Name),
		fmt.Sprintf("%s of them come in these hours: in %s without it %s pile up, and the last of them is done %s", shareText(inside), durationText(longest), countText(waiting), last),
		facts,
		Answer{"yes", "they are kept and drained at the pace the external allows; the promised time holds for its open hours"},
		Answer{"no", "the external has to open longer, take more, or be asked for less"})
}

// scheduleAgainstWindow finds runs that start while the external they call is away.
func (r *reconciler) scheduleAgainstWindow() {
	for _, u := range r.m.UseCases {
		if u.Every == nil || u.Every.At.Days == 0 {
			continue
		}
		for _, c := range u.Calls {
			x := c.External
			if c.Later || x.away == nil || !x.away.at(u.Every.At) {
				continue
			}
			r.ask(u.Path, 0.5*importance(u),
				fmt.Sprintf("When should %s run, as %s is closed then?", u.Name, x.Name),
				fmt.Sprintf("it starts %s; %s is away at that time", u.Every.Text, x.Name),
				[]fact.ID{u.Every.Fact, x.windowFact()},
				Answer{"as soon as it opens", "the run is put off until then, and says so"},
				Answer{"at another hour", "write it as every"})
		}
	}
}

// itemsAgainstCalls finds runs over many items that call an external, where nothing says
// whether once for all of them or for each: the one is a call a day, the other a load.
func (r *reconciler) itemsAgainstCalls() {
	const many = 100 // fewer calls than this are no load
	for _, u := range r.m.UseCases {
		if u.Every == nil || !r.stated(u.Items) || u.Items.N < many {
			continue
		}
		for i := range u.Calls {
			c := &u.Calls[i]
			x := c.External
			if r.stated(c.Times) || x.Protocol == "file" {
				continue // a file holds all of them
			}
			takes, by := u.Items.N*c.Latency.P50.N, "one after the other"
			facts := []fact.ID{u.Items.Fact, c.Times.Fact, c.Latency.P50.Fact}
			if x.Limit.Known() && x.Limit.N > 0 {
				takes, by = u.Items.N/x.Limit.N, fmt.Sprintf("at the %s that %s takes", rateText(x.Limit.N), x.Name)
				facts = append(facts, x.Limit.Fact)
			}
			price := ""
			if x.Price.Known() {
				price = ", and " + fact.FormatMoney(u.Items.N*x.Price.N, r.m.Context.Currency) + " a run"
				facts = append(facts, x.Price.Fact)
			}
			r.ask(u.Path, 0.4*importance(u),
				fmt.Sprintf("Does %s call %s once a run, or for each of its items?", u.Name, x.Name),
				fmt.Sprintf("a run goes over %s; a call for each takes %s %s%s", countText(u.Items.N), durationText(takes), by, price),
				facts,
				Answer{"once a run", "one call carries all of them: write times: 1"},
				Answer{"for each", fmt.Sprintf("write times: %s on the call, or a use case of one that a run starts for each", fact.FormatCount(u.Items.N))})
		}
	}
}
