package brief

import (
	"slices"
	"strings"

	"plumb.dev/plumb/fact"
)

// bound tells what the words around an amount make of it.
type bound uint8

const (
	unbounded bound = iota
	upper
	atLeast
)

// comparators are the words that bound an amount. Those of more and of less turn round
// when they are negated: no more than, not less than.
var comparators = map[string]bound{
	"within": upper, "under": upper, "below": upper, "beneath": upper, "<": upper, "<=": upper, "≤": upper, "sub": upper, "max": upper, "maximum": upper, "maximal": upper, "most": upper,
	"inside": upper, "faster": upper, "limited": upper, "limit": upper, "capped": upper, "restricted": upper, "latest": upper, "ceiling": upper,
	"worst": upper, "slowest": upper, "longest": upper, "least": atLeast, "minimum": atLeast, "minimal": atLeast, ">=": atLeast, "≥": atLeast,
}

var (
	lessWords = set(`less fewer lower sooner quicker shorter smaller earlier`)
	moreWords = set(`excess more longer greater exceed exceeds later over above slower exceeding exceeded beyond > higher larger surpass`)
	negations = set(`no not never cannot none nobody nothing neither nor without n't won't shouldn't mustn't can't don't doesn't`)
)

// limit reads the comparison of an amount: within, no more than, under, <, 2 s or less.
func (s *statement) limit(a *amount) bound {
	if a.below {
		return upper
	}
	for i := a.from - 1; i >= 0; i-- {
		w := s.ws[i]
		if w.low == ";" || w.low == "," || w.low == "." && !abbreviated(lowAt(s.ws, i-1)) { // max. 2 s
			break
		}
		if w.kind == number && i < a.from-2 { // an amount of its own
			break
		}
		near := i >= a.from-7
		switch c := comparators[w.low]; {
		case c == upper && (near || w.low == "maximum" || w.low == "max"), c == atLeast && near:
			return c
		case !near:
		case w.low == "in":
			if i == a.from-1 || bounds[lowAt(s.ws, i+1)] || lowAt(s.ws, i+1) == "less" {
				return upper
			}
		case w.low == "up" && lowAt(s.ws, i+1) == "to":
			return upper
		case lessWords[w.low]:
			if low := lowAt(s.ws, i-1); low == "no" || low == "not" {
				return atLeast
			}
			return upper
		case moreWords[w.low]:
			if s.negated(i) || s.any("unacceptable", "intolerable", "forbidden", "prohibited", "unallowed") || s.refused(a) {
				return upper
			}
			return atLeast
		}
	}
	if s.latest(a) || a.unit == seconds && a.n <= 30 && s.says(ofTarget) && !s.nextTo(a, 1, "for") {
		return upper
	}
	return unbounded
}

// negated tells that a negation stands before word i in its part of the sentence.
func (s *statement) negated(i int) bool {
	for i--; i >= 0 && s.ws[i].low != "," && s.ws[i].low != ";"; i-- {
		if negations[s.ws[i].low] {
			return true
		}
	}
	return false
}

// refused tells that what is more than an amount is said not to be allowed: over 2 s are
// not acceptable.
func (s *statement) refused(a *amount) bool {
	for i := a.to; i+1 < len(s.ws); i++ {
		if s.ws[i].low == "not" || s.ws[i].low == "never" {
			switch s.ws[i+1].low {
			case "acceptable", "allowed", "permitted", "tolerable", "tolerated", "accepted", "ok":
				return true
			}
		}
	}
	return false
}

// latest tells that what follows an amount bounds it: at the latest, or sooner, max, is
// the limit.
func (s *statement) latest(a *amount) bool {
	for i := a.to; i < len(s.ws); i++ {
		next := lowAt(s.ws, i+1)
		switch s.ws[i].low {
		case "max", "maximum", "tops", "limit", "bound", "longest", "slowest":
			if i <= a.to+1 || (copulas[lowAt(s.ws, a.to)] || lowAt(s.ws, a.to) == ":") && i <= a.to+3 {
				return true
			}
		case "at":
			if next == "the" && lowAt(s.ws, i+2) == "very" || next == "most" || next == "max" || (next == "the" || next == "its") && (lowAt(s.ws, i+2) == "latest" || lowAt(s.ws, i+2) == "longest" || lowAt(s.ws, i+2) == "most") {
				return true
			}
		case "or", "and":
			if lessWords[next] || next == "faster" || next == "better" || next == "below" || next == "under" {
				return true
			}
		}
		if s.ws[i].kind == number || s.ws[i].low == ";" {
			return false
		}
	}
	return false
}

