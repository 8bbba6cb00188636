package brief

import (
	"math"
	"slices"
	"strings"

	"plumb.dev/plumb/fact"
)

// count reads a number of things: a rate, things at once, users in all, things kept.
func (s *statement) count(i int) {
	a := &s.amounts[i]
	if s.nextTo(a, 2, "factor") {
		s.factor(a)
		return
	}
	noun := singular(a.noun)
	if (noun == "" || isPerson(noun)) && a.per == 0 {
		if counted := s.numbered(a); noun == "" {
			noun, a.noun = counted, counted
		}
	}
	of := lowAt(s.ws, 0) == "of" && i+1 < len(s.amounts) && s.amounts[i+1].unit == things // of 10,000 drivers, 500 are
	if noun == "" && i == 1 && lowAt(s.ws, 0) == "of" && s.amounts[0].unit == things {
		noun = singular(s.amounts[0].noun)
	}
	if noun == "" && lowAt(s.ws, a.to) == "of" && lowAt(s.ws, a.to+1) == "them" {
		noun = s.them(a)
	}
	if noun == "" && i > 0 && s.amounts[i-1].unit == things && s.between(s.amounts[i-1].to, a.from, ofGrowth|ofTarget) { // 3,000 listeners, and expect 12,000
		noun = singular(s.amounts[i-1].noun)
	}
	if a.per == 0 && a.n >= 100 && noun != "" {
		a.per = s.span(i)
	}
	is := senses[noun]
	stated := false // the period stands elsewhere in the sentence
	if a.per == 0 && noun != "" && !s.after(a, 8, ofConcurrency) {
		a.per = s.statedPeriod(a)
		stated = a.per > 0
	}
	limits := is&ofBody != 0 && !(noun == "meter" && (a.per > 0 && a.n >= 1000 || a.n >= 1e5)) || is&ofNoLoad != 0 && (a.per == 0 && !(a.n >= 1e4 && (s.exist() || s.says(ofStore))) || a.n < min(a.per, 100)) // 20 log lines a second are a load
	person := isPerson(noun)
	if a.n >= 3 && a.per == 0 && person && s.burdened(a) {
		s.emit(Reading{Kind: Online, Of: noun, Q: fact.Quantity{Kind: fact.Count, N: a.n}}, a)
		return
	}
	if a.n == 0 || limits || s.fewer(a) || a.per == 0 && s.ofGroup(a) || s.withMore(a) || a.per == 0 && s.before(a, 1, ofWindow) || s.condition(a) || s.forOne(a) {
		return
	}
	if s.used[i] || s.startsRamp(i) || a.per == 0 && s.coded(a) || a.per == 0 && a.n != math.Trunc(a.n) { // there is no half a user
		return
	}
	if i+1 < len(s.amounts) && a.per == 0 && s.amounts[i+1].n == a.n && s.amounts[i+1].per > 0 { // said again with its period
		return
	}
	scale := s.loose || s.says(ofCapacity)
	r := Reading{Of: noun}
	r.From, _ = s.rampStart(i)
	if stated && !s.loose && !s.happens(a) {
		return
	}
	crowd := person || is&ofSomebody != 0 || noun == "subscriber" || noun == "household"
	switch {
	case a.per == 0 && (person || noun == "") && s.personMay(a) && !s.inside(a, ofConcurrency) && !s.becomes(a):
		return
	case a.per > 0:
		if a.n < 2 && a.per >= 86400 || !scale && !s.says(ofFlow) && !s.happens(a) || s.personMay(a) && (s.says(ofChoice) || a.n < 100 && a.n < a.per) {
			return
		}
		r.Kind, r.Q = Throughput, fact.Quantity{Kind: fact.Rate, N: a.n / a.per}
		r.Peak = s.says(ofPeak) || a.per <= 60
	case of && i == 0 && person:
		r.Kind = Accounts
	case person && a.n >= 10 && lowAt(s.ws, a.to+1) == "in" && lowAt(s.ws, a.to+2) == "total":
		r.Kind = Accounts
	case (scale || a.n >= 50) && a.n >= 3 && s.atOnce(a, noun), a.n >= 50 && person && s.together(), a.n >= 10 && person && s.together() && (s.systemSubject() || s.any("concurrently", "concurrent", "simultaneously", "simultaneous") || s.after(a, 4, ofConcurrency) && !s.personMay(a)):
		r.Kind = Online
	case crowd && a.n >= 10 && (scale || s.becomes(a)) && !s.says(ofTraining) && (person || noun == "account" || noun == "subscriber" || noun == "household"),
		a.n >= 50 && person && (s.says(ofUse) || s.exist() || s.any("have") && (a.n >= 1000 || s.systemSubject())) && !s.says(ofChoice),
		a.n >= 1000 && person && !s.says(ofChoice) && !s.before(a, 3, ofWindow) && s.limit(a) != atLeast:
		r.Kind = Accounts
	case a.n >= 50 && person && a.from == 0 && fragment(s.ws) && len(s.ws) <= a.to+4: // 300 named users
		r.Kind = Accounts
	case a.n >= 100 && noun != "" && !crowd && scale && !s.personMay(a) && (s.says(ofStore|ofGrowth) || s.loose),
		a.n >= 1e5 && noun != "" && !s.says(ofChoice) && !s.personMay(a) && !(s.exceeds(a) && !s.negated(a.from)),
		a.n >= 1000 && noun != "" && (s.exist() || s.says(ofStore) || s.becomes(a)) && !s.says(ofChoice) && !s.personMay(a):
		r.Kind = Volume
	case noun == "" && a.n >= 10 && s.any("increase", "grow", "rise", "scale", "expand") && s.nextTo(a, 2, "to") && (i == 0 || s.amounts[i-1].to < a.from-1):
		r.Kind = Online
	default:
		return
	}
	if r.Q.Kind == 0 || r.Kind != Throughput {
		r.Q = fact.Quantity{Kind: fact.Count, N: a.n}
	}
	s.horizon(&r)
	s.emit(r, a)
}

