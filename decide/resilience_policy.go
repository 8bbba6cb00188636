package decide

import (
	"fmt"
	"math"
	"slices"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/fact"
	"plumb.dev/plumb/model"
	"plumb.dev/plumb/queueing"
)

// callPolicy gives a call its numbers, from the inside out: how long one attempt
// may take, how many fit into what the caller has left, when to stop calling, how
// many calls may be in flight, how fast they may leave.
func (s *sheet) callPolicy(o option, l *Link, root *model.UseCase, deferred bool) {
	chosen := s.options[o.i].ID
	background := root == nil || deferred && chosen != "fallback" || chosen == "queued"
	dep := s.dependency(l)
	t := s.timing(o, l, dep, root, background)
	if t.attempts > 1 {
		s.retryPolicy(o, dep, background)
	}
	s.breakerPolicy(o, l, dep)
	s.bulkheadPolicy(o, l, dep, root, root == nil && chosen != "queued")
	if dep.limit > 0 {
		s.throttlePolicy(o, l, dep, root, chosen == "queued")
	}
	hard := "yes"
	if chosen != "direct" || background {
		hard = "no"
	}
	o.word("hard", hard).word("fallback", dep.fallback).word("unknown", unknownOutcome(l, dep)).
		word("failure", s.failure(chosen, l, dep, root, deferred))
}

// mostAttempts is beyond what anybody repeats while somebody waits.
const mostAttempts = 5

// timing of the attempts of one call.
type timing struct {
	timeout  float64
	attempts int
}

// timing sets the limit of an attempt where almost no good answer is cut off, or
// lower where the caller has less left when everything else takes its median; and
// as many attempts as fit, where a repeat can do no harm.
func (s *sheet) timing(o option, l *Link, dep dependency, root *model.UseCase, background bool) timing {
	cut := s.reference("retry.false-timeout-share")
	t := timing{timeout: dep.time.Quantile(1 - cut), attempts: 1}
	rule := "the percentile of its times that cuts off the share of good answers a limit may cut off"
	inner, repeated := s.innerCalls(l)
	if inner > 0 && inner+s.ownWork(l, cut) > t.timeout {
		t.timeout, rule = inner+s.ownWork(l, cut), "what the calls inside it may take at most, and its own work"
	}
	budget := math.Inf(1)
	limited := false
	if !background {
		budget = s.left(l, dep, root)
		if limited = budget < t.timeout; limited {
			t.timeout = floor2(budget)
			rule = "what the target leaves when everything else takes its median"
			if dep.fallback != "" {
				rule = "what the target leaves when everything else takes its 90th percentile, so that the answer without it is in time, too"
			}
		}
	}
	if !limited {
		t.timeout = round2(t.timeout)
	}
	if !background {
		s.provedAtMost("timeout", math.Max(t.timeout, budget))
	}
	o.param("timeout", fact.Duration, t.timeout, rule)
	t.timeout, _ = s.proved("timeout", t.timeout)
	const often = 0.02
	if cut := dep.time.Tail(t.timeout); limited && dep.fallback != "" && cut > often {
		s.con("%s of the answers of %s do without %s, which is later than %s", pct(cut), root.Name, dep.name, sec(t.timeout))
	}

	base := s.reference("retry.backoff-base")
	if (dep.question || dep.repeats) && !repeated {
		most := s.reference("retry.retry-attempts")
		if background {
			most = s.reference("retry.aws-sdk-attempts")
		}
		for t.attempts < int(most) && spent(t.timeout, base, t.attempts+1) <= budget {
			t.attempts++
		}
	}
	fit := t.attempts // one where a repeat may not be
	for fit > 1 && fit < mostAttempts && spent(t.timeout, base, fit+1) <= budget {
		fit++
	}
	s.provedAtMost("attempts", float64(fit))
	s.from("timeout")
	o.param("attempts", fact.Count, float64(t.attempts), "as many as are worth it and fit into what the caller has left; one where a repeat could act twice, or where a call inside is repeated already")
	n, _ := s.proved("attempts", float64(t.attempts))
	t.attempts = int(n)
	s.from("timeout", "attempts")
	s.reference("retry.backoff-base")
	o.param("deadline", fact.Duration, spent(t.timeout, base, t.attempts), "attempts x time limit, and the longest pauses between them")
	return t
}

