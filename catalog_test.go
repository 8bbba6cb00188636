package plumb_test

import (
	"strings"
	"testing"

	"plumb.dev/plumb"
	"plumb.dev/plumb/diag"
	"plumb.dev/plumb/internal/corpus"
)

func problemsOf(file string, text []byte) diag.List {
	return plumb.Run(plumb.Input{File: file, Text: text, Quick: true}).Problems
}

func TestEachCatalogCodesPageFailsAndIsRepaired(t *testing.T) {
	corpus.Pages(t, "catalog.", problemsOf)
}

const shop = `system: Shop
context: {platform: kubernetes on aws, runs_already: [postgres]}
domain:
  Order: {owner: sales, fields: {total: money}, volume: 10k/day}
  Parcel: {fields: {weight: int}, volume: 10k/day}
use_cases:
  PlaceOrder: {by: customer, creates: Order, emits: OrderPlaced, peak: 20/s}
  PackParcel: {on: OrderPlaced, creates: Parcel}
`

// A project's own fact changes what it is compared by, at its own place.
func TestAProjectsFactsReplaceShippedOnes(t *testing.T) {
	text := strings.Replace(shop, "owner: sales, ", "", 1)
	d := plumb.Run(plumb.Input{File: "plumb.yaml", Text: []byte(text + "catalog:\n  kafka: {hours-self: {value: 1 h/month, source: our own time sheets}}\n"), Quick: true})
	if d.Arch == nil {
		t.Fatal(d.Problems)
	}
	kafka, _ := d.Plan.Catalog.Technology("kafka")
	if n, _ := kafka.Number("hours-self"); n.Value != 1 || n.Span.Start.Line != 10 {
		t.Errorf("hours-self of kafka is %v from line %d, want 1 from line 10", n.Value, n.Span.Start.Line)
	}
	if shipped, _ := plumb.Run(plumb.Input{File: "plumb.yaml", Text: []byte(text), Quick: true}).Plan.Catalog.Technology("kafka"); shipped.ID != "" {
		if n, _ := shipped.Number("hours-self"); n.Value == 1 {
			t.Error("the shipped catalogue changed")
		}
	}
}

// A project's own technology takes part in the comparison.
func TestAProjectsTechnologyIsAnOption(t *testing.T) {
	text := strings.Replace(shop, "owner: sales, ", "", 1) + `catalog:
  pulsar:
    name: Apache Pulsar
    kind: stream
    replay: yes
    fan-out: yes
    ordering: partition
    hours-self: {value: 3 h/month, source: the platform team}
`
	d := plumb.Run(plumb.Input{File: "plumb.yaml", Text: []byte(text), Quick: true})
	if d.Arch == nil {
		t.Fatal(d.Problems)
	}
	for _, o := range d.Plan.Decision("broker").Options {
		if o.ID == "pulsar" {
			return
		}
	}
	t.Error("pulsar is no option for the broker")
}