// coded tells that a count is the number behind an abbreviation: HTTP 404, FR 12.
func (s *statement) coded(a *amount) bool {
	if a.from == 0 || s.ws[a.from].kind != number || len(s.ws[a.from].text) > 4 {
		return false
	}
	w := s.ws[a.from-1]
	return w.kind == letters && len(w.text) > 1 && w.text == strings.ToUpper(w.text) && s.senses[a.from-1] == 0 && !function[w.low] && !modals[w.low] && comparators[w.low] == unbounded && !isVerb(w.low) && s.p.text != strings.ToUpper(s.p.text)
}

// burdened tells that the people are there while something else holds: in 4 s when 200
// users work with it; with up to 50 users on the system, the response time is; must not
// collapse if 1,000 use it at once.
func (s *statement) burdened(a *amount) bool {
	i := a.from - 1
	for i >= 0 && i >= a.from-4 && approximations[s.ws[i].low] {
		i--
	}
	switch lowAt(s.ws, i) {
	case "if":
		return i > 0 && (s.out != nil || s.together()) && s.any(usages...)
	case "with":
		if i == 0 && s.says(ofLatency) {
			return true
		}
		fallthrough
	case "when", "while":
		return s.any(usages...) && !s.personMay(a)
	}
	return false
}

// usages are what people do who are there.
var usages = []string{"work", "use", "log", "sign", "connect"}

// approximations stand between a preposition and the number that it leads to.
var approximations = set(`up to at most least more than about some no maximum max over all the a roughly around approximately even`)

// span is the time, of a minute or more, in which so many things are dealt with: process
// 420 orders within 30 minutes; 0 for none.
func (s *statement) span(i int) float64 {
	a := &s.amounts[i]
	if i+1 >= len(s.amounts) || !s.says(ofFlow) {
		return 0
	}
	b := &s.amounts[i+1]
	low := lowAt(s.ws, b.from-1)
	if b.unit != seconds || b.n < 60 || b.n > 86400 || low != "in" && low != "within" || b.from-a.to > 3 || !fragment(s.ws[a.to:b.from]) || s.personMay(a) {
		return 0
	}
	s.used[i+1] = true
	return b.n
}