// innerCalls are the calls that a step makes before it answers: what all of them may
// take one after the other, and whether one is repeated, so that repeating the step
// as well would multiply the attempts.
func (s *sheet) innerCalls(l *Link) (most float64, repeated bool) {
	if l.Follow == nil {
		return 0, false
	}
	for _, x := range s.linksOf(l.Target) {
		id := arch.DecisionID(x.Name + ".call")
		if c := s.plan.Choice(id); c == "" || c == "queued" || x.Call != nil && x.Call.Later || s.outlives(x) {
			continue
		}
		deadline, attempts := s.plan.Parameter(id, "deadline"), s.plan.Parameter(id, "attempts")
		s.read(deadline.Fact)
		s.read(attempts.Fact)
		times := 1.0
		if x.Call != nil {
			times = math.Max(1, math.Min(20, x.Call.Times.Or(1)))
		}
		most += times * deadline.N
		repeated = repeated || attempts.N > 1
	}
	return most, repeated
}

// ownWork is what a step takes beside the calls inside it, but for the share of the
// slowest that a limit may cut off.
func (s *sheet) ownWork(l *Link, cut float64) float64 {
	own := queueing.LogNormalFromP50P99(math.Max(1e-6, s.n(l.Target.Work.P50)), math.Max(2e-6, s.n(l.Target.Work.P99)))
	return own.Quantile(1-cut) + s.reference("network.rtt-zone") + s.reference("network.hop-overhead")
}

// linksOf are the links that a use case starts.
func (p *planner) linksOf(u *model.UseCase) []*Link {
	if p.starts == nil {
		p.starts = map[*model.UseCase][]*Link{}
		for _, l := range p.plan.Links {
			p.starts[l.UseCase] = append(p.starts[l.UseCase], l)
		}
	}
	return p.starts[u]
}

// spent is the longest time that attempts and their pauses take.
func spent(timeout, base float64, attempts int) float64 {
	return float64(attempts)*timeout + queueing.Backoff{Base: base, Factor: 2, Cap: 1}.MaxTotal(attempts-1)
}

// left is what the target of the waiting use case leaves for this call when every
// other part takes its median, and never less than twice the call's own median: a
// target that leaves less is missed whatever the limit. Where something takes the place of
// an answer that is late, the limit is what makes answers late, so that the others have
// their 90th percentile; it leaves half of the target at most to the call that takes so
// long even by its median.
func (s *sheet) left(l *Link, dep dependency, root *model.UseCase) float64 {
	rest := 0.0
	var others []queueing.LogNormal
	for _, p := range waiting(root) {
		if p.path == l.Path || p.chance < 0.01 || p.parallel {
			continue
		}
		n := math.Max(1, math.Min(20, p.times))
		rest += s.n(p.p50) * n
		if dep.fallback != "" && p.chance >= 0.1 {
			one := queueing.LogNormalFromP50P99(math.Max(s.n(p.p50), 1e-6), math.Max(s.n(p.p99), 2e-6))
			for range int(n) {
				others = append(others, one)
			}
		}
	}
	target := s.target(root)
	if dep.fallback == "" {
		return math.Max(target-rest, 2*dep.time.Quantile(0.5))
	}
	if len(others) > 0 {
		rest = math.Max(rest, queueing.SumOfLogNormals(others...).Quantile(0.9))
	}
	times := math.Max(1, math.Min(20, l.times()))
	return math.Max(target-rest, math.Min(2*dep.time.Quantile(0.5), target/2)) / times
}

// times is how often one run of a use case makes the call one after the other.
func (l *Link) times() float64 {
	if l.Call == nil || l.Call.Parallel {
		return 1
	}
	return l.Call.Times.Or(1)
}

func (s *sheet) retryPolicy(o option, dep dependency, background bool) {
	most := s.reference("retry.backoff-max")
	if background {
		most = s.reference("retry.aws-sdk-backoff-max")
	}
	o.param("backoff-max", fact.Duration, most, "longest pause: while a caller waits, or in the background")
	o.param("backoff-base", fact.Duration, s.reference("retry.backoff-base"), "first pause")
	o.param("backoff-factor", fact.Count, s.reference("retry.backoff-factor"), "growth of the pause")
	o.param("retry-budget", fact.Share, s.reference("retry.retry-share"), "repeats as a share of the calls, so that an outage is not multiplied")
	on := "connection failures, time limit, 429, 502, 503, 504"
	if !dep.question {
		on += " with the same key"
	}
	o.word("retry-on", on).word("jitter", "full")
}

