package fact

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// Kind says what a number means, and so its base unit and how it is shown.
type Kind uint8

// The kinds of quantity, with the base unit their numbers are kept in.
const (
	None     Kind = iota
	Rate          // per second
	Duration      // seconds
	Share         // 0..1: availability, percentages, probabilities
	Bytes         // bytes
	Money         // units of the currency per month, or per event: see the fact's name
	Count         // things
	Hours         // engineer hours per month
	Days          // person-days, once
	Text          // a word, a list or a name: no number
	Truth         // 1 yes, 0 no
)

// Quantity is a number with its meaning. Numbers that mean something cross
// packages only like this (or inside a struct whose doc names the unit).
type Quantity struct {
	Kind Kind    `json:"kind"`
	N    float64 `json:"n"`
	// Text is the value of a Text quantity, and the currency of Money ("USD").
	Text string `json:"text,omitempty"`
}

// String shows the quantity as a person would write it in the input.
func (q Quantity) String() string {
	switch q.Kind {
	case Rate:
		return FormatRate(q.N)
	case Duration:
		return FormatSeconds(q.N)
	case Share:
		return FormatShare(q.N)
	case Bytes:
		return FormatBytes(q.N)
	case Money:
		return FormatMoney(q.N, q.Text)
	case Count:
		return FormatCount(q.N)
	case Hours:
		return FormatNumber(q.N, 3) + " h/month"
	case Days:
		return FormatNumber(q.N, 3) + " person-days"
	case Truth:
		if q.N != 0 {
			return "yes"
		}
		return "no"
	default:
		return q.Text
	}
}

// MarshalText gives the shown form, for maps and logs.
func (k Kind) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (k *Kind) UnmarshalText(b []byte) error {
	for i := None; i <= Truth; i++ {
		if i.String() == string(b) {
			*k = i
			return nil
		}
	}
	return fmt.Errorf("unknown kind of quantity %q", b)
}

// Numeric reports whether there is more and less of it: whether it is neither a
// word nor yes or no.
func (k Kind) Numeric() bool { return k != None && k != Text && k != Truth }

// String names the kind.
func (k Kind) String() string {
	names := [...]string{"none", "rate", "duration", "share", "bytes", "money", "count", "hours", "days", "text", "truth"}
	if int(k) < len(names) {
		return names[k]
	}
	return "none"
}

// FormatNumber prints with the given number of significant digits, without an
// exponent and without trailing zeros.
func FormatNumber(n float64, digits int) string {
	if n == 0 || math.IsNaN(n) || math.IsInf(n, 0) {
		return strings.TrimPrefix(strconv.FormatFloat(n, 'g', -1, 64), "+")
	}
	places := max(0, digits-1-int(math.Floor(math.Log10(math.Abs(n)))))
	s := strconv.FormatFloat(n, 'f', places, 64)
	if strings.Contains(s, ".") {
		s = strings.TrimRight(strings.TrimRight(s, "0"), ".")
	}
	return s
}

// FormatCount prints 350, 12.5k, 2M.
func FormatCount(n float64) string {
	a := math.Abs(n)
	switch {
	case a >= 999.5e6:
		return FormatNumber(n/1e9, 3) + "G"
	case a >= 999.5e3:
		return FormatNumber(n/1e6, 3) + "M"
	case a >= 9999.5:
		return FormatNumber(n/1e3, 3) + "k"
	case a >= 1000:
		return FormatNumber(n, 4)
	}
	return FormatNumber(n, 3)
}

// FormatRate prints a rate per second in the unit that keeps it readable: 350/s,
// 12/min, 3/day.
func FormatRate(perSecond float64) string {
	a := math.Abs(perSecond)
	switch {
	case a == 0:
		return "0/s"
	case a >= 0.5:
		return formatPer(perSecond) + "/s"
	case a*60 >= 1:
		return formatPer(perSecond*60) + "/min"
	case a*3600 >= 1:
		return formatPer(perSecond*3600) + "/h"
	default:
		return formatPer(perSecond*86400) + "/day"
	}
}

// formatPer prints the number of a rate with three digits.
func formatPer(n float64) string {
	if math.Abs(n) < 1000 {
		return FormatNumber(roundTo(n, 3), 3)
	}
	return FormatCount(roundTo(n, 3))
}

func roundTo(n float64, digits int) float64 {
	if n == 0 {
		return 0
	}
	p := math.Pow(10, float64(digits-1)-math.Floor(math.Log10(math.Abs(n))))
	return math.Round(n*p) / p
}

// FormatSeconds prints a duration given in seconds: 800ms, 1.5s, 12min, 30d, 7y.
func FormatSeconds(s float64) string {
	a := math.Abs(s)
	switch {
	case a == 0:
		return "0s"
	case a < 999.5e-6:
		return FormatNumber(s*1e6, 3) + "us"
	case a < 0.9995:
		return FormatNumber(s*1e3, 3) + "ms"
	case a < 119.5:
		return FormatNumber(s, 3) + "s"
	case a < 59.5*60:
		return FormatNumber(s/60, 3) + "min"
	case a < 47.5*3600:
		return FormatNumber(s/3600, 3) + "h"
	case a < 729.5*86400:
		return FormatNumber(s/86400, 3) + "d"
	default:
		return FormatNumber(s/Year.Seconds(), 3) + "y"
	}
}

// FormatShare prints a share as a percentage, with enough digits to tell one
// nines class from the next: 99.95%, 40%, 0.1%.
func FormatShare(p float64) string {
	if p > 0.9 && p < 1 {
		digits := 1 + int(math.Ceil(-math.Log10(1-p)))
		return FormatNumber(p*100, min(max(digits, 3), 10)) + "%"
	}
	return FormatNumber(p*100, 3) + "%"
}

// FormatBytes prints decimal units, as storage and network prices use them.
func FormatBytes(n float64) string {
	units := []string{"B", "kB", "MB", "GB", "TB", "PB"}
	i := 0
	for math.Abs(n) >= 999.5 && i < len(units)-1 {
		n /= 1000
		i++
	}
	return FormatNumber(n, 3) + " " + units[i]
}

// FormatMoney prints an amount with its currency: 9,400 USD.
func FormatMoney(n float64, currency string) string {
	var s string
	if a := math.Abs(n); a < 10 && a != math.Trunc(a) {
		s = FormatNumber(n, 3)
	} else {
		s = thousands(strconv.FormatFloat(math.Round(n), 'f', 0, 64))
	}
	return strings.TrimSpace(s + " " + currency)
}

func thousands(digits string) string {
	sign := ""
	if strings.HasPrefix(digits, "-") {
		sign, digits = "-", digits[1:]
	}
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return sign + digits
}

// Calendar lengths used wherever a rate or a price is turned from one period into
// another: a month is a twelfth of a mean Gregorian year.
const (
	Day   = 24 * time.Hour
	Week  = 7 * Day
	Year  = 365*Day + 5*time.Hour + 49*time.Minute + 12*time.Second
	Month = Year / 12
)
