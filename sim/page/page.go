// Package page shows simulations as one HTML page that needs nothing else: no network,
// no script, plots as inline SVG, readable in light and dark.
//
// [HTML] is the one verb. A page is a function of its [Content]: the same content gives
// the same bytes. Its last line seals it, so that [Untouched] tells a page as plumb wrote
// it from one that a person has changed.
package page

import (
	"bytes"
	"crypto/sha256"
	_ "embed" // the page's template
	"encoding/hex"
	"fmt"
	"html/template"
	"strings"

	"plumb.dev/plumb/diag"
	"plumb.dev/plumb/sim"
)

// Content is what a page shows.
type Content struct {
	// System names what was simulated.
	System string
	// Results are shown one after the other, each in full.
	Results []sim.Result
	// Sweep is a scenario, SweepOf, at multiples of its load; empty for none.
	Sweep   []sim.SweepPoint
	SweepOf sim.Scenario
	// Metastable is what was found of one scenario, nil for none.
	Metastable *sim.Metastability
	// Compared are two systems under the same scenarios, called First and Second, with
	// what they cost a month in words.
	Compared      []sim.Comparison
	First, Second string
	Costs         [2]string
	// Findings are what is wrong with the policies before anything is simulated.
	Findings diag.List
}

//go:embed page.html.tmpl
var source string

var page = template.Must(template.New("page").Funcs(template.FuncMap{
	"share": showShare, "seconds": showSeconds, "rate": showRate, "digits": digits, "whole": wholeNumber,
	"within": within, "at": at, "causes": causes, "verdictOf": verdictOf, "count": count, "plural": plural, "short": short, "drift": driftText, "change": changeText, "value": valueOf, "tell": telling,
}).Parse(source))

// HTML prints a page. Names come from the input and are escaped.
func HTML(c Content) ([]byte, error) {
	var out bytes.Buffer
	if err := page.Execute(&out, view(c)); err != nil {
		return nil, fmt.Errorf("page: %w", err)
	}
	body := strings.TrimRight(out.String(), "\n") + "\n"
	return []byte(body + seal(body)), nil
}

const sealStart, sealEnd = "<!-- written by plumb simulate; sha256 of what is above: ", " -->\n"

func seal(body string) string {
	sum := sha256.Sum256([]byte(body))
	return sealStart + hex.EncodeToString(sum[:]) + sealEnd
}

// Untouched reports whether data is a page as [HTML] returned it once.
func Untouched(data []byte) bool {
	text := string(data)
	at := strings.LastIndex(text, sealStart)
	return at >= 0 && text[at:] == seal(text[:at])
}
