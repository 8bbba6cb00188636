package boundary_test

import (
	"slices"
	"testing"

	"plumb.dev/plumb/boundary"
)

func relation(t *testing.T, res boundary.Result, up, down string) boundary.Relation {
	t.Helper()
	for _, r := range res.Map {
		if r.Upstream == up && r.Downstream == down {
			return r
		}
	}
	t.Fatalf("no relation from %s to %s in %+v", up, down, res.Map)
	return boundary.Relation{}
}

func TestContextMapPatternsFollowFromWhatCrosses(t *testing.T) {
	base := func(change func(*boundary.Input)) boundary.Input {
		in := shop()
		change(&in)
		return in
	}
	for _, c := range []struct {
		name     string
		in       boundary.Input
		up, down string
		want     []boundary.Pattern
	}{
		{"one consumer that waits", base(func(*boundary.Input) {}), "Price", "Cart", []boundary.Pattern{boundary.CustomerSupplier}},
		{"two consumers", base(func(in *boundary.Input) {
			in.UseCases = append(in.UseCases, boundary.UseCase{ID: "Tax", Reads: ids{"Price"}, Writes: ids{"Invoice"}})
		}), "Price", "Cart", []boundary.Pattern{boundary.OpenHostService, boundary.PublishedLanguage}},
		{"each waits for the other", base(func(in *boundary.Input) {
			in.UseCases = append(in.UseCases, boundary.UseCase{ID: "Popular", Reads: ids{"Cart"}, Writes: ids{"Price"}})
		}), "Cart", "Price", []boundary.Pattern{boundary.Partnership}},
		{"by event alone", base(func(in *boundary.Input) {
			for i := range in.UseCases {
				if in.UseCases[i].ID == "Bill" {
					in.UseCases[i].ByEvent = true
				}
			}
		}), "Cart", "Invoice", []boundary.Pattern{boundary.PublishedLanguage}},
		{"foreign model", base(func(in *boundary.Input) {
			set(*in, "Product", func(a *boundary.Aggregate) { a.Foreign = true })
		}), "Price", "Cart", []boundary.Pattern{boundary.AnticorruptionLayer}},
		{"existing service", base(func(in *boundary.Input) {
			in.Pins = []boundary.Pin{{Kind: boundary.Fixed, Service: "pim", Aggregates: ids{"Product", "Price"}}}
		}), "pim", "Cart", []boundary.Pattern{boundary.Conformist}},
		{"external that is written from", base(func(in *boundary.Input) {
			in.Externals = []boundary.External{{ID: "bank"}}
			in.UseCases[7].Externals = []boundary.ExternalID{"bank"} // Settle
		}), "bank", "Invoice", []boundary.Pattern{boundary.AnticorruptionLayer}},
		{"external that is only read", base(func(in *boundary.Input) {
			in.Externals = []boundary.External{{ID: "rates"}}
			in.UseCases[2].Externals = []boundary.ExternalID{"rates"} // Browse
		}), "rates", "Price", []boundary.Pattern{boundary.Conformist}},
		{"legacy external", base(func(in *boundary.Input) {
			in.Externals = []boundary.External{{ID: "host", Legacy: true}}
			in.UseCases[2].Externals = []boundary.ExternalID{"host"}
		}), "host", "Price", []boundary.Pattern{boundary.AnticorruptionLayer}},
	} {
		r := relation(t, run(t, c.in), c.up, c.down)
		if !slices.Equal(r.Patterns, c.want) || r.Why == "" {
			t.Errorf("%s: %+v, want %v", c.name, r, c.want)
		}
	}
}

// world has a country table that four contexts read.
func world() boundary.Input {
	in := boundary.Input{Aggregates: aggregates("Country", "A1", "A2", "B1", "B2", "C1", "C2", "D1", "D2")}
	for _, x := range []string{"A", "B", "C", "D"} {
		one, two := boundary.AggregateID(x+"1"), boundary.AggregateID(x+"2")
		in.UseCases = append(in.UseCases,
			boundary.UseCase{ID: boundary.UseCaseID("Make" + x), Reads: ids{"Country"}, Writes: ids{one, two}, Rate: 3},
			boundary.UseCase{ID: boundary.UseCaseID("Change" + x), Reads: ids{"Country"}, Writes: ids{one}})
	}
	in.UseCases = append(in.UseCases, boundary.UseCase{ID: "AddCountry", Writes: ids{"Country"}, Admin: true})
	return in
}

func TestReferenceDataIsOwnedOnceAndCopied(t *testing.T) {
	for name, stated := range map[string]bool{"stated to change rarely": true, "seen from the use cases": false} {
		in := world()
		if stated {
			set(in, "Country", func(a *boundary.Aggregate) { a.Volatility = boundary.Rarely })
		}
		res := run(t, in)
		if got := groups(res.Candidates[0], nil); got != "A1+A2 B1+B2 C1+C2 Country D1+D2" {
			t.Errorf("%s: %s", name, got)
		}
		if len(res.Reference) != 1 || res.Reference[0].Aggregate != "Country" || len(res.Reference[0].Readers) != 4 || res.Reference[0].Stated != stated {
			t.Fatalf("%s: reference data %+v", name, res.Reference)
		}
		cost := res.Candidates[0].Cost
		if cost.Value(boundary.SyncHops) != 0 || cost.Value(boundary.CrossReads) != 0 || cost.Value(boundary.Copies) != 4 {
			t.Errorf("%s: reading a copy costs %+v", name, cost)
		}
		if r := relation(t, res, "Country", "A1"); !slices.Contains(r.Patterns, boundary.Replication) {
			t.Errorf("%s: %+v", name, r)
		}
	}
}

func TestDataThatChangesOftenIsNotCopied(t *testing.T) {
	in := world()
	set(in, "Country", func(a *boundary.Aggregate) { a.Volatility = boundary.Often })
	if res := run(t, in); len(res.Reference) != 0 {
		t.Errorf("reference data %+v", res.Reference)
	}
}
