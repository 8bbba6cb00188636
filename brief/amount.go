package brief

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode"

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
	below    bool // sub-6-second: the amount bounds itself
	from, to int  // words
}

// timeUnits and sizeUnits add to the units of the language the words of prose.
var timeUnits = withGenitives(map[string]float64{
	"ms": 1e-3, "msec": 1e-3, "msecs": 1e-3, "millisecond": 1e-3, "milliseconds": 1e-3, "millis": 1e-3,
	"s": 1, "sec": 1, "secs": 1, "second": 1, "seconds": 1, "min": 60, "mins": 60, "minute": 60, "minutes": 60,
	"h": 3600, "hr": 3600, "hrs": 3600, "hour": 3600, "hours": 3600, "d": 86400, "day": 86400, "days": 86400,
	"week": 604800, "weeks": 604800, "month": fact.Month.Seconds(), "months": fact.Month.Seconds(),
	"quarter": fact.Year.Seconds() / 4, "quarters": fact.Year.Seconds() / 4,
	"y": fact.Year.Seconds(), "yr": fact.Year.Seconds(), "yrs": fact.Year.Seconds(), "year": fact.Year.Seconds(), "years": fact.Year.Seconds(),
	"annum": fact.Year.Seconds(), "microseconds": 1e-6, "us": 1e-6, "µs": 1e-6, "millisec": 1e-3, "millisecs": 1e-3, "fortnight": 14 * 86400, "decade": 10 * fact.Year.Seconds(), "decades": 10 * fact.Year.Seconds(),
})

// withGenitives adds the genitives: 15 minutes' worth, a day's work.
func withGenitives(units map[string]float64) map[string]float64 {
	out := map[string]float64{}
	for u, n := range units {
		out[u] = n
		if len(u) > 2 {
			out[u+"'"], out[u+"'s"] = n, n
		}
	}
	return out
}

var sizeUnits = map[string]float64{
	"b": 1, "byte": 1, "bytes": 1, "kb": 1e3, "kib": 1 << 10, "kilobytes": 1e3, "mb": 1e6, "mib": 1 << 20, "megabyte": 1e6, "megabytes": 1e6,
	"gb": 1e9, "gib": 1 << 30, "gigabyte": 1e9, "gigabytes": 1e9, "tb": 1e12, "tib": 1 << 40, "terabyte": 1e12, "terabytes": 1e12, "pb": 1e15, "petabytes": 1e15,
}

// bitRates are units of lines: a 10 Mbit connection. No load is counted in them.
var bitRates = set(`kbit kbits kbps mbit mbits mbps gbit gbits gbps`)

var rateUnits = map[string]string{"tps": "transactions", "rps": "requests", "qps": "queries", "req/s": "requests"}

var currencies = map[string]string{"$": "USD", "€": "EUR", "£": "GBP", "usd": "USD", "eur": "EUR", "gbp": "GBP", "chf": "CHF", "dollars": "USD", "euros": "EUR", "euro": "EUR", "pounds": "GBP"}

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

// ofName returns what follows a number that counts nothing: one that is a part of a name
// (SQL Server 2008, ISO 19115) or a date (5 December 2001), or that numbers what it stands
// before (14.5 The user shall); i for none.
func ofName(ws []word, i int) int {
	if ws[i].kind != number {
		return i
	}
	text := ws[i].text
	switch next := lowAt(ws, i+1); {
	case len(text) > 1 && text[0] == '0' && text[1] >= '0' && text[1] <= '9': // 0154
		return i + 1
	case i == 0 && strings.Contains(text, ".") && len(ws) > 1 && currencies[next] == "" && ws[1].kind == letters && unicode.IsUpper([]rune(ws[1].text)[0]):
		return i + 1
	case months[lowAt(ws, i-1)], months[next] && ws[i].n <= 31:
		i++
		for i < len(ws) && (months[ws[i].low] || ws[i].low == "," || ws[i].low == "-" || ws[i].kind == number) {
			i++
		}
		return i
	}
	if lowAt(ws, i-1) == ":" && standards[lowAt(ws, i-2)] { // ID: 5278
		return i + 1
	}
	if i < 2 || ws[i-1].kind != letters || ws[i-2].kind == sign || strings.ContainsAny(text, ",.") {
		return i
	}
	name := ws[i-1].text
	if !unicode.IsUpper([]rune(name)[0]) || function[ws[i-1].low] || isVerb(ws[i-1].low) || ws[i].n < 1980 || ws[i].n >= 2100 {
		if !standards[ws[i-1].low] {
			return i
		}
	}
	return i + 1
}

