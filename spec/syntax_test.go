package spec_test

import (
	"fmt"
	"strings"
	"testing"

	"plumb.dev/plumb/spec"
)

// field reads a type as it stands in a block mapping.
func field(t *testing.T, written string) (spec.FieldType, bool) {
	t.Helper()
	doc, _ := spec.Parse("f.yaml", []byte("system: S\ndomain:\n  A:\n    fields:\n      f: "+written+"\nuse_cases: {}\n"))
	n, _ := doc.At("domain.A.fields.f")
	return n.FieldType()
}

// shown writes a field type back in one way, spans aside.
func shown(t spec.FieldType) string {
	var b strings.Builder
	words := make([]string, len(t.Words))
	for i, w := range t.Words {
		words[i] = w.Text
	}
	core := map[string]string{"ref": "-> " + t.Name.Text, "named": t.Name.Text, "enum": "one of " + strings.Join(words, " | ")}[t.Kind]
	if core == "" {
		core = t.Kind
	}
	if t.List {
		b.WriteString("list of " + limits(t.Count))
	}
	b.WriteString(core + " " + limits(t.Bounds))
	if t.Places >= 0 {
		fmt.Fprintf(&b, "%d places ", t.Places)
	}
	for word, on := range map[string]bool{"optional": t.Optional, "unique": t.Unique, "fixed": t.Fixed} {
		if on {
			b.WriteString(word + " ")
		}
	}
	if t.Class != "" {
		b.WriteString(t.Class + " ")
	}
	if t.Pattern != "" {
		b.WriteString("matches /" + strings.ReplaceAll(t.Pattern, "/", `\/`) + "/ ")
	}
	if t.Default != "" {
		b.WriteString("default '" + t.Default + "'")
	}
	return strings.TrimSpace(b.String())
}

func limits(r spec.Range) string {
	switch {
	case r.Min != nil && r.Max != nil:
		return fmt.Sprintf("%v..%v ", *r.Min, *r.Max)
	case r.Min != nil:
		return fmt.Sprintf(">= %v ", *r.Min)
	case r.Max != nil:
		return fmt.Sprintf("<= %v ", *r.Max)
	}
	return ""
}

func TestFieldTypesReadAsWritten(t *testing.T) {
	for written, want := range map[string]string{
		"text":                              "text",
		"-> Order":                          "-> Order",
		"->Order":                           "-> Order",
		"-> Order optional":                 "-> Order optional",
		"optional -> Order":                 "-> Order optional",
		"[OrderLine]":                       "list of OrderLine",
		"[-> Dish]":                         "list of -> Dish",
		"[1..20 OrderLine]":                 "list of 1..20 OrderLine",
		"[text 1..80 optional]":             "list of text 1..80 optional",
		"list of >= 1 text <= 20":           "list of >= 1 text <= 20",
		"'[text <= 20] optional'":           "list of text <= 20 optional",
		"text personal optional":            "text optional personal",
		"pii text":                          "text personal",
		"health text":                       "text health",
		"text <= 200":                       "text <= 200",
		"text 1..80":                        "text 1..80",
		"int 1..99":                         "int 1..99",
		"int -5..5":                         "int -5..5",
		"int 1..":                           "int >= 1",
		"decimal 2 places":                  "decimal 2 places",
		"decimal 0.5..1.5 3 places":         "decimal 0.5..1.5 3 places",
		"enum(small, large)":                "one of small | large",
		"one of small, large":               "one of small | large",
		"one of small | large optional":     "one of small | large optional",
		"one of a | b default b":            "one of a | b default 'b'",
		"text, unique, fixed":               "text unique fixed",
		"text matches /[A-Z]{2}\\/[0-9]+/":  "text matches /[A-Z]{2}\\/[0-9]+/",
		"money default 0":                   "money default '0'",
		"text default 'no name'":            "text default 'no name'",
		"Cuisine":                           "Cuisine",
		"instant fixed":                     "instant fixed",
		"id":                                "id",
		"\"one of caf\\u0065, tea\"":        "one of cafe | tea",
		"text unique matches /^a b$/ <= 20": "text <= 20 unique matches /^a b$/",
	} {
		got, ok := field(t, written)
		again, okAgain := field(t, quoted(shown(got)))
		if !ok || sorted(shown(got)) != sorted(want) {
			t.Errorf("%s reads as %q (%v), want %q", written, shown(got), ok, want)
		} else if !okAgain || sorted(shown(again)) != sorted(want) {
			t.Errorf("%s: written back as %q it reads as %q", written, shown(got), shown(again))
		}
	}
}

