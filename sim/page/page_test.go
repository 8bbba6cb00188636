package page_test

import (
	"bytes"
	"context"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/arch/archtest"
	"plumb.dev/plumb/diag"
	"plumb.dev/plumb/sim"
	"plumb.dev/plumb/sim/page"
)

// content is a page of all parts: a fault, claims, a sweep, a finding, what is
// metastable, a comparison. It is made once.
var content = sync.OnceValue(func() page.Content {
	a := archtest.Harbour()
	claim, err := sim.ParseClaim("errors < 1%")
	none := func(list diag.List) {
		if len(list) > 0 {
			panic(list[0].Message)
		}
	}
	if err != nil {
		panic(err)
	}
	s := sim.Scenario{
		Name: "outage", About: "What outage does", WarmUp: time.Second, For: 5 * time.Second, Replications: 2, Seed: 1, Workers: 2, Holds: []sim.Claim{claim},
		Faults: []sim.Fault{{Kind: sim.Slow, Element: string(a.Externals[0].ID), Factor: 10, At: 2 * time.Second, For: 2 * time.Second}},
	}
	r, list := sim.Run(context.Background(), a, s)
	none(list)
	points, list := sim.Sweep(context.Background(), a, s, []float64{0.5, 1, 2})
	none(list)
	c, list := sim.Compare(context.Background(), sim.Version{Arch: a}, sim.Version{Arch: a, Changes: []sim.Change{{Policy: sim.CallTimeout, Value: 0.01}}}, s)
	none(list)
	loop := []sim.LoopEdge{{Edge: "PlaceOrder/maps", Attempts: 3, Timeout: 1, Amplification: 3}}
	return page.Content{
		System: a.System.Name, Results: []sim.Result{r}, Sweep: points, SweepOf: s, Findings: diag.List{{Code: "sim.no-timeout", Path: "edges.x", Message: "m", Hint: "h"}},
		Metastable: &sim.Metastability{
			Scenario: s, Elements: []sim.Stability{{Element: "maps", State: sim.Vulnerable, Arrives: 5, Capacity: 9, Hidden: 3, Amplification: 3, Loop: loop}},
			Trials: []sim.Trial{{Element: "maps", Trigger: "hang maps", Empty: 1, Outage: sim.Break{Holds: 3, Breaks: 4}, Remedies: []sim.Remedy{{Says: "a budget"}}, Cure: &sim.Remedy{Says: "a budget"}}},
		},
		Compared: []sim.Comparison{c}, First: "this", Second: "the other", Costs: [2]string{"1 USD", "2 USD"},
	}
})

