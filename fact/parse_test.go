package fact_test

import (
	"math"
	"strings"
	"testing"

	"plumb.dev/plumb/fact"
)

// near allows for the rounding of unit factors and of three shown digits.
func near(a, b, relative float64) bool {
	return a == b || math.Abs(a-b) <= relative*math.Max(math.Abs(a), math.Abs(b))
}

func TestQuantitiesReadAsPeopleWriteThem(t *testing.T) {
	const year, month = 31556952, 31556952.0 / 12
	for _, c := range []struct {
		parse func(string) (float64, error)
		text  string
		want  float64
	}{
		{fact.ParseSeconds, "800ms", 0.8},
		{fact.ParseSeconds, "1.5s", 1.5},
		{fact.ParseSeconds, "1h 30min", 5400},
		{fact.ParseSeconds, "1h30min", 5400},
		{fact.ParseSeconds, "5 min", 300},
		{fact.ParseSeconds, "5m", 300},
		{fact.ParseSeconds, "250µs", 0.00025},
		{fact.ParseSeconds, "7y", 7 * year},
		{fact.ParseSeconds, "6 months", 6 * month},
		{fact.ParseRate, "350/s", 350},
		{fact.ParseRate, "300k/day", 300000.0 / 86400},
		{fact.ParseRate, "20 per hour", 20.0 / 3600},
		{fact.ParseRate, "1/5s", 0.2},
		{fact.ParseRate, "2.5M/month", 2.5e6 / month},
		{fact.ParseShare, "99.95%", 0.9995},
		{fact.ParseShare, "0.4", 0.4},
		{fact.ParseShare, "100 %", 1},
		{fact.ParseCount, "1,500", 1500},
		{fact.ParseCount, "1_500", 1500},
		{fact.ParseCount, "20k", 20000},
		{fact.ParseCount, "2M", 2e6},
		{fact.ParseCount, "1.2G", 1.2e9},
		{fact.ParseBytes, "4 kB", 4000},
		{fact.ParseBytes, "2MB", 2e6},
		{fact.ParseBytes, "64KiB", 65536},
		{fact.ParseBytes, "10 B", 10},
	} {
		got, err := c.parse(c.text)
		if err != nil || !near(got, c.want, 1e-12) {
			t.Errorf("%q reads as %v (%v), want %v", c.text, got, err, c.want)
		}
	}
}

func TestWrongQuantitiesAreRefusedWithARemedy(t *testing.T) {
	money := func(s string) (float64, error) { n, _, _, err := fact.ParseMoney(s); return n, err }
	latency := func(s string) (float64, error) { l, err := fact.ParseLatency(s); return l.P99, err }
	for _, c := range []struct {
		parse      func(string) (float64, error)
		text, says string
	}{
		{fact.ParseSeconds, "", "800ms"},
		{fact.ParseSeconds, "800", "has no unit"},
		{fact.ParseSeconds, "800 msec", `ends in "msec"`},
		{fact.ParseSeconds, "-5s", "no duration"},
		{fact.ParseSeconds, "1h 30", "has no unit"},
		{fact.ParseSeconds, "99999999y", "longer than"},
		{fact.ParseRate, "350", "add the time"},
		{fact.ParseRate, "350/0s", "not a unit of time"},
		{fact.ParseRate, "350/fortnight", "fortnight"},
		{fact.ParseRate, "many/s", "350/s"},
		{fact.ParseShare, "101%", "outside"},
		{fact.ParseShare, "99.9", "write 99.9%"},
		{fact.ParseShare, "NaN", "no share"},
		{fact.ParseShare, "0x1p-2", "no share"},
		{fact.ParseShare, "-1%", "no share"},
		{fact.ParseCount, "1,50", "no count"},
		{fact.ParseCount, "2m", "no count"},
		{fact.ParseCount, strings.Repeat("9", 400), "no count"},
		{fact.ParseBytes, "4", "has no unit"},
		{fact.ParseBytes, "4 kb", `ends in "kb"`},
		{money, "9k", "has no currency"},
		{money, "$9k", "no amount of money"},
		{money, "USD 9k EUR", "two currencies"},
		{money, "9k USD/fortnight", "fortnight"},
		{money, "9k USD month", "has no currency"},
		{latency, "", "p99 800ms"},
		{latency, "p98 1s", "no percentile"},
		{latency, "p99", "duration"},
		{latency, "p99 0s", "more than 0s"},
		{latency, "p99 1s p99 2s", "twice"},
		{latency, "p99 800", "has no unit"},
	} {
		got, err := c.parse(c.text)
		if err == nil {
			t.Errorf("%q reads as %v, want a refusal that says %q", c.text, got, c.says)
		} else if !strings.Contains(err.Error(), c.says) {
			t.Errorf("%q: %q does not say %q", c.text, err, c.says)
		}
	}
}

