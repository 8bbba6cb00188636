package boundary_test

import (
	"slices"
	"testing"

	"plumb.dev/plumb/boundary"
)

// TestReadingCountsUnlessAnEventCarriesIt holds that a reaction is drawn to what it
// has to ask for, and not to what the event that it reacts to brings along.
func TestReadingCountsUnlessAnEventCarriesIt(t *testing.T) {
	apply := boundary.UseCase{ID: "apply", Writes: []boundary.AggregateID{"Application"}, Then: []boundary.FollowUp{{UseCase: "score", ByEvent: true}}}
	in := func(apply boundary.UseCase) boundary.Input {
		out := boundary.Input{
			Aggregates: []boundary.Aggregate{{ID: "Application"}, {ID: "Score"}, {ID: "Rules"}},
			UseCases: []boundary.UseCase{
				apply,
				{ID: "withdraw", Writes: []boundary.AggregateID{"Application"}},
				{ID: "score", ByEvent: true, Reads: []boundary.AggregateID{"Application", "Rules"}, Writes: []boundary.AggregateID{"Score"}},
				{ID: "change rules", Writes: []boundary.AggregateID{"Rules"}},
			},
		}
		for _, id := range []boundary.AggregateID{"Branch", "Customer", "Employee", "Letter", "Partner"} { // the smaller a system, the more a pair has to share
			out.Aggregates = append(out.Aggregates, boundary.Aggregate{ID: id})
			out.UseCases = append(out.UseCases, boundary.UseCase{ID: boundary.UseCaseID("change " + id), Writes: []boundary.AggregateID{id}})
		}
		return out
	}
	with := func(in boundary.Input) []boundary.AggregateID {
		res, conflicts := boundary.Run(in, boundary.Options{Plain: true})
		if conflicts != nil {
			t.Fatal(conflicts)
		}
		for _, c := range res.Candidates[0].Contexts {
			if slices.Contains(c.Aggregates, "Score") {
				return c.Aggregates
			}
		}
		return nil
	}
	if got := with(in(apply)); !slices.Contains(got, "Rules") || slices.Contains(got, "Application") {
		t.Errorf("what no event carries: Score shares a context with %v; want Rules, not Application", got)
	}
	apply.Reads = []boundary.AggregateID{"Rules"}
	if got := with(in(apply)); slices.Contains(got, "Rules") {
		t.Errorf("what the event carries: Score shares a context with %v", got)
	}
}
