package sim

import (
	"fmt"
	"math"
	"time"

	"plumb.dev/plumb/fact"
	"plumb.dev/plumb/sim/des"
)

// Held holds a claim against what the simulation found.
type Held struct {
	Claim string `json:"claim"`
	// Measured is what was found, in seconds, per second or as a share; nil where the
	// sample does not carry it and for claims in words.
	Measured *Interval `json:"measured,omitempty"`
	// Unit is duration, share, rate or count.
	Unit  string  `json:"unit,omitempty"`
	Bound float64 `json:"bound,omitempty"`
	// AtMost tells that what is measured is to be below the bound.
	AtMost bool `json:"at_most,omitempty"`
	// Verdict is met or missed when the whole interval lies on one side of the bound,
	// close when the bound lies within, unknown when the sample does not carry it. Why
	// says what else decided.
	Verdict string `json:"verdict"`
	Why     string `json:"why,omitempty"`
}

// Met reports whether the claim holds.
func (h *Held) Met() bool { return h.Verdict == "met" }

// String is the claim with what was measured.
func (h Held) String() string {
	text := h.Claim
	if m := h.Measured; m != nil {
		text += fmt.Sprintf(": %s (%s to %s)", h.shown(m.Estimate), h.shown(m.Low), h.shown(m.High))
	}
	switch {
	case h.Why != "":
		text += "; " + h.Why
	case h.Verdict == "close":
		text += "; the bound lies within the interval: more replications or a longer run narrow it"
	}
	return text
}

// kind is what the unit of the measure is.
func (h *Held) kind() fact.Kind {
	for _, k := range []fact.Kind{fact.Duration, fact.Share, fact.Rate} {
		if h.Unit == k.String() {
			return k
		}
	}
	return fact.Count
}

// nearest is the bound nearest to the one asked for that what was measured keeps: the
// far end of its interval, rounded away from it to three digits.
func (h *Held) nearest() float64 {
	if h.AtMost {
		return rounded(h.Measured.High, math.Ceil)
	}
	if h.Unit == fact.Share.String() { // 99.95 % and 99.99 % are far apart
		return 1 - rounded(1-h.Measured.Low, math.Ceil)
	}
	return rounded(h.Measured.Low, math.Floor)
}

func rounded(x float64, to func(float64) float64) float64 {
	if !(x > 0) || math.IsInf(x, 0) {
		return x
	}
	unit := math.Pow(10, math.Floor(math.Log10(x))-2)
	return to(x/unit) * unit
}

func (h *Held) shown(x float64) string {
	switch h.Unit {
	case "duration":
		return fact.FormatSeconds(x)
	case "share":
		return fact.FormatShare(x)
	case "rate":
		return fact.FormatRate(x)
	}
	return fact.FormatNumber(x, 4)
}

// held judges a claim by a result and the replications it was made of.
func (c *compiler) held(claim *Claim, r *Result, ts []tally) Held {
	h := Held{Claim: claim.Text, Verdict: "unknown", Unit: claim.measure.kind.String(), Bound: claim.bound, AtMost: claim.less}
	if claim.rate {
		h.Unit = fact.Rate.String()
	}
	switch claim.measure.name {
	case objectivesMeasure, missedMeasure:
		h.Unit = ""
		h.objectives(r, claim.measure.name == missedMeasure)
		return h
	case deadMeasure:
		h.Unit = ""
		dead, all := deadLetters(ts)
		h.none(dead, all, "messages", "no message was consumed")
		return h
	case stuckMeasure:
		h.Unit = ""
		stuck, all := stuckSagas(ts)
		h.none(stuck, all, "sagas", "no saga came to an end")
		return h
	case recoveryMeasure:
		h.Measured = r.Recovery
		if r.Stuck > 0 {
			h.Verdict, h.Why = "missed", fmt.Sprintf("%d of %d replications did not recover", r.Stuck, r.Replications)
			return h
		}
	default:
		if h.Measured = c.measured(claim, r, ts); h.Measured == nil {
			h.Why = "too few requests to tell"
			if early := c.measured(claim, r.early(), ts); early != nil && claim.verdict(*early) == "missed" {
				h.Measured, h.Why = early, ""
			}
		}
	}
	if h.Measured != nil {
		h.Verdict = claim.verdict(*h.Measured)
	}
	return h
}

