package sensitivity

import (
	"math"
	"slices"
	"strings"

	"plumb.dev/plumb/fact"
)

// hundredfold is how far a fact is taken each way: further away a system is another
// one, and its owner would say so.
const hundredfold = 100

// steps per direction. Four steps of a factor 3.2 reach a hundredfold; a choice that
// flips and flips back within one step goes unnoticed, one that stays flipped does
// not.
const steps = 4

// domain is what a fact can be.
type domain struct {
	low, high float64
	// whole tells that there are only whole numbers of it.
	whole bool
	// lack tells that what is missing to one is what counts: a hundredfold of 99.9%
	// is 90% or 99.999%.
	lack bool
}

// bounds are the facts with a domain of their own, by the last part of their names,
// and why.
var bounds = []struct {
	name      string
	low, high float64
}{
	{"zones", 1, 6},    // the largest regions of the public clouds have six zones
	{"people", 1, 1e6}, // nobody is no team
	{"accounts", 1, 1e10},
	{"online", 0, 1e10},
	{"items", 1, 1e9},
	{"fan_out", 1, 1e9},
	{"concurrent", 1, 1e6},
	{"times", 0, 1e6},
	{"growth", 0, 1},
}

// whole are the names, or their beginnings, of facts that count things one by one.
var whole = []string{"zones", "people", "accounts", "online", "items", "fan_out", "concurrent", "volume", "instances", "fan-out",
	"nodes-min", "nodes-min-ha"}

func domainOf(f fact.Fact) domain {
	d := domain{low: 0, high: math.Inf(1)}
	parts := strings.Split(string(f.ID), ".")
	last := parts[len(parts)-1]
	for _, b := range bounds {
		if last == b.name {
			d.low, d.high = b.low, b.high
		}
	}
	if f.Value.Kind == fact.Share {
		d.high = min(d.high, 1)
		d.lack = f.Value.N > 0.5 && f.Value.N < 1
	}
	if f.Value.Kind == fact.Count && f.Value.N == math.Trunc(f.Value.N) {
		d.whole = slices.Contains(whole, last) || len(parts) > 1 && parts[0] == "assumed" && slices.Contains(whole, parts[1])
	}
	return d
}

// values are the ones to try in one direction, nearest first: steps up to a
// hundredfold, and the end of the plausible range.
func (d domain) values(f fact.Fact, below bool) []float64 {
	now, far := f.Value.N, f.Value.N*hundredfold
	end := f.High
	if below {
		far, end = now/hundredfold, f.Low
	}
	var out []float64
	switch {
	case now == 0 && (below || f.High <= 0):
		return nil
	case now == 0:
		out = []float64{f.High / 100, f.High / 10, f.High}
	default:
		if d.lack {
			far = 1 - (1-now)/hundredfold
			if below {
				far = max(1-(1-now)*hundredfold, now/hundredfold)
			}
		}
		far = d.clamp(far)
		for i := 1; i <= steps; i++ {
			out = append(out, d.between(now, far, float64(i)/steps))
		}
		if f.HasRange() && end != now {
			out = append(out, d.clamp(end))
		}
	}
	slices.Sort(out)
	if below {
		slices.Reverse(out)
	}
	out = slices.Compact(out)
	return slices.DeleteFunc(out, func(v float64) bool { return v == now || v < now != below })
}

func (d domain) clamp(v float64) float64 {
	if d.whole {
		v = math.Round(v)
	}
	return min(max(v, d.low), d.high)
}

// between lies a share of the way from a to b, in equal ratios; of what lacks to
// one where that counts, and in equal differences where one of them is nothing.
func (d domain) between(a, b, share float64) float64 {
	switch {
	case d.lack && a < 1 && b < 1:
		return d.clamp(1 - (1-a)*math.Pow((1-b)/(1-a), share))
	case a <= 0 || b <= 0:
		return d.clamp(a + (b-a)*share)
	}
	return d.clamp(a * math.Pow(b/a, share))
}

// fine is the precision to which a tipping point is placed.
const fine = 0.005

// near reports whether two values are as close as a tipping point is placed.
func (d domain) near(a, b float64) bool {
	switch {
	case d.whole:
		return math.Abs(a-b) <= 1 || math.Abs(a-b) <= fine*math.Abs(b)
	case d.lack:
		return math.Abs(a-b) <= fine*max(1-a, 1-b)
	}
	return math.Abs(a-b) <= fine*max(math.Abs(a), math.Abs(b))
}

// distance is how far a value lies from another one, as the logarithm of the
// factor between them.
func (d domain) distance(a, b float64) float64 {
	if d.lack && a < 1 && b < 1 {
		a, b = 1-a, 1-b
	}
	if a <= 0 || b <= 0 {
		return math.Log(hundredfold)
	}
	return math.Abs(math.Log(b / a))
}

// words are the values of facts that are words, by the last part of their names, as
// the input language has them.
var words = map[string][]string{
	"platform":    {"kubernetes", "containers", "vms", "serverless"},
	"consistency": {"atomic", "read-your-writes", "eventual"},
	"history":     {"required", "audit", "none"},
	"importance":  {"critical", "normal", "may-wait"},
	"kind":        {"core", "supporting", "generic", "reference"},
}

// others are the values that a fact without more and less could have instead.
func others(f fact.Fact) []fact.Quantity {
	switch f.Value.Kind {
	case fact.Truth:
		return []fact.Quantity{{Kind: fact.Truth, N: 1 - f.Value.N}}
	case fact.Text:
		var out []fact.Quantity
		for _, w := range words[lastPart(f.ID)] {
			if w != f.Value.Text {
				out = append(out, fact.Quantity{Kind: fact.Text, Text: w})
			}
		}
		return out
	}
	return nil
}

func lastPart(id fact.ID) string {
	return string(id[strings.LastIndexByte(string(id), '.')+1:])
}
