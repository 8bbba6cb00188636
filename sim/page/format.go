package page

import (
	"fmt"
	"strconv"
	"strings"

	"plumb.dev/plumb/fact"
	"plumb.dev/plumb/sim"
)

func showShare(x float64) string   { return fact.FormatShare(x) }
func showSeconds(x float64) string { return fact.FormatSeconds(x) }
func showRate(x float64) string    { return fact.FormatRate(x) }
func digits(x float64) string      { return strconv.FormatFloat(x, 'g', 4, 64) }
func wholeNumber(x float64) string { return strconv.FormatFloat(x, 'f', 0, 64) }
func count(n uint64) string        { return fact.FormatCount(float64(n)) }

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// at is the estimate of a time, a dash where the sample carries none.
func at(i *sim.Interval) string {
	if i == nil {
		return "–"
	}
	return fact.FormatSeconds(i.Estimate)
}

// within is the confidence interval of a time.
func within(i *sim.Interval) string {
	if i == nil {
		return ""
	}
	return fact.FormatSeconds(i.Low) + " to " + fact.FormatSeconds(i.High)
}

func causes(list []sim.Cause) string {
	var out []string
	for _, c := range list {
		out = append(out, fmt.Sprintf("%s %.3g%%", c.Cause, 100*c.Share))
	}
	return strings.Join(out, ", ")
}

// measured shows a value of a kind of objective.
func measured(kind string, x float64) string {
	switch kind {
	case "latency", "staleness", "duration":
		return fact.FormatSeconds(x)
	case "availability", "share":
		return fact.FormatShare(x)
	case "throughput", "rate":
		return fact.FormatRate(x)
	}
	return digits(x)
}

// verdictOf is a verdict in words for a reader who sees no colour.
func verdictOf(v string) string {
	switch v {
	case "close":
		return "close: the bound lies within the interval"
	case "unknown":
		return "unknown: the run is too short to tell"
	}
	return v
}

// short keeps a name within the space beside a plot; its title has all of it.
func short(name string) string {
	const most = 32
	if r := []rune(name); len(r) > most {
		return "…" + string(r[len(r)-most+1:])
	}
	return name
}

// driftText says where a system goes after what disturbed it.
func driftText(d sim.Drift) string {
	switch d.State {
	case "recovered":
		return fmt.Sprintf("recovered, %s comes through", fact.FormatShare(d.Goodput))
	case "recovering":
		return fmt.Sprintf("recovering, %s wait and none in %s", fact.FormatCount(d.Waiting), fact.FormatSeconds(d.Empty))
	}
	return fmt.Sprintf("stays down: %s comes through, %s wait", fact.FormatShare(d.Goodput), fact.FormatCount(d.Waiting))
}

// valueOf shows a measure of a comparison.
func valueOf(measure string, x float64) string {
	switch measure {
	case "goodput", "offered":
		return fact.FormatRate(x)
	case "success":
		return fact.FormatShare(x)
	}
	return fact.FormatSeconds(x)
}

// changeText is a difference with its interval.
func changeText(measure string, i sim.Interval) string {
	sign := ""
	if i.Estimate > 0 {
		sign = "+"
	}
	return fmt.Sprintf("%s%s (%s to %s)", sign, valueOf(measure, i.Estimate), valueOf(measure, i.Low), valueOf(measure, i.High))
}

// telling are the measures of a use case that tell two systems apart.
func telling(u sim.UseCaseCompare) (out []sim.Difference) {
	for _, d := range u.Pairs {
		if d.Differs {
			out = append(out, d)
		}
	}
	return out
}