var months = set(`january february march april may june july august september october november december`)

// standards are bodies whose documents have numbers, and what else is told by a number.
var standards = set(`iso iec ieee rfc fips din en bs nist sp itu ansi article section chapter clause paragraph page figure annex appendix version id ref directive regulation`)

// outOf reads nine out of ten and 19 of 20 as a percentage.
func outOf(ws []word, a amount) (amount, bool) {
	j, counted := a.to, lowAt(ws, a.to)
	request := senses[singular(counted)]&ofRequest != 0
	if (request || counted == "case" || counted == "cases" || counted == "times" || counted == "instances") && (lowAt(ws, j+1) == "out" || lowAt(ws, j+1) == "in") {
		j++
	}
	if lowAt(ws, j) == "out" {
		j++
	}
	if low := lowAt(ws, j); low != "of" && low != "in" {
		return a, false
	}
	if lowAt(ws, j+1) == "every" || lowAt(ws, j+1) == "each" {
		j++
	}
	whole, next, ok := numberAt(ws, j+1)
	few := whole >= 100 && a.n <= 5 && (request || senses[singular(lowAt(ws, next))]&ofRequest != 0) // 1 in 1000 requests
	round := whole == 10 || whole == 20 || whole == 50 || whole == 100 || whole == 1000
	if !ok || !few && (!round || a.n >= whole || a.n < whole/2) {
		return a, false
	}
	if lowAt(ws, j) == "in" && timeUnits[lowAt(ws, next)] > 0 { // 900 in 1000 ms
		return a, false
	}
	a.n, a.unit, a.to = 100*a.n/whole, percent, next
	return a, true
}

// fractionAt reads a part of one: of a time (half an hour, a tenth of a second) as that
// time, else (half of the requests, by a fifth) as a percentage.
func fractionAt(ws []word, i int) (a amount, ok bool) {
	j, n := i, 1.0
	switch low := lowAt(ws, i); {
	case low == "a" || low == "an" || low == "one":
		j++
	case numberWords[low] > 0:
		n, j = numberWords[low], j+1
	}
	part := fractions[lowAt(ws, j)]
	if part == 0 || magnitudes[lowAt(ws, j+2)] > 0 || n > 1 && !strings.HasSuffix(lowAt(ws, j), "s") || j == i && lowAt(ws, j) != "half" && lowAt(ws, j) != "quarter" {
		return a, false
	}
	a = amount{n: n * part, from: i}
	k := j + 1
	for _, skip := range []string{"of", "a", "an", "the"} {
		if lowAt(ws, k) == skip {
			k++
		}
	}
	rises := lowAt(ws, i-1) == "by" || lowAt(ws, i-1) == "of" && senses[lowAt(ws, i-2)]&ofGrowth != 0
	switch unit := timeUnits[lowAt(ws, k)]; {
	case unit > 0 && !rises && (k > j+1 || lowAt(ws, j) == "half") && lowAt(ws, k-1) != "the":
		a.n, a.unit, a.to = a.n*unit, seconds, k+1
	case lowAt(ws, j+1) == "of", rises:
		a.n, a.unit, a.to = 100*a.n, percent, j+1
		if lowAt(ws, j+1) == "of" {
			a.to++
		} else {
			a.perBehind(ws, j+1)
		}
	default:
		return a, false
	}
	return a, true
}

// subUnit reads sub-second and sub-6-second.
func subUnit(ws []word, i int) (a amount, ok bool) {
	rest, ok := strings.CutPrefix(ws[i].low, "sub-")
	if !ok {
		return a, false
	}
	n := 1.0
	if unit := strings.TrimLeft(rest, "0123456789."); unit != rest { // sub-200ms
		v, err := strconv.ParseFloat(rest[:len(rest)-len(unit)], 64)
		if err != nil {
			return a, false
		}
		n, rest = v, strings.TrimPrefix(unit, "-")
	}
	unit := timeUnits[rest]
	return amount{n: n * unit, unit: seconds, below: true, from: i, to: i + 1}, unit > 0 && n > 0
}

