package catalog

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"plumb.dev/plumb/fact"
)

// A unit says how a property's numbers are written and in which base unit they are kept, so that no reader has to
// convert: durations in seconds, sizes in bytes, rates per second, shares in 0..1, money in the amount the unit names.
type unit struct {
	name    string
	kind    fact.Kind
	parse   func(string) (float64, error)
	example string
	meaning string
}

// unitTable lists the units that properties use.
var unitTable = []unit{
	{"1/s", fact.Rate, fact.ParseRate, "350/s", "per second"},
	{"s", fact.Duration, fact.ParseSeconds, "5ms", "seconds"},
	{"share", fact.Share, parseShare, "99.95%", "a share of one"},
	{"B", fact.Bytes, fact.ParseBytes, "256KiB", "bytes"},
	{"B/s", fact.Bytes, parseByteRate, "1 MB/s", "bytes per second"},
	{"count", fact.Count, fact.ParseCount, "120k", "things"},
	{"ratio", fact.Count, fact.ParseCount, "1.6", "one quantity over another of the same unit"},
	{"vCPU", fact.Count, after(" vCPU", fact.ParseCount), "0.5 vCPU", "virtual processors: one hyper-thread of a current server processor"},
	{"h/month", fact.Hours, after(" h/month", fact.ParseCount), "6 h/month", "hours of an engineer's work per month"},
	{"person-days", fact.Days, after(" person-days", fact.ParseCount), "10 person-days", "days of an engineer's work, once"},
	{"USD/h", fact.Money, dollarsPer("h"), "0.10 USD/h", "US dollars per hour"},
	{"USD/month", fact.Money, dollarsPer("month"), "25 USD/month", "US dollars per month"},
	{"USD/GB", fact.Money, dollarsPer("GB"), "0.09 USD/GB", "US dollars per GB as the price list counts it (10^9 or 2^30 bytes)"},
	{"USD/GB-month", fact.Money, dollarsPer("GB-month"), "0.08 USD/GB-month", "US dollars per GB kept for a month"},
	{"USD/million", fact.Money, dollarsPer("million"), "0.40 USD/million", "US dollars per million of what the property counts"},
	{"USD/account-month", fact.Money, dollarsPer("account-month"), "0.015 USD/account-month", "US dollars per account active in a month"},
}

// unitNamed returns the unit with the name.
func unitNamed(name string) (unit, bool) {
	i := slices.IndexFunc(unitTable, func(u unit) bool { return u.name == name })
	if i < 0 {
		return unit{}, false
	}
	return unitTable[i], true
}

// parseShare takes off the last bits that dividing a percentage leaves, so that 99.9% is 0.999.
func parseShare(s string) (float64, error) {
	v, err := fact.ParseShare(s)
	return math.Round(v*1e12) / 1e12, err
}

func parseByteRate(s string) (float64, error) {
	size, found := strings.CutSuffix(strings.TrimSpace(s), "/s")
	if !found {
		return 0, fmt.Errorf("%q is no byte rate: write a size per second, such as 1 MB/s", s)
	}
	return fact.ParseBytes(size)
}

// after reads a number that ends in the words of its unit.
func after(suffix string, parse func(string) (float64, error)) func(string) (float64, error) {
	return func(s string) (float64, error) {
		n, found := strings.CutSuffix(strings.TrimSpace(s), suffix)
		if !found {
			return 0, fmt.Errorf("%q does not end in %q", s, strings.TrimSpace(suffix))
		}
		return parse(n)
	}
}

// dollarsPer reads a list price. Price lists are compared in one currency; a price in another is converted by whoever
// states it, who then says so in the note.
func dollarsPer(what string) func(string) (float64, error) {
	return after(" USD/"+what, fact.ParseCount)
}
