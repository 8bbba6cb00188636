package brief

import (
	"strings"

	"plumb.dev/plumb/fact"
)

var (
	everyWords   = set(`every each interval intervals periodically frequency cycle`)
	windowWords  = set(`last past previous prior next first following coming recent upcoming trailing preceding latest another additional`)
	leadWords    = set(`before prior ago old notice advance ahead earlier early beforehand older apart remaining left`)
	timerWords   = set(`inactivity inactive idle timeout time-out timed session expire expiry expiration lock logged logout token valid validity grace cool-down cooldown ttl snooze trial countdown cache cached stale`)
	keepWords    = set(`retain retention keep archive preserve store history historical stored kept retained log audit save saved maintain`)
	restoreWords = set(`recover recovery restore rto repair mttr failover resume restart reboot fail-over reinstate repaired recovered restored fix crash failure disaster back-up`)
	lossWords    = set(`rpo loss lose lost`)
	latencyWords = set(`latency respond response responsive delay turnaround roundtrip round-trip lag p50 p90 p95 p99 p999 ttfb`)
	trainWords   = set(`learn train training install understand familiar trained tutorial instruction proficient productive master memorize lesson untrained novice onboard onboarding manual intuitive`)
	// operations are what a system does in an instant; verbs in base form.
	operations = set(`respond return display process complete retrieve search refresh update appear take render deliver send notify generate execute load open show save calculate compute finish perform run start boot launch validate synchronize synchronise propagate reflect acknowledge reply answer fetch query produce print confirm transmit receive upload download authenticate login log handle find provide detect alert sync publish visible see view access convert import export create book submit accept convert compile scan locate transition switch route redirect succeed populate index transfer verify convert analyze analyse write read commit record present list filter sort play stream react inform tell warn be back ready there done arrive reach come block freeze hang stall pause settle clear post charge quote match reserve assign push pull emit land unlock turn unfold redraw`)
	// seen are verbs of a person behind which the system is at work.
	seen = set(`see view receive get retrieve access load search download obtain wait experience notice be log query open hear`)
)

// bound tells what the words before an amount make of it.
type bound uint8

const (
	unbounded bound = iota
	upper
	atLeast
)

// limit reads the comparison before an amount: within, no more than, under, <.
func (s *statement) limit(a *amount) bound {
	negated := false
	more := false
	for i := a.from - 1; i >= 0 && i >= a.from-7; i-- {
		switch s.ws[i].low {
		case "within", "under", "below", "<", "<=", "≤", "in", "sub", "max", "maximum", "most", "inside", "faster":
			if s.ws[i].low == "in" && i < a.from-1 && !bounds[lowAt(s.ws, i+1)] && lowAt(s.ws, i+1) != "less" {
				continue
			}
			return upper
		case "less", "fewer", "lower", "sooner", "quicker", "shorter":
			if lowAt(s.ws, i-1) == "no" || lowAt(s.ws, i-1) == "not" {
				return atLeast
			}
			return upper
		case "up":
			if lowAt(s.ws, i+1) == "to" {
				return upper
			}
		case "more", "longer", "greater", "exceed", "exceeds", "later", "over", "above", "slower", "exceeding", "beyond", ">":
			more = true
		case "no", "not", "never", "cannot", "n't", "won't", "shouldn't", "mustn't", "without", "nor":
			negated = true
		case "least", "minimum", ">=", "≥":
			return atLeast
		case ".":
			if abbreviated(lowAt(s.ws, i-1)) { // max. 2 s
				continue
			}
			i = -1
		case ",", ";":
			i = -1
		}
	}
	switch {
	case more && negated:
		return upper
	case more:
		return atLeast
	case s.latest(a):
		return upper
	}
	return unbounded
}

