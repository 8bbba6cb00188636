package brief

import (
	"slices"
	"strings"

	"plumb.dev/plumb/fact"
)

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
	case lim == upper && s.apart(a):
	case s.lost(a, lim):
		s.emit(Reading{Kind: RecoveryPoint, Q: q}, a) // no more than the last 10 minutes of work
	case s.nearest(a, 9, ofRepairTime, ofLatency|ofUptime|ofLossPoint), lim == upper && s.afterFailure():
		s.emit(Reading{Kind: RecoveryTime, Q: q}, a)
	case a.n >= 60 && s.inClause(a, ofUpkeep) && !s.inClause(a, ofLatency), s.distance(a):
	case a.n >= 28*86400 && s.target(), s.leads(i):
	case s.trained(a):
		s.emit(Reading{Kind: TaskTime, Q: q}, a) // after 30 minutes of training
	case a.n >= 86400 && s.gone(a) && !s.any("inactivity", "idle"):
		s.emit(Reading{Kind: Retention, Q: q, Of: s.keptThing(a)}, a)
	case s.timer(a) || s.condition(a) || s.promisedByPeople(a):
	case s.says(ofLossPoint), s.says(ofLoss) && (s.inClause(a, ofLoss) || !s.nearest(a, 12, ofRepair, ofLoss)) && s.any("data", "transaction", "point", "update", "message"):
		s.emit(Reading{Kind: RecoveryPoint, Q: q}, a)
	case s.says(ofRepair) && (lim == upper || s.says(ofRepairTime)) && s.repairs():
		s.emit(Reading{Kind: RecoveryTime, Q: q}, a)
	case a.n >= 86400 && (s.kept(a, lim) || s.gone(a)):
		s.emit(Reading{Kind: Retention, Q: q, Of: s.keptThing(a)}, a)
	case s.ofPerson(a):
		s.emit(Reading{Kind: TaskTime, Q: q}, a)
	case s.ramp(a), s.owed(a):
	case s.isLatency(a, lim):
		s.latency(i)
	}
}

// apart tells how long a device is without the system: machines are offline up to 6 hours.
func (s *statement) apart(a *amount) bool {
	for i := a.from - 1; i >= max(a.from-4, 0); i-- {
		switch low := s.ws[i].low; {
		case low == "offline" || low == "disconnected":
			return true
		case low != "for" && !approximations[low]:
			return false
		}
	}
	return false
}

// recurs tells how often something happens: every 5 s, at intervals of an hour.
func (s *statement) recurs(a *amount) bool {
	next, last := lowAt(s.ws, a.to), lowAt(s.ws, a.from-1)
	switch {
	case last == "every" || last == "each" || next == "every",
		lowAt(s.ws, a.from-2) == "every" && last != "time":
		return true
	}
	return s.after(a, 1, ofInterval) || s.nextTo(a, 3, "interval", "intervals", "frequency", "cycle") && !s.nextTo(a, 6, "within")
}

// distance tells a stretch of time looked at, or how far away or how old something is.
func (s *statement) distance(a *amount) bool {
	next := lowAt(s.ws, a.to)
	return s.window(a) || s.after(a, 1, ofLead) || next == "in" && lowAt(s.ws, a.to+1) == "advance" ||
		s.nextTo(a, 2, "older", "younger", "newer") && !s.fresh(a)
}

// fresh tells how old what is shown may be: positions shall not be older than a minute.
func (s *statement) fresh(a *amount) bool {
	for i := max(a.from-5, 0); i < a.from; i++ {
		if s.ws[i].tag == tagModal {
			return a.n <= 3600 && s.limit(a) == upper
		}
	}
	return false
}

// window tells that last or next stands before an amount, and neither as a verb (shall
// last 3 s) nor in "at the latest".
func (s *statement) window(a *amount) bool {
	for i := max(a.from-2, 0); i < a.from; i++ {
		if low := lowAt(s.ws, i-2); a.n <= 60 && s.ws[i].low == "next" && (low == "within" || low == "in") { // within the next 2 s
			continue
		}
		if s.senses[i]&ofWindow != 0 && s.ws[i].tag != tagVerb && !(s.ws[i].low == "latest" && lowAt(s.ws, i-2) == "at") {
			return true
		}
	}
	return false
}