// rank reads p95, p99.9, "percentile 95" and "ninety-fifth percentile".
func rank(ws []word, i int) (a amount, ok bool) {
	w := ws[i]
	a = amount{unit: rankOf, from: i, to: i + 1}
	switch {
	case w.low == "median":
		a.n = 50
		return a, true
	case w.low == "percentile" && i+1 < len(ws) && ws[i+1].kind == number && ws[i+1].n < 100:
		a.n, a.to = ws[i+1].n, i+2
		return a, true
	}
	digits, ok := strings.CutPrefix(w.low, "p")
	if !ok || w.kind != letters {
		return a, false
	}
	n, err := strconv.ParseFloat(digits, 64)
	switch {
	case err != nil || n < 50 || n >= 1000:
		return a, false
	case n > 100: // p999
		n /= 10
	}
	if i+2 < len(ws) && ws[i+1].low == "." && ws[i+2].kind == number && ws[i+1].from == w.to && ws[i+2].from == ws[i+1].to {
		if f, err := strconv.ParseFloat(digits+"."+ws[i+2].low, 64); err == nil {
			n, a.to = f, i+3
		}
	}
	a.n = n
	return a, n < 100
}

// amountAt reads an amount at word i; next is i when there is none. An amount
// without words (to == from) was a number that means nothing here.
func amountAt(ws []word, i int) (a amount, next int) {
	if a, ok := fractionAt(ws, i); ok {
		return a, a.to
	}
	if a, ok := subUnit(ws, i); ok {
		return a, a.to
	}
	if a, ok := rank(ws, i); ok {
		return a, a.to
	}
	if unit := timeUnits[lowAt(ws, i+1)]; unit >= 60 && unit <= 86400 && (ws[i].low == "last" || ws[i].low == "latest") && lowAt(ws, i-1) == "the" { // limited to the last hour
		return amount{n: unit, unit: seconds, from: i + 1, to: i + 2}, i + 2
	}
	n, j, ok := numberAt(ws, i)
	if !ok {
		return a, i
	}
	if next := ofName(ws, i); next > i {
		return amount{}, next
	}
	if lowAt(ws, j) == "+" && j+1 < len(ws) && ws[j+1].kind == letters { // 50+ users
		j++
	}
	a = amount{n: n, from: i, to: j}
	if k, ok := clock(ws, j); ok {
		return amount{}, k
	}
	if k := clockRound(ws, n, j); k > j {
		a.unit, a.to = allHours, k
		return a, k
	}
	if dimension(ws, j) {
		_, next, _ := numberAt(ws, j+1)
		return amount{}, next
	}
	if share, ok := outOf(ws, a); ok {
		return share, share.to
	}
	if k := rangeEnd(ws, a.n, j); k > j { // in 2-3 seconds
		a.n, j, _ = numberAt(ws, k)
	}
	a.measure(ws, j)
	if a.unit == rankOf && lowAt(ws, a.to) == "not" {
		return amount{}, a.to
	}
	return a, max(a.to, i+1)
}

// rangeEnd is where the second number of a range of times begins, the first of which, n,
// ends before word j: 2-3 seconds, 1 to 2 minutes; j for none.
func rangeEnd(ws []word, n float64, j int) int {
	if low := lowAt(ws, j); low != "-" && low != "–" && low != "to" && low != "or" {
		return j
	}
	if m, next, ok := numberAt(ws, j+1); ok && m > n && timeUnits[lowAt(ws, next)] > 0 {
		return j + 1
	}
	return j
}

// clockRound reads 24/7, 24x7, 7 x 24 and 24/7/365, whose first number n ends before
// word j, and returns what follows; j for none.
func clockRound(ws []word, n float64, j int) int {
	if n != 24 && n != 7 && n != 365 {
		return j
	}
	to := j
	for k := j; k < len(ws); {
		next := 0.0
		switch low := ws[k].low; {
		case (low == "/" || low == "x" || low == "*" || low == "×" || low == "by" || low == "-") && k+1 < len(ws):
			next, k = ws[k+1].n, k+2
		case low == "x7" || low == "x24" || low == "x365" || low == "x7x365":
			next, k = 7, k+1
			if low == "x24" {
				next = 24
			}
			if low == "x365" {
				next = 365
			}
		}
		if next == n || next != 24 && next != 7 && next != 365 {
			return to
		}
		to = k
	}
	return to
}