func quoted(s string) string { return `"` + strings.ReplaceAll(s, `\`, `\\`) + `"` }

// sorted makes the order of modifiers irrelevant.
func sorted(s string) string {
	words := strings.Fields(s)
	for i := range words {
		for j := range i {
			if words[i] < words[j] {
				words[i], words[j] = words[j], words[i]
			}
		}
	}
	return strings.Join(words, " ")
}

func TestWordsOfGrammarsStandWhereTheyWereWritten(t *testing.T) {
	text := "system: S\ndomain:\n  A:\n    fields: {größe: text, o: 'ä ->  Order', l: [one of x | y]}\n" +
		"    states: >-\n      a -> bb,\n      bb -> ccc\n" +
		"use_cases:\n  U:\n    moves: \"A  a\\u0020->\\tbb\"\n    per: 12 per A\n"
	doc, _ := spec.Parse("p.yaml", []byte(text))
	lines := strings.Split(text, "\n")
	at := func(w spec.Word) string {
		if w.Span.Start.Line != w.Span.End.Line {
			return "several lines"
		}
		return string([]rune(lines[w.Span.Start.Line-1])[w.Span.Start.Column-1 : w.Span.End.Column-1])
	}
	n, _ := doc.At("domain.A.states")
	steps, ok := n.Transitions()
	if !ok || len(steps) != 2 {
		t.Fatalf("transitions read as %v", steps)
	}
	n, _ = doc.At("use_cases.U.moves")
	moves, ok := n.Moves()
	if !ok || len(moves) != 1 {
		t.Fatalf("moves read as %v", moves)
	}
	n, _ = doc.At("use_cases.U.per")
	per, _ := n.Per()
	n, _ = doc.At("domain.A.fields.l")
	list, _ := n.FieldType()
	for _, w := range []spec.Word{
		steps[0].From, steps[0].To, steps[1].From, steps[1].To,
		moves[0].Aggregate, moves[0].From, moves[0].To, per.Name, list.Words[0], list.Words[1],
	} {
		if at(w) != w.Text {
			t.Errorf("%q stands at %s, where %q is written", w.Text, w.Span, at(w))
		}
	}
}

// value returns the value of a use case's key.
func value(t *testing.T, key, written string) *spec.Node {
	t.Helper()
	doc, _ := spec.Parse("v.yaml", []byte("system: S\ndomain: {}\nuse_cases:\n  U:\n    "+key+": "+written+"\n"))
	n, _ := doc.At("use_cases.U." + key)
	return n
}

func TestLoadsReadRateLengthAndWindow(t *testing.T) {
	evening := spec.Window{Days: 0x7f, From: 18 * 3600, To: 20 * 3600}
	for written, want := range map[string]spec.Load{
		"350/s":                              {PerSecond: 350},
		"20 per hour":                        {PerSecond: 20.0 / 3600},
		"350/s for 2h":                       {PerSecond: 350, Lasts: 7200},
		"350/s for 1h 30min":                 {PerSecond: 350, Lasts: 5400},
		"350/s daily 18:00-20:00":            {PerSecond: 350, When: &evening},
		"350/s for 2h daily 18:00-20:00":     {PerSecond: 350, Lasts: 7200, When: &evening},
		"60/min for 2h mon, wed 18:00-20:00": {PerSecond: 1, Lasts: 7200, When: &spec.Window{Days: 0b1010, From: 64800, To: 72000}},
	} {
		got, ok := value(t, "peak", written).Load()
		same := got.PerSecond == want.PerSecond && got.Lasts == want.Lasts && (got.When == nil) == (want.When == nil)
		if !ok || !same || got.When != nil && *got.When != *want.When {
			t.Errorf("%q reads as %+v (%v)", written, got, ok)
		}
	}
}

func TestSchedulesReadPeriodsAndCalendars(t *testing.T) {
	const week, month = 604800.0, 31556952.0 / 12
	for written, want := range map[string]spec.Schedule{
		"15min":                   {Period: 900},
		"every 15min":             {Period: 900},
		"hourly":                  {Period: 3600},
		"weekly":                  {Period: week},
		"daily":                   {Period: 86400, Calendar: true, Days: 0x7f},
		"daily 02:00":             {Period: 86400, Calendar: true, Days: 0x7f, At: 7200, AtSaid: true},
		"daily at 02:00":          {Period: 86400, Calendar: true, Days: 0x7f, At: 7200, AtSaid: true},
		"weekdays 06:00":          {Period: week / 5, Calendar: true, Days: 0b0111110, At: 21600, AtSaid: true},
		"mon,thu 10:00":           {Period: week / 2, Calendar: true, Days: 0b0010010, At: 36000, AtSaid: true},
		"mon and Thursday 10:00":  {Period: week / 2, Calendar: true, Days: 0b0010010, At: 36000, AtSaid: true},
		"fri-mon 10:00":           {Period: week / 4, Calendar: true, Days: 0b1100011, At: 36000, AtSaid: true},
		"monthly":                 {Period: month, Calendar: true, MonthDay: 1},
		"monthly 15 02:00":        {Period: month, Calendar: true, MonthDay: 15, At: 7200, AtSaid: true},
		"quarterly on 1 at 02:00": {Period: 3 * month, Calendar: true, MonthDay: 1, At: 7200, AtSaid: true},
	} {
		if got, ok := value(t, "every", written).Schedule(); !ok || got != want {
			t.Errorf("%q reads as %+v (%v), want %+v", written, got, ok, want)
		}
	}
}

func TestPayloadsReadEachWay(t *testing.T) {
	show := func(p spec.Payload) string {
		s := ""
		for name, v := range map[string]*float64{"in": p.In, "out": p.Out, "bare": p.Bare} {
			if v != nil {
				s += fmt.Sprintf(" %s=%v", name, *v)
			}
		}
		return sorted(s)
	}
	for written, want := range map[string]string{
		"2 kB in, 30 kB out": "in=2000 out=30000",
		"2 kB in 30 kB out":  "in=2000 out=30000",
		"30kB out, 2kB in":   "in=2000 out=30000",
		"30 kB out":          "out=30000",
		"4 KiB":              "bare=4096",
	} {
		if got, ok := value(t, "payload", written).Payload(); !ok || show(got) != want {
			t.Errorf("%q reads as %s (%v), want %s", written, show(got), ok, want)
		}
	}
}

func TestSmallQuantitiesRead(t *testing.T) {
	doc, list := spec.Parse("q.yaml", []byte(`system: S
context:
  horizon: 3y at 40%/y
  maintenance: [daily 02:00-04:00, sun 23:00-01:00]
domain:
  A: {volume: 2M, skew: 20% on 1%}
  B: {volume: 365.2425/y, skew: 80% on 20% of them}
rules:
  r: {over: A, holds: "a sentence", when: eventual within 1min}
use_cases:
  U: {consistency: read-your-writes, per: 0.5 per A, toggle: no}
`))
	if len(list) > 0 {
		t.Fatal(list[0].Message)
	}
	at := func(path string) *spec.Node {
		n, _ := doc.At(path)
		if n == nil {
			t.Fatalf("nothing at %s", path)
		}
		return n
	}
	if h, _ := at("context.horizon").Horizon(); h != (spec.Horizon{Seconds: 3 * 31556952, Growth: 0.4, GrowthSaid: true}) {
		t.Errorf("the horizon reads as %+v", h)
	}
	if w, _ := at("context.maintenance.1").Window(); w != (spec.Window{Days: 1, From: 82800, To: 3600}) {
		t.Errorf("the window reads as %+v", w)
	}
	if v, _ := at("domain.A.volume").Volume(); v != (spec.Volume{Count: 2e6}) {
		t.Errorf("the count reads as %+v", v)
	}
	if v, _ := at("domain.B.volume").Volume(); !v.Grows || v.PerSecond < 1.157e-5 || v.PerSecond > 1.158e-5 {
		t.Errorf("the growth of one a day reads as %+v", v)
	}
	if s, _ := at("domain.B.skew").Skew(); s != (spec.Skew{Share: 0.8, On: 0.2}) {
		t.Errorf("the skew reads as %+v", s)
	}
	if c, _ := at("rules.r.when").Consistency(); c != (spec.Consistency{Kind: "eventual", Within: 60}) {
		t.Errorf("the consistency reads as %+v", c)
	}
	if p, _ := at("use_cases.U.per").Per(); p.Count != 0.5 || p.Name.Text != "A" {
		t.Errorf("per reads as %+v", p)
	}
	if v, ok := at("use_cases.U.toggle").Flag(); v || !ok {
		t.Errorf("the flag reads as %v, %v", v, ok)
	}
}

func TestGrowthIsCompoundedToAYear(t *testing.T) {
	doc, _ := spec.Parse("g.yaml", []byte("context: {horizon: 2y at 2%/month}"))
	n, _ := doc.At("context.horizon")
	// 1.02^12 = 1.26824...
	if h, ok := n.Horizon(); !ok || h.Growth < 0.26823 || h.Growth > 0.26825 {
		t.Errorf("2%% a month reads as %v a year (%v)", h.Growth, ok)
	}
}

func TestNamedListsReadAlikeInEveryForm(t *testing.T) {
	for _, written := range []string{"a", "[a]", "{a: {chance: 5%}}", "[a: {chance: 5%}, b]", "[b, a]", "{b: , a: {}}"} {
		n := value(t, "calls", written)
		var names []string
		for _, e := range n.Named() {
			names = append(names, e.Key)
			if c := e.Value.Get("chance"); c != nil && c.Text != "5%" {
				t.Errorf("%s: the chance of %s reads as %q", written, e.Key, c.Text)
			}
		}
		if got := sorted(strings.Join(names, " ")); got != "a" && got != "a b" {
			t.Errorf("%s names %s", written, got)
		}
	}
}

func TestReadersSayNothingOfMissingAndBadValues(t *testing.T) {
	var missing *spec.Node
	if _, ok := missing.Load(); ok {
		t.Error("a missing load was read")
	}
	if _, ok := value(t, "peak", "fast").Load(); ok {
		t.Error("a bad load was read")
	}
	if missing.Get("x") != nil || missing.Named() != nil || missing.Values() != nil {
		t.Error("a missing node has content")
	}
}
