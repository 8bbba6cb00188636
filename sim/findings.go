package sim

import (
	"fmt"
	"math"
	"slices"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/diag"
	"plumb.dev/plumb/fact"
	"plumb.dev/plumb/queueing"
)

// Findings are what is wrong with the policies of a design before anything is
// simulated: each a warning with its place, its numbers and a remedy.
func Findings(a *arch.Arch) diag.List {
	s := Scenario{Scale: 1}
	f := finder{c: compile(a, &s), a: a}
	for i := range a.Edges {
		e := &a.Edges[i]
		for _, check := range edgeChecks {
			check.find(&f, e)
		}
	}
	for i := range f.c.net.programs {
		f.program(&f.c.net.programs[i])
	}
	f.rates()
	f.queues()
	f.partitions()
	f.chains()
	return folded(f.list.Sorted())
}

// mostAlike is how many findings of a kind are told one by one. Where there are more, it is
// one rule that is wrong and not so many places.
const mostAlike = 5

// folded tells what is wrong in many places once, at the first of them, with how many more
// there are and where the next are.
func folded(list diag.List) (out diag.List) {
	at := map[diag.Code][]diag.Problem{}
	for _, p := range list {
		at[p.Code] = append(at[p.Code], p)
	}
	for _, p := range list {
		alike := at[p.Code]
		if len(alike) > mostAlike {
			p = alike[0]
			p.Message += fmt.Sprintf("; %d more are like it, the next at %s, %s and %s", len(alike)-1, alike[1].Path, alike[2].Path, alike[3].Path)
			alike = nil
			at[p.Code] = nil
		} else if alike == nil {
			continue // told
		}
		out = append(out, p)
	}
	return out
}

type finder struct {
	c    *compiler
	a    *arch.Arch
	list diag.List
	// first is the first call over each link, once it is needed.
	first map[string]*step
}

func (f *finder) add(code diag.Code, path, hint, format string, args ...any) {
	f.list.Add(diag.Problem{Code: code, Severity: diag.Warning, Path: path, Message: fmt.Sprintf(format, args...), Hint: hint})
}

func edgePath(id string) string { return "edges." + id }

// edgeChecks are what can be seen at an edge alone.
var edgeChecks = []struct {
	find func(*finder, *arch.Edge)
	why  string
}{
	{noTimeout, "a call without a limit holds its worker as long as the callee likes, and is never retried"},
	{unsafeRetry, "an attempt that timed out may have had its effect"},
	{neverTrips, "a window that sees fewer calls than the breaker asks for never opens it"},
	{smallBulkhead, "calls in flight are rate times time (Little); a bulkhead below refuses what is normal"},
	{smallThrottle, "a token bucket is a queue of burst places (M/D/1/K): near its rate it refuses what is normal"},
	{wideBreaker, "a breaker that stands before several replicas turns the loss of one into the loss of all"},
	{beyondPool, "a caller whose every worker waits for one callee does nothing else"},
	{busyCallee, "retries of a share b of the calls multiply the load by 1 + b; from full load on a queue never ends"},
	{smallLimit, "what an external refuses at the peak nobody can retry away"},
}

func noTimeout(f *finder, e *arch.Edge) {
	if e.Style == "sync" && (e.ToKind == "external" || e.ToKind == "deployable") && !(e.Timeout.N > 0) {
		f.add("sim.no-timeout", edgePath(string(e.ID)), "give each attempt a time limit from the callee's 99.9th percentile",
			"%s waits for %s without a time limit", e.From, e.To)
	}
}

func unsafeRetry(f *finder, e *arch.Edge) {
	if e.Retry == nil || e.Retry.MaxAttempts < 2 || e.Retry.Key != "" || e.ToKind != "external" || f.asks(e) {
		return
	}
	for i := range f.a.Externals {
		if x := &f.a.Externals[i]; string(x.ID) == e.To && !x.Idempotent && !x.Lookup {
			f.add("sim.unsafe-retry", edgePath(string(e.ID)), "send a key by which the callee recognises a repeat, or do not retry after a timeout",
				"%d attempts at %s, which does not recognise a repeat, without an idempotency key", e.Retry.MaxAttempts, e.To)
		}
	}
}

// asks reports whether nothing but queries uses an edge: asking twice changes nothing.
func (f *finder) asks(e *arch.Edge) bool {
	for _, u := range e.Use {
		if !slices.ContainsFunc(f.a.Operations, func(o arch.Operation) bool { return o.UseCase == u && o.Kind == "query" }) {
			return false
		}
	}
	return len(e.Use) > 0
}

