package brief

import (
	"slices"

	"plumb.dev/plumb/fact"
)

// isLatency tells that a time is one within which the system does something.
func (s *statement) isLatency(a *amount, lim bound) bool {
	if a.n > 7*86400 || s.described(a) || s.before(a, 20, ofExactness) || lowAt(s.ws, a.from-1) == "within" && lowAt(s.ws, a.from-2) == "to" { // exact to within 10 ms
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
	if lowAt(s.ws, a.to) == "of" && a.n > 3600 && s.elseDone(a) { // within 4 hours of collection or discarded
		return false
	}
	if a.n > 86400 || a.n > 3600 && !s.any("process", "batch", "report", "import", "export", "propagate", "backup", "complete", "generate", "run") {
		return false
	}
	if last := lowAt(s.ws, a.from-1); lim != upper && (last == ":" || last == "=" || last == "|") && a.n <= 60 && (s.between(0, a.from, ofOperation) || lowAt(s.ws, a.to) == "from") {
		return true
	}
	if lim != upper && a.n <= 60 && fragment(s.ws) && (s.perItem(a) || s.loose && s.itself(a)) {
		return true
	}
	if prev := s.coordinate(a); prev != nil && len(s.out) > 0 && s.out[len(s.out)-1].Kind == Latency { // 4 s (branch) or 2 s
		return true
	}
	if lim != upper {
		after := lowAt(s.ws, a.to) == "after" && (a.n <= 10 || a.n <= 60 && s.any("ready")) && s.between(0, a.from, ofOperation)
		return a.n <= 60 && !s.nextTo(a, 1, "for") && (after || s.ranked(a) || (fragment(s.ws) || s.says(ofOperation)) && s.mean(0, a.to+2) || s.loose && s.any("load", "take", "page", "search"))
	}
	if a.n <= 60 && (lowAt(s.ws, 0) == "everything" || lowAt(s.ws, 0) == "anything") { // everything else
		return true
	}
	if a.n <= 60 && (lowAt(s.ws, 0) == "no" && isPerson(lowAt(s.ws, 1)) || lowAt(s.ws, 0) == "nobody") { // no user should have to stare at a spinner
		return true
	}
	if last := lowAt(s.ws, a.from-2); last == "times" || last == "attempts" {
		return false
	}
	return s.says(ofOperation) || s.between(a.from-3, a.from, ofUptime) || s.loose || s.ranked(a) || a.n <= 60 && fragment(s.ws) && !s.nextTo(a, 4, "for") || a.n <= 600 && s.acts(a) || a.n <= 3600 && s.nextTo(a, 1, "<", "<=", "≤")
}

// described tells that the time is how long a thing is: calls of less than 3 s, a note of
// up to 2 minutes, 2 minutes of audio, for periods up to an hour.
func (s *statement) described(a *amount) bool {
	if lowAt(s.ws, a.to) == "of" && lengthy[lowAt(s.ws, a.to+1)] {
		return true
	}
	i := a.from - 1
	for i > 0 && (approximations[s.ws[i].low] || lessWords[s.ws[i].low] || s.ws[i].low == "~") {
		i--
	}
	if i < 1 || s.ws[i].low != "of" && !(singular(s.ws[i].low) == "period" && a.n >= 60) {
		return false
	}
	if s.ws[i].low != "of" {
		i++
	}
	head := s.ws[i-1]
	if _, ok := rank(s.ws, i-1); ok { // p99 of 2 s
		return false
	}
	for k := max(i-4, 0); k < i; k++ {
		if s.ws[k].low == "within" { // within a period of 3 s
			return false
		}
	}
	return head.tag == tagNoun && senseOf(head)&(ofLatency|ofOperation|ofDowntime|ofMean|ofTarget|ofLoss|ofRepair) == 0 && !wholes[singular(head.low)] && !spans[singular(head.low)]
}

var (
	// lengthy are things that last.
	lengthy = set(`audio video footage speech music recording driving travel flight operation use work`)
	// spans are nouns that name a time or a bound of it.
	spans = set(`time limit limits max min window frame timeframe span percentile ceiling threshold latency budget interval value rate matter deadline requirement`)
)

// itself tells that an amount is all that its clause says, beside a load: door checks: 250
// per second, 150 ms.
func (s *statement) itself(a *amount) bool {
	for i := range s.ws {
		if s.clauses[i] == s.clauses[a.from] && (i < a.from || i >= a.to) && s.ws[i].kind != sign {
			return false
		}
	}
	return slices.ContainsFunc(s.amounts, func(b amount) bool { return b.unit == things && b.per > 0 })
}

// elseDone tells that a sentence ends with what is done otherwise: or discarded.
func (s *statement) elseDone(a *amount) bool {
	for i := a.to; i+1 < len(s.ws); i++ {
		if s.ws[i].low == "or" && s.ws[i+1].tag == tagFinite {
			return true
		}
	}
	return false
}

// perItem tells what a time without a bound is for: 10 seconds to show the list, 3-8
// seconds per image.
func (s *statement) perItem(a *amount) bool {
	if a.to+1 >= len(s.ws) {
		return false
	}
	next := s.ws[a.to+1]
	switch s.ws[a.to].low {
	case "to":
		return s.senses[a.to+1]&ofOperation != 0 && isVerb(next.low)
	case "for": // one and a half seconds for a search
		return a.from == 0 && s.between(a.to+1, a.to+4, ofOperation|ofRequest) && !s.condition(a)
	case "per":
		return next.tag == tagNoun && timeUnits[next.low] == 0 && !isPerson(next.low)
	}
	return false
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
	case (verb == "be" || verb == "") && subject != "" && !isPerson(subject) && s.placed(a): // its values are at the ward within 30 s
		return a.n <= 600
	case subject == "" || verb == "" || verb == "be", s.any("deviate", "differ", "vary", "drift"):
		return false
	case s.passive(a):
		return a.n <= 120 && senses[verb]&(ofTimer|ofKeeping) == 0 && !byHand[verb]
	case isPerson(subject) && a.n <= 2:
		return true
	case isPerson(subject) && verb == "have": // shall have the report on screen
		return a.n <= 60
	case isPerson(subject):
		return a.n <= 15 && s.any("can", "able", "could", "expect", "want", "need")
	}
	return senses[verb]&ofTimer == 0
}