// latest tells that what follows an amount bounds it: at the latest, or sooner, max.
func (s *statement) latest(a *amount) bool {
	for i := a.to; i < len(s.ws); i++ {
		next := lowAt(s.ws, i+1)
		switch s.ws[i].low {
		case "max", "maximum", "tops":
			return i <= a.to+1
		case "at":
			if next == "most" || next == "the" && lowAt(s.ws, i+2) == "latest" {
				return true
			}
		case "or":
			if next == "sooner" || next == "faster" || next == "less" || next == "earlier" || next == "quicker" {
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
	next := lowAt(s.ws, a.to)
	switch {
	case s.around(a, 1, set(`every`)) || s.before(a, 1, set(`each`)) || s.before(a, 2, set(`every`)) && a.from > 0 && s.ws[a.from-1].low != "time" || everyWords[next] && next != "each" && next != "every" || s.before(a, 3, set(`interval intervals frequency`)):
		s.emit(Reading{Kind: Period, Q: q}, a)
	case s.downtime(i):
	case s.serviceHours(a):
	case s.before(a, 2, set(`rto mttr`)), lim == upper && s.afterFailure():
		s.emit(Reading{Kind: RecoveryTime, Q: q}, a)
	case s.sentenceHas(set(`lost lose losing`)) && s.any("data", "work", "transaction", "update", "entry") && lim == upper && !s.condition(a):
		s.emit(Reading{Kind: RecoveryPoint, Q: q}, a) // no more than the last 10 minutes of work
	case s.before(a, 2, windowWords) || leadWords[next] || next == "in" && lowAt(s.ws, a.to+1) == "advance":
	case a.n >= 28*86400 && s.target(a):
	case s.after(a, 3, set(`training instruction practice`)) && s.sentenceHas(trainWords):
		s.emit(Reading{Kind: TaskTime, Q: q}, a) // after 30 minutes of training
	case s.around(a, 9, timerWords) && !s.around(a, 9, latencyWords) || s.condition(a):
	case s.sentenceHas(lossWords) && s.any("data", "rpo", "transaction", "point", "update", "message"):
		s.emit(Reading{Kind: RecoveryPoint, Q: q}, a)
	case s.sentenceHas(set(`rpo`)):
		s.emit(Reading{Kind: RecoveryPoint, Q: q}, a)
	case s.sentenceHas(restoreWords) && (lim == upper || s.any("rto", "mttr")) && s.systemOrService():
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

func (s *statement) systemOrService() bool {
	return s.systemSubject() || s.any("rto", "mttr", "recovery", "failover", "database", "component", "failure", "restart", "crash", "service", "backup", "outage")
}

// downtime reads "no more than 10 minutes of downtime per month" as a share.
func (s *statement) downtime(i int) bool {
	a := &s.amounts[i]
	down := s.phrase("out of service") || s.phrase("out of order") || s.phrase("out of operation")
	fails := s.any("fail", "failure") && s.limit(a) == upper // not fail more than 5 hours in a month
	if !s.sentenceHas(downWords) && !s.phrase("down time") && !s.phrase("not be available") && !fails && !down {
		return false
	}
	per := a.per
	for k := a.to; per == 0 && k < min(a.to+8, len(s.ws)); k++ {
		if u, ok := perUnit(s.ws, k); ok {
			per = timeUnits[s.ws[u].low]
		}
		switch s.ws[k].low {
		case "monthly":
			per = fact.Month.Seconds()
		case "annually", "yearly", "annual":
			per = fact.Year.Seconds()
		case "weekly":
			per = 604800
		case "daily":
			per = 86400
		}
	}
	for k := 0; per == 0 && k < a.from; k++ { // the monthly downtime
		switch s.ws[k].low {
		case "monthly", "month":
			per = fact.Month.Seconds()
		case "annual", "yearly", "year":
			per = fact.Year.Seconds()
		case "weekly", "week":
			per = 604800
		}
	}
	if fails && per == 0 {
		return false
	}
	if per <= a.n {
		if per == 0 && s.limit(a) == upper && s.any("downtime", "outage", "mdt", "unavailability", "unavailable") {
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
func (s *statement) serviceHours(a *amount) bool {
	hours := a.n / 3600
	daily := a.per == 86400 || hours == 24 || s.after(a, 3, set(`daily`))
	if hours > 24 || hours < 1 || !daily {
		return false
	}
	if a.per == 0 && s.around(a, 4, timerWords) && !s.sentenceHas(availableWords) {
		return false
	}
	limited := s.limit(a) == upper
	q := fact.Quantity{Kind: fact.Duration, N: a.n}
	window := fact.FormatNumber(hours, 3) + " h/day"
	if hours == 24 {
		window = "24/7"
	}
	switch {
	case limited && a.per == 0:
		return false
	case s.staffed() || s.around(a, 3, serviceWords):
		s.emit(Reading{Kind: Staffing, Q: q, Window: window}, a)
	case (a.per > 0 || hours == 24) && (s.sentenceHas(availableWords) || s.any("operate", "run", "accessibility", "use", "access", "service")):
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

func (s *statement) hasShare() bool {
	for _, a := range s.amounts {
		if a.unit == percent && a.n >= 50 {
			return true
		}
	}
	return false
}

// target tells a time by which something is reached, and not a time that a request
// takes: within 2 years of launch.
func (s *statement) target(a *amount) bool {
	for _, b := range s.amounts {
		if b.unit == things || b.unit == factor {
			return !s.sentenceHas(set(`retain retention archive kept`))
		}
	}
	return false
}

func (s *statement) kept(a *amount, lim bound) bool {
	if a.n >= 28*86400 && s.before(a, 2, set(`for`)) && s.any("available", "hold", "held", "stay", "remain") && lim != upper {
		return true
	}
	if !s.sentenceHas(keepWords) {
		return false
	}
	return s.before(a, 5, set(`for minimum retention period keep retain`)) && lim != upper || s.any("retention", "retain", "archive")
}

// afterFailure tells that the sentence begins with a failure of the system.
func (s *statement) afterFailure() bool {
	switch lowAt(s.ws, 0) {
	case "after", "following", "upon":
	default:
		return false
	}
	for i := 1; i < min(5, len(s.ws)); i++ {
		switch s.ws[i].low {
		case "failure", "outage", "crash", "disaster", "breakdown":
			return s.systemOrService()
		}
	}
	return false
}

// gone tells that things are kept until they are deleted after the time.
func (s *statement) gone(a *amount) bool {
	return s.before(a, 2, set(`after`)) && s.sentenceHas(set(`delete deleted erase erased purge purged destroy destroyed anonymise anonymised anonymize anonymized shred shredded wipe wiped`))
}

// keptThing is the first noun that may be what is kept.
func (s *statement) keptThing(a *amount) string {
	for _, np := range nounPhrases(s.ws[:a.from]) {
		last := singular(s.ws[np.to-1].low)
		if !systemWords[last] && !timerWords[last] && last != "retention" && last != "minimum" && last != "period" && last != "history" {
			return last
		}
	}
	return ""
}

var systemWords = set(`system application product website site service platform server app software portal solution database tool interface program page screen`)

// ofPerson tells that the time is a person's: somebody learns, or completes a task
// of minutes.
func (s *statement) ofPerson(a *amount) bool {
	if s.sentenceHas(trainWords) {
		return true
	}
	for i := 0; i < a.from; i++ { // it takes an applicant no longer
		if lemma(s.ws[i].low) == "take" && (isPerson(lowAt(s.ws, i+1)) || determiners[lowAt(s.ws, i+1)] && isPerson(lowAt(s.ws, i+2))) {
			return true
		}
	}
	if s.around(a, 12, latencyWords) {
		return false
	}
	if s.passive(a) {
		return false
	}
	subject, verb := s.subject(a)
	if !isPerson(subject) && subject != "i" && subject != "we" {
		return false
	}
	switch {
	case seen[verb]:
		return a.n >= 300 && verb != "receive" && verb != "see" && verb != "get" && verb != "wait" && verb != "view" || a.n >= 3600
	case a.n >= 60:
		return true
	}
	return set(`find locate recognize recognise identify decide choose determine navigate register check complete enter fill create learn reach scan read accomplish`)[verb]
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
		if modals[s.ws[i].low] || s.ws[i].tag == tagAux || s.ws[i].low == "want" || s.ws[i].low == "to" && m < 0 && noun == "" && i > 0 {
			m = i
			break
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
			if s.ws[i].tag == tagPreposition && (s.ws[i].low == "of" || s.ws[i].low == "for" || s.ws[i].low == "to") {
				if i > start && s.ws[i-1].tag == tagNoun && s.ws[i-1].low != "percent" {
					noun = s.ws[i-1].low
				}
				break
			}
		}
	}
	for i := m; i < a.from; i++ {
		if s.ws[i].tag == tagVerb || s.ws[i].tag == tagFinite {
			if skipped[s.ws[i].low] {
				continue
			}
			return singular(noun), lemma(s.ws[i].low)
		}
	}
	return singular(noun), ""
}

// ramp tells how long a rise of load takes; it belongs to the count beside it.
func (s *statement) ramp(a *amount) bool {
	rate := false
	for _, b := range s.amounts {
		rate = rate || b.unit == things
	}
	return rate && s.before(a, 2, set(`over for during across lasting`)) && !s.around(a, 10, latencyWords)
}

// isLatency tells that a time is one within which the system does something.
func (s *statement) isLatency(a *amount, lim bound) bool {
	if lim == atLeast {
		return false
	}
	speaks := s.sentenceHas(latencyWords) || s.phrase("load time") || s.phrase("processing time") || s.phrase("loading time") || s.phrase("execution time") || s.phrase("time to") || s.phrase("time of") || s.phrase("time between") || s.phrase("time from") || s.phrase("round trip") || s.phrase("waiting time") || s.phrase("wait time") || s.phrase("seconds or less") || s.phrase("second or less") || s.phrase("ms or less") || s.phrase("real time")
	if speaks {
		return a.n <= 7*86400 && (lim == upper || !s.before(a, 1, set(`for`)))
	}
	if a.n > 86400 || a.n > 3600 && !s.any("process", "batch", "report", "import", "export", "propagate", "backup", "complete", "generate") {
		return false
	}
	orLess := lowAt(s.ws, a.to) == "or" && (lowAt(s.ws, a.to+1) == "less" || lowAt(s.ws, a.to+1) == "faster" || lowAt(s.ws, a.to+1) == "better")
	if lim != upper && !orLess {
		return s.loose && a.n <= 60 && a.from > 0 && !s.before(a, 1, set(`for`)) && s.sentenceHas(set(`load take page search`))
	}
	if lowAt(s.ws, a.from-2) == "times" || lowAt(s.ws, a.from-2) == "attempts" {
		return false
	}
	if next := lowAt(s.ws, a.to); next == "of" && !s.sentenceHas(set(`request submit submission receive receipt click press enter update occurrence occur`)) && a.n > 3600 {
		return false
	}
	for _, w := range s.ws {
		if operations[lemma(w.low)] && w.kind == letters {
			return true
		}
	}
	return s.loose
}

// latency reads a latency with its percentile: p99, 99th percentile, 90 % of the time,
// on average.
func (s *statement) latency(i int) {
	a := &s.amounts[i]
	r := Reading{Kind: Latency, Q: fact.Quantity{Kind: fact.Duration, N: a.n}}
	if s.before(a, 14, set(`average mean averaged typical typically avg`)) || s.after(a, 3, set(`average mean avg`)) {
		r.Mean = true
	}
	if s.before(a, 4, set(`median`)) {
		r.Percentile, r.Mean = 50, false
	}
	lo, hi := 0, len(s.ws)
	for k, b := range s.amounts {
		if b.unit == seconds && k < i {
			lo = b.to
		}
		if b.unit == seconds && k > i {
			hi = b.from
			break
		}
	}
	for k := lo; k < hi; k++ {
		if p, ok := percentileWord(s.ws, k); ok && (k < a.from || !s.laterTime(i)) {
			r.Percentile, r.Mean = p, false
		}
	}
	for k := range s.amounts {
		b := &s.amounts[k]
		if b.from < lo || b.from >= hi || s.used[k] || r.Percentile != 0 && !(b.unit == percent && r.Percentile == b.n) {
			continue
		}
		if b.unit == rankOf || b.unit == percent && b.n >= 50 && b.n < 100 && b.per == 0 && s.qualifies(b, a) {
			if k > i && s.laterTime(i) && s.clauses[b.from] != s.clauses[a.from] {
				continue
			}
			r.Percentile, r.Mean, s.used[k] = b.n, false, true
		} else if b.unit == percent && b.n == 100 && s.qualifies(b, a) {
			s.used[k] = true
		}
	}
	s.emit(r, a)
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

// percentileWord reads p99, p99.9 or "99th" at word k.
func percentileWord(ws []word, k int) (float64, bool) {
	switch ws[k].low {
	case "p50":
		return 50, true
	case "p75":
		return 75, true
	case "p90":
		return 90, true
	case "p95":
		return 95, true
	case "p98":
		return 98, true
	case "p99":
		if k+2 < len(ws) && ws[k+1].low == "." && ws[k+2].low == "9" && ws[k+1].from == ws[k].to {
			return 99.9, true
		}
		return 99, true
	case "p99.9", "p999":
		return 99.9, true
	}
	return 0, false
}

// qualifies tells that a percentage says how often a latency holds, rather than how
// long the system is up: its own clause does not speak of availability.
func (s *statement) qualifies(b, a *amount) bool {
	if s.clauses[b.from] == s.clauses[a.from] {
		return true
	}
	c := s.clauses[b.from]
	for i, w := range s.ws {
		if s.clauses[i] == c && (availableWords[w.low] && w.low != "up" && w.low != "running" || downWords[w.low]) {
			return false
		}
	}
	return true
}
