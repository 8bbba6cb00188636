package model

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"plumb.dev/plumb/fact"
)

// Requirements are read against each other by arithmetic. Two numbers that cannot
// both be meant are no error, as a design is possible under either reading: each
// clash becomes a question with the reading that the design takes meanwhile.

// checks lists the arithmetic, one line each with what it computes.
var checks = []struct {
	name string
	find func(*reconciler)
	what string
}{
	{"rate-against-volume", (*reconciler).rateAgainstVolume, "a peak times its duration, and an average, against the stated volume of what is created or moved"},
	{"requests-per-event", (*reconciler).requestsPerEvent, "looks per business event against what is plausible for people"},
	{"accounts-against-load", (*reconciler).accountsAgainstLoad, "requests per person and second against what a person can do"},
	{"latency-against-target", (*reconciler).latencyAgainstTarget, "the latency distribution of the externals waited for against the target, before own time is spent"},
	{"availability-against-target", (*reconciler).availabilityAgainstTarget, "the product of the availabilities waited for against the target, in minutes a month"},
	{"limit-against-load", (*reconciler).limitAgainstLoad, "calls at the peak against the external's limit"},
	{"peak-against-patience", (*reconciler).peakAgainstPatience, "what of a peak waits before an external's limit against the time that it has"},
	{"window-against-load", (*reconciler).windowAgainstLoad, "load inside the hours in which an external is away, the backlog at their end and the time to drain it at the external's limit"},
	{"schedule-against-window", (*reconciler).scheduleAgainstWindow, "the hour of a run against the hours in which an external is away"},
	{"items-against-calls", (*reconciler).itemsAgainstCalls, "the items of a run against how often it calls an external: once for all of them, or for each"},
	{"retention-against-budget", (*reconciler).retentionAgainstBudget, "bytes at the end of the horizon, at list prices, against the budget"},
	{"retention-against-duty", (*reconciler).retentionAgainstDuty, "how long data is kept against the duties of its class"},
	{"traffic-against-budget", (*reconciler).trafficAgainstBudget, "bytes that leave for the internet, at a list price, against the budget"},
	{"prices-against-budget", (*reconciler).pricesAgainstBudget, "unit prices of the externals times volume against the budget, now and at the horizon"},
	{"timer-against-steps", (*reconciler).timerAgainstSteps, "the time of a state against the steps and notices that must happen within it"},
	{"timer-against-timer", (*reconciler).timerAgainstTimer, "timers of linked aggregates that run at the same time"},
	{"hold-against-state", (*reconciler).holdAgainstState, "how long an external keeps a promise against how long the state that rests on it lasts"},
	{"two-owners", (*reconciler).twoOwners, "contended data that an external or another team changes too"},
	{"recovery-against-target", (*reconciler).recoveryAgainstTarget, "one restore against the downtime a month allows"},
	{"maintenance-against-target", (*reconciler).maintenanceAgainstTarget, "planned downtime against the downtime a month allows"},
	{"zones-against-target", (*reconciler).zonesAgainstTarget, "what the stated number of zones can give against the strictest target"},
	{"distance-against-target", (*reconciler).distanceAgainstTarget, "the round trip to the home region against the target"},
	{"rule-against-readers", (*reconciler).ruleAgainstReaders, "rules over several aggregates against who reads one part when he writes another"},
	{"rule-against-owners", (*reconciler).ruleAgainstOwners, "rules that hold at every instant against the teams that own what they are about"},
	{"owner-against-audience", (*reconciler).ownerAgainstAudience, "lists that would show each his own only, because nothing was said, against signs that many look at the same"},
	{"team-against-parts", (*reconciler).teamAgainstParts, "aggregates and use cases per engineer, and people on call against the target"},
}

// reconciler collects questions about a completed model.
type reconciler struct {
	m    *Model
	out  []Question
	name string // of the check at work
}

