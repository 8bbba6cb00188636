package brief

import "strings"

// bound tells what the words around an amount make of it.
type bound uint8

const (
	unbounded bound = iota
	upper
	atLeast
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
		case c == upper && (near || w.low == "maximum" || w.low == "max" || lowAt(s.ws, i-1) == "upper"), c == atLeast && near:
			return c
		case !near:
		case w.low == "in":
			if s.leadsTo(i, a) || bounds[lowAt(s.ws, i+1)] || lowAt(s.ws, i+1) == "less" {
				return upper
			}
		case w.low == "up" && lowAt(s.ws, i+1) == "to":
			return upper
		case lessWords[w.low]:
			if low := lowAt(s.ws, i-1); low == "no" || low == "not" {
				return atLeast
			}
			return upper
		case (w.low == "over" || w.low == "above" || w.low == "beyond") && !s.leadsTo(i, a): // a search over all cases
		case moreWords[w.low] && !s.compares(i, a): // larger response times
		case moreWords[w.low]:
			if s.negated(i) || s.any("unacceptable", "intolerable", "forbidden", "prohibited", "unallowed") || s.refused(a) {
				return upper
			}
			return atLeast
		}
	}
	if prev := s.coordinate(a); prev != nil {
		return s.limit(prev)
	}
	if a.unit == seconds && lowAt(s.ws, a.from-1) == "after" && s.any("completely", "fully", "finished", "done", "ready", "completed") { // must be completely built after 4 s
		return upper
	}
	if s.given(a) || s.latest(a) || a.unit == seconds && a.n <= 30 && s.says(ofTarget) && !s.nextTo(a, 1, "for") {
		return upper
	}
	return unbounded
}

// coordinate is the amount that an amount goes on with, so that the same bounds it: no
// more than 1 s for simple pages, 3 s for complex ones; nil for none.
func (s *statement) coordinate(a *amount) *amount {
	switch lowAt(s.ws, a.from-1) {
	case ",", "and", "or", "but", ";", "/":
	default:
		return nil
	}
	for k := range s.amounts {
		if b := &s.amounts[k]; b.unit == a.unit && k+1 < len(s.amounts) && s.amounts[k+1].from == a.from && fragment(s.ws[b.to:a.from]) {
			return b
		}
	}
	return nil
}

// given tells that something is given an amount of time to do a thing: the guide has 5 s
// to begin.
func (s *statement) given(a *amount) bool {
	if a.unit != seconds || a.to >= len(s.ws) {
		return false
	}
	switch lowAt(s.ws, a.from-1) {
	case "of": // has a window of two hours
		head := lowAt(s.ws, a.from-2)
		return (head == "window" || head == "budget" || head == "timeframe") && s.nextTo(a, 5, "has", "have", "gets")
	case "has", "have", "gets":
		subject, _ := s.subject(a)
		return s.ws[a.to].tag == tagTo && subject != "" && !isPerson(subject)
	case "allow", "allows", "grant", "tolerate", "accept": // we allow 12 s for a check
		return s.ws[a.to].low == "for" && a.n <= 600
	}
	return false
}

// compares tells that word i, which says more, says it of an amount: by itself (exceeds),
// with "than", or behind a negation (no later 30 s).
func (s *statement) compares(i int, a *amount) bool {
	if !strings.HasSuffix(s.ws[i].low, "er") && s.ws[i].low != "more" || s.ws[i].low == "over" {
		return true
	}
	for k := i + 1; k < a.from; k++ {
		if s.ws[k].low == "than" || s.ws[k].low == "then" {
			return true
		}
	}
	return s.negated(i)
}

// leadsTo tells that nothing but words that round a number stand between word i and an
// amount.
func (s *statement) leadsTo(i int, a *amount) bool {
	for i++; i < a.from; i++ {
		if !approximations[s.ws[i].low] {
			return false
		}
	}
	return true
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
		case "not", "no":
			if moreWords[next] || next == "be" && moreWords[lowAt(s.ws, i+2)] { // must not be exceeded
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
