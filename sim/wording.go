package sim

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"plumb.dev/plumb/fact"
)

// wording is what is wrong with the words of a scenario, and how to write them.
type wording struct{ why, remedy string }

// Error says both in a line; a diagnostic has the remedy as its hint.
func (w *wording) Error() string {
	if w.remedy == "" {
		return w.why
	}
	return w.why + ": " + w.remedy
}

// refuse is the error of words that are not understood; the remedy says what to write
// instead.
func refuse(remedy, format string, args ...any) error {
	return &wording{fmt.Sprintf(format, args...), remedy}
}

// hinted is an error as a message and a hint.
func hinted(err error) (message, hint string) {
	if w, ok := err.(*wording); ok {
		return w.why, w.remedy
	}
	return err.Error(), ""
}

// mostTimes bounds multiples of a load or of a service's time: a millionfold is beyond
// what any system is asked, and further figures stay finite.
const mostTimes = 1e6

// timesOver reads a multiple of what, such as 2x.
func timesOver(word, what, example string) (float64, error) {
	digits, said := strings.CutSuffix(word, "x")
	x, err := strconv.ParseFloat(digits, 64)
	switch {
	case !said && err == nil:
		return 0, refuse("write "+word+"x for a multiple of "+what, "%q has no x behind it", word)
	case math.IsInf(x, 0) || err == nil && x > mostTimes:
		return 0, refuse("a multiple is at most 1000000x", "%s is more than a million times %s", word, what)
	case err != nil || math.IsNaN(x):
		return 0, refuse("write how many times, as in: "+example, "%q is not a multiple such as 2x", word)
	case x < 0:
		return 0, refuse("a multiple is above 0, as in: "+example, "%s is less than nothing", word)
	case x > 0 && x < 1/mostTimes:
		return 0, refuse("a multiple is at least 0.000001x", "%s is less than a millionth of %s", word, what)
	}
	return x, nil
}

// lasting reads a time of a scenario: more than nothing, and at most so long.
func lastingTime(word, text string, most time.Duration) (time.Duration, error) {
	s, err := fact.ParseSeconds(word)
	switch {
	case err != nil:
		return 0, err
	case s > most.Seconds():
		return 0, refuse("write a shorter time", "%s in %q is longer than %s, the longest that is simulated", word, text, fact.FormatSeconds(most.Seconds()))
	}
	return time.Duration(math.Round(s * float64(time.Second))), nil
}

// countOf reads how many, such as 3, or 1/3 where of is true: one of three.
func countOf(word, what, example string, of bool) (int, error) {
	number, among, split := strings.Cut(word, "/")
	n, err := strconv.ParseFloat(number, 64)
	all, allErr := math.Inf(1), error(nil)
	if split {
		all, allErr = strconv.ParseFloat(among, 64)
	}
	switch {
	case err != nil && !math.IsInf(n, 0), allErr != nil, math.IsNaN(n), math.IsNaN(all), split && !of, n == math.Trunc(n) && n < 0, n != math.Trunc(n):
		return 0, refuse("write a whole number, as in: "+example, "%q is no number of %s", word, what)
	case n == 0:
		return 0, refuse("write 1 or more, as in: "+example, "%s %s are none: it takes at least one", word, what)
	case n > maxInFlight:
		return 0, refuse(fmt.Sprintf("write at most %d", maxInFlight), "%s %s are more than a run holds", word, what)
	case n > all:
		return 0, refuse("write a part of them, as in: "+example, "%s of %s %s are more than there are", number, among, what)
	}
	return int(n), nil
}