// breakerPolicy sizes the window by the quietest hour: so many calls must have been
// seen before the breaker may judge, or a single failure at night would open it.
func (s *sheet) breakerPolicy(o option, l *Link, dep dependency) {
	calls := s.reference("breaker.breaker-calls-min")
	window := s.reference("breaker.breaker-window")
	const longest = 300 // a window beyond five minutes reacts to history
	if peak := s.n(l.Rate); peak*longest < calls {
		o.word("no-breaker", fmt.Sprintf("%s calls take %s", num(calls), sec(calls/peak)))
		return
	}
	if quiet := s.n(l.UseCase.Load.Quiet) * dep.chance; quiet > 0 {
		window = math.Min(longest, math.Max(window, math.Ceil(calls/quiet)))
	} else {
		window = longest
	}
	o.param("breaker-window", fact.Duration, window, "long enough for the fewest calls to come in the quietest hour, at most five minutes")
	o.param("breaker-calls", fact.Count, s.reference("breaker.breaker-calls-min"), "fewest calls in the window before it may open")
	o.param("breaker-threshold", fact.Share, s.reference("breaker.breaker-failure-share"), "share of failures that opens it")
	o.param("breaker-open", fact.Duration, s.reference("breaker.breaker-open"), "time before it tries again")
	o.param("breaker-probes", fact.Count, s.reference("breaker.breaker-probes"), "calls let through to try")
}

// bulkheadPolicy allows the calls in flight that a healthy dependency needs at peak. What
// events start comes as a polled outbox hands it over: a whole interval's at once.
func (s *sheet) bulkheadPolicy(o option, l *Link, dep dependency, root *model.UseCase, patient bool) {
	rate := s.n(l.Rate)
	s.dependency(l)
	share := s.turnedAway(root)
	flight, rule := dep.time.Mean(), "places of which a call finds none free as seldom as a tenth of what may fail allows, divided by the calls of the use case and one in a thousand at most (Erlang B of rate x mean time); over all replicas"
	if s.plan.polled(l.UseCase) {
		flight += s.k(relayLag)
		rule = "places of which one call in a thousand finds none free (Erlang B of rate x (mean time + interval of the outbox, which hands over a batch at once)); over all replicas"
	}
	most := math.Max(2, float64(queueing.Places(rate, flight, share)))
	if l.Call != nil && s.has(l.Call.External.Concurrent) {
		most = math.Min(most, s.n(l.Call.External.Concurrent))
		s.provedAtMost("bulkhead", most)
	}
	o.param("bulkhead", fact.Count, most, rule)
	if patient && l.Call != nil {
		o.param("bulkhead-wait", fact.Duration, s.n(s.mayBeLate(l)), "wait for a place: nobody waits for the call, which must be no later than it may")
		return
	}
	o.param("bulkhead-wait", fact.Duration, s.reference("breaker.bulkhead-wait"), "wait for a place")
}

// turnedAway is the share of the calls of a use case's way that full bulkheads may turn
// away: all of them together a tenth of the requests that may fail.
func (s *sheet) turnedAway(root *model.UseCase) float64 {
	const usual, part = 1e-3, 0.1
	if root == nil || !s.has(root.Available) {
		return usual
	}
	calls := s.callsOf(root, map[*model.UseCase]bool{})
	return math.Max(1e-7, math.Min(usual, part*(1-s.n(root.Available))/math.Max(1, float64(calls))))
}

// callsOf is how many calls with a bulkhead a use case makes on the way to its answer, its
// steps included, each step once.
func (s *sheet) callsOf(u *model.UseCase, seen map[*model.UseCase]bool) (n int) {
	if seen[u] {
		return 0
	}
	seen[u] = true
	for _, l := range s.linksOf(u) {
		if (l.Call == nil || !l.Call.Later) && s.plan.called(l) {
			n++
		}
	}
	for i := range u.Then {
		n += s.callsOf(u.Then[i].UseCase, seen)
	}
	return n
}

// polled reports whether a use case is started by events that come out of an outbox
// which is looked into at intervals.
func (p *Plan) polled(u *model.UseCase) bool {
	if u.Asked() {
		return false
	}
	for _, e := range u.On {
		for _, by := range e.EmittedBy {
			if c := p.Home(by); c != nil && p.Choice(arch.DecisionID(string(c.Unit.ID)+".outbox")) == "outbox" {
				return true
			}
		}
	}
	return false
}