// them is whom "of them" means: the first people that the sentence speaks of.
func (s *statement) them(a *amount) string {
	for _, w := range s.ws[:a.from] {
		if w.kind == letters && isPerson(w.low) && singular(w.low) != w.low {
			return singular(w.low)
		}
	}
	return ""
}

// fewer tells that the count is one that something falls below: fewer than 10 are left.
func (s *statement) fewer(a *amount) bool {
	low := lowAt(s.ws, a.from-2)
	return lowAt(s.ws, a.from-1) == "than" && (low == "fewer" || low == "less") && !s.nextTo(a, 3, "no", "not")
}

// ofGroup tells that the count is the size of a group or of one thing, of which there are
// others: teams of up to 11 players, a list of 50 items.
func (s *statement) ofGroup(a *amount) bool {
	i := a.from - 1
	for i >= 0 && i >= a.from-4 && s.ws[i].low != "of" {
		if !approximations[s.ws[i].low] {
			return false
		}
		i--
	}
	if i < 1 || s.ws[i].low != "of" || s.ws[i-1].kind != letters {
		return false
	}
	head := s.ws[i-1]
	if s.between(i-2, i, ofConcurrency) || s.inside(a, ofConcurrency) || a.n >= 50 && s.after(a, 8, ofConcurrency) { // the simultaneous access of 2,000 fans
		return false
	}
	return senseOf(head)&(ofLoad|ofPeak|ofCapacity|ofGrowth|ofConcurrency|ofKeeping|ofStore) == 0 && !wholes[singular(head.low)] && numberWords[head.low] == 0 && magnitudes[head.low] == 0
}

// withMore tells that the count tells some of many: customers with more than 1000 orders.
func (s *statement) withMore(a *amount) bool {
	return s.nextTo(a, 1, "than") && s.nextTo(a, 4, "with", "having") && s.exceeds(a) && a.per >= 0 && !s.negated(a.from-2)
}

// forOne tells that the count limits what one has or does: 3 messages per user, each
// member has 5 devices.
func (s *statement) forOne(a *amount) bool {
	if lowAt(s.ws, a.to) == "per" && senses[singular(lowAt(s.ws, a.to+1))]&ofSomebody != 0 {
		return true
	}
	first := lowAt(s.ws, 0) // each room holds up to 80 students
	return a.per == 0 && (first == "each" || first == "every") && timeUnits[lowAt(s.ws, 1)] == 0 && !dayParts[lowAt(s.ws, 1)] ||
		s.nextTo(a, 5, "each") && senses[singular(lowAt(s.ws, 1))]&ofSomebody != 0
}

// happens tells that a rate is said as a fact about the load: nobody chooses it, no
// person may do so much, and it is more than a person does.
func (s *statement) happens(a *amount) bool {
	if s.says(ofChoice) || a.noun == "" && !s.any("rate", "throughput", "load", "volume") || a.n < 2 || a.n/a.per < 1.0/3600 || a.per > 3600 && a.n < 100 {
		return false
	}
	for _, w := range s.ws[:a.from] {
		if w.low == "per" && s.statedPeriod(a) == 0 || w.low == "each" && s.statedPeriod(a) == 0 {
			return false
		}
	}
	if s.any("if", "while", "when", "until") && !(lowAt(s.ws, 0) == "when" && a.n >= 100 && s.mainClause(a) > 0 && !s.any("if", "while", "until")) { // when a sale opens, 12,000 tickets are sold
		return false
	}
	return !s.personMay(a)
}