// placed tells that something is said to be somewhere: is at the ward, on the screen.
func (s *statement) placed(a *amount) bool {
	for i := 1; i+1 < a.from; i++ {
		if low := s.ws[i].low; copulas[s.ws[i-1].low] && (low == "at" || low == "on" || low == "in" || low == "with") && (determiners[s.ws[i+1].low] || s.ws[i+1].tag == tagNoun) {
			return true
		}
	}
	return false
}

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
	for k := range s.amounts { // 99.5 %, p99 2 s
		if b := &s.amounts[k]; b.unit == rankOf && b.to == a.from && !s.used[k] && r.Percentile == 0 {
			r.Percentile, s.used[k] = b.n, true
		}
	}
	r.Mean = s.mean(max(lo, a.from-20), a.from) || s.mean(a.to, a.to+3)
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
		if s.senses[i]&ofMean != 0 && s.ws[i].low != "means" && s.ws[i].low != "meaning" && !isPerson(lowAt(s.ws, i+1)) && !s.ordinary(i) {
			return true
		}
	}
	return false
}

// ordinary tells that average, at word i, says of conditions that they are the usual ones:
// under average load, on a typical connection.
func (s *statement) ordinary(i int) bool {
	prev := lowAt(s.ws, i-1)
	if determiners[prev] {
		prev = lowAt(s.ws, i-2)
	}
	return prepositions[prev] && s.ws[i].tag == tagAdjective && !s.between(i+1, i+4, ofLatency) && i+1 < len(s.ws) && s.ws[i+1].tag == tagNoun
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