// throttlePolicy keeps under the other's limit. Callers that somebody waits for get
// their peaks, and what is to spare where all peaks meet; those nobody waits for get the
// pace at which a peak and an outage are worked off in time, and share the rest. It also
// says how late the last call of a peak is, and how long a backlog takes to drain.
func (s *sheet) throttlePolicy(o option, l *Link, dep dependency, root *model.UseCase, queued bool) {
	x := l.Call.External
	asked := s.askedOf(x)
	waiting, least, idle, paced, means := s.n(asked.waiting), s.n(asked.least), s.n(asked.idle), s.n(asked.paced), s.n(asked.means)
	limit := s.n(x.Limit)
	forWaiting, forIdle := divide(limit, waiting, least, idle, paced, means)
	var most float64
	switch {
	case root == nil:
		most = asked.partOf(l, forIdle, s.n(asked.pace[l]))
	case forWaiting >= least:
		most = s.n(l.Rate) + bucketNeeds(l) + (forWaiting-least)*share(math.Sqrt(l.Rate.N), asked.waitingRoots)
	default:
		most = math.Min(s.n(l.Rate)+bucketNeeds(l), maxMin(asked.wants, forWaiting))
	}
	rule := "95% of the limit, or more where what must be worked off in time needs it: callers somebody waits for get their peaks with what their buckets need beyond, and by the square roots of their peaks what is to spare after the pace of the others; where they do not fit, nobody gets more than the same for all until the smaller have theirs (max-min)"
	if root == nil {
		rule = "its pace, and by its mean what callers somebody waits for leave of 95% of the limit at their peaks; less, down to its mean and a quarter, where both do not fit"
	}
	o.param("throttle", fact.Rate, most, rule)
	s.from("throttle")
	s.n(l.Rate)
	burst := math.Max(1, math.Ceil(most/10))
	if need := queueing.BurstFor(most, l.Rate.N, refused); need > 0 {
		burst = math.Max(burst, math.Min(float64(need), math.Max(math.Ceil(most), math.Floor(limit*(1-safety)))))
	}
	o.param("throttle-burst", fact.Count, burst, "a tenth of a second of it, or what lets all but one in ten thousand of the peak pass (a queue of constant service with that much room, M/D/1/K), at most a second's worth or what was left of the limit")
	within := s.mayBeLate(l)
	if !queued {
		if root == nil {
			s.n(within)
			o.param("throttle-wait", fact.Duration, within.N, "how long a call waits for its turn, holding what makes it: no longer than it may be late")
		}
		return
	}
	if lasts := l.UseCase.PeakLasts(); l.Rate.N > most {
		late := (l.Rate.N - most) * lasts / most
		s.from("throttle")
		s.n(l.Rate)
		s.n(l.UseCase.Load.Lasts)
		o.param("late", fact.Duration, late, "how long the last call of a peak waits: (peak - throttle) x length of the peak / throttle")
		if late > 1.01*within.N {
			s.con("a peak of %s for %s leaves calls that wait %s, and %s may: %s would have to take %s", ps(l.Rate.N), sec(lasts), sec(late), sec(within.N), x.Name, ps(math.Ceil(least+paced)))
		}
	}
	away := longestAway(dep.closedFor, dep.up)
	back := queueing.Outage{Lambda: s.n(l.UseCase.Load.Average) * dep.chance, Mu: most, Duration: away}
	if drain := back.Drain(); !math.IsInf(drain, 1) {
		s.from("throttle")
		o.param("drain", fact.Duration, drain, "backlog after its longest time away, worked off at the throttle less what still comes in")
	}
}

const (
	safety  = 0.95 // of a limit that is used: counters of two sides never agree
	easy    = 0.8  // utilisation at which a bucket refuses hardly anything
	refused = 1e-4 // share of the peak's calls that a throttle may turn away
)

// bucketNeeds is the rate beyond its peak at which the bucket of a caller that somebody
// waits for refuses no more than the share refused: of a queue of K places with constant
// service, about exp(-2K(1-rho)/rho) is turned away (M/D/1/K in heavy traffic).
func bucketNeeds(l *Link) float64 {
	places := math.Max(math.Ceil(l.Rate.N), math.Floor(l.Call.External.Limit.N*(1-safety)))
	return -math.Log(refused) / 2 * l.Rate.N / math.Max(places, 1)
}