// time reads an amount of time. The order of the cases is the order of what people
// mean: what looks like a latency and is none comes first.
func (s *statement) time(i int) {
	a := &s.amounts[i]
	q := fact.Quantity{Kind: fact.Duration, N: a.n}
	lim := s.limit(a)
	switch {
	case s.recurs(a):
		s.emit(Reading{Kind: Period, Q: q}, a)
	case s.downtime(a, lim):
	case s.serviceHours(a, lim):
	case s.lost(a, lim):
		s.emit(Reading{Kind: RecoveryPoint, Q: q}, a) // no more than the last 10 minutes of work
	case s.before(a, 9, ofRepairTime) && s.inClause(a, ofRepairTime), lim == upper && s.afterFailure():
		s.emit(Reading{Kind: RecoveryTime, Q: q}, a)
	case s.distance(a):
	case a.n >= 28*86400 && s.target(), s.leads(i):
	case s.trained(a):
		s.emit(Reading{Kind: TaskTime, Q: q}, a) // after 30 minutes of training
	case a.n >= 86400 && s.gone(a) && !s.any("inactivity", "idle"):
		s.emit(Reading{Kind: Retention, Q: q, Of: s.keptThing(a)}, a)
	case s.timer(a) || s.condition(a) || s.promisedByPeople(a):
	case s.says(ofLossPoint), s.says(ofLoss) && s.any("data", "transaction", "point", "update", "message"):
		s.emit(Reading{Kind: RecoveryPoint, Q: q}, a)
	case s.says(ofRepair) && (lim == upper || s.says(ofRepairTime)) && s.repairs():
		s.emit(Reading{Kind: RecoveryTime, Q: q}, a)
	case a.n >= 86400 && (s.kept(a, lim) || s.gone(a)):
		s.emit(Reading{Kind: Retention, Q: q, Of: s.keptThing(a)}, a)
	case s.ofPerson(a):
		s.emit(Reading{Kind: TaskTime, Q: q}, a)
	case s.ramp(a):
	case s.isLatency(a, lim):
		s.latency(i)
	}
}

// recurs tells how often something happens: every 5 s, at intervals of an hour.
func (s *statement) recurs(a *amount) bool {
	next, last := lowAt(s.ws, a.to), lowAt(s.ws, a.from-1)
	switch {
	case last == "every" || last == "each" || next == "every",
		lowAt(s.ws, a.from-2) == "every" && last != "time":
		return true
	}
	return s.after(a, 1, ofInterval) || s.nextTo(a, 3, "interval", "intervals", "frequency", "cycle")
}

// distance tells a stretch of time looked at, or how far away or how old something is.
func (s *statement) distance(a *amount) bool {
	next := lowAt(s.ws, a.to)
	return s.window(a) || s.after(a, 1, ofLead) || next == "in" && lowAt(s.ws, a.to+1) == "advance" ||
		s.nextTo(a, 2, "older", "younger", "newer")
}

// window tells that last or next stands before an amount, and neither as a verb (shall
// last 3 s) nor in "at the latest".
func (s *statement) window(a *amount) bool {
	for i := max(a.from-2, 0); i < a.from; i++ {
		if s.senses[i]&ofWindow != 0 && s.ws[i].tag != tagVerb && !(s.ws[i].low == "latest" && lowAt(s.ws, i-2) == "at") {
			return true
		}
	}
	return false
}

// timer tells a time that a function waits: until a session ends, for which a token is
// valid.
func (s *statement) timer(a *amount) bool {
	for i := max(a.from-9, 0); i < min(a.to+3, len(s.ws)); i++ {
		if s.senses[i]&ofTimer != 0 && (s.clauses[i] == s.clauses[a.from] || i < a.from) {
			return !s.around(a, 9, ofLatency) && !s.ranked(a)
		}
	}
	return false
}

// promisedByPeople tells a time counted in working days, or within which a person is to
// act: is answered by a clerk within two days.
func (s *statement) promisedByPeople(a *amount) bool {
	if i := a.to - 1; a.n >= 3600 && (s.nextTo(a, 1, "working", "business") || s.ws[i].low == "days" && (lowAt(s.ws, i-1) == "working" || lowAt(s.ws, i-1) == "business")) {
		return true
	}
	if lowAt(s.ws, a.to-1) == "working" || lowAt(s.ws, a.to-1) == "business" {
		return true
	}
	for i := 1; a.n >= 60 && i < len(s.ws); i++ {
		if s.ws[i-1].tag == tagFinite && s.senses[i-1]&ofPerceiving == 0 && s.ws[i].low == "by" && (isPerson(lowAt(s.ws, i+1)) || determiners[lowAt(s.ws, i+1)] && isPerson(lowAt(s.ws, i+2))) {
			return true
		}
	}
	return false
}