// verdict tells on which side of the bound an interval lies.
func (c *Claim) verdict(i Interval) string {
	under := func(x float64) bool { return x < c.bound || c.orEqual && x == c.bound }
	over := func(x float64) bool { return x > c.bound || c.orEqual && x == c.bound }
	good, bad := under(i.High), !under(i.Low)
	if !c.less {
		good, bad = over(i.Low), !over(i.High)
	}
	switch {
	case good:
		return "met"
	case bad:
		return "missed"
	}
	return "close"
}

func (h *Held) objectives(r *Result, lenient bool) {
	count := map[string]int{}
	var missed, open []string
	for i := range r.Verdicts {
		v := &r.Verdicts[i]
		count[v.Verdict]++
		switch v.Verdict {
		case "missed":
			missed = append(missed, string(v.Objective))
		case "close", "unknown":
			open = append(open, string(v.Objective))
		}
	}
	switch {
	case len(missed) > 0:
		h.Verdict, h.Why = "missed", fmt.Sprintf("%d of %d missed: %s", len(missed), len(r.Verdicts), shortList(missed))
	case len(r.Verdicts) == 0:
		h.Why = "no objective speaks of what was simulated"
	case len(open) > 0 && !lenient:
		h.Verdict = "close"
		if count["close"] == 0 {
			h.Verdict = "unknown"
		}
		h.Why = fmt.Sprintf("%d met, %d cannot be told from this run: %s", count["met"], len(open), shortList(open))
	default:
		h.Verdict, h.Why = "met", fmt.Sprintf("%d met", count["met"])
		if len(open) > 0 {
			h.Why += fmt.Sprintf(", %d cannot be told from this run", len(open))
		}
	}
}

// none judges a claim that nothing of a kind ends badly, by how many did and how many
// ended at all; without any it cannot be told.
func (h *Held) none(bad, all uint64, kind, without string) {
	switch {
	case bad > 0:
		h.Verdict, h.Why = "missed", fmt.Sprintf("%d of %d %s", bad, all, kind)
	case all > 0:
		h.Verdict, h.Why = "met", fmt.Sprintf("0 of %d %s", all, kind)
	default:
		h.Why = without
	}
}

// deadLetters are the messages that were given up, and those that came to an end.
func deadLetters(ts []tally) (dead, all uint64) {
	for i := range ts {
		for k := range ts[i].groups {
			g := &ts[i].groups[k]
			dead += g.Dead
			all += g.Done + g.Dead + g.Lost
		}
	}
	return dead, all
}

// stuckSagas are the sagas that nobody ends, and those that came to an end.
func stuckSagas(ts []tally) (stuck, all uint64) {
	for i := range ts {
		for k := range ts[i].sagas {
			s := &ts[i].sagas[k]
			stuck += s.Stuck
			all += s.Completed + s.Compensated + s.Stuck
		}
	}
	return stuck, all
}

// measured is what a claim speaks of, nil when the run does not carry it.
func (c *compiler) measured(claim *Claim, r *Result, ts []tally) *Interval {
	switch claim.measure.name {
	case "latency":
		if u := r.useCase(claim.subject); u != nil {
			return map[string]*Interval{"p50": u.P50, "p90": u.P90, "p99": u.P99, "p99.9": u.P999}[claim.percentile]
		}
	case "goodput", "errors":
		return c.outcomes(claim, r, ts)
	case "lag":
		if e := r.element(claim.subject); e != nil {
			return e.Lag
		}
	case "hits":
		return r.hits(claim.subject)
	case "retries":
		return c.overLink(claim.subject, ts)
	default:
		return c.atStations(claim, ts)
	}
	return nil
}

func (r *Result) useCase(flow string) *UseCase {
	for i := range r.UseCases {
		if string(r.UseCases[i].Flow) == flow {
			return &r.UseCases[i]
		}
	}
	return nil
}

// hits is the hit ratio of a cache, of its copies in several processes the lowest.
func (r *Result) hits(cache string) (lowest *Interval) {
	for i := range r.Caches {
		if k := &r.Caches[i]; k.Name == cache && (lowest == nil || k.HitRatio.Estimate < lowest.Estimate) {
			lowest = &k.HitRatio
		}
	}
	return lowest
}

func (r *Result) element(name string) *Element {
	for i := range r.Elements {
		if r.Elements[i].Name == name {
			return &r.Elements[i]
		}
	}
	return nil
}

// outcomes are the goodput or the errors of a use case, or of all requests.
func (c *compiler) outcomes(claim *Claim, r *Result, ts []tally) *Interval {
	u := r.Total
	if claim.subject != "" {
		u = r.useCase(claim.subject)
	}
	switch {
	case u == nil:
		return nil
	case claim.rate:
		return &u.Goodput
	case u.Success == nil:
		return nil
	}
	i := *u.Success
	if claim.measure.name == "errors" {
		i = Interval{1 - i.High, 1 - i.Estimate, 1 - i.Low}
	}
	return &i
}