// dimension tells that a second number makes the first a measure of an area: 200 by
// 200, 1024 x 768.
func dimension(ws []word, j int) bool {
	if j+1 >= len(ws) || ws[j+1].kind != number {
		return false
	}
	return ws[j].low == "x" || ws[j].low == "×" || ws[j].low == "by"
}

// numberAt reads a cardinal number in digits or words: 20k, 1.5 million, two hundred
// and fifty thousand, two and a half.
func numberAt(ws []word, i int) (n float64, next int, ok bool) {
	if i >= len(ws) {
		return 0, i, false
	}
	w := ws[i]
	group, sum := 0.0, 0.0 // what a magnitude multiplies, and what is done with
	switch {
	case w.kind == number:
		group = w.n
	case w.low == "half" && lowAt(ws, i+1) == "a" && magnitudes[lowAt(ws, i+2)] > 1: // half a million
		group, i = 0.5, i+1
	case w.low == "a" || w.low == "an":
		if !counted(ws, i) {
			return 0, i, false
		}
		group = 1
	case magnitudes[w.low] >= 12 && len(w.low) > 2:
		if i > 0 && (ws[i-1].kind == letters && !bounds[ws[i-1].low] && !prepositions[ws[i-1].low]) || lowAt(ws, i+1) == "of" {
			return 0, i, false
		}
		group, i = 1, i-1
	case numberWords[w.low] > 0:
		group = numberWords[w.low]
	case w.low == "sub-second" || w.low == "subsecond":
		return 1, i, true
	default:
		return 0, i, false
	}
	inWords := w.kind == letters
	for i++; i < len(ws); i++ {
		low := ws[i].low
		m, v := magnitudes[low], numberWords[low]
		if m == 0 && (ws[i].text == "M" || low == "m") && (countFollows(ws, i+1) && ws[i].text == "M" && (ws[i].from == ws[i-1].to || unicode.IsLower([]rune(ws[i+1].text)[0])) || pluralFollows(ws, i+1) || ws[i].text == "M" && ws[i].from == ws[i-1].to && (i+1 == len(ws) || ws[i+1].kind == sign)) {
			m = 1e6
		}
		switch {
		case m >= 1000:
			sum, group = sum+group*m, 0
			if lowAt(ws, i+1) == "." && low == "mio" { // 3 mio. articles
				i++
			}
		case m > 0:
			group *= m
		case inWords && v > 0 && (v < 10 && group >= 20 && math.Mod(group, 10) == 0 || group == 0 && sum > 0 || group >= 100 && math.Mod(group, 100) == 0):
			group += v
		case low == "and" && inWords && i+1 < len(ws) && numberWords[ws[i+1].low] > 0 && (group >= 100 || group == 0) && timeUnits[lowAt(ws, i+2)] == 0:
			continue
		case low == "point" && inWords && decimals(ws, i+1) > 0: // ninety-nine point nine five
			digits := decimals(ws, i+1)
			for k, unit := 1, 0.1; k <= digits; k, unit = k+1, unit/10 {
				group += numberWords[ws[i+k].low] * unit
			}
			i += digits
		case low == "and" && lowAt(ws, i+1) == "a" && lowAt(ws, i+2) == "half" && group > 0:
			group += 0.5
			i += 2
		case low == "(" && inWords && i+2 < len(ws) && ws[i+1].kind == number && ws[i+2].low == ")": // four (4)
			return min(sum+group, 1e15), i + 3, true
		default:
			return min(sum+group, 1e15), i, true
		}
	}
	return min(sum+group, 1e15), i, true
}

// decimals counts the words from i on that are digits.
func decimals(ws []word, i int) int {
	n := 0
	for i+n < len(ws) && ws[i+n].kind == letters {
		if v, ok := numberWords[ws[i+n].low]; !ok || v > 9 {
			break
		}
		n++
	}
	return n
}

// counted tells that "a" is the number one: a hundred, within a second.
func counted(ws []word, i int) bool {
	if i+1 >= len(ws) {
		return false
	}
	next := ws[i+1].low
	if magnitudes[next] > 1 {
		return true
	}
	if next == "second" && nounAt(ws, i+2) { // in a second step
		return false
	}
	return timeUnits[next] > 0 && len(next) > 2 && i > 0 && bounds[ws[i-1].low] && !(ws[i-1].low == "in" && timeUnits[next] >= 86400)
}