// leads tells a period that begins a sentence about a count: in an hour, 7200 parcels.
func (s *statement) leads(i int) bool {
	a := &s.amounts[i]
	return a.from <= 2 && lowAt(s.ws, 0) == "in" && lowAt(s.ws, a.to) == "," && i+1 < len(s.amounts) && s.amounts[i+1].unit == things
}

// trained tells a time that people learn for.
func (s *statement) trained(a *amount) bool {
	for i := a.to; i < min(a.to+3, len(s.ws)); i++ {
		switch s.ws[i].low {
		case "training", "instruction", "instructions", "introduction", "practice", "learning", "briefing":
			return true
		}
	}
	return false
}

// lost tells how much may be lost, as a time.
func (s *statement) lost(a *amount, lim bound) bool {
	return lim == upper && s.any("lost", "lose") && s.any("data", "work", "transaction", "update", "entry", "record", "change", "input", "write") && !s.condition(a)
}

// repairs tells that what comes back is the system or a part of it.
func (s *statement) repairs() bool {
	return s.systemSubject() || s.says(ofFailure) || s.any("recovery", "failover", "fail-over", "database", "component", "failure", "restart", "crash", "backup", "outage", "node", "over")
}

// downtime reads "no more than 10 minutes of downtime per month" as a share of time.
func (s *statement) downtime(a *amount, lim bound) bool {
	down := s.says(ofDowntime) || s.negatedUptime(a)
	fails := s.says(ofFailure) && lim == upper // not fail more than 5 hours in a month
	if !down && !fails {
		return false
	}
	per := s.periodOf(a)
	for k := range s.amounts { // in any thirty days
		if b := &s.amounts[k]; per == 0 && b.unit == seconds && b.n > a.n && b.from > a.from && s.nextTo(b, 2, "in", "per", "over", "within", "every") {
			per, s.used[k] = b.n, true
		}
	}
	if per <= a.n {
		if down && per == 0 && lim == upper && s.any("downtime", "outage", "mdt", "unavailability", "unavailable") {
			s.emit(Reading{Kind: RecoveryTime, Q: fact.Quantity{Kind: fact.Duration, N: a.n}}, a)
			return true
		}
		return false
	}
	s.emit(Reading{Kind: Availability, Q: fact.Quantity{Kind: fact.Share, N: 1 - a.n/per}}, a)
	return true
}

// serviceHours reads hours per day: of support it is staffing, of a system it is the
// time of service.
func (s *statement) serviceHours(a *amount, lim bound) bool {
	hours := a.n / 3600
	daily := a.per == 86400 || hours == 24 || lowAt(s.ws, a.to) == "daily" || lowAt(s.ws, a.to+1) == "daily"
	if hours > 24 || hours < 1 || !daily || lim == upper || a.per == 0 && s.timer(a) && !s.says(ofUptime) {
		return false
	}
	q := fact.Quantity{Kind: fact.Duration, N: a.n}
	window := fact.FormatNumber(hours, 3) + " h/day"
	if hours == 24 {
		window = "24/7"
	}
	switch {
	case s.says(ofHelp) || s.helpers(a):
		s.emit(Reading{Kind: Staffing, Q: q, Window: window}, a)
	case s.says(ofUptime) || hours == 24 && a.per == 86400 || s.any("operate", "run", "accessibility", "use", "access", "service", "work", "open", "reach") && (hours == 24 || s.systemSubject()):
		for k := range s.amounts { // seven days a week, 365 days per year
			if s.amounts[k].unit == seconds {
				s.used[k] = true
			}
		}
		if !s.hasShare() {
			s.emit(Reading{Kind: Availability, Window: window}, a)
		}
	default:
		return false
	}
	return true
}

// helpers tells that people who help stand beside an amount.
func (s *statement) helpers(a *amount) bool {
	for i := max(a.from-3, 0); i < min(a.to+3, len(s.ws)); i++ {
		switch singular(s.ws[i].low) {
		case "support", "staff", "operator", "personnel", "desk", "technician", "engineer", "agent":
			return true
		}
	}
	return false
}