func neverTrips(f *finder, e *arch.Edge) {
	b := e.Breaker
	if b == nil || b.Window.Kind == fact.Count || !(e.Peak.N > 0) {
		return
	}
	if seen := e.Peak.N * b.Window.N; seen < float64(b.MinCalls) {
		f.add("sim.breaker-never-trips", edgePath(string(e.ID)), "lengthen the window, or leave the breaker out",
			"its breaker asks for %d calls in %s and sees %.2g even at the peak", b.MinCalls, fact.FormatSeconds(b.Window.N), seen)
	}
}

func smallBulkhead(f *finder, e *arch.Edge) {
	if e.Bulkhead == nil || !(e.Peak.N > 0) {
		return
	}
	mean := f.meanTime(e)
	if need := queueing.Bulkhead(e.Peak.N, mean, 0.99); mean > 0 && e.Bulkhead.MaxConcurrent < need {
		f.add("sim.small-bulkhead", edgePath(string(e.ID)), fmt.Sprintf("allow %d", need),
			"at most %d calls in flight, while the peak has %.3g on average and %d one time in a hundred", e.Bulkhead.MaxConcurrent, e.Peak.N*mean, need)
	}
}

// refusedNormally is the share of refusals at the peak from which on a limit counts
// as too small.
const refusedNormally = 0.001

func smallThrottle(f *finder, e *arch.Edge) {
	t := e.RateLimit
	if t == nil || !(e.Peak.N > 0) || !(t.Rate.N > 0) || e.Style == "async" {
		return // what nobody waits for is asked again
	}
	b := queueing.TokenBucket{Rate: t.Rate.N, Burst: max(whole(t.Burst), 1), Lambda: e.Peak.N}
	if refused := b.Rejected(); refused > refusedNormally {
		f.add("sim.small-throttle", edgePath(string(e.ID)), "raise the rate or the burst, or smooth the calls through a queue",
			"%.3g/s with a burst of %.3g refuse %s of the peak's %.3g/s", t.Rate.N, t.Burst.N, fact.FormatShare(refused), e.Peak.N)
	}
}

func smallLimit(f *finder, e *arch.Edge) {
	if e.ToKind != "external" {
		return
	}
	for i := range f.a.Externals {
		x := &f.a.Externals[i]
		if string(x.ID) != e.To || !(x.Limit.N > 0) || f.firstTo(e.To) != e {
			continue
		}
		demand := 0.0
		for k := range f.a.Edges {
			if f.a.Edges[k].To == e.To && f.a.Edges[k].Style == "sync" {
				demand += f.a.Edges[k].Peak.N
			}
		}
		if demand > x.Limit.N {
			f.add("sim.over-limit", "externals."+e.To, "queue what may wait, or buy a higher limit",
				"%s allows %.4g/s and the peaks of all that somebody waits for ask for %.4g/s", e.To, x.Limit.N, demand)
		}
	}
}

func (f *finder) firstTo(to string) *arch.Edge {
	for i := range f.a.Edges {
		if f.a.Edges[i].To == to {
			return &f.a.Edges[i]
		}
	}
	return nil
}

// meanTime is the mean time of an attempt over an edge, as far as leaves tell.
func (f *finder) meanTime(e *arch.Edge) float64 {
	if f.first == nil {
		f.first = map[string]*step{}
		for i := range f.c.net.programs {
			for k := range f.c.net.programs[i].steps {
				s := &f.c.net.programs[i].steps[k]
				if s.kind != invoke {
					continue
				}
				if name := f.c.net.links[s.link].name; f.first[name] == nil {
					f.first[name] = s
				}
			}
		}
	}
	s := f.first[string(e.ID)]
	if s == nil {
		return 0
	}
	return f.c.seconds(s.program, 0) + 2*f.c.net.links[s.link].delay.Mean()/1e9
}

// seconds is the mean time of a program until its answer, without queues.
func (c *compiler) seconds(program, depth int) float64 {
	if depth > maxDepth {
		return 0
	}
	t := 0.0
	for _, s := range c.net.programs[program].steps {
		switch s.kind {
		case respond:
			return t
		case work:
			t += s.chance * s.times * s.time.Mean() / 1e9
		case invoke:
			t += s.chance * s.times * (c.seconds(s.program, depth+1) + 2*c.net.links[s.link].delay.Mean()/1e9)
		}
	}
	return t
}

// longest is the time a program may take when each of its calls uses all its
// attempts to the limit, without the waits between them.
func (f *finder) longest(program, depth int) (t float64, retrying string) {
	if depth > maxDepth {
		return 0, ""
	}
	for _, s := range f.c.net.programs[program].steps {
		if s.kind == respond {
			break
		}
		if s.kind != invoke || s.chance == 0 {
			continue
		}
		l := &f.c.net.links[s.link]
		t += math.Ceil(s.times) * budgetOf(l)
		if l.retry.attempts > 1 {
			retrying = l.name
		}
		if _, inner := f.longest(s.program, depth+1); inner != "" {
			retrying = inner
		}
	}
	return t, retrying
}