func TestMoneyKeepsItsCurrencyAndPeriod(t *testing.T) {
	for _, c := range []struct {
		text     string
		amount   float64
		currency string
		period   float64
	}{
		{"9k USD/month", 9000, "USD", 31556952.0 / 12},
		{"0.05 EUR", 0.05, "EUR", 0},
		{"EUR 300/year", 300, "EUR", 31556952},
		{"EUR 300 per year", 300, "EUR", 31556952},
		{"9,400 USD", 9400, "USD", 0},
		{"2M JPY / month", 2e6, "JPY", 31556952.0 / 12},
	} {
		amount, currency, period, err := fact.ParseMoney(c.text)
		if err != nil || amount != c.amount || currency != c.currency || !near(period, c.period, 1e-12) {
			t.Errorf("%q reads as %v %v per %v s (%v)", c.text, amount, currency, period, err)
		}
	}
}

func TestLatencyReadsPercentilesInAnyOrderAndSpacing(t *testing.T) {
	for text, want := range map[string]fact.Latency{
		"p99 800ms":                   {P99: 0.8},
		"p99: 800ms":                  {P99: 0.8},
		"p99 < 800 ms":                {P99: 0.8},
		"p50 180ms p99 900ms":         {P50: 0.18, P99: 0.9},
		"p99.9 2s, p50 40ms, max 10s": {P50: 0.04, P999: 2, Max: 10},
		"p90 1s p95 1.5s":             {P90: 1, P95: 1.5},
		"mean 20ms":                   {Mean: 0.02},
		"800 ms":                      {Mean: 0.8},
		"1s 500ms":                    {Mean: 1.5},
	} {
		got, err := fact.ParseLatency(text)
		if err != nil || got != want {
			t.Errorf("%q reads as %+v (%v), want %+v", text, got, err, want)
		}
	}
}

// What the formatters show can be written back into the input: it reads as the same
// number up to the three digits shown.
func TestShownQuantitiesReadBack(t *testing.T) {
	parsers := map[fact.Kind]func(string) (float64, error){
		fact.Rate: fact.ParseRate, fact.Duration: fact.ParseSeconds, fact.Share: fact.ParseShare,
		fact.Bytes: fact.ParseBytes, fact.Count: fact.ParseCount,
		fact.Money: func(s string) (float64, error) { n, _, _, err := fact.ParseMoney(s); return n, err },
	}
	for kind, parse := range parsers {
		for e := -4.0; e < 9; e += 0.37 {
			n := math.Pow(10, e)
			if kind == fact.Share {
				n = math.Pow(10, -e/3-2)
			}
			shown := fact.Quantity{Kind: kind, N: n, Text: "USD"}.String()
			got, err := parse(shown)
			if kind == fact.Money && n >= 10 {
				n = math.Round(n) // shown in whole units
			}
			if err != nil || !near(got, n, 0.006) {
				t.Errorf("%s %v is shown as %q, which reads as %v (%v)", kind, n, shown, got, err)
			}
		}
	}
}

func FuzzQuantitiesStayFinite(f *testing.F) {
	for _, s := range []string{"350/s", "1h 30min", "99.95%", "9k USD/month", "p50 1ms p99 2s", "4 KiB", "1/0s", "1e400"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, parse := range []func(string) (float64, error){fact.ParseSeconds, fact.ParseRate, fact.ParseShare, fact.ParseCount, fact.ParseBytes} {
			if v, err := parse(s); err == nil && (v < 0 || math.IsInf(v, 0) || math.IsNaN(v)) {
				t.Errorf("%q reads as %v", s, v)
			}
		}
		if v, currency, period, err := fact.ParseMoney(s); err == nil && (math.IsInf(v, 0) || len(currency) != 3 || period < 0) {
			t.Errorf("%q reads as %v %q per %v", s, v, currency, period)
		}
		if l, err := fact.ParseLatency(s); err == nil && l == (fact.Latency{}) {
			t.Errorf("%q reads as no latency at all", s)
		}
	})
}
