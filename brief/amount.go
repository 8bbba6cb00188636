package brief

import (
	"slices"
	"strings"

	"plumb.dev/plumb/fact"
)

// unit is what an amount is counted in.
type unit uint8

const (
	things   unit = iota // of what noun says; seconds per occurrence in per
	seconds              // time
	percent              // 0..100
	rankOf               // a percentile
	bytesOf              // size
	money                // an amount in currency
	nines                // three nines
	allHours             // 24/7
	factor               // ten times
)

// amount is a number of a sentence with what it counts.
type amount struct {
	n        float64
	unit     unit
	noun     string  // lower case, things only: the last word before a period or the end
	per      float64 // seconds of "per minute", 0 for none
	currency string
	from, to int // words
}

// timeUnits and sizeUnits add to the units of the language the words of prose.
var timeUnits = map[string]float64{
	"ms": 1e-3, "msec": 1e-3, "msecs": 1e-3, "millisecond": 1e-3, "milliseconds": 1e-3, "millis": 1e-3,
	"s": 1, "sec": 1, "secs": 1, "second": 1, "seconds": 1, "min": 60, "mins": 60, "minute": 60, "minutes": 60,
	"h": 3600, "hr": 3600, "hrs": 3600, "hour": 3600, "hours": 3600, "d": 86400, "day": 86400, "days": 86400,
	"week": 604800, "weeks": 604800, "month": fact.Month.Seconds(), "months": fact.Month.Seconds(),
	"quarter": fact.Year.Seconds() / 4, "quarters": fact.Year.Seconds() / 4,
	"y": fact.Year.Seconds(), "yr": fact.Year.Seconds(), "yrs": fact.Year.Seconds(), "year": fact.Year.Seconds(), "years": fact.Year.Seconds(),
	"annum": fact.Year.Seconds(), "microseconds": 1e-6, "us": 1e-6,
}

var sizeUnits = map[string]float64{
	"b": 1, "byte": 1, "bytes": 1, "kb": 1e3, "kib": 1 << 10, "kilobytes": 1e3, "mb": 1e6, "mib": 1 << 20, "megabyte": 1e6, "megabytes": 1e6,
	"gb": 1e9, "gib": 1 << 30, "gigabyte": 1e9, "gigabytes": 1e9, "tb": 1e12, "tib": 1 << 40, "terabyte": 1e12, "terabytes": 1e12, "pb": 1e15, "petabytes": 1e15,
}

var rateUnits = map[string]string{"tps": "transactions", "rps": "requests", "qps": "queries", "req/s": "requests"}

var currencies = map[string]string{"$": "USD", "€": "EUR", "£": "GBP", "usd": "USD", "eur": "EUR", "gbp": "GBP", "chf": "CHF", "dollars": "USD", "euros": "EUR", "euro": "EUR", "pounds": "GBP"}

var numberWords = map[string]float64{
	"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12,
	"fifteen": 15, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
}

var magnitudes = map[string]float64{"hundred": 100, "thousand": 1e3, "k": 1e3, "million": 1e6, "mio": 1e6, "mn": 1e6, "billion": 1e9, "bn": 1e9}

// amounts finds the numbers of a sentence. Times of day, and numbers that are parts
// of names, are none.
func amounts(ws []word) []amount {
	var out []amount
	for i := 0; i < len(ws); {
		a, next := amountAt(ws, i)
		if next == i {
			i++
			continue
		}
		if a.to > a.from {
			out = append(out, a)
		}
		if n := len(out); n > 1 && continues(ws, out[n-2], out[n-1]) { // 1 h 45 min
			out[n-2].n, out[n-2].to, out[n-2].per = out[n-2].n+out[n-1].n, out[n-1].to, out[n-1].per
			out = out[:n-1]
		}
		i = next
	}
	return out
}

// continues tells that an amount of time goes on with a smaller unit.
func continues(ws []word, a, b amount) bool {
	if a.unit != seconds || b.unit != seconds || a.per > 0 || b.n >= 3600 || a.n < 60 || b.n >= a.n {
		return false
	}
	return b.from == a.to || b.from == a.to+1 && ws[a.to].low == "and" && a.n >= 3600 && b.n >= 60
}

// outOf reads nine out of ten, 19 of 20 and half of, as a percentage.
func outOf(ws []word, a amount) (amount, bool) {
	j := a.to
	if a.n == 0.5 && a.to == a.from+1 && lowAt(ws, j) == "of" {
		a.n, a.unit, a.to = 50, percent, j+1
		return a, true
	}
	switch lowAt(ws, j) {
	case "case", "cases", "times", "instances":
		if lowAt(ws, j+1) == "out" {
			j++
		}
	}
	if lowAt(ws, j) == "out" {
		j++
	}
	if lowAt(ws, j) != "of" {
		return a, false
	}
	whole, next, ok := numberAt(ws, j+1)
	if !ok || whole != 10 && whole != 20 && whole != 50 && whole != 100 && whole != 1000 || a.n >= whole || a.n < whole/2 {
		return a, false
	}
	a.n, a.unit, a.to = 100*a.n/whole, percent, next
	return a, true
}

