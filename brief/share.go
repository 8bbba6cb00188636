package brief

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"plumb.dev/plumb/fact"
)

// share reads a percentage that qualified no latency.
func (s *statement) share(i int) {
	a := &s.amounts[i]
	if a.unit == nines {
		if a.n >= 1 && a.n <= 9 && !slices.ContainsFunc(s.amounts, func(b amount) bool { return b.unit == percent && b.n >= 50 }) {
			s.emit(Reading{Kind: Availability, Q: fact.Quantity{Kind: fact.Share, N: ninesShare(a.n)}}, a)
		}
		return
	}
	q := fact.Quantity{Kind: fact.Share, N: a.n / 100}
	ofTime := s.ofPeriod(a)
	switch {
	case s.growth(a):
	case (lowAt(s.ws, a.to) == "more" || lowAt(s.ws, a.to) == "higher") && s.after(a, 4, ofLoad|ofPeak) && s.any("than"), s.after(a, 2, ofSpare),
		s.says(ofGrowth) && s.nextTo(a, 1, "by") && s.after(a, 5, ofPresent):
		s.emit(Reading{Kind: Headroom, Q: fact.Quantity{Kind: fact.Count, N: 1 + a.n/100}}, a) // 30 % more load than today
	case a.n < 50 && (s.says(ofDowntime) && !s.any("uptime", "availability") || s.negatedUptime(a) || s.says(ofFailure) && ofTime):
		s.emit(Reading{Kind: Availability, Q: fact.Quantity{Kind: fact.Share, N: 1 - a.n/100}}, a)
	case a.n >= 50 && a.n <= 100 && s.says(ofUptime) && !s.partShare(a) && !s.peopleShare(a) && !s.condition(a) && !s.personThere():
		s.emit(Reading{Kind: Availability, Q: q}, a)
	case a.n >= 90 && a.n <= 100 && ofTime && (s.any("reach", "use", "access", "possible", "work", "serve", "operate", "operation", "log", "login", "connect")):
		s.emit(Reading{Kind: Availability, Q: q}, a)
	case a.n < 50 && s.errs() && !s.condition(a) && (s.limit(a) == upper || fragment(s.ws)):
		s.emit(Reading{Kind: Availability, Q: fact.Quantity{Kind: fact.Share, N: 1 - a.n/100}}, a)
	case s.loose && a.n >= 95 && a.n < 100 && s.promised(a): // opening: 99.95 % per month
		s.emit(Reading{Kind: Availability, Q: q}, a)
	case a.n >= 90 && s.says(ofSuccess) && s.says(ofRequest):
		s.emit(Reading{Kind: Availability, Q: q}, a)
	}
}

// promised tells a share that stands for itself behind what it is of: place order 99.95 %,
// and no share of something counted.
func (s *statement) promised(a *amount) bool {
	if !fragment(s.ws) || s.any("coverage", "accuracy", "precision", "recall", "correct", "satisfaction", "adoption", "conversion", "growth", "confidence") {
		return false
	}
	if next := lowAt(s.ws, a.to); a.per == 0 && a.to < len(s.ws) && next != "," && next != ";" && next != "." && next != "|" {
		return false
	}
	for i := a.from - 1; i >= 0 && s.clauses[i] == s.clauses[a.from]; i-- {
		if s.ws[i].kind == number || prepositions[s.ws[i].low] && s.ws[i].low != "of" && s.ws[i].low != "for" {
			return false
		}
	}
	return true
}

// errs tells that requests that fail are spoken of: one in 1000 calls may fail, an error
// rate of the API.
func (s *statement) errs() bool {
	return s.any("error", "fail", "failure") && (s.says(ofRequest) || s.any("rate") && (s.systemSubject() || len(s.ws) < 8))
}

// negatedUptime tells that the system is not there: is not available 0.3 % of the time.
func (s *statement) negatedUptime(a *amount) bool {
	for i := 1; i < a.from; i++ {
		if s.senses[i]&ofUptime != 0 && s.ws[i-1].low == "not" {
			return true
		}
	}
	return false
}

// ofPeriod tells a percentage of time: 99.5 % of the month, of opening hours.
func (s *statement) ofPeriod(a *amount) bool {
	if lowAt(s.ws, a.to) != "of" {
		return false
	}
	k := a.to + 1
	for k < len(s.ws) && (determiners[s.ws[k].low] || s.ws[k].tag == tagAdjective || s.ws[k].low == "opening" || s.ws[k].low == "business" || s.ws[k].low == "calendar") {
		k++
	}
	low := lowAt(s.ws, k)
	return low == "time" || low == "hours" || timeUnits[low] >= 86400
}

// personThere tells that it is a person who is available.
func (s *statement) personThere() bool {
	for i := range s.ws {
		if s.senses[i]&ofUptime != 0 && predicates[s.ws[i].low] {
			return i > 1 && copulas[s.ws[i-1].low] && isPerson(s.ws[i-2].low)
		}
	}
	return false
}

// ninesShare is 1 - 10^-n, exactly as written in decimal; half a nine more is a five.
func ninesShare(n float64) float64 {
	digits := strings.Repeat("9", int(n))
	if n > math.Floor(n) {
		digits += "5"
	}
	v, err := strconv.ParseFloat("0."+digits, 64)
	if err != nil {
		return 0
	}
	return v
}