// maxMin is the most that any of several may have for all of them to fit into a whole,
// where those that want less get what they want (max-min fairness: D. Bertsekas and
// R. Gallager, Data Networks, 2nd edition, 1992, section 6.5.2). The wants are sorted.
func maxMin(wants []float64, whole float64) float64 {
	for i, want := range wants {
		each := whole / float64(len(wants)-i)
		if want >= each {
			return each
		}
		whole -= want
	}
	return math.Inf(1)
}

// divide divides a limit between callers that somebody waits for, whose peaks are given
// and the least that their buckets need for these, and the others, whose peaks, pace and
// means are given. Where four fifths of a part hold the waiting peaks, the others get what
// is left, up to half as much again as their peaks. Where the pace does not fit in beside
// that, the waiting part shrinks towards the least, and the margin below the limit is
// given up; then the pace gives way, but for the means and half of that.
func divide(limit, waiting, least, idle, paced, means float64) (forWaiting, forIdle float64) {
	all := limit * safety
	if waiting <= 0 {
		return 0, math.Min(math.Max(all, paced), limit)
	}
	if room := all - waiting/easy; room >= paced {
		forIdle = math.Min(room, math.Max(1.5*idle, paced))
	} else {
		forIdle = math.Max(math.Min(paced, limit-least), math.Min(1.5*means, all/2))
	}
	return math.Max(all-forIdle, math.Min(least, limit-forIdle)), forIdle
}

// longestAway is the longest stretch without the other: its closed hours, or all that its
// availability allows a month at once.
func longestAway(closed, up float64) float64 { return math.Max(closed, (1-up)*monthSeconds) }

// mayBeLate is how late a call that nobody waits for may be: what was said of it, or of
// its use case, or else what a person would wait.
func (s *sheet) mayBeLate(l *Link) fact.Number {
	switch u := l.UseCase; {
	case l.Call.Within.Known():
		return l.Call.Within
	case !u.Asked() && u.Consistency.Within.Known():
		return u.Consistency.Within
	}
	return s.model.Context.Patience
}

// claim is what a caller nobody waits for claims of a limit: its mean rate, and no
// less than one call in ten seconds, as a job asks for what it needs in one go.
func claim(mean float64) float64 { return math.Max(mean, 0.1) }

// asked is what all callers of an external ask of it: the peaks of those somebody
// waits for, the peaks, the paces and the means of the others. Each is a fact of its own,
// because every caller's limit follows from them.
type asked struct {
	waiting, least, idle, paced, means fact.Number
	waitingRoots, idleClaims           float64   // sums of the roots of the peaks, and of the claims
	wants                              []float64 // of those somebody waits for: their peaks and what their buckets need, sorted
	pace                               map[*Link]fact.Number
	claims                             map[*Link]float64
}

// partOf is the part of a caller nobody waits for in what such callers get together: its
// pace and a share of what is beyond all paces, or as much of the pace as there is beyond
// what keeps each from falling behind for good.
func (a *asked) partOf(l *Link, all, pace float64) float64 {
	mine := a.claims[l]
	if beyond := all - a.paced.N; beyond >= 0 {
		return pace + beyond*share(mine, a.idleClaims)
	}
	if least := a.idleClaims / easy; all > least && a.paced.N > least {
		return mine/easy + (all-least)*(pace-mine/easy)/(a.paced.N-least)
	}
	return all * share(mine, a.idleClaims)
}