// amountAt reads an amount at word i; next is i when there is none. An amount
// without words (to == from) was a number that means nothing here.
func amountAt(ws []word, i int) (a amount, next int) {
	n, j, ok := numberAt(ws, i)
	if !ok {
		return a, i
	}
	a = amount{n: n, from: i, to: j}
	if k, ok := clock(ws, j); ok {
		return amount{}, k
	}
	if share, ok := outOf(ws, a); ok {
		return share, share.to
	}
	if n == 24 && j+1 < len(ws) && (ws[j].low == "/" || ws[j].low == "x" || ws[j].low == "by" || ws[j].low == "-") && ws[j+1].n == 7 {
		a.unit, a.to = allHours, j+2
		return a, j + 2
	}
	if n == 24 && j < len(ws) && ws[j].low == "x7" {
		a.unit, a.to = allHours, j+1
		return a, j + 1
	}
	a.measure(ws, j)
	return a, max(a.to, i+1)
}

// numberAt reads digits or words with a magnitude: 20k, 1.5 million, two hundred.
func numberAt(ws []word, i int) (n float64, next int, ok bool) {
	w := ws[i]
	switch {
	case w.kind == number:
		n = w.n
	case w.low == "half" && i+1 < len(ws) && (ws[i+1].low == "a" || ws[i+1].low == "an"):
		return 0.5, i + 2, true
	case w.low == "half" && i+1 < len(ws) && ws[i+1].low == "of":
		return 0.5, i + 1, true
	case (w.low == "a" || w.low == "an") && i+1 < len(ws) && (magnitudes[ws[i+1].low] > 1 || timeUnits[ws[i+1].low] > 0 && i > 0 && bounds[ws[i-1].low] && !(ws[i-1].low == "in" && timeUnits[ws[i+1].low] >= 86400)):
		n = 1
	case numberWords[w.low] > 0:
		n = numberWords[w.low]
		if n >= 20 && i+1 < len(ws) && numberWords[ws[i+1].low] > 0 && numberWords[ws[i+1].low] < 10 {
			i++
			n += numberWords[ws[i].low]
		}
	case w.low == "sub-second" || w.low == "subsecond":
		return 1, i, true
	default:
		return 0, i, false
	}
	for i++; i < len(ws); i++ {
		m := magnitudes[ws[i].low]
		if m == 0 && (ws[i].text == "M" || ws[i].low == "m") && countFollows(ws, i+1) {
			m = 1e6
		}
		if m == 0 {
			break
		}
		n *= m
	}
	return min(n, 1e15), i, true
}

// bounds are the words after which "a second" is an amount of time.
var bounds = set(`within under than below most in of`)

// countFollows tells that what follows an m makes it a million rather than minutes.
func countFollows(ws []word, i int) bool {
	return i < len(ws) && ws[i].kind == letters && timeUnits[ws[i].low] == 0 && !function[ws[i].low]
}

// clock tells that the number before j is a time of day and returns what follows it.
func clock(ws []word, j int) (int, bool) {
	if j+1 < len(ws) && ws[j].low == ":" && ws[j+1].kind == number && ws[j].to == ws[j+1].from {
		j += 2
		for j < len(ws) && (ws[j].low == "am" || ws[j].low == "pm") {
			j++
		}
		return j, true
	}
	if j < len(ws) {
		switch ws[j].low {
		case "am", "pm", "a.m", "p.m", "o'clock":
			return j + 1, true
		}
	}
	return j, false
}

// measure reads the unit, or the noun, after the number that ends before word j.
func (a *amount) measure(ws []word, j int) {
	if j < len(ws) && ws[j].low == "-" && j+1 < len(ws) && (timeUnits[ws[j+1].low] > 0 || sizeUnits[ws[j+1].low] > 0) {
		j++
	}
	at := func(k int) string {
		if k < len(ws) {
			return ws[k].low
		}
		return ""
	}
	if at(a.from) == "sub-second" || at(a.from) == "subsecond" {
		a.unit, a.to = seconds, a.from+1
		return
	}
	switch u := at(j); {
	case a.from > 0 && currencies[ws[a.from-1].low] != "":
		a.unit, a.currency, a.from = money, currencies[ws[a.from-1].low], a.from-1
		a.perAt(ws, j)
	case currencies[u] != "":
		a.unit, a.currency = money, currencies[u]
		a.perAt(ws, j+1)
	case timeUnits[u] > 0 && !(len(u) == 1 && ws[j].from > ws[j-1].to && u != "s" && u != "h"):
		a.unit, a.n, a.to = seconds, a.n*timeUnits[u], j+1
		if k, ok := perUnit(ws, j+1); ok { // 10 minutes per month
			a.per, a.to = timeUnits[ws[k].low], k+1
		}
	case sizeUnits[u] > 0 && u != "b":
		a.unit, a.n, a.to = bytesOf, a.n*sizeUnits[u], j+1
	case u == "%" || u == "percent" || u == "pct":
		a.unit, a.to = percent, j+1
		if k, ok := perUnit(ws, j+1); ok {
			a.per, a.to = timeUnits[ws[k].low], k+1
		}
	case u == "per" && at(j+1) == "cent":
		a.unit, a.to = percent, j+2
	case (u == "th" || u == "st" || u == "nd" || u == "rd" || u == "-") && slices.Contains([]string{"percentile", "percentiles"}, at(j+1)):
		a.unit, a.to = rankOf, j+2
	case strings.HasSuffix(u, "th-percentile"):
		a.unit, a.to = rankOf, j+1
	case u == "nines":
		a.unit, a.to = nines, j+1
	case u == "x", u == "times" && at(j+1) != "per" && at(j+1) != "a":
		a.unit, a.to = factor, j+1
	case rateUnits[u] != "":
		a.noun, a.per, a.to = rateUnits[u], 1, j+1
	default:
		a.thing(ws, j)
	}
}