// reconcile runs every check and puts the most costly mismatch first.
func reconcile(m *Model) []Question {
	r := &reconciler{m: m}
	for i := range checks {
		r.name = checks[i].name
		checks[i].find(r)
	}
	slices.SortStableFunc(r.out, func(a, b Question) int {
		return cmp.Or(cmp.Compare(b.Weight, a.Weight), cmp.Compare(a.Check, b.Check), cmp.Compare(a.About, b.About))
	})
	return r.out
}

// ask records a question. The first answer is the default.
func (r *reconciler) ask(about fact.ID, weight float64, asks, finding string, facts []fact.ID, answers ...Answer) {
	r.out = append(r.out, Question{
		Check: r.name, About: about, Asks: asks, Finding: finding, Default: answers[0].Says,
		Answers: answers, Facts: compact(facts), Weight: min(max(weight, 0), 1),
	})
}

// compact drops absent and repeated facts, keeping the order.
func compact(ids []fact.ID) []fact.ID {
	var out []fact.ID
	for _, id := range ids {
		if id != "" && !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	return out
}

// stated reports whether a number stands in the input (or was overridden).
func (r *reconciler) stated(n fact.Number) bool {
	if !n.Known() {
		return false
	}
	f, ok := r.m.Facts.Get(n.Fact)
	return ok && f.Origin == fact.Stated
}

// The weight of a question is what a wrong reading costs, between 0 and 1: an hour
// of missed objective a month counts a half, and so does a cost of half the budget.

func byMinutes(perMonth float64) float64 { return perMonth / (perMonth + 60) }
func byBudget(share float64) float64     { return share / (share + 0.5) }

// byShare weighs a share of requests that go wrong, as minutes of a month.
func byShare(share float64) float64 { return byMinutes(share * minutesPerMonth) }

var minutesPerMonth = fact.Month.Minutes()

// importance weighs a use case: what may wait matters less.
func importance(u *UseCase) float64 {
	switch u.Importance {
	case "critical":
		return 1
	case "may-wait":
		return 0.5
	}
	return 0.8
}

// hardCall is a call that an answer waits for.
type hardCall struct {
	*Call
	// chance and times over the whole way from the request to the call.
	chance, times float64
	by            *UseCase
}

// hardCalls are the calls that a use case must make before it answers: its own and
// those of the steps it waits for. What is optional, later or has a fallback does
// not hold up an answer.
func hardCalls(u *UseCase) []hardCall {
	var out []hardCall
	addHardCalls(u, 1, 1, 0, &out)
	return out
}

// deepest bounds the walk; follow-ups form no circle, so it is never reached in a
// system that a person could understand.
const deepest = 12

func addHardCalls(u *UseCase, chance, times float64, depth int, out *[]hardCall) {
	for i := range u.Calls {
		c := &u.Calls[i]
		if !c.Later && !c.Optional && c.Fallback == "" {
			*out = append(*out, hardCall{c, chance * c.Chance.N, times * c.Times.N, u})
		}
	}
	if depth == deepest {
		return
	}
	for i := range u.Then {
		f := &u.Then[i]
		if !f.Later && !f.Optional && f.Fallback == "" {
			addHardCalls(f.UseCase, chance*f.Chance.N, times*f.Times.N, depth+1, out)
		}
	}
}

// Words for findings.

func rateText(n float64) string     { return fact.FormatRate(n) }
func countText(n float64) string    { return fact.FormatCount(round3(n)) }
func shareText(p float64) string    { return fact.FormatShare(p) }
func durationText(s float64) string { return fact.FormatSeconds(s) }

// minutesText shows minutes a month.
func minutesText(n float64) string { return fact.FormatNumber(n, 3) + " min a month" }

// round3 keeps three significant digits: more would claim more than is known.
func round3(n float64) float64 {
	if n == 0 {
		return 0
	}
	var out float64
	if _, err := fmt.Sscanf(fmt.Sprintf("%.3g", n), "%g", &out); err != nil {
		return n
	}
	return out
}

// list joins names: a, b and c.
func list(names []string) string {
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	return strings.Join(names[:len(names)-1], ", ") + " and " + names[len(names)-1]
}
