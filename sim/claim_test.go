package sim

import (
	"strings"
	"testing"
	"time"

	"plumb.dev/plumb/sim/des"
)

func TestClaimsAreReadAsWritten(t *testing.T) {
	for text, want := range map[string]Claim{
		"PlaceOrder.latency p99 < 800ms":    {subject: "PlaceOrder", percentile: "p99", less: true, bound: 0.8},
		"PlaceOrder.latency p99.9<=1.5s":    {subject: "PlaceOrder", percentile: "p99.9", less: true, orEqual: true, bound: 1.5},
		"PlaceOrder.goodput >= 99%":         {subject: "PlaceOrder", orEqual: true, bound: 0.99},
		"goodput > 1400/s":                  {bound: 1400, rate: true},
		"errors < 1%":                       {less: true, bound: 0.01},
		"ordering.order.v1.lag p99 < 5s":    {subject: "ordering.order.v1", percentile: "p99", less: true, bound: 5},
		"PlaceOrder/payment.retries  <  5%": {subject: "PlaceOrder/payment", less: true, bound: 0.05},
		"recovers within 1min 30s":          {less: true, orEqual: true, bound: 90},
		"no dead letters":                   {less: true, orEqual: true},
		"no stuck sagas":                    {less: true, orEqual: true},
		"view-menu.hits > 60%":              {subject: "view-menu", bound: 0.6},
	} {
		got, err := ParseClaim(text)
		if err != nil {
			t.Errorf("%q: %v", text, err)
			continue
		}
		if got.measure == nil || got.Text != strings.Join(strings.Fields(text), " ") {
			t.Errorf("%q is read as %+v", text, got)
		}
		got.measure, got.Text = nil, ""
		if got != want {
			t.Errorf("%q is read as %+v, want %+v", text, got, want)
		}
	}
	for _, text := range []string{"", "errors", "errors =< 1%", "errors < ", "latency < 1s", "x.latency p42 < 1s", "recovers", "recovers within", "a.b.c", "errors p99 < 1%", "goodput > fast", "<", "all objectives but one"} {
		if c, err := ParseClaim(text); err == nil {
			t.Errorf("%q is read as %+v", text, c)
		}
	}
}

// The interval decides: met and missed are said when it lies on one side alone.
func TestTheWholeIntervalDecides(t *testing.T) {
	at := func(text string) Claim {
		c, err := ParseClaim(text)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	for _, c := range []struct {
		claim     string
		low, high float64
		want      string
	}{
		{"errors < 1%", 0.001, 0.009, "met"},
		{"errors < 1%", 0.001, 0.01, "close"},
		{"errors <= 1%", 0.001, 0.01, "met"},
		{"errors < 1%", 0.01, 0.02, "missed"},
		{"goodput >= 99%", 0.99, 1, "met"},
		{"goodput > 99%", 0.99, 1, "close"},
		{"goodput >= 99%", 0.9, 0.98, "missed"},
		{"goodput >= 99%", 0.9, 0.995, "close"},
	} {
		claim := at(c.claim)
		if got := claim.verdict(Interval{c.low, (c.low + c.high) / 2, c.high}); got != c.want {
			t.Errorf("%s of %g to %g is %s, want %s", c.claim, c.low, c.high, got, c.want)
		}
	}
}

func TestShapesAreReadAsWritten(t *testing.T) {
	factorAt := func(points []Point, at time.Duration) float64 { return factor(points, des.Time(at)) }
	read := func(words ...string) (points []Point) {
		for _, w := range words {
			var err error
			if points, err = ParseShape(points, w); err != nil {
				t.Fatal(err)
			}
		}
		return points
	}
	for _, c := range []struct {
		points []Point
		at     time.Duration
		want   float64
	}{
		{read("ramp to 3x over 5min from 1min"), 30 * time.Second, 1},
		{read("ramp to 3x over 5min from 1min"), 210 * time.Second, 2},
		{read("ramp to 3x over 5min from 1min"), time.Hour, 3},
		{read("burst 5x at 1min for 30s"), 59 * time.Second, 1},
		{read("burst 5x at 1min for 30s"), 61 * time.Second, 5},
		{read("burst 5x at 1min for 30s"), 91 * time.Second, 1},
		{read("daily 0.2x"), 0, 0.2},
		{read("daily 0.2x"), 12 * time.Hour, 1},
		{read("daily 0.2x over 24min"), 6 * time.Minute, 0.6},
		{read("2x at 0s", "burst 6x at 1min for 1min", "4x at 3min"), 30 * time.Second, 2},
		{read("2x at 0s", "burst 6x at 1min for 1min", "4x at 3min"), 90 * time.Second, 6},
		{read("2x at 0s", "burst 6x at 1min for 1min", "4x at 3min"), 150 * time.Second, 3},
	} {
		if got := factorAt(c.points, c.at); got < c.want-1e-6 || got > c.want+1e-6 {
			t.Errorf("%v at %s is %g, want %g", c.points, c.at, got, c.want)
		}
	}
	for _, text := range []string{"", "burst", "burst 5x", "burst 5 at 1min for 3s", "burst 5x at 1min over 3s", "ramp to 3x", "2x", "daily", "2x at 1min for 3s", "1e99x at 1min"} {
		if p, err := ParseShape(nil, text); err == nil {
			t.Errorf("%q is read as %v", text, p)
		}
	}
	if p, err := ParseShape([]Point{{des.Time(time.Hour), 2}}, "burst 5x at 1min for 30s"); err == nil {
		t.Errorf("a burst before the shape before it is read as %v", p)
	}
}

// Recovery is the end of the last piece in which too little came through; a system that
// still fails at the end has not recovered.
func TestRecoveryIsTheEndOfTheLastBadPiece(t *testing.T) {
	p := &plan{until: 40 * des.Second, slice: des.Second}
	run := func(bad ...int) tally {
		one := tally{slices: make([]sliceTally, 40)}
		for k := range one.slices {
			one.slices[k] = sliceTally{Offered: 1000, Good: 1000}
		}
		for _, k := range bad {
			one.slices[k].Good = 500
		}
		return one
	}
	for _, c := range []struct {
		bad  []int
		want des.Time
		ok   bool
	}{
		{nil, 0, true},
		{[]int{5, 6}, 0, true},
		{[]int{10, 11, 14}, 5 * des.Second, true},
		{[]int{10, 39}, 30 * des.Second, false},
	} {
		one := run(c.bad...)
		if got, ok := one.back(10*des.Second, p); got != c.want || ok != c.ok {
			t.Errorf("bad at %v: back after %g s, %v; want %g s, %v", c.bad, got.Seconds(), ok, c.want.Seconds(), c.ok)
		}
	}
}
