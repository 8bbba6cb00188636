package fact

import (
	"cmp"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// A person writes a quantity as a number, a magnitude letter and a unit: 350/s,
// 300k/day, 800ms, 99.95%, 9k USD, 4 kB, 2M. The parsers below accept exactly
// that, and their errors name what was expected, with an example.

// largest bounds what may be written before its magnitude and unit, so that no
// product of what a person wrote overflows.
const largest = 1e15

// number reads a leading number with an optional magnitude (k, M, G) and returns
// the rest of the text. Groups of three digits may be set apart by , or _. It is
// written by hand because every quantity of an input passes here.
func number(s string) (n float64, rest string, ok bool) {
	digits, end := written(s)
	if digits == "" {
		return 0, s, false
	}
	n, err := strconv.ParseFloat(digits, 64)
	if err != nil || n > largest {
		return 0, s, false
	}
	rest = strings.TrimLeft(s[end:], " \t\n\r")
	if rest != "" && (len(rest) == 1 || !isWord(rest[1])) {
		switch rest[0] {
		case 'k':
			return n * 1e3, strings.TrimSpace(rest[1:]), true
		case 'M':
			return n * 1e6, strings.TrimSpace(rest[1:]), true
		case 'G':
			return n * 1e9, strings.TrimSpace(rest[1:]), true
		}
	}
	return n, strings.TrimSpace(rest), true
}

// written returns the digits with which s starts, their grouping signs removed,
// and where they end.
func written(s string) (digits string, end int) {
	end = digitsEnd(s, 0)
	grouped := false
	for end > 0 && end < len(s) && (s[end] == ',' || s[end] == '_') && digitsEnd(s, end+1) >= end+4 {
		end += 4
		grouped = true
	}
	if end < len(s) && s[end] == '.' && digitsEnd(s, end+1) > end+1 {
		end = digitsEnd(s, end+1)
	}
	if !grouped {
		return s[:end], end
	}
	return strings.NewReplacer("_", "", ",", "").Replace(s[:end]), end
}

func digitsEnd(s string, i int) int {
	for i < len(s) && '0' <= s[i] && s[i] <= '9' {
		i++
	}
	return i
}

func isWord(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '_'
}

// unitSeconds are the units of time, in seconds.
var unitSeconds = map[string]float64{
	"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "ms": 1e-3, "s": 1, "sec": 1,
	"min": 60, "m": 60, "h": 3600, "d": 86400, "day": 86400, "days": 86400,
	"w": 604800, "week": 604800, "weeks": 604800,
	"month": Month.Seconds(), "months": Month.Seconds(),
	"y": Year.Seconds(), "year": Year.Seconds(), "years": Year.Seconds(),
	"second": 1, "seconds": 1, "minute": 60, "minutes": 60, "hour": 3600, "hours": 3600,
}

// TimeUnits lists the units of time that may be written, longest first, so that the
// list can stand in a pattern.
func TimeUnits() []string { return longestFirst(unitSeconds) }

// SizeUnits lists the units of size that may be written, longest first.
func SizeUnits() []string { return longestFirst(unitBytes) }

func longestFirst(units map[string]float64) []string {
	return slices.SortedFunc(maps.Keys(units), func(a, b string) int {
		return cmp.Or(cmp.Compare(len(b), len(a)), cmp.Compare(a, b))
	})
}

// ParseSeconds reads a duration such as 800ms, 1.5s, 2h, 7y. Sums are allowed:
// 1h 30min. The result is in seconds.
func ParseSeconds(s string) (float64, error) {
	rest, total := strings.TrimSpace(s), 0.0
	if rest == "" {
		return 0, fmt.Errorf("expected a duration such as 800ms, 2h or 7y")
	}
	for rest != "" {
		n, r, ok := number(rest)
		if !ok {
			return 0, fmt.Errorf("%q is no duration: write a number and a unit, such as 800ms, 2h or 7y", s)
		}
		i := 0
		for i < len(r) && r[i] != ' ' && (r[i] < '0' || r[i] > '9') {
			i++
		}
		unit, known := unitSeconds[r[:i]]
		if !known {
			return 0, unitError(s, r[:i], "a unit of time (ms, s, min, h, d, week, month, y)", "800ms")
		}
		total += n * unit
		rest = strings.TrimSpace(r[i:])
	}
	if total > 1e12 {
		return 0, fmt.Errorf("%q is longer than 30,000 years", s)
	}
	return total, nil
}

func unitError(s, unit, want, example string) error {
	if e := strings.TrimLeft(unit, "eE"); e != unit && strings.Trim(e, "+-0123456789") == "" {
		return fmt.Errorf("%q has an exponent: write the number out, and %s, such as %s", s, want, example)
	}
	if unit == "" {
		return fmt.Errorf("%q has no unit: add %s, such as %s", s, want, example)
	}
	return fmt.Errorf("%q ends in %q, which is not %s, such as %s", s, unit, want, example)
}

// ParseRate reads a rate such as 350/s, 300k/day, 12/min, "20 per hour" or 1/5s.
// The result is per second.
func ParseRate(s string) (float64, error) {
	n, rest, ok := number(strings.TrimSpace(s))
	if !ok {
		return 0, fmt.Errorf("%q is no rate: write a number per time, such as 350/s or 300k/day", s)
	}
	unit, found := strings.CutPrefix(rest, "/")
	if !found {
		if unit, found = strings.CutPrefix(rest, "per "); !found {
			if rest != "" && (rest[0] == 'e' || rest[0] == 'E') {
				return 0, fmt.Errorf("%q has an exponent: write the number out, such as 350/s or 300k/day", s)
			}
			return 0, fmt.Errorf("%q is no rate: add the time, such as /s, /min, /h, /day or /month", s)
		}
	}
	unit = strings.TrimSpace(unit)
	if per, known := unitSeconds[unit]; known {
		return n / per, nil
	}
	if per, err := ParseSeconds(unit); err == nil && per > 0 {
		return n / per, nil
	}
	return 0, unitError(s, unit, "a unit of time (/s, /min, /h, /day, /month)", "350/s")
}

// ParseShare reads a percentage such as 99.95% or a bare probability such as 0.4.
// The result lies in 0..1.
func ParseShare(s string) (float64, error) {
	body, percent := strings.CutSuffix(strings.TrimSpace(s), "%")
	m := shareForm.FindStringSubmatch(body)
	if m == nil {
		return 0, fmt.Errorf("%q is no share: write a percentage, such as 99.95%%", s)
	}
	n, err := strconv.ParseFloat(m[1], 64)
	if percent {
		n /= 100
	}
	switch {
	case err == nil && n <= 1:
		return n, nil
	case err == nil && !percent && n <= 100:
		return 0, fmt.Errorf("%q lies outside 0 to 1: for a percentage write %s%%", s, m[1])
	}
	return 0, fmt.Errorf("%q lies outside 0%% to 100%%", s)
}

var shareForm = regexp.MustCompile(`^([0-9]+(?:\.[0-9]+)?|\.[0-9]+)\s*$`)

// ParseCount reads a count such as 2M, 20k or 1,500.
func ParseCount(s string) (float64, error) {
	n, rest, ok := number(strings.TrimSpace(s))
	if !ok || rest != "" {
		return 0, fmt.Errorf("%q is no count: write a number, such as 1500, 20k or 2M", s)
	}
	return n, nil
}

var unitBytes = map[string]float64{
	"B": 1, "kB": 1e3, "KB": 1e3, "MB": 1e6, "GB": 1e9, "TB": 1e12, "PB": 1e15,
	"KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30, "TiB": 1 << 40,
}

// ParseBytes reads a size such as 4 kB, 1.5 MB or 64KiB. The result is in bytes.
func ParseBytes(s string) (float64, error) {
	n, rest, ok := number(strings.TrimSpace(s))
	if !ok {
		return 0, fmt.Errorf("%q is no size: write a number and a unit, such as 4 kB or 1.5 MB", s)
	}
	unit, known := unitBytes[rest]
	if !known {
		return 0, unitError(s, rest, "a unit of size (B, kB, MB, GB, TB, KiB, MiB)", "4 kB")
	}
	return n * unit, nil
}

// moneyForm is what stands around the amount: a currency before or after it, and
// the period it is for.
var (
	moneyLead = regexp.MustCompile(`^([A-Z]{3})\s+`)
	moneyTail = regexp.MustCompile(`^([A-Z]{3})?\s*(?:(?:/|per )\s*([a-z]+))?$`)
)

// ParseMoney reads an amount such as "9k USD/month", "0.05 EUR" or "EUR 300/year".
// period is the seconds the amount is for, 0 when none was given.
func ParseMoney(s string) (amount float64, currency string, period float64, err error) {
	t := strings.TrimSpace(s)
	if m := moneyLead.FindStringSubmatch(t); m != nil {
		currency, t = m[1], t[len(m[0]):]
	}
	n, rest, ok := number(t)
	if !ok {
		return 0, "", 0, fmt.Errorf("%q is no amount of money: write a number and a currency, such as 9k USD/month", s)
	}
	m := moneyTail.FindStringSubmatch(rest)
	switch {
	case m == nil || m[1] == "" && currency == "":
		return 0, "", 0, fmt.Errorf("%q has no currency: add its three letters, such as 9k USD/month", s)
	case m[1] != "" && currency != "":
		return 0, "", 0, fmt.Errorf("%q has two currencies, %s and %s", s, currency, m[1])
	case m[1] != "":
		currency = m[1]
	}
	if m[2] != "" {
		per, known := unitSeconds[m[2]]
		if !known {
			return 0, "", 0, unitError(s, m[2], "a period (month, year, day)", "9k USD/month")
		}
		period = per
	}
	return n, currency, period, nil
}

// Latency is a latency as people state it: percentiles in seconds; 0 means that
// the percentile was not given.
type Latency struct {
	P50, P90, P95, P99, P999, Mean, Max float64
}

// ParseLatency reads "p99 800ms", "p50 180ms p99 900ms", "p99: 800ms", "max 2s" or
// a bare duration, which counts as the 99th percentile only for the caller that
// says so: it comes back as Mean.
func ParseLatency(s string) (Latency, error) {
	var l Latency
	t := strings.TrimSpace(s)
	marks := percentileForm.FindAllStringSubmatchIndex(t, -1)
	switch {
	case t == "":
		return l, fmt.Errorf("expected a latency such as p99 800ms")
	case marks == nil && (t[0] < '.' || t[0] > '9'), marks != nil && marks[0][0] != 0:
		return l, fmt.Errorf("%q is no percentile: use p50, p90, p95, p99, p99.9, mean or max", strings.Fields(t)[0])
	case marks == nil:
		marks = [][]int{{0, 0, 0, 0}} // a bare duration
	}
	for i, m := range marks {
		end := len(t)
		if i+1 < len(marks) {
			end = marks[i+1][0]
		}
		v, err := ParseSeconds(t[m[1]:end])
		slot := l.slot(t[m[2]:m[3]])
		switch {
		case err != nil:
			return Latency{}, err
		case v == 0:
			return Latency{}, fmt.Errorf("%q: a latency is more than 0s", s)
		case *slot != 0:
			return Latency{}, fmt.Errorf("%q gives the same percentile twice", s)
		}
		*slot = v
	}
	return l, nil
}

// percentileForm finds what may stand before a duration: p99, p99: or p99 <=.
var percentileForm = regexp.MustCompile(`(?:^|[\s,]+)(p50|p90|p95|p99\.9|p999|p99|mean|max)(?:\s*(?::|<=?|=)\s*|\s+|$)`)

// slot returns where a percentile is kept; a latency without one is kept as mean.
func (l *Latency) slot(name string) *float64 {
	switch name {
	case "p50":
		return &l.P50
	case "p90":
		return &l.P90
	case "p95":
		return &l.P95
	case "p99":
		return &l.P99
	case "p99.9", "p999":
		return &l.P999
	case "max":
		return &l.Max
	}
	return &l.Mean
}