// overLink is how many retries a call over an edge made.
func (c *compiler) overLink(edge string, ts []tally) *Interval {
	var m des.Mean
	for i := range ts {
		calls, retries := uint64(0), uint64(0)
		for k := range c.net.links {
			if c.net.links[k].name == edge {
				calls += ts[i].links[k].Calls
				retries += ts[i].links[k].Retries
			}
		}
		if calls > 0 {
			m.Add(float64(retries) / float64(calls))
		}
	}
	return some(m)
}

// atStations is a level at an element: of a deployable that of its busiest process.
func (c *compiler) atStations(claim *Claim, ts []tally) *Interval {
	var worst *Interval
	for _, at := range c.elements(claim.subject) {
		st := &c.net.stations[at]
		var m des.Mean
		for i := range ts {
			n := &ts[i].stations[at]
			switch claim.measure.name {
			case "utilisation":
				if st.workers > 0 {
					m.Add(n.busy / float64(st.workers*st.replicas))
				}
			case "queue":
				m.Add(n.waiting + c.backlogOf(st, &ts[i]))
			case "wait":
				if n.begun > 0 {
					m.Add(n.waits.Seconds() / float64(n.begun))
				}
			}
		}
		if i := some(m); i != nil && (worst == nil || i.Estimate > worst.Estimate) {
			worst = i
		}
	}
	return worst
}

// backlogOf is the mean backlog of a channel's group that is furthest behind.
func (c *compiler) backlogOf(st *station, t *tally) float64 {
	most := 0.0
	if ch, ok := c.channels[st.name]; ok && st.kind == "channel" {
		for _, g := range c.net.channels[ch].groups {
			most = max(most, t.groups[g].backlog)
		}
	}
	return most
}

func some(m des.Mean) *Interval {
	if m.Count() == 0 {
		return nil
	}
	i := interval(m)
	return &i
}

// pieces is into how many the timeline of a scenario is cut: fine enough to tell
// when it recovers where a claim asks.
func (s *Scenario) pieces() int {
	n := s.Slices
	if n == 0 {
		n = timelineSlices
	}
	if within := s.recoversWithin(); within > 0 {
		fine := math.Ceil((s.WarmUp + s.For).Seconds() / (within.Seconds() / 5))
		n = int(math.Min(math.Max(float64(n), fine), maxPieces))
	}
	return n
}

// recoversWithin is the shortest time within which a claim asks for recovery, 0 when
// none does.
func (s *Scenario) recoversWithin() time.Duration {
	least := 0.0
	for i := range s.Holds {
		if h := &s.Holds[i]; h.measure != nil && h.measure.name == recoveryMeasure && (least == 0 || h.bound < least) {
			least = h.bound
		}
	}
	return time.Duration(math.Min(least, longest.Seconds()) * float64(time.Second))
}

// recovery finds when each replication came back after the last fault that ended.
func (r *Result) recovery(ts []tally, p *plan) {
	healed := des.Time(r.Scenario.lastHealed())
	if healed == 0 || healed >= p.until || p.slice == 0 {
		return
	}
	var m des.Mean
	for i := range ts {
		if after, ok := ts[i].back(healed, p); ok {
			m.Add(after.Seconds())
		} else {
			r.Stuck++
		}
	}
	r.Recovery = some(m)
}

// back is how long after a moment the last piece of the timeline ended in which less
// than nine tenths of what was offered came through, beyond what chance explains
// (two standard deviations of a Poisson count). It is false when that is still so in
// the last tenth of what follows.
func (t *tally) back(healed des.Time, p *plan) (des.Time, bool) {
	last := des.Time(0)
	for k := int(healed / p.slice); k < len(t.slices); k++ {
		s, end := &t.slices[k], min(des.Time(k+1)*p.slice, p.until)
		offered := float64(s.Offered)
		if des.Time(k)*p.slice < healed || end-des.Time(k)*p.slice < p.slice {
			continue // a piece that the fault or the end of the run cuts
		}
		if float64(s.Good) < backAt*offered-2*math.Sqrt(offered) {
			last = end - healed
		}
	}
	return last, last <= (p.until-healed)*9/10
}

// backAt is the share of what is offered that comes through in a system that has
// recovered.
const backAt = 0.9
