package brief

import (
	"strings"

	"plumb.dev/plumb/fact"
)

// growth reads a percentage by which something rises per period.
func (s *statement) growth(a *amount) bool {
	if !s.says(ofGrowth) && lowAt(s.ws, a.to) != "more" && lowAt(s.ws, a.from-1) != "+" || s.before(a, 9, ofMoney) || s.after(a, 3, ofMoney) {
		return false
	}
	per := a.per
	if per == 0 {
		per = s.periodOf(a)
	}
	if per < 86400 {
		return false
	}
	s.emit(Reading{Kind: Growth, Q: fact.Quantity{Kind: fact.Share, N: a.n / 100}, Over: per}, a)
	return true
}

// periodOf is the period that a sentence speaks of beside an amount: behind it, else
// before it: per month, monthly, in any month; 0 for none.
func (s *statement) periodOf(a *amount) float64 {
	if a.per > 0 {
		return a.per
	}
	for k := a.to; k < min(a.to+8, len(s.ws)); k++ {
		if per := s.periodAt(k); per > 0 {
			return per
		}
	}
	for k := 0; k < a.from; k++ {
		if per := s.periodAt(k); per > 0 {
			return per
		}
	}
	return 0
}

// periodAt reads a period at word k: per month, monthly, in a month, each year, year on
// year.
func (s *statement) periodAt(k int) float64 {
	low := s.ws[k].low
	if per := adverbPeriods[low]; per > 0 {
		return per
	}
	if per, _ := perUnit(s.ws, k); per > 0 {
		return per
	}
	switch low {
	case "in", "during", "within", "over", "of", "on", "at":
		u := k + 1
		for u < len(s.ws) && (determiners[s.ws[u].low] || s.ws[u].low == "single" || s.ws[u].low == "calendar" || s.ws[u].low == "given" || s.ws[u].low == "one" || s.ws[u].tag == tagAdjective && s.ws[u].low != "first" || ordinaryDays[s.ws[u].low]) {
			u++
		}
		if unit := timeUnits[lowAt(s.ws, u)]; u > k+1 && unit >= 3600 && (low != "on" && low != "at" || unit == 86400) && !strings.HasSuffix(s.ws[u].low, "s") {
			return unit
		}
	}
	if unit := timeUnits[low]; unit >= 86400 && (lowAt(s.ws, k+1) == "on" || lowAt(s.ws, k+1) == "over" || lowAt(s.ws, k+1) == "to" || lowAt(s.ws, k+1) == "after" || lowAt(s.ws, k+1) == "by") && lowAt(s.ws, k+2) == low {
		return unit
	}
	return 0
}

// factor reads a multiple with a number: 10 times the load, 4x today's peak.
func (s *statement) factor(a *amount) {
	if s.any("attempt", "retry", "zoom", "speed") || s.condition(a) {
		return
	}
	if s.after(a, 4, ofPresent) || s.after(a, 3, ofConnected) && s.says(ofCapacity) && s.any("more", "many") || s.says(ofCapacity|ofGrowth|ofLoad|ofPeak) && (s.around(a, 6, ofLoad|ofPeak|ofGrowth|ofPresent) || s.says(ofGrowth) || s.any("scale", "scalable", "scalability")) {
		r := Reading{Kind: Headroom, Q: fact.Quantity{Kind: fact.Count, N: a.n}}
		s.horizon(&r)
		s.emit(r, a)
	}
}

// multiples reads a multiple of the load without a number: double the traffic.
func (s *statement) multiples() {
	for i, w := range s.ws {
		n := multipleWords[w.low]
		if n == 0 {
			n = multipleWords[lemma(w.low)]
		}
		if n == 0 {
			n = multipleWords[strings.TrimSuffix(strings.TrimSuffix(w.low, "s"), "d")]
		}
		if n == 0 {
			continue
		}
		a := amount{from: i, to: i + 1}
		if per := s.everyPeriod(i + 1); per > 0 && w.low != "twice" { // double every year
			s.emit(Reading{Kind: Growth, Q: fact.Quantity{Kind: fact.Share, N: n - 1}, Over: per}, &a)
			return
		}
		if s.condition(&a) || w.low == "twice" && s.nextTo(&a, 4, "never", "not", "cannot") { // is never booked twice
			return
		}
		pronoun := lowAt(s.ws, i-1) == "to" && (s.nextTo(&a, 3, "that", "it", "this", "them")) && s.says(ofTarget) // I expect that to triple
		if pronoun || s.around(&a, 8, ofLoad|ofPeak) || lowAt(s.ws, i+1) == "as" && (lowAt(s.ws, i+2) == "many" || lowAt(s.ws, i+2) == "much") && s.says(ofCapacity) || strings.HasSuffix(w.low, "fold") && s.says(ofCapacity|ofLoad|ofGrowth) {
			r := Reading{Kind: Headroom, Q: fact.Quantity{Kind: fact.Count, N: n}}
			s.horizon(&r)
			s.emit(r, &a)
			return
		}
	}
}

// everyPeriod reads a period of a month or more within the three words from i on.
func (s *statement) everyPeriod(i int) float64 {
	for k := i; k < min(i+3, len(s.ws)); k++ {
		if per := s.periodAt(k); per >= 28*86400 && s.ws[k].low != "within" && s.ws[k].low != "in" {
			return per
		}
	}
	return 0
}

// horizon adds what the sentence says about time: ramping over 10 minutes, within 2
// years of launch.
func (s *statement) horizon(r *Reading) {
	for k := range s.amounts {
		b := &s.amounts[k]
		if b.unit != seconds || s.used[k] {
			continue
		}
		switch {
		case b.n >= 28*86400 && s.nextTo(b, 3, "within", "in", "after", "by", "next", "first", "over"):
			r.Within = b.n
		case b.n < 86400 && r.From > 0 && s.nextTo(b, 3, "over", "within", "in"), s.nextTo(b, 1, "over") && s.any("ramp", "ramping", "rise", "rising"):
			r.Over = b.n
		}
	}
}