// partShare tells a percentage of the parts of a system: 90 % of the functions.
func (s *statement) partShare(a *amount) bool {
	if lowAt(s.ws, a.to) != "of" {
		return false
	}
	k := a.to + 1
	for k < len(s.ws) && (s.ws[k].tag == tagDeterminer || s.ws[k].tag == tagAdjective) {
		k++
	}
	switch singular(lowAt(s.ws, k)) {
	case "interface", "function", "functionality", "feature", "screen", "page", "content", "control", "menu", "code", "module", "document", "data":
		return true
	}
	return false
}

// peopleShare tells a percentage of people.
func (s *statement) peopleShare(a *amount) bool {
	for i := a.to; i < min(a.to+6, len(s.ws)); i++ {
		switch w := s.ws[i]; {
		case w.low == "time" || w.low == "day" || w.low == "month":
			return false
		case w.low == "," || w.low == ".":
			return false
		case isPerson(w.low):
			return i > a.to && lowAt(s.ws, a.to) == "of"
		}
	}
	return false
}

// hasShare tells that the sentence states a share, beside which hours are no more than
// when it counts.
func (s *statement) hasShare() bool {
	for _, a := range s.amounts {
		if a.unit == percent && a.n >= 50 || a.unit == nines {
			return true
		}
	}
	return false
}

// alwaysOpen reads hours of service that are no amounts: around the clock, during
// business hours, Monday to Friday.
func (s *statement) alwaysOpen() {
	if len(s.out) > 0 {
		return
	}
	r := Reading{Kind: Availability, Window: "24/7", About: s.p.text}
	r.Span = s.p.span(s.file, s.ws[0].from, s.ws[len(s.ws)-1].to)
	there := s.says(ofUptime) || s.any("run", "operate", "work", "open", "operation", "use", "access")
	switch {
	case s.says(ofHelp):
		if !s.says(ofClock) {
			return
		}
		r.Kind, r.Q = Staffing, fact.Quantity{Kind: fact.Duration, N: 86400}
	case s.says(ofClock):
	case s.says(ofClicking) || !there || !s.systemSubject() && !s.says(ofUptime):
		return
	case s.says(ofAlways):
		if !s.systemSubject() || s.negated(len(s.ws)) {
			return
		}
	case s.says(ofOffice) && s.during(ofOffice), s.weekdays():
		r.Window = "business hours"
	default:
		hours := s.openHours()
		if hours == 0 {
			return
		}
		r.Window = fact.FormatNumber(hours, 3) + " h/day"
	}
	s.out = append(s.out, r)
}

// during tells that a preposition leads to words with the sense: in office hours, but not
// the office hours of a doctor.
func (s *statement) during(x sense) bool {
	for i := 1; i < len(s.ws); i++ {
		if s.senses[i]&x != 0 && s.senses[i-1]&x == 0 {
			for k := max(i-3, 0); k < i; k++ {
				if s.ws[k].tag == tagPreposition && s.ws[k].low != "of" {
					return true
				}
			}
		}
	}
	return false
}

// openHours is the length of the stretch between two times of day: between 8am and 6pm,
// 22:00-6:00; 0 for none.
func (s *statement) openHours() float64 {
	from, to, _ := hoursOf(s.ws, timeOfDay)
	return math.Mod(to-from+24, 24)
}

// hoursOf finds the stretch between two times of day, as at reads them.
func hoursOf(ws []word, at func(ws []word, i int) (hours float64, next int, ok bool)) (from, to float64, ok bool) {
	for i := range ws {
		from, j, ok := at(ws, i)
		if !ok {
			continue
		}
		switch lowAt(ws, j) {
		case "and", "to", "-", "–", "until", "till":
			if to, _, ok := at(ws, j+1); ok && to != from {
				return from, to, true
			}
		}
	}
	return 0, 0, false
}

// timeOfDay reads 8am, 6 p.m., 17:30 or noon at word i, in hours since midnight.
func timeOfDay(ws []word, i int) (hours float64, next int, ok bool) {
	switch lowAt(ws, i) {
	case "noon":
		return 12, i + 1, true
	case "midnight":
		return 24, i + 1, true
	}
	if i >= len(ws) || ws[i].kind != number || ws[i].n > 24 {
		return 0, i, false
	}
	next, ok = clock(ws, i+1)
	if !ok {
		return 0, i, false
	}
	hours = ws[i].n
	for k := i + 1; k < next; k++ {
		switch low := ws[k].low; {
		case ws[k].kind == number:
			hours += ws[k].n / 60
		case strings.HasPrefix(low, "p") && hours < 12:
			hours += 12
		case strings.HasPrefix(low, "a") && hours >= 12:
			hours -= 12
		}
	}
	if lowAt(ws, next) == "." { // 6 p.m.
		next++
	}
	return hours, next, true
}

// weekdays tells that a range of days stands in the sentence.
func (s *statement) weekdays() bool {
	for i, w := range s.ws {
		if from, to, ok := strings.Cut(w.low, "-"); ok && days[from] && days[to] { // Mo-Fr
			return true
		}
		if days[singular(w.low)] && i+2 < len(s.ws) && days[singular(s.ws[i+2].low)] {
			return true
		}
		if w.low == "weekdays" || w.low == "workdays" {
			return true
		}
	}
	return false
}