// timer tells a time that a function waits: until a session ends, for which a token is
// valid.
func (s *statement) timer(a *amount) bool {
	if s.any("otherwise", "debounce", "backoff", "back-off") || s.permitted(a) {
		return true
	}
	for i := max(a.from-9, 0); i < min(a.to+3, len(s.ws)); i++ {
		if s.senses[i]&ofTimer != 0 && (s.clauses[i] == s.clauses[a.from] || i < a.from) {
			return !s.around(a, 9, ofLatency) && !s.ranked(a)
		}
	}
	return false
}

// permitted tells how long something is allowed to be done: may be edited within 10
// minutes.
func (s *statement) permitted(a *amount) bool {
	for i := 0; i+1 < a.from; i++ {
		switch s.ws[i].low {
		case "may":
			return a.n >= 60 && s.ws[i+1].low == "be" && s.passive(a)
		case "can": // can be edited within 5 minutes of posting
			return a.n >= 60 && s.ws[i+1].low == "be" && takenBack[lemma(lowAt(s.ws, i+2))]
		}
	}
	return false
}

// takenBack are deeds that are allowed for a while after another.
var takenBack = set(`edit cancel change amend correct undo revoke withdraw return reverse delete retract extend claim redeem refund appeal dispute`)

// promisedByPeople tells a time counted in working days, or within which a person is to
// act: is answered by a clerk within two days.
func (s *statement) promisedByPeople(a *amount) bool {
	if i := a.to - 1; a.n >= 3600 && (s.nextTo(a, 1, "working", "business") || s.ws[i].low == "days" && (lowAt(s.ws, i-1) == "working" || lowAt(s.ws, i-1) == "business")) {
		return true
	}
	if lowAt(s.ws, a.to-1) == "working" || lowAt(s.ws, a.to-1) == "business" {
		return true
	}
	if a.n >= 600 && s.says(ofHelp) { // reaction time of the support team
		return true
	}
	for i := 1; a.n >= 60 && i < len(s.ws); i++ {
		if s.ws[i-1].tag == tagFinite && tagBefore(s.ws, i-1) == tagAux && s.senses[i-1]&ofPerceiving == 0 && s.ws[i].low == "by" && (isPerson(lowAt(s.ws, i+1)) || determiners[lowAt(s.ws, i+1)] && isPerson(lowAt(s.ws, i+2))) {
			return true
		}
	}
	return false
}

// owed tells a time within which people shall do something: operators shall respond to
// requests within 2 hours; within 24 hours of a test, all participants will call.
func (s *statement) owed(a *amount) bool {
	if a.n < 300 || s.any("can", "able", "could", "may") {
		return false
	}
	for i := a.to; i < len(s.ws); i++ { // within 24 hours of a test, all participants will call
		if s.ws[i].low == "," && prepositions[lowAt(s.ws, 0)] && fragment(s.ws[:i]) {
			rest := *s
			rest.ws = s.ws[i+1:]
			return rest.does(&amount{from: len(rest.ws)})
		}
	}
	return s.does(a)
}

// does tells that a person does something at which the system is not at work.
func (s *statement) does(a *amount) bool {
	subject, verb := s.subject(a)
	return isPerson(subject) && verb != "" && senses[verb]&ofPerceiving == 0 && !s.passive(a)
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
	if !s.inClause(a, ofLoss) && s.nearest(a, 12, ofRepair, ofLoss) { // recover within an hour and lose no more than a minute
		return false
	}
	if lim == upper && s.any("lost", "lose") && lowAt(s.ws, a.to) == "of" && !s.condition(a) { // 30 seconds of passages may get lost
		return true
	}
	for i := max(a.from-4, 0); i+1 < a.from; i++ { // a loss of up to a minute of readings, the loss of more than 5 minutes
		if s.ws[i].low == "loss" && s.ws[i+1].low == "of" && !s.condition(a) {
			return true
		}
	}
	return lim == upper && (s.any("lost", "lose") || s.any("loss") && s.nextTo(a, 1, "last")) && (s.says(ofData) || s.nextTo(a, 1, "last")) && !s.condition(a)
}

