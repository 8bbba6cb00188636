package page_test

import (
	"bytes"
	"context"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/arch/archtest"
	"plumb.dev/plumb/diag"
	"plumb.dev/plumb/sim"
	"plumb.dev/plumb/sim/page"
)

// content is a page of all parts: a fault, claims, a sweep, a finding.
func content(t *testing.T, a *arch.Arch, name string) page.Content {
	t.Helper()
	claim, err := sim.ParseClaim("errors < 1%")
	if err != nil {
		t.Fatal(err)
	}
	s := sim.Scenario{
		Name: name, About: "What " + name + " does", WarmUp: time.Second, For: 5 * time.Second, Replications: 2, Seed: 1, Holds: []sim.Claim{claim},
		Faults: []sim.Fault{{Kind: sim.Slow, Element: string(a.Externals[0].ID), Factor: 10, At: 2 * time.Second, For: 2 * time.Second}},
	}
	r, list := sim.Run(context.Background(), a, s)
	if len(list) > 0 {
		t.Fatal(list)
	}
	points, list := sim.Sweep(context.Background(), a, s, []float64{0.5, 1, 2})
	if len(list) > 0 {
		t.Fatal(list)
	}
	return page.Content{System: a.System.Name, Results: []sim.Result{r}, Sweep: points, SweepOf: s, Findings: diag.List{{Code: "sim.no-timeout", Path: "edges." + name, Message: name, Hint: name}}}
}

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
	text := html(t, content(t, archtest.Harbour(), "outage"))
	if m := elsewhere.Find(text); m != nil {
		t.Errorf("the page has %q", m)
	}
	for _, want := range []string{"<svg", "What outage does", "PlaceOrder", "knee", "errors &lt; 1%", "seed 1", "sim.no-timeout", "prefers-color-scheme: dark"} {
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
	text := html(t, content(t, archtest.Harbour(), "outage"))
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
	first, second := html(t, content(t, archtest.Harbour(), "outage")), html(t, content(t, archtest.Harbour(), "outage"))
	if !bytes.Equal(first, second) {
		t.Error("two pages of one content differ")
	}
}

// Names come from anybody's input.
func TestNamesCannotBecomeMarkup(t *testing.T) {
	for _, hostile := range []string{`<script>alert(1)</script>`, `"><img onerror=alert(1)>`, `'></title><script>`, `--><script>`, `</style><script>`} {
		a := archtest.Harbour()
		a.System.Name = hostile
		for i := range a.Flows {
			a.Flows[i].ID += arch.FlowID(hostile)
		}
		for i := range a.Stores {
			a.Stores[i].ID += arch.StoreID(hostile)
		}
		text := string(html(t, content(t, a, hostile)))
		if strings.Contains(text, hostile) || strings.Contains(text, "<script") || strings.Contains(text, "<img") {
			t.Errorf("%q stands in the page as it is", hostile)
		}
	}
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