// personMay tells that the count is part of what a person may do: it limits a
// function.
func (s *statement) personMay(a *amount) bool {
	for i := 1; i < a.from; i++ {
		if modals[s.ws[i].low] && personAt(s.ws, i-1) {
			return true
		}
		switch lemma(s.ws[i-1].low) { // allows the clerk to
		case "allow", "let", "enable", "permit", "for":
			if k := i + 1; isPerson(s.ws[i].low) && i < a.from-1 || determiners[s.ws[i].low] && k < a.from-1 && isPerson(s.ws[k].low) {
				return true
			}
		}
	}
	if first := lowAt(s.ws, 0); a.per == 0 && (first == "a" || first == "an" || first == "each" || first == "every") {
		if subject, verb := s.subject(a); subject != "" && senses[subject]&ofSystem == 0 && senses[verb]&(ofStore|ofExistence|ofCapacity) != 0 && s.limit(a) == upper && !s.says(ofConcurrency) { // a list supports up to 500 items
			return true
		}
	}
	for i := 1; i < a.from; i++ { // the volunteer chooses two shifts
		if s.ws[i].tag == tagModal || s.ws[i].tag == tagAux {
			return false
		}
		if s.ws[i].tag == tagFinite {
			return i < 4 && isPerson(s.ws[i-1].low) && singular(s.ws[i-1].low) == s.ws[i-1].low
		}
	}
	return false
}

// numbered is what a number without a noun counts: the number of users in a shift will
// be 30,000.
func (s *statement) numbered(a *amount) string {
	for i := 0; i+2 < a.from; i++ {
		if s.ws[i].low != "number" || s.ws[i+1].low != "of" {
			continue
		}
		noun := ""
		for k := i + 2; k < a.from && s.ws[k].kind == letters && (s.ws[k].tag == tagNoun || s.ws[k].tag == tagAdjective || s.ws[k].tag == tagFinite || s.ws[k].tag == tagVerb); k++ {
			if noun != singular(noun) { // users working
				break
			}
			noun = s.ws[k].low
		}
		noun = singular(noun)
		return noun
	}
	for i := 0; i < a.from; i++ { // user numbers may rise to 3000
		switch s.ws[i].low {
		case "userbase", "user-base":
			return "user"
		case "number", "numbers", "count", "base", "population", "figures":
			if i > 0 && s.ws[i-1].tag == tagNoun {
				return singular(s.ws[i-1].low)
			}
		}
	}
	if k := slices.IndexFunc(s.ws[:a.from], func(w word) bool { return w.low == "per" || w.low == "/" }); k > 0 && s.ws[k-1].kind == letters && lowAt(s.ws, a.from-1) == ":" { // requests per second: 300
		return singular(s.ws[k-1].low)
	}
	if i := a.from - 2; i >= 0 && (lowAt(s.ws, i+1) == ":" || lowAt(s.ws, i+1) == "=" || lowAt(s.ws, i+1) == "|") && s.ws[i].kind == letters { // concurrent users: 1000
		if k := slices.IndexFunc(s.ws[:i], func(w word) bool { return w.low == "for" || w.low == "at" || w.low == "in" }); k > 0 && s.ws[k-1].tag == tagNoun { // passes for the biggest event
			i = k - 1
		}
		return singular(s.ws[i].low)
	}
	return ""
}

// statedPeriod is the period of a rate that does not stand behind its noun: every hour,
// each day, daily volume.
func (s *statement) statedPeriod(a *amount) float64 {
	start := 0 // of the sentence, its label left aside
	for k := range s.ws[:a.from] {
		if low := s.ws[k].low; (low == ":" || low == "|" || low == ";") && k+1 < a.from {
			start = k + 1
		}
	}
	first := lowAt(s.ws, start)
	if unit := timeUnits[lowAt(s.ws, start+1)]; unit > 0 && (first == "a" || first == "an" || first == "one") { // a day sees 60,000 log-ins
		return unit
	}
	if per := adverbPeriods[first]; per > 0 && lowAt(s.ws, start+1) == "," {
		return per
	}
	if first == "every" || first == "each" || first == "per" || (first == "in" || first == "on") && determiners[lowAt(s.ws, start+1)] {
		for k := start + 1; k < min(start+5, a.from); k++ {
			if unit := timeUnits[s.ws[k].low]; unit > 0 && unit <= 31*86400 {
				return unit
			}
			if dayParts[s.ws[k].low] {
				return 86400
			}
		}
	}
	last := lowAt(s.ws, a.from-1)
	for k := range s.ws[:a.from] {
		if per := adverbPeriods[s.ws[k].low]; per > 0 && s.between(k+1, k+2, ofLoad|ofPeak) {
			return per
		}
		if per, _ := perUnit(s.ws, k); per > 0 && (last == ":" || last == "=" || last == "|") { // requests per second: 300
			return per
		}
	}
	for k := a.to; k < min(a.to+9, len(s.ws)) && s.clauses[k] == s.clauses[a.from]; k++ { // on a busy day
		if per := s.periodAt(k); per > 0 && (s.ws[k].low == "on" || s.ws[k].low == "in" || s.ws[k].low == "at") {
			return per
		}
	}
	return 0
}