// target tells a time by which something is reached, and not a time that a request
// takes: within 2 years of launch.
func (s *statement) target() bool {
	for _, b := range s.amounts {
		if b.unit == things || b.unit == factor {
			return !s.any("retain", "retention", "archive", "kept", "keep")
		}
	}
	return false
}

func (s *statement) kept(a *amount, lim bound) bool {
	if a.n >= 28*86400 && s.nextTo(a, 2, "for") && s.any("available", "hold", "held", "stay", "remain") && lim != upper && !isPerson(s.keptThing(a)) {
		return true
	}
	if !s.says(ofKeeping) {
		return false
	}
	return lim != upper && (s.nextTo(a, 5, "for", "minimum", "retention", "period") || s.any("kept", "retained")) || s.any("retention", "retain", "archive")
}

// afterFailure tells that the sentence begins with a failure of the system.
func (s *statement) afterFailure() bool {
	switch lowAt(s.ws, 0) {
	case "after", "following", "upon", "in", "on":
		return s.between(1, 6, ofFailure) && (s.repairs() || s.says(ofRepair))
	}
	return false
}

// gone tells that things are kept until they are deleted after the time.
func (s *statement) gone(a *amount) bool {
	return s.nextTo(a, 2, "after") && s.says(ofErasing)
}

// keptThing is the first noun that may be what is kept.
func (s *statement) keptThing(a *amount) string {
	for _, np := range nounPhrases(s.ws[:a.from]) {
		last := singular(s.ws[np.to-1].low)
		if senses[last]&(ofSystem|ofTimer) == 0 && last != "retention" && last != "minimum" && last != "period" && last != "history" && last != "database" {
			return last
		}
	}
	return ""
}

// ofPerson tells that the time is a person's: somebody learns, or completes a task
// of minutes.
func (s *statement) ofPerson(a *amount) bool {
	if s.says(ofTraining) {
		return true
	}
	for i := 0; i < a.from; i++ { // it takes an applicant no longer
		if base := lemma(s.ws[i].low); (base == "take" || base == "cost") && (isPerson(lowAt(s.ws, i+1)) || determiners[lowAt(s.ws, i+1)] && isPerson(lowAt(s.ws, i+2))) {
			return true
		}
	}
	if s.around(a, 12, ofLatency) || s.passive(a) {
		return false
	}
	subject, verb := s.subject(a)
	if !isPerson(subject) && subject != "i" && subject != "we" {
		return false
	}
	switch is := senses[verb]; {
	case is&ofPerceiving != 0:
		return a.n >= 300 && verb != "receive" && verb != "see" && verb != "get" && verb != "wait" && verb != "view" || a.n >= 3600
	case a.n >= 60 || is&ofHandiwork != 0:
		return true
	}
	return isPerson(subject) && verb != "" && !slices.ContainsFunc(s.ws[:a.from], func(w word) bool { return w.tag == tagModal || w.tag == tagAux || w.tag == tagTo })
}

// passive tells that something is done to the subject: passengers are informed.
func (s *statement) passive(a *amount) bool {
	for i := 0; i+1 < a.from; i++ {
		switch s.ws[i].low {
		case "is", "are", "be", "been", "was", "were":
			k := i + 1
			for k < a.from && s.ws[k].tag == tagAdverb {
				k++
			}
			return k < a.from && s.ws[k].tag == tagFinite && !strings.HasSuffix(s.ws[k].low, "ing")
		}
	}
	return false
}