func html(t *testing.T, c page.Content) []byte {
	t.Helper()
	out, err := page.HTML(c)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

var (
	elsewhere = regexp.MustCompile(`(?i)https?://|src=|@import|url\(|<link|<script|<iframe`)
	tag       = regexp.MustCompile(`<(/?)([a-z][a-z0-9]*)[^>]*?(/?)>`)
)

func TestThePageNeedsNothingElse(t *testing.T) {
	text := html(t, content())
	if m := elsewhere.Find(text); m != nil {
		t.Errorf("the page has %q", m)
	}
	for _, want := range []string{"<svg", "What outage does", "PlaceOrder", "knee", "errors &lt; 1%", "seed 1", "sim.no-timeout", "hidden capacity", "2 USD a month", "prefers-color-scheme: dark"} {
		if !strings.Contains(string(text), want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	if out := os.Getenv("PLUMB_LOOK"); out != "" { // for a look at it
		if err := os.WriteFile(out, text, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// Every element is closed, so that no browser has to guess.
func TestThePageIsWellFormed(t *testing.T) {
	var open []string
	text := html(t, content())
	for _, m := range tag.FindAllSubmatch(text, -1) {
		name := string(m[2])
		switch {
		case name == "meta" || name == "br" || len(m[3]) > 0:
		case len(m[1]) == 0:
			open = append(open, name)
		case len(open) == 0 || open[len(open)-1] != name:
			t.Fatalf("</%s> within %v", name, open)
		default:
			open = open[:len(open)-1]
		}
	}
	if len(open) > 0 {
		t.Errorf("%v are not closed", open)
	}
	if m := regexp.MustCompile(`NaN|Inf|%!`).Find(text); m != nil {
		t.Errorf("the page has %q", m)
	}
}

func TestTheSameContentGivesTheSameBytes(t *testing.T) {
	first, second := html(t, content()), html(t, content())
	if !bytes.Equal(first, second) {
		t.Error("two pages of one content differ")
	}
}

// Names come from anybody's input.
func TestNamesCannotBecomeMarkup(t *testing.T) {
	for _, hostile := range []string{`<script>alert(1)</script>`, `"><img onerror=alert(1)>`, `'></title><script>`, `--><script>`, `</style><script>`} {
		text := string(html(t, renamed(content(), hostile)))
		if strings.Contains(text, hostile) || strings.Contains(text, "<script") || strings.Contains(text, "<img") {
			t.Errorf("%q stands in the page as it is", hostile)
		}
	}
}

// renamed puts a name wherever a name of the input can stand.
func renamed(c page.Content, name string) page.Content {
	c.System, c.First, c.Second, c.Costs = name, name, name, [2]string{name, name}
	c.Results = slices.Clone(c.Results)
	r := &c.Results[0]
	r.Scenario.Name, r.Scenario.About = name, name
	r.Scenario.Faults = []sim.Fault{{Kind: sim.Hang, Element: name, At: time.Second}}
	r.UseCases, r.Elements, r.Edges, r.Verdicts = slices.Clone(r.UseCases), slices.Clone(r.Elements), slices.Clone(r.Edges), slices.Clone(r.Verdicts)
	for i := range r.UseCases {
		r.UseCases[i].Flow = arch.FlowID(name)
	}
	for i := range r.Elements {
		r.Elements[i].Name = name
	}
	for i := range r.Edges {
		r.Edges[i].Name, r.Edges[i].To = name, name
	}
	for i := range r.Verdicts {
		r.Verdicts[i].Objective, r.Verdicts[i].Measure = arch.ObjectiveID(name), name
	}
	r.Claims = []sim.Held{{Claim: name, Verdict: "unknown", Why: name}}
	c.Sweep = slices.Clone(c.Sweep)
	for i := range c.Sweep {
		c.Sweep[i].Flow, c.Sweep[i].Missed = arch.FlowID(name), []arch.ObjectiveID{arch.ObjectiveID(name)}
	}
	c.SweepOf.About = name
	c.Findings = diag.List{{Code: diag.Code(name), Path: name, Message: name, Hint: name}}
	c.Metastable = &sim.Metastability{
		Elements: []sim.Stability{{Element: name, Loop: []sim.LoopEdge{{Edge: name}}}},
		Trials:   []sim.Trial{{Element: name, Trigger: name, Remedies: []sim.Remedy{{Says: name}}, Cure: &sim.Remedy{Says: name}}},
	}
	c.Compared = []sim.Comparison{{
		Scenario: sim.Scenario{Name: name, About: name}, Refused: diag.List{{Message: name}},
		UseCases:   []sim.UseCaseCompare{{Flow: arch.FlowID(name), Pairs: []sim.Difference{{Measure: name, Differs: true}}}},
		Objectives: []sim.ObjectiveCompare{{Objective: arch.ObjectiveID(name), First: name, Second: name, Better: name}},
	}}
	return c
}

func TestAPageThatAPersonChangedIsTold(t *testing.T) {
	text := html(t, page.Content{System: "Shop"})
	if !page.Untouched(text) {
		t.Error("a page as it was written counts as changed")
	}
	for name, changed := range map[string][]byte{
		"a word":          bytes.Replace(text, []byte("Shop"), []byte("Ship"), 1),
		"something after": append(bytes.Clone(text), "x"...),
		"no seal":         bytes.Split(text, []byte("<!-- written"))[0],
		"nothing":         nil,
		"another file":    []byte("<html></html>"),
	} {
		if page.Untouched(changed) {
			t.Errorf("%s: counts as untouched", name)
		}
	}
}
