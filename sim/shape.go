package sim

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

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
		if scale, err = multiple(words[0]); err != nil {
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
	return "", 0, fmt.Errorf("a load is normal, peak, horizon or a multiple of one of them such as 2x or 1.5x horizon, not %q", text)
}

// multiple reads "2x".
func multiple(word string) (float64, error) {
	x, err := strconv.ParseFloat(strings.TrimSuffix(word, "x"), 64)
	if err != nil || !(x >= 0) || x > 1e6 || !strings.HasSuffix(word, "x") {
		return 0, fmt.Errorf("%q is not a multiple such as 2x", word)
	}
	return x, nil
}

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
		return nil, fmt.Errorf("a shape is written like: burst 5x at 1min for 30s")
	}
	x, err := multiple(rest[0])
	if err != nil {
		return nil, err
	}
	at, err := times(rest[1:])
	if err != nil {
		return nil, err
	}
	takes := map[string][]string{"ramp": {"over", "from"}, "burst": {"at", "for"}, "daily": {"over"}, "": {"at"}}[shape]
	for word := range at {
		if !contains(takes, word) {
			return nil, fmt.Errorf("%q takes no %q", text, word)
		}
	}
	for _, word := range takes {
		if _, said := at[word]; !said && word != "from" && shape != "daily" {
			return nil, fmt.Errorf("%q does not say %q", text, word)
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
		return nil, fmt.Errorf("%q begins before the shape before it has ended, at %s", text, fact.FormatSeconds(last.Seconds()))
	}
	return points, nil
}

// times reads pairs of a word and a duration.
func times(words []string) (map[string]des.Time, error) {
	out := map[string]des.Time{}
	for ; len(words) >= 2; words = words[2:] {
		s, err := fact.ParseSeconds(words[1])
		if err != nil {
			return nil, err
		}
		out[words[0]] = des.Time(time.Duration(math.Min(s, (30*longest).Seconds()) * float64(time.Second)))
	}
	if len(words) > 0 {
		return nil, fmt.Errorf("%q is left over", words[0])
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
