package sim

import (
	"math"
	"strings"

	"plumb.dev/plumb/fact"
	"plumb.dev/plumb/sim/des"
)

// ParseLoad reads the load of a scenario as a person writes it: peak, normal (the
// average), horizon, a multiple of the peak such as 2x, or a multiple of another one
// such as 1.5x horizon.
func ParseLoad(text string) (load string, scale float64, err error) {
	load, scale = "peak", 1
	words := strings.Fields(text)
	if len(words) > 0 && strings.HasSuffix(words[0], "x") {
		if scale, err = timesOver(words[0], "the load", "2x, 1.5x horizon"); err != nil {
			return "", 0, err
		}
		if words = words[1:]; len(words) == 0 {
			return load, scale, nil
		}
	}
	if len(words) == 1 {
		switch words[0] {
		case "peak", "horizon":
			return words[0], scale, nil
		case "normal", "average":
			return "average", scale, nil
		}
	}
	return "", 0, refuse("write one of them", "a load is normal, peak, horizon or a multiple of one of them such as 2x or 1.5x horizon, not %q", text)
}

// shapeExamples are the shapes as a person writes them; "" is a point.
var shapeExamples = map[string]string{"ramp": "ramp to 3x over 5min", "burst": "burst 5x at 1min for 30s", "daily": "daily 0.2x", "": "2x at 90s"}

// longestRun is how long a run may last.
const longestRun = 30 * longest

// hoursOfDay is into how many pieces a day's shape is cut.
const hoursOfDay = 24

// ParseShape reads how a load changes, and adds it to the shapes before it:
//
//	ramp to 3x over 5min [from 1min]   from the load before it
//	burst 5x at 1min for 30s           and back
//	daily 0.2x [over 10min]            a day from its quietest hour, with that share of the load
//	2x at 90s                          a point, with a straight line from the one before
//
// Times count from the beginning of the run.
func ParseShape(points []Point, text string) ([]Point, error) {
	words := strings.Fields(text)
	last, level := des.Time(0), 1.0
	if n := len(points); n > 0 {
		last, level = points[n-1].At, points[n-1].Factor
	}
	shape, rest := "", words
	if len(words) > 0 && (words[0] == "ramp" || words[0] == "burst" || words[0] == "daily") {
		shape, rest = words[0], words[1:]
	}
	if shape == "ramp" && len(rest) > 0 && rest[0] == "to" {
		rest = rest[1:]
	}
	if len(rest) == 0 {
		return nil, refuse("write it like: "+shapeExamples[shape], "%q says no multiple of the load", text)
	}
	if shape == "" && !strings.ContainsAny(rest[0][:1], "0123456789.+-") {
		return nil, refuse("write it like: "+shapeExamples["burst"], "%q is no shape: it is ramp, burst, daily, bursty, batches or a point such as 2x at 90s", rest[0])
	}
	x, err := timesOver(rest[0], "the load", shapeExamples[shape])
	if err != nil {
		return nil, err
	}
	if shape == "daily" && x > 1 {
		return nil, refuse("write the share that is left of the load, as in: "+shapeExamples[shape], "the quietest hour of %q has more than the whole load", text)
	}
	at, err := times(text, rest[1:], shapeExamples[shape])
	if err != nil {
		return nil, err
	}
	takes := map[string][]string{"ramp": {"over", "from"}, "burst": {"at", "for"}, "daily": {"over"}, "": {"at"}}[shape]
	for word := range at {
		if !contains(takes, word) {
			return nil, refuse("write it like: "+shapeExamples[shape], "%q takes no %q", text, word)
		}
	}
	for _, word := range takes {
		if _, said := at[word]; !said && word != "from" && shape != "daily" {
			return nil, refuse("write it like: "+shapeExamples[shape], "%q does not say %q", text, word)
		}
	}
	for _, word := range []string{"for", "over"} {
		if d, said := at[word]; said && d <= 0 {
			return nil, refuse("write how long it takes, as in: "+shapeExamples[shape], "%q takes no time at all", text)
		}
	}
	from := last
	switch shape {
	case "ramp":
		if t, said := at["from"]; said {
			from = t
		}
		points = append(points, Point{from, level}, Point{from + at["over"], x})
	case "burst":
		from = at["at"]
		points = append(points, Point{from, level}, Point{from, x}, Point{from + at["for"], x}, Point{from + at["for"], level})
	case "daily":
		length, said := at["over"]
		if !said {
			length = des.Time(longest)
		}
		for h := range hoursOfDay + 1 {
			share := x + (1-x)*(1-math.Cos(2*math.Pi*float64(h)/hoursOfDay))/2
			points = append(points, Point{last + des.Time(float64(length)*float64(h)/hoursOfDay), share})
		}
	default:
		from = at["at"]
		points = append(points, Point{from, x})
	}
	if from < last {
		return nil, refuse("let it begin then or later, or write it before that one", "%q begins before the shape before it has ended, at %s", text, fact.FormatSeconds(last.Seconds()))
	}
	if end := points[len(points)-1].At; end > des.Time(longestRun) {
		return nil, refuse("write shorter times", "%q ends after %s, longer than a run lasts", text, fact.FormatSeconds(end.Seconds()))
	}
	return points, nil
}

// times reads pairs of a word and a duration.
func times(text string, words []string, example string) (map[string]des.Time, error) {
	out := map[string]des.Time{}
	for ; len(words) >= 2; words = words[2:] {
		d, err := lastingTime(words[1], text, longestRun)
		if err != nil {
			return nil, err
		}
		if _, said := out[words[0]]; said {
			return nil, refuse("say it once", "%q says %q twice", text, words[0])
		}
		out[words[0]] = des.Time(d)
	}
	if len(words) > 0 {
		return nil, refuse("write it like: "+example, "%q is left over in %q", words[0], text)
	}
	return out, nil
}

func contains(list []string, word string) bool {
	for _, w := range list {
		if w == word {
			return true
		}
	}
	return false
}