// repairs tells that what comes back is the system or a part of it.
func (s *statement) repairs() bool {
	return s.systemSubject() || s.says(ofFailure) || s.any("recovery", "failover", "fail-over", "database", "component", "failure", "restart", "crash", "backup", "outage", "node", "over", "operation")
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
		if down && per == 0 && a.n <= 7*86400 && !s.hasShare() && (s.any("time") && s.mean(0, a.from) || lim == upper && s.any("downtime", "outage", "mdt", "interrupt", "interruption", "unavailability", "unavailable")) {
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
	if hours > 24 || hours < 1 || s.after(a, 1, ofLead) || !daily || lim == upper || a.per == 0 && (s.nextTo(a, 3, "after") || s.says(ofKeeping|ofTraining)) || a.per == 0 && s.timer(a) && !s.says(ofUptime) {
		return false
	}
	q := fact.Quantity{Kind: fact.Duration, N: a.n}
	window := fact.FormatNumber(hours, 3) + " h/day"
	if hours == 24 {
		window = "24/7"
	}
	switch {
	case s.says(ofHelp) || s.helped(a):
		s.emit(Reading{Kind: Staffing, Q: q, Window: window}, a)
	case s.says(ofUptime) || hours == 24 && a.per == 86400 || s.any("operate", "run", "accessibility", "use", "need", "access", "service", "work", "open", "reach") && (hours == 24 || s.systemSubject()):
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

// helped tells that people who help stand beside an amount.
func (s *statement) helped(a *amount) bool {
	for i := max(a.from-3, 0); i < min(a.to+3, len(s.ws)); i++ {
		if helpers[singular(s.ws[i].low)] && lowAt(s.ws, i-1) != "by" { // used by operators
			return true
		}
	}
	subject, _ := s.subject(a)
	return (subject == "personnel" || subject == "staff") && s.any("be", "is", "are")
}

// helpers are those who help users.
var helpers = set(`support staff operator personnel desk technician engineer agent`)

// target tells a time by which something is reached, and not a time that a request
// takes: within 2 years of launch.
func (s *statement) target() bool {
	for _, w := range s.ws {
		if multipleWords[w.low] > 0 && !s.says(ofKeeping) {
			return true
		}
	}
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
	if !s.says(ofKeeping) || s.any("select", "choose", "e.g") || s.nextTo(a, 1, "within") {
		return false
	}
	return lim != upper && (s.nextTo(a, 5, "for", "minimum", "retention", "period") || s.any("kept", "retained")) || s.any("retention", "retain", "archive")
}

// afterFailure tells that the sentence begins with a failure of the system.
func (s *statement) afterFailure() bool {
	switch lowAt(s.ws, 0) {
	case "after", "following", "upon", "in", "on":
		return s.between(1, 6, ofFailure) && (s.repairs() || s.says(ofRepair))
	case "when", "if", "should", "whenever", "once": // when the server fails, it shall be back
		for i := 1; i < 6; i++ {
			if s.between(i, i+1, ofFailure) {
				return s.broken(i) && s.any("back", "again", "resume", "continue", "restore", "recover", "takes", "take", "available", "operational", "running", "up", "online")
			}
		}
	}
	return false
}

// broken tells that what fails at word i is the system or a part of it, not a payment.
func (s *statement) broken(i int) bool {
	for k := 1; k < i; k++ {
		if s.senses[k]&ofSystem != 0 || parts[singular(s.ws[k].low)] {
			return true
		}
	}
	return false
}

// parts are what a system runs on.
var parts = set(`node database machine host disk zone datacentre datacenter instance component computer network power backend`)

// gone tells that things are kept until they are deleted after the time.
func (s *statement) gone(a *amount) bool {
	return (s.nextTo(a, 2, "after") || lowAt(s.ws, a.to) == "after" || lowAt(s.ws, a.to) == "later") && s.says(ofErasing)
}

// keptThing is the first noun that may be what is kept: of the whole sentence, or behind
// the time before it (readings are kept 3 years, invoices 10 years).
func (s *statement) keptThing(a *amount) string {
	start := 0
	for _, b := range s.amounts {
		if b.unit == seconds && b.to < a.from {
			start = b.to
		}
	}
	if of := s.keptFrom(start, a); of != "" || start == 0 {
		return of
	}
	return s.keptFrom(0, a)
}

func (s *statement) keptFrom(from int, a *amount) string {
	for _, np := range nounPhrases(s.ws[from:a.from]) {
		np.from, np.to = np.from+from, np.to+from
		last := singular(s.ws[np.to-1].low)
		if (last == "data" || last == "record" || last == "detail") && lowAt(s.ws, np.to) == "of" { // data of donations
			continue
		}
		if (last == "data" || last == "record" || last == "information" || last == "detail") && np.to-np.from > 1 && s.ws[np.to-2].tag == tagNoun {
			last = singular(s.ws[np.to-2].low) // parcel data
		}
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
		if base := lemma(s.ws[i].low); base == "take" || base == "cost" {
			if isPerson(s.headAt(i + 1)) {
				return true
			}
		}
	}
	if s.around(a, 12, ofLatency) || s.passive(a) || a.n <= 2 { // nobody is so quick
		return false
	}
	subject, verb := s.subject(a)
	if !isPerson(subject) && subject != "i" && subject != "we" {
		return false
	}
	if last := s.lastVerb(a); last != "" && a.n <= 60 { // completes the login and receives
		verb = last
	}
	switch is := senses[verb]; {
	case s.byHand(a):
		return true
	case is&ofPerceiving != 0:
		return a.n >= 300 && verb != "receive" && verb != "see" && verb != "get" && verb != "wait" && verb != "view" || a.n >= 3600
	case a.n >= 60 || a.n >= 5 && is&ofHandiwork != 0:
		return true
	}
	return isPerson(subject) && verb != "" && !slices.ContainsFunc(s.ws[:a.from], func(w word) bool { return w.tag == tagModal || w.tag == tagAux || w.tag == tagTo })
}

// headAt is the head of the noun phrase that begins at word i: interface, of the analyser
// interface; "" for none.
func (s *statement) headAt(i int) string {
	if determiners[lowAt(s.ws, i)] {
		i++
	}
	for i < len(s.ws) && s.ws[i].tag == tagAdjective {
		i++
	}
	head := lowAt(s.ws, i)
	for ; i < len(s.ws) && s.ws[i].tag == tagNoun && !lessWords[s.ws[i].low] && !moreWords[s.ws[i].low]; i++ {
		head = s.ws[i].low
	}
	return head
}

// lastVerb is the verb that the clause of an amount begins with when "and" leads to it;
// "" for none.
func (s *statement) lastVerb(a *amount) string {
	for i := a.from - 1; i > 0; i-- {
		if s.ws[i-1].low == "and" {
			if base := lemma(s.ws[i].low); s.senses[i]&ofPerceiving != 0 && isVerb(base) {
				return base
			}
			return ""
		}
	}
	return ""
}

// byHand tells that a deed takes as long as a person takes: by scanning the list, from the
// start of the application.
func (s *statement) byHand(a *amount) bool {
	for i := 0; i+1 < len(s.ws); i++ {
		if low := s.ws[i].low; low == "by" && strings.HasSuffix(s.ws[i+1].low, "ing") && isVerb(lemma(s.ws[i+1].low)) {
			return true
		} else if low == "from" && i >= a.to && i <= a.to+1 && s.between(i+1, i+4, ofSystem) {
			return true
		}
	}
	return false
}

// passive tells that something is done to the subject: passengers are informed.
func (s *statement) passive(a *amount) bool {
	for i := s.mainClause(a); i+1 < a.from; i++ {
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

// mainClause is where the clause of an amount begins: behind a semicolon, and behind the
// comma that ends a clause which the sentence begins with: after a contract has been
// signed, both parties.
func (s *statement) mainClause(a *amount) int {
	first := lowAt(s.ws, 0)
	leads := clauseWords[first] || first == "after" || first == "upon" || first == "before" || first == "given"
	for i := a.from - 1; i > 0; i-- {
		switch low := s.ws[i].low; {
		case low == ";", low == "," && leads && !fragment(s.ws[:i]) && !fragment(s.ws[i:a.from]):
			return i + 1
		}
	}
	return 0
}

// subject returns the noun before the modal nearest before the amount, and the first
// verb after it.
func (s *statement) subject(a *amount) (noun, verb string) {
	start := s.mainClause(a)
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
