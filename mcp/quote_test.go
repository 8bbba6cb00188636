package mcp

import (
	"strings"
	"testing"
)

func TestAQuoteIsWordForWord(t *testing.T) {
	brief := "# Orders\n\nPlace order: p99 under 300 ms at\n  peak, 1,500 orders per minute.\nThe fee is 1.5 %. Größe zählt.\n"
	for _, c := range []struct {
		quote string
		line  int
	}{
		{"p99 under 300 ms at peak", 3}, {"under 300 ms\tat\n peak,", 3}, {"1,500 orders per minute", 4}, {"Größe zählt", 5}, {"300 ms", 3},
		{"p99 under 30 ms at peak", 0}, {"P99 under 300 ms", 0}, {"00 ms at", 0}, {"500 orders per minute", 0}, {"fee is 1", 0},
		{"lace order", 0}, {"under 300 ms ... 1,500 orders", 0}, {"", 0}, {"a", 0}, {"...", 0}, {"5 %", 0},
	} {
		if line, ok := find(brief, c.quote); ok != (c.line > 0) || line != c.line {
			t.Errorf("%q is found on line %d, expected %d", c.quote, line, c.line)
		}
	}
}

func TestAQuoteHoldsTheNumbersOfItsValue(t *testing.T) {
	for _, c := range []struct{ value, quote string }{
		{"300ms", "within 300 milliseconds"}, {"300ms", "in 0.3 s"}, {"p99 300ms", "p99 under 300 ms"}, {"p99 300ms", "the 99th percentile stays below 300 ms"},
		{"p95 2s", "95 % of searches answer within 2 seconds"}, {"350/s", "350 orders per second at peak"}, {"20k/min", "20,000 orders a minute"},
		{"20k/min", "20k orders per minute"}, {"20k/min", "20 thousand orders every minute"}, {"2M", "two million accounts"}, {"2M", "2 million accounts"},
		{"99.95%", "99.95 % available per month"}, {"3y at 40%/y", "grow 40% a year over 3 years"}, {"9k USD/month", "no more than 9,000 USD a month"},
		{"300k/day", "300 000 orders per day"}, {"7y", "kept for seven years"}, {"[postgres, kafka]", "we run Postgres and Kafka"}, {"sun 02:00-04:00", "Sundays 02:00 to 04:00"},
		{"eventual within 5min", "may be 5 minutes old"}, {"2MB", "up to 2 MB each"}, {"6", "six engineers"},
		{"p99 1.5s", "99% under 1.5 s"}, {"1.5s", "within 1.5 seconds"}, {"200/s", "about two hundred reads per second at peak"}, {"25", "twenty-five branches"},
		{"2050", "two thousand and fifty sites"}, {"500k", "half a million accounts"}, {"1M", "a million accounts"}, {"2.5M", "2.5 million accounts"}, {"24", "two dozen clerks"},
		{"100/min", "a hundred calls a minute"}, {"[2, 3]", "two or three orders"}, {"500", "5 hundred clerks"}, {"512 kb", "five hundred and twelve KB"}, {"19", "nineteen depots"}, {"eu-west-1", "in Ireland"},
	} {
		if missing := unsupported(c.value, c.quote); missing != "" {
			t.Errorf("%s is not seen in %q: %s is missing", c.value, c.quote, missing)
		}
	}
	for _, c := range []struct{ value, quote string }{
		{"300ms", "300 orders"}, {"300ms", "300 s"}, {"300ms", "30 ms"}, {"p99 300ms", "under 300 ms"}, {"350/s", "350 orders per minute"}, {"350/s", "350 orders"},
		{"20k/min", "20 orders per minute"}, {"2M", "2 accounts"}, {"99.95%", "99.9 % available"}, {"3y at 40%/y", "grow 40% a year"}, {"9k USD/month", "9 USD a month"},
		{"7y", "kept for long"}, {"2MB", "up to 2 KB"}, {"sun 02:00-04:00", "Sundays at night"}, {"p99 300ms", "p95 under 300 ms"},
		{"2100/s", "two hundred reads per second"}, {"100/s", "two hundred reads per second"}, {"1M", "half a million accounts"}, {"1M", "a quarter of a million accounts"},
		{"5", "twenty-five branches"}, {"20", "twenty-five branches"}, {"100", "hundreds of clerks"}, {"2.5s", "1.5 s"}, {"2300", "two and three hundred"},
	} {
		if unsupported(c.value, c.quote) == "" {
			t.Errorf("%s is taken to be in %q", c.value, c.quote)
		}
	}
}

func TestFiguresEndOnAnyText(t *testing.T) {
	for _, s := range []string{"", "1", "1e999", "99999999999999999999999999999999999999999", "p", "1:2:3", "%", "1 %%", "٣", "1,2,3,,", "µ", "\xff1\xfe"} {
		figures(s)
		find(s, s)
	}
}

func FuzzQuote(f *testing.F) {
	f.Add("Place order: p99 under 300 ms", "300ms")
	f.Fuzz(func(t *testing.T, text, value string) {
		if line, ok := find(text, value); ok && line < 1 {
			t.Errorf("found on line %d", line)
		}
		if missing := unsupported(text, text); missing != "" {
			t.Errorf("%q does not hold its own number %s", text, missing)
		}
	})
}

func TestNumbersThatNoSourceHoldsAreNamed(t *testing.T) {
	sources := []string{"peak 350/s, latency p99 300ms, availability 99.9%, margin 0.31 over kafka, 9,000 USD a month, 30k accounts", "They take 20 MB each."}
	for text, want := range map[string]string{
		"350 orders per second within 0.3 s, 99.9 % of the time; margin 0.31, 9,000 USD":  "",
		"three services, 4 teams, D12, HTTP 404, TLS 1.3, PostgreSQL 16.2, step 2, 20 MB": "",
		"a peak of 350, 30,000 accounts, RFC 9457, port :8080":                            "",
		"it answers in 250 ms":                            "250 ms",
		"about 3 TB a year, at 1,200 requests per second": "3 TB, 1,200 requests/second",
		"a margin of 0.42":                                "0.42",
		"it costs $45 a month, 12 % more, 2M accounts":    "45 a/month, 12 %, 2M accounts",
		"we expect 500 users":                             "500 users",
	} {
		got := strings.Join(Unbacked(text, sources), ", ")
		if got != want {
			t.Errorf("%q: %q is called unbacked, expected %q", text, got, want)
		}
	}
}