// bounds are the words after which "a second" is an amount of time.
var bounds = set(`within under than below most in of`)

// countFollows tells that what follows an m makes it a million rather than minutes.
func countFollows(ws []word, i int) bool {
	return i < len(ws) && ws[i].kind == letters && timeUnits[ws[i].low] == 0 && !function[ws[i].low]
}

// pluralFollows tells that a small m makes a number millions of things: 20m active users,
// but a 20m radius.
func pluralFollows(ws []word, i int) bool {
	for ; countFollows(ws, i) && i < len(ws); i++ {
		if singular(ws[i].low) != ws[i].low || isPerson(ws[i].low) {
			return ws[i].text == ws[i].low
		}
	}
	return false
}

// clock tells that the number before j is a time of day and returns what follows it.
func clock(ws []word, j int) (int, bool) {
	if j+1 < len(ws) && ws[j].low == ":" && ws[j+1].kind == number && ws[j].to == ws[j+1].from {
		j += 2
		for j < len(ws) && (ws[j].low == "am" || ws[j].low == "pm" || ws[j].low == "a.m" || ws[j].low == "p.m") {
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
	for unitAdjectives[lowAt(ws, j)] && timeUnits[lowAt(ws, j+1)] > 0 { // 24 consecutive hours
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
		if at(j+1) == "and" && at(j+2) == "a" && at(j+3) == "half" { // a minute and a half
			a.n, a.to = a.n+timeUnits[u]/2, j+4
		}
		a.perBehind(ws, j+1) // 10 minutes per month
	case sizeUnits[u] > 0 && u != "b":
		a.unit, a.n, a.to = bytesOf, a.n*sizeUnits[u], j+1
	case (u == "%" || u == "percent") && (strings.HasPrefix(at(j+1), "ile") || strings.HasPrefix(at(j+1), "quantile") || at(j+1) == "percentile"):
		a.unit, a.to = rankOf, j+2
	case u == "%" || u == "percent" || u == "pct":
		a.unit, a.to = percent, j+1
		a.perBehind(ws, j+1)
	case u == "per" && at(j+1) == "cent":
		a.unit, a.to = percent, j+2
	case (u == "th" || u == "st" || u == "nd" || u == "rd" || u == "-") && slices.Contains([]string{"percentile", "percentiles", "pct", "pctl"}, at(j+1)):
		a.unit, a.to = rankOf, j+2
	case strings.HasSuffix(u, "th-percentile"), u == "percentile":
		a.unit, a.to = rankOf, j+1
	case u == "9" && at(j+1) == "s" && ws[j].to == ws[j+1].from: // four 9s
		a.unit, a.to = nines, j+2
	case u == "nines":
		a.unit, a.to = nines, j+1
	case u == "x", u == "times" && at(j+1) != "per" && at(j+1) != "a", u == "fold":
		a.unit, a.to = factor, j+1
	case u == "-" && at(j+1) == "fold":
		a.unit, a.to = factor, j+2
	case bitRates[u]:
		a.to = a.from
	case rateUnits[u] != "":
		a.noun, a.per, a.to = rateUnits[u], 1, j+1
	case j < len(ws) && ws[j].kind == letters && ws[j].from == ws[j-1].to && magnitudes[ws[j-1].low] == 0 && ws[j-1].kind == number:
		a.to = a.from // a name: 3G, 4K
	default:
		a.thing(ws, j)
	}
}

// unitAdjectives stand between a number and its unit of time.
var unitAdjectives = set(`cpu consecutive calendar full whole wall-clock continuous`)

// thing reads the noun of a count and the period after it: 20k orders per minute.
func (a *amount) thing(ws []word, j int) {
	if a.perBehind(ws, j) {
		return
	}
	for k := j; k < len(ws) && k < j+6; k++ {
		w := ws[k]
		if w.kind != letters || stopsCount[w.low] || k == j && dated[w.low] || modals[w.low] || auxiliaries[w.low] {
			break
		}
		if per := adverbPeriods[w.low]; k == j && per > 0 && nounAt(ws, k+1) && !isPerson(lowAt(ws, k+1)) && !isPerson(lowAt(ws, k+2)) { // 17 million annual loans
			a.per = per
			continue
		}
		if k > j && (timeUnits[w.low] > 0 || w.low == "a" || (strings.HasSuffix(a.noun, "s") || a.noun == "people") && (strings.HasSuffix(w.low, "ed") || strings.HasSuffix(w.low, "ing"))) {
			break
		}
		if k > j && strings.HasSuffix(a.noun, "s") && (w.low == "open" || w.low == "active" || predicates[w.low]) {
			break
		}
		if k > j && (strings.HasSuffix(a.noun, "s") || a.noun == "people") && isVerb(w.low) && (startsObject(ws, k+1) || prepositions[lowAt(ws, k+1)]) { // 800 employees use the planner
			break
		}
		a.noun = w.low
		if piecesOf[singular(w.low)] && lowAt(ws, k+1) == "of" && nounAt(ws, k+2) { // pieces of mail
			a.noun, k = "", k+1
			continue
		}
		if a.perBehind(ws, k+1) {
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

// happening reads the period behind what happens to the things: 5,000 documents are
// added per day, 1,500 tickets are sold every minute.
func (a *amount) happening(ws []word, j int) {
	verb := false
	for k := j + 1; k < len(ws) && k < j+9; k++ {
		w := ws[k]
		switch {
		case w.kind != letters, w.low == "and", w.low == "or", w.low == "of", clauseWords[w.low], modals[w.low] && !(w.low == "will" || w.low == "must" || w.low == "need" || w.low == "can"):
			return
		case w.tag == tagAux, w.tag == tagFinite, w.tag == tagVerb, strings.HasSuffix(a.noun, "s") && w.low != a.noun && isVerb(w.low):
			verb = true
		}
		if !verb {
			continue
		}
		if w.low != "a" && w.low != "an" && a.perBehind(ws, k) {
			return
		}
		if per := adverbPeriods[w.low]; per > 0 {
			a.per, a.to = per, k+1
			return
		}
	}
}

// dated are words of time that stand where a count has no noun: we have 9,000 now.
var dated = set(`now today currently already soon later so there here`)

// piecesOf are nouns that count something else.
var piecesOf = set(`piece pair item set unit copy sheet bit`)

// stopsCount ends the noun of a count.
var stopsCount = set(`and or to in on at by for from with within of the than per that which who when while during without is are be over into between as if but using across before after simultaneously concurrently online`)

// perUnit reads a period at word j: per minute, a minute, / min, each day, in any 30-day
// period, over any consecutive twelve months. It returns its seconds, 0 for none, and the
// word behind it.
func perUnit(ws []word, j int) (per float64, next int) {
	k := j + 1
	switch lowAt(ws, j) {
	case "per", "/", "a", "an", "each", "every":
	case "in", "within", "during", "over", "across":
		if low := lowAt(ws, k); !determiners[low] && low != "any" && low != "one" {
			return 0, j
		}
	default:
		return 0, j
	}
	for determiners[lowAt(ws, k)] || stretches[lowAt(ws, k)] || k == j+1 && lowAt(ws, k) == "one" {
		k++
	}
	n := 1.0
	if m, after, ok := numberAt(ws, k); ok && k > j+1 && lowAt(ws, j) != "a" && lowAt(ws, j) != "an" {
		n, k = m, after
		if lowAt(ws, k) == "-" {
			k++
		}
	}
	unit := timeUnits[lowAt(ws, k)]
	if unit == 0 || n == 1 && strings.HasSuffix(ws[k].low, "days") {
		return 0, j
	}
	k++
	if lowAt(ws, k) == "period" {
		k++
	}
	return n * unit, k
}

// stretches say of a period which one, or that all of it is meant.
var stretches = set(`any calendar given consecutive rolling entire whole full single`)

// perBehind takes the period at word j, if there is one.
func (a *amount) perBehind(ws []word, j int) bool {
	per, next := perUnit(ws, j)
	if per > 0 {
		a.per, a.to = per, next
	}
	return per > 0
}

func (a *amount) perAt(ws []word, j int) {
	a.to = max(j, a.to)
	if a.perBehind(ws, j) {
		return
	}
	if j < len(ws) && (ws[j].low == "monthly" || ws[j].low == "yearly") {
		a.per, a.to = timeUnits[strings.TrimSuffix(ws[j].low, "ly")], j+1
	}
}