// budgetOf is the longest time of a call: all attempts to their limit, with the
// longest waits between them.
func budgetOf(l *link) float64 {
	n := max(l.retry.attempts, 1)
	t := float64(n) * l.timeout.Seconds()
	for i := 1; i < n; i++ {
		t += l.retry.interval(i).Seconds()
	}
	return t
}

// program looks at the calls of a program: whether one waits less long than its
// callee may take, and whether caller and callee both retry.
func (f *finder) program(p *program) {
	seen := map[int]bool{}
	for _, s := range p.steps {
		if s.kind != invoke || seen[s.link] || f.c.edges[arch.EdgeID(f.c.net.links[s.link].name)] == nil {
			continue
		}
		seen[s.link] = true
		l := &f.c.net.links[s.link]
		inner, retrying := f.longest(s.program, 0)
		if l.timeout > 0 && inner > l.timeout.Seconds() && !l.deadline {
			f.add("sim.timeout-inversion", edgePath(l.name), "hand the deadline on, shorten what is below, or wait longer",
				"gives up after %s while what is called may take %s for its own calls", fact.FormatSeconds(l.timeout.Seconds()), fact.FormatSeconds(inner))
		}
		if l.retry.attempts > 1 && retrying != "" {
			f.add("sim.retries-stacked", edgePath(l.name), "retry on one layer only: the one nearest to what fails",
				"retries up to %d attempts above %s, which retries, too", l.retry.attempts, retrying)
		}
	}
}

// rates looks at what retries may add where the callee has no room for it.
func (f *finder) rates() {
	load := map[int]float64{}
	for key, at := range f.c.links {
		if e := f.c.edges[key.edge]; e != nil {
			load[f.c.net.links[at].station] += e.Peak.N
		}
	}
	for i := range f.a.Edges {
		e := &f.a.Edges[i]
		if e.Retry == nil || e.Retry.MaxAttempts < 2 {
			continue
		}
		at, ok := f.c.stations[e.To]
		if !ok {
			continue
		}
		capacity := f.c.net.stations[at].limit.rate
		grown := 1 + e.Retry.Budget.N
		if !(e.Retry.Budget.N > 0) {
			grown = float64(e.Retry.MaxAttempts)
		}
		if capacity > 0 && load[at] <= capacity && load[at]*grown > capacity {
			f.add("sim.budget-unstable", edgePath(string(e.ID)), "a smaller retry budget, fed by successes",
				"retries may raise %.4g/s to %.4g/s, and %s allows %.4g/s", load[at], load[at]*grown, e.To, capacity)
		}
	}
}

// estimated is by how much more a queue may be than it should: mean times are known no
// better.
const estimated = 1.2

// queues looks at whether a queue is longer than half of what its callers wait for.
func (f *finder) queues() {
	timeouts, services := f.tightest()
	for i := range f.c.net.stations {
		st := &f.c.net.stations[i]
		if st.kind != "process" || st.workers == 0 || st.queue <= 0 {
			continue
		}
		timeout, service := timeouts[i], services[i]
		if math.IsInf(timeout, 1) || service == 0 {
			continue
		}
		mu := float64(st.workers) / service
		if most := mu * timeout / 2; float64(st.queue) > estimated*most {
			f.add("sim.long-queue", "deployables."+st.name, fmt.Sprintf("at most %d places: half the tightest caller's time limit", int(most)),
				"%d requests may wait for %d workers, %s of work, while a caller gives up after %s", st.queue, st.workers, fact.FormatSeconds(float64(st.queue)/mu), fact.FormatSeconds(timeout))
		}
	}
}

// tightest is for each station the shortest time limit of its calls, and their mean
// time in it, without queues, weighted by how often each comes at the peak.
func (f *finder) tightest() (timeout, service []float64) {
	n := len(f.c.net.stations)
	timeout, service = make([]float64, n), make([]float64, n)
	rates := make([]float64, n)
	for i := range timeout {
		timeout[i] = math.Inf(1)
	}
	weigh := func(station, program int, rate float64) {
		service[station] += rate * f.c.seconds(program, 0)
		rates[station] += rate
	}
	for i := range f.c.net.sources {
		s := &f.c.net.sources[i]
		weigh(f.c.net.links[s.link].station, s.program, s.rate)
	}
	for k := range f.c.net.programs {
		for _, s := range f.c.net.programs[k].steps {
			if s.kind != invoke {
				continue
			}
			l := &f.c.net.links[s.link]
			if l.timeout > 0 {
				timeout[l.station] = math.Min(timeout[l.station], l.timeout.Seconds())
			}
			if e := f.c.edges[arch.EdgeID(l.name)]; e != nil {
				weigh(l.station, s.program, e.Peak.N)
			}
		}
	}
	for i := range service {
		if rates[i] > 0 {
			service[i] /= rates[i]
		}
	}
	return timeout, service
}