// subject returns the noun before the modal nearest before the amount, and the first
// verb after it.
func (s *statement) subject(a *amount) (noun, verb string) {
	start := 0
	for i := a.from - 1; i >= 0; i-- {
		if s.ws[i].low == ";" {
			start = i + 1
			break
		}
	}
	m := -1
	for i := start; i < a.from; i++ {
		if modals[s.ws[i].low] || s.ws[i].tag == tagAux || s.ws[i].low == "want" || s.ws[i].low == "to" && i > 0 {
			m = i
			break
		}
	}
	for i := start; m < 0 && i < a.from; i++ {
		if s.ws[i].tag == tagFinite {
			m = i
		}
	}
	if m < 0 {
		m = min(a.from, len(s.ws)-1)
	}
	for i := m - 1; i >= start; i-- {
		if s.ws[i].tag == tagNoun || s.ws[i].tag == tagPronoun {
			noun = s.ws[i].low
			break
		}
	}
	if noun != "" {
		// the response time of a user: the head stands before the preposition
		for i := start; i < m; i++ {
			if s.ws[i].tag == tagPreposition && (s.ws[i].low == "of" || s.ws[i].low == "for" || s.ws[i].low == "to" || s.ws[i].low == "with") {
				if i > start && s.ws[i-1].tag == tagNoun && s.ws[i-1].low != "percent" {
					noun = s.ws[i-1].low
				}
				break
			}
		}
	}
	for i := m; i < a.from; i++ {
		if s.ws[i].tag == tagVerb || s.ws[i].tag == tagFinite {
			if skipped[s.ws[i].low] || s.ws[i].low == "have" && lowAt(s.ws, i+1) == "to" {
				continue
			}
			return singular(noun), lemma(s.ws[i].low)
		}
	}
	return singular(noun), ""
}

// ramp tells how long a rise of load takes; it belongs to the count beside it.
func (s *statement) ramp(a *amount) bool {
	for _, b := range s.amounts {
		if b.unit == things {
			return s.nextTo(a, 2, "over", "for", "during", "across", "lasting") && !s.around(a, 10, ofLatency)
		}
	}
	return false
}

// isLatency tells that a time is one within which the system does something.
func (s *statement) isLatency(a *amount, lim bound) bool {
	if a.n > 7*86400 {
		return false
	}
	if _, ok := s.exceptions(a); ok && (lim == upper || s.exceeds(a)) {
		return s.says(ofLatency | ofOperation)
	}
	if lim == atLeast {
		return false
	}
	if s.says(ofLatency) {
		return lim == upper || !s.nextTo(a, 1, "for")
	}
	if a.n > 86400 || a.n > 3600 && !s.any("process", "batch", "report", "import", "export", "propagate", "backup", "complete", "generate", "run") {
		return false
	}
	if last := lowAt(s.ws, a.from-1); lim != upper && (last == ":" || last == "=") && a.n <= 60 && s.between(0, a.from, ofOperation) {
		return true
	}
	if lim != upper {
		after := lowAt(s.ws, a.to) == "after" && a.n <= 10 && s.between(0, a.from, ofOperation)
		return a.n <= 60 && !s.nextTo(a, 1, "for") && (after || s.ranked(a) || (fragment(s.ws) || s.says(ofOperation)) && s.mean(0, a.to+2) || s.loose && s.any("load", "take", "page", "search"))
	}
	if last := lowAt(s.ws, a.from-2); last == "times" || last == "attempts" {
		return false
	}
	return s.says(ofOperation) || s.between(a.from-3, a.from, ofUptime) || s.loose || s.ranked(a) || a.n <= 60 && fragment(s.ws) && !s.nextTo(a, 4, "for") || a.n <= 600 && s.acts(a) || a.n <= 3600 && s.nextTo(a, 1, "<", "<=", "≤")
}

// acts tells that something other than a person does something: the belt shall halt.
func (s *statement) acts(a *amount) bool {
	if s.nextTo(a, 4, "for") {
		return false
	}
	subject, verb := s.subject(a)
	switch {
	case isPerson(subject) && verb == "" && s.any("expect", "want", "need"):
		return a.n <= 15
	case subject == "" || verb == "" || verb == "be", s.any("deviate", "differ", "vary", "drift"):
		return false
	case s.passive(a):
		return a.n <= 120 && senses[verb]&(ofTimer|ofKeeping) == 0 && !byHand[verb]
	case isPerson(subject):
		return a.n <= 15 && s.any("can", "able", "could", "expect", "want", "need")
	}
	return senses[verb]&(ofTimer|ofKeeping) == 0
}

// byHand are deeds that people do however they are put: the code is entered.
var byHand = set(`enter type cast pay sign collect pick move press scan swipe wash clean mark throw wear`)

// exceeds tells that what is said is that something takes more than an amount.
func (s *statement) exceeds(a *amount) bool {
	for i := max(a.from-3, 0); i < a.from; i++ {
		if moreWords[s.ws[i].low] {
			return true
		}
	}
	return false
}

// exceptions finds the few that may take longer than an amount: less than 1 % of the
// requests.
func (s *statement) exceptions(a *amount) (int, bool) {
	for k := range s.amounts {
		b := &s.amounts[k]
		if b.unit == percent && b.n > 0 && b.n < 50 && b.from < a.from && s.exceeds(a) && lowAt(s.ws, b.to) == "of" && (s.limit(b) == upper || s.nextTo(b, 1, "only")) {
			return k, true
		}
	}
	return 0, false
}