// askedOf sums up once per plan.
func (s *sheet) askedOf(x *model.External) asked {
	if a, known := s.asked[x]; known {
		return a
	}
	a := asked{pace: map[*Link]fact.Number{}, claims: map[*Link]float64{}}
	var waiting, least, idle, paced, means float64
	var byWaiting, byIdle, byPace, byMeans []fact.ID
	for _, l := range s.plan.Links {
		if l.Kind != LinkCall || l.Call.External != x {
			continue
		}
		if root, _ := s.waiter(l); root != nil {
			waiting += l.Rate.N
			least += l.Rate.N + bucketNeeds(l)
			a.waitingRoots += math.Sqrt(l.Rate.N)
			a.wants = append(a.wants, l.Rate.N+bucketNeeds(l))
			byWaiting = append(byWaiting, l.Rate.Fact)
			continue
		}
		idle += l.Rate.N
		mean := l.UseCase.Load.Average.N * l.Call.Chance.Or(1) * l.Call.Times.Or(1)
		means += mean
		a.claims[l] = claim(mean)
		a.idleClaims += a.claims[l]
		a.pace[l] = s.paceOf(l, a.claims[l])
		paced += a.pace[l].N
		byIdle, byMeans, byPace = append(byIdle, l.Rate.Fact), append(byMeans, l.UseCase.Load.Average.Fact), append(byPace, a.pace[l].Fact)
	}
	slices.Sort(a.wants)
	sum := func(name, rule string, v float64, inputs []fact.ID) fact.Number {
		if len(inputs) == 0 {
			return fact.Number{}
		}
		return s.plan.Facts.Add(fact.Fact{
			ID: x.Path + fact.ID(name), Origin: fact.Derived, Value: fact.Quantity{Kind: fact.Rate, N: v}, Rule: rule, Inputs: inputs,
		})
	}
	a.waiting = sum(".asked.waiting", "sum of the peaks of calls that somebody waits for", waiting, byWaiting)
	if len(byWaiting) > 0 {
		byWaiting = append(slices.Clone(byWaiting), x.Limit.Fact)
	}
	a.least = sum(".asked.waiting-least", "their peaks, and beyond each ln(10000)/2 x peak / burst for its bucket to refuse one call in ten thousand", least, byWaiting)
	a.idle = sum(".asked.background", "sum of the peaks of the other calls", idle, byIdle)
	a.paced = sum(".asked.background-pace", "sum of the paces at which the other calls must leave", paced, byPace)
	a.means = sum(".asked.background-mean", "sum of the mean rates of the other calls", means, byMeans)
	s.asked[x] = a
	return a
}

// paceOf is the rate at which calls that nobody waits for must be able to leave: fast
// enough for the last of a peak to be no later than it may, for what an outage left to be
// worked off in as long as that lasted or as a call may be late, and for a quarter more
// than comes on average.
func (s *sheet) paceOf(l *Link, mean float64) fact.Number {
	within := s.mayBeLate(l)
	x := l.Call.External
	closed, _ := x.Closed()
	lasts, away := l.UseCase.PeakLasts(), longestAway(closed, x.Availability.Or(1))
	pace := math.Max(mean/easy, l.Rate.N*share(lasts, lasts+within.N))
	pace = math.Max(pace, mean*(1+share(away, math.Max(away, within.N))))
	inputs := []fact.ID{l.Rate.Fact, l.UseCase.Load.Average.Fact, x.Availability.Fact}
	for _, n := range []fact.Number{within, l.UseCase.Load.Lasts} {
		if n.Known() && n.Fact != "" {
			inputs = append(inputs, n.Fact)
		}
	}
	return s.plan.Facts.Add(fact.Fact{
		ID: l.Path + ".pace", Origin: fact.Derived, Value: fact.Quantity{Kind: fact.Rate, N: pace}, Inputs: inputs,
		Rule: "the greatest of: peak x length of the peak / (that + how late a call may be), so that the last of a peak is in time; mean x (1 + longest time away / how late, at most twice), so that an outage is worked off; mean and a quarter",
	})
}

func share(part, whole float64) float64 {
	if whole <= 0 {
		return 1
	}
	return part / whole
}

// unknownOutcome says what a call without an answer means.
func unknownOutcome(l *Link, dep dependency) string {
	switch {
	case dep.question:
		return "answer missing"
	case dep.lookup:
		return "ask by own reference, never repeat"
	case dep.repeats:
		return "repeat with the same key"
	}
	return "work item for " + owner(l)
}

func owner(l *Link) string {
	if l.Call != nil && l.Call.External.Owner != nil {
		return "team " + l.Call.External.Owner.Name
	}
	if l.From.Owner != nil {
		return "team " + l.From.Owner.Name
	}
	return "the owning team"
}

// floor2 rounds down to two significant digits: a limit that keeps a target must not pass
// it.
func floor2(v float64) float64 {
	if v <= 0 || math.IsInf(v, 0) || math.IsNaN(v) {
		return v
	}
	unit := math.Pow(10, math.Floor(math.Log10(v))-1)
	return math.Floor(v/unit+1e-9) * unit
}

// round2 rounds up to two significant digits, as a person would set it.
func round2(v float64) float64 {
	if v <= 0 || math.IsInf(v, 0) || math.IsNaN(v) {
		return v
	}
	unit := math.Pow(10, math.Floor(math.Log10(v))-1)
	return math.Ceil(v/unit-1e-9) * unit
}
