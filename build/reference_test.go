package build_test

import (
	"slices"
	"testing"

	"plumb.dev/plumb/arch"
)

// A line of an order holds what its dish was called and cost; a ticket the lines of its
// order. A courier's name is no snapshot of the city's, nor a dish's of its restaurant's:
// these are known by their ids.
func TestSnapshotsAreToldFromReferences(t *testing.T) {
	a := built(t, example(t, "harbour"))
	kept := map[string][]string{}
	var byID []string
	for _, c := range a.Contexts {
		for _, s := range c.Snapshots {
			for _, f := range s.Fields {
				kept[string(c.ID)] = append(kept[string(c.ID)], arch.Short(s.Of)+"."+f)
			}
		}
		for _, p := range c.Refers {
			byID = append(byID, string(c.ID)+" "+arch.Short(p))
		}
	}
	if got := kept["ordering"]; !slices.Equal(got, []string{"Dish.name", "Dish.unit_price"}) {
		t.Errorf("ordering keeps %v as it was", got)
	}
	if got := kept["ticket"]; !slices.Equal(got, []string{"Dish.name", "Dish.unit_price", "Order.lines"}) {
		t.Errorf("ticket keeps %v as it was", got)
	}
	if len(kept) != 2 {
		t.Errorf("kept as it was: %v", kept)
	}
	for _, want := range []string{"ordering Restaurant", "delivery City", "dish-stock Restaurant", "payment Order"} {
		if !slices.Contains(byID, want) {
			t.Errorf("%s is not known by id: %v", want, byID)
		}
	}
}