// ranked tells that a percentile stands in the clause of an amount, so that the time is
// a latency without more words.
func (s *statement) ranked(a *amount) bool {
	for _, b := range s.amounts {
		if b.unit == rankOf && (s.clauses[b.from] == s.clauses[a.from] || b.to <= a.from && a.from-b.to < 4) {
			return true
		}
		if b.unit == percent && b.n >= 50 && lowAt(s.ws, b.to) == "of" && a.n <= 60 && s.between(b.to, b.to+5, ofRequest|ofLatency|ofOperation) {
			return true // 2 seconds for 95 % of the requests
		}
	}
	return false
}

// latency reads a latency with its percentile: p99, 99th percentile, 90 % of the time,
// on average.
func (s *statement) latency(i int) {
	a := &s.amounts[i]
	r := Reading{Kind: Latency, Q: fact.Quantity{Kind: fact.Duration, N: a.n}}
	lo, hi := 0, len(s.ws) // between the times before and after it
	for k, b := range s.amounts {
		if b.unit == seconds && k < i {
			lo = b.to
		}
		if b.unit == seconds && k > i {
			hi = b.from
			break
		}
	}
	later := s.laterTime(i)
	if k, ok := s.paired(i); ok { // p95/p99: 300 ms / 800 ms
		r.Percentile, s.used[k] = s.amounts[k].n, true
	}
	if k, ok := s.exceptions(a); ok {
		r.Percentile, s.used[k] = 100-s.amounts[k].n, true
	}
	r.Mean = s.mean(max(lo, a.from-14), a.from) || s.mean(a.to, a.to+3)
	for k := range s.amounts {
		b := &s.amounts[k]
		if b.from < lo || b.from >= hi || s.used[k] || r.Percentile != 0 && !(b.unit == percent && r.Percentile == b.n) {
			continue
		}
		switch {
		case b.unit == rankOf && k > i && later && !s.sameItem(a, b):
		case b.unit == rankOf:
			r.Percentile, r.Mean, s.used[k] = b.n, false, true
		case b.unit != percent || b.n < 50 || b.n > 100 || b.per > 0 || !s.qualifies(b, a):
		case b.n == 100:
			s.used[k] = true
		case k > i && later && s.clauses[b.from] != s.clauses[a.from]:
		default:
			r.Percentile, r.Mean, s.used[k] = b.n, false, true
		}
	}
	s.emit(r, a)
}

// mean tells that an average is spoken of, and not the average user.
func (s *statement) mean(from, to int) bool {
	for i := max(from, 0); i < min(to, len(s.ws)); i++ {
		if s.senses[i]&ofMean != 0 && s.ws[i].low != "means" && s.ws[i].low != "meaning" && !isPerson(lowAt(s.ws, i+1)) {
			return true
		}
	}
	return false
}

// paired finds the percentile of a time where as many percentiles stand before all times
// as there are times.
func (s *statement) paired(i int) (int, bool) {
	var ranks, times []int
	for k, b := range s.amounts {
		switch {
		case b.unit == rankOf && times != nil:
			return 0, false
		case b.unit == rankOf:
			ranks = append(ranks, k)
		case b.unit == seconds:
			times = append(times, k)
		}
	}
	if len(ranks) < 2 || len(ranks) != len(times) {
		return 0, false
	}
	return ranks[slices.Index(times, i)], true
}

// sameItem tells that no word parts two amounts: 200 ms (p95).
func (s *statement) sameItem(a, b *amount) bool {
	for i := a.to; i < b.from; i++ {
		if w := s.ws[i]; w.kind == letters && w.low != "at" && w.low != "the" && w.low != "for" && w.low != "in" || w.low == "," || w.low == ";" {
			return false
		}
	}
	return true
}

// laterTime tells that another time follows, to which a qualifier in between may
// belong.
func (s *statement) laterTime(i int) bool {
	for _, b := range s.amounts[i+1:] {
		if b.unit == seconds {
			return true
		}
	}
	return false
}

// qualifies tells that a percentage says how often a latency holds, rather than how
// long the system is up: its own clause does not speak of availability.
func (s *statement) qualifies(b, a *amount) bool {
	return s.clauses[b.from] == s.clauses[a.from] || !s.inClause(b, ofUptime|ofDowntime)
}