// thing reads the noun of a count and the period after it: 20k orders per minute.
func (a *amount) thing(ws []word, j int) {
	if k, ok := perUnit(ws, j); ok {
		a.per, a.to = timeUnits[ws[k].low], k+1
		return
	}
	for k := j; k < len(ws) && k < j+6; k++ {
		w := ws[k]
		if w.kind != letters || stopsCount[w.low] || modals[w.low] {
			break
		}
		if k > j && (timeUnits[w.low] > 0 || w.low == "a" || strings.HasSuffix(a.noun, "s") && (strings.HasSuffix(w.low, "ed") || strings.HasSuffix(w.low, "ing"))) {
			break
		}
		if k > j && (strings.HasSuffix(a.noun, "s") || a.noun == "people") && isVerb(w.low) && (startsObject(ws, k+1) || prepositions[lowAt(ws, k+1)]) { // 800 employees use the planner
			break
		}
		a.noun = w.low
		if unit, ok := perUnit(ws, k+1); ok {
			a.per, a.to = timeUnits[ws[unit].low], unit+1
			return
		}
		if per := adverbPeriods[lowAt(ws, k+1)]; per > 0 {
			a.per, a.to = per, k+2
			return
		}
	}
	if a.noun == "" {
		a.to = j
		return
	}
	a.happening(ws, j)
}

// adverbPeriods are periods in a word: 3,000 orders daily.
var adverbPeriods = map[string]float64{"hourly": 3600, "daily": 86400}

// happening reads the period behind what happens to the things: 5,000 documents are
// added per day, 1,500 tickets are sold every minute.
func (a *amount) happening(ws []word, j int) {
	verb := false
	for k := j + 1; k < len(ws) && k < j+9; k++ {
		w := ws[k]
		switch {
		case w.kind != letters, w.low == "and", w.low == "or", w.low == "of", clauseWords[w.low], modals[w.low] && !(w.low == "will" || w.low == "must"):
			return
		case w.low == "are", w.low == "be", w.low == "come", w.low == "arrive", w.low == "enter", w.low == "pass", w.low == "happen", w.low == "occur":
			verb = true
		}
		if !verb {
			continue
		}
		if unit, ok := perUnit(ws, k); ok && w.low != "a" && w.low != "an" {
			a.per, a.to = timeUnits[ws[unit].low], unit+1
			return
		}
		if per := adverbPeriods[w.low]; per > 0 {
			a.per, a.to = per, k+1
			return
		}
	}
}

// stopsCount ends the noun of a count.
var stopsCount = set(`and or to in on at by for from with within of the than per that which who when while during without is are be over into between as if but using across before after simultaneously concurrently online`)

// perUnit finds "per minute", "a minute", "/ min", "each day" or "daily" at word j
// and returns the word that names the time.
func perUnit(ws []word, j int) (int, bool) {
	if j >= len(ws) {
		return 0, false
	}
	switch ws[j].low {
	case "daily", "hourly", "monthly", "yearly", "annually", "weekly":
		return 0, false
	case "per", "/", "a", "an", "each", "every", "in":
		k := j + 1
		for k < len(ws) && (ws[k].low == "one" || ws[k].low == "any" || ws[k].low == "a" || ws[k].low == "each" || ws[k].low == "calendar" || ws[k].low == "given") {
			k++
		}
		if k < len(ws) && timeUnits[ws[k].low] > 0 && (ws[j].low != "in" || k > j+1) && !strings.HasSuffix(ws[k].low, "days") {
			return k, true
		}
	}
	return 0, false
}

func (a *amount) perAt(ws []word, j int) {
	a.to = max(j, a.to)
	if k, ok := perUnit(ws, j); ok {
		a.per, a.to = timeUnits[ws[k].low], k+1
	} else if j < len(ws) && (ws[j].low == "monthly" || ws[j].low == "yearly") {
		a.per, a.to = timeUnits[strings.TrimSuffix(ws[j].low, "ly")], j+1
	}
}
