package boundary_test

import (
	"slices"
	"testing"

	"plumb.dev/plumb/boundary"
)

// system is some aggregates and use cases among five aggregates that are only ever
// changed each by itself: the smaller a system, the more a pair has to share.
func system(ids []boundary.AggregateID, uses ...boundary.UseCase) boundary.Input {
	in := boundary.Input{UseCases: uses}
	for _, id := range ids {
		in.Aggregates = append(in.Aggregates, boundary.Aggregate{ID: id})
	}
	for _, id := range []boundary.AggregateID{"Branch", "Employee", "Letter", "Partner", "Rate"} {
		in.Aggregates = append(in.Aggregates, boundary.Aggregate{ID: id})
		in.UseCases = append(in.UseCases, boundary.UseCase{ID: boundary.UseCaseID("change " + id), Writes: []boundary.AggregateID{id}})
	}
	return in
}

// contextOf returns what shares a context with an aggregate in the recommended cut,
// itself included.
func contextOf(t *testing.T, in boundary.Input, id boundary.AggregateID) []boundary.AggregateID {
	t.Helper()
	res, conflicts := boundary.Run(in, boundary.Options{Plain: true})
	if conflicts != nil {
		t.Fatal(conflicts)
	}
	for _, c := range res.Candidates[0].Contexts {
		if slices.Contains(c.Aggregates, id) {
			return c.Aggregates
		}
	}
	return nil
}

// TestReadingCountsUnlessAnEventCarriesIt holds that a reaction is drawn to what it
// has to ask for, and not to what the event that it reacts to brings along.
func TestReadingCountsUnlessAnEventCarriesIt(t *testing.T) {
	in := func(reads ...boundary.AggregateID) boundary.Input {
		return system([]boundary.AggregateID{"Application", "Score", "Rules"},
			boundary.UseCase{ID: "apply", Reads: reads, Writes: []boundary.AggregateID{"Application"}, Then: []boundary.FollowUp{{UseCase: "score", ByEvent: true}}},
			boundary.UseCase{ID: "withdraw", Writes: []boundary.AggregateID{"Application"}},
			boundary.UseCase{ID: "score", ByEvent: true, Reads: []boundary.AggregateID{"Application", "Rules"}, Writes: []boundary.AggregateID{"Score"}},
			boundary.UseCase{ID: "change rules", Writes: []boundary.AggregateID{"Rules"}})
	}
	if got := contextOf(t, in(), "Score"); !slices.Contains(got, "Rules") || slices.Contains(got, "Application") {
		t.Errorf("what no event carries: Score shares a context with %v; want Rules, not Application", got)
	}
	if got := contextOf(t, in("Rules"), "Score"); slices.Contains(got, "Rules") {
		t.Errorf("what the event carries: Score shares a context with %v", got)
	}
}

// TestReadingCountsWhateverTheConsistency holds that what a use case reads ties as
// much where its writing may be late.
func TestReadingCountsWhateverTheConsistency(t *testing.T) {
	for _, consistency := range []boundary.Consistency{boundary.Strong, boundary.Eventual} {
		in := system([]boundary.AggregateID{"Loan", "Terms"},
			boundary.UseCase{ID: "lend", Consistency: consistency, Reads: []boundary.AggregateID{"Terms"}, Writes: []boundary.AggregateID{"Loan"}},
			boundary.UseCase{ID: "change terms", Writes: []boundary.AggregateID{"Terms"}})
		if got := contextOf(t, in, "Loan"); len(got) != 2 {
			t.Errorf("consistency %d: Loan shares a context with %v; want Terms", consistency, got)
		}
	}
}

// TestACopyIsNotTiedToItsSource holds that a reference is no reason to share a context
// where one of the two is only ever written in reaction to what changes the other.
func TestACopyIsNotTiedToItsSource(t *testing.T) {
	in := func(correct bool) boundary.Input {
		uses := []boundary.UseCase{
			{ID: "register", Writes: []boundary.AggregateID{"Customer"}, Then: []boundary.FollowUp{{UseCase: "note", ByEvent: true}}},
			{ID: "note", ByEvent: true, Writes: []boundary.AggregateID{"Payer"}},
		}
		if correct {
			uses = append(uses, boundary.UseCase{ID: "correct", Writes: []boundary.AggregateID{"Payer"}})
		}
		out := system([]boundary.AggregateID{"Customer", "Payer"}, uses...)
		out.References = []boundary.Reference{{From: "Payer", To: "Customer"}}
		return out
	}
	if got := contextOf(t, in(false), "Payer"); len(got) != 1 {
		t.Errorf("a copy shares a context with %v", got)
	}
	if got := contextOf(t, in(true), "Payer"); len(got) != 2 {
		t.Errorf("what has a will of its own shares a context with %v; want Customer", got)
	}
}