// together tells in so many words that people are there at the same time.
func (s *statement) together() bool { return s.says(ofConcurrency) && !s.says(ofChoice) }

// exist tells that things are there or are kept, as a fact.
func (s *statement) exist() bool { return s.says(ofExistence) }

// becomes tells that a count is what something is or is to be: the base will be 30,000
// people, is expected to reach 12,000, shall expand to.
func (s *statement) becomes(a *amount) bool {
	if low := lowAt(s.ws, a.from-1); low == "and" && s.nextTo(a, 5, "between") { // what is allowed
		return false
	}
	if !s.before(a, 12, ofLoad|ofGrowth) && !s.any("number", "count", "total") {
		return false
	}
	for i := max(a.from-5, 0); i < a.from; i++ {
		switch lemma(s.ws[i].low) {
		case "|", "be", "is", "are", "reach", "exceed", "to", ":", "=", "by":
			return true
		}
	}
	return false
}

// atOnce tells that the things are there at the same time.
func (s *statement) atOnce(a *amount, noun string) bool {
	is := senses[noun]
	of := a.from - 1
	for of > 0 && approximations[s.ws[of].low] {
		of--
	}
	for i := a.from; i < min(a.to+2, len(s.ws)); i++ {
		if adverbPeriods[s.ws[i].low] > 0 { // monthly active users
			return false
		}
	}
	switch {
	case lowAt(s.ws, of) == "of" && s.between(of-2, of, ofConcurrency), // concurrent validation of 100 documents
		(lowAt(s.ws, a.from-1) == ":" || lowAt(s.ws, a.from-1) == "|") && s.before(a, 3, ofConcurrency), // concurrent rooms: 1,000
		s.inside(a, ofConcurrency), a.n >= 50 && s.after(a, 3, ofConcurrency), a.n >= 10 && s.after(a, 2, ofConcurrency) && !s.says(ofChoice):
		return true
	case is&ofConnected == 0 && !isPerson(noun) && noun != "":
		return false
	case isPerson(noun) && s.nextTo(a, 3, "load"): // under a load of 500 users
		return true
	case s.around(a, 9, ofConcurrency) || s.inside(a, ofConcurrency) || s.says(ofConcurrency):
		return true
	}
	if s.any("logged", "signed") || isPerson(noun) && (s.any("connected") || s.says(ofPeak)) {
		return true
	}
	for i := a.from; i < min(a.to+3, len(s.ws)); i++ {
		switch s.ws[i].low {
		case "active", "online", "connected", "open", "logged-in":
			return true
		}
	}
	return noun == "session" || noun == "connection"
}

func (s *statement) inside(a *amount, x sense) bool { return s.between(a.from, a.to+1, x) }

// rampStart finds the number a rise starts from: from 100 to 500, 100 to 500.
func (s *statement) rampStart(i int) (float64, bool) {
	if i == 0 {
		return 0, false
	}
	prev, a := &s.amounts[i-1], &s.amounts[i]
	if prev.unit != things && prev.unit != a.unit || a.from-prev.to > 2 {
		return 0, false
	}
	join := lowAt(s.ws, a.from-1)
	if join != "to" && join != "and" && join != "-" && join != "–" && join != "->" {
		return 0, false
	}
	if (join == "to" || join == "and") && !s.nextTo(prev, 3, "from", "between") {
		return 0, false
	}
	n := prev.n
	if a.per > 0 {
		n /= a.per
	}
	return n, true
}

func (s *statement) startsRamp(i int) bool {
	if i+1 >= len(s.amounts) {
		return false
	}
	_, ok := s.rampStart(i + 1)
	return ok && s.amounts[i+1].unit == things
}
