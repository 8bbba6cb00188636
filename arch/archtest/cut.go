package archtest

import "plumb.dev/plumb/arch"

// cut is how the four contexts came about, with an own cut of somebody beside them.
func cut(b *book) *arch.Cut {
	slots := arch.Constraint{Says: "atomic invariant SlotsAreNotOverbooked", Lines: []arch.Path{"domain.Ticket"}}
	zones := arch.Constraint{Says: "zones card and public", Lines: []arch.Path{"domain.Payment", "domain.Order"}}
	return &arch.Cut{
		Measures: []arch.Measure{
			{Name: "strong-writes", Counts: "use cases that write in several contexts at once", Compared: true},
			{Name: "largest", Counts: "aggregates in the largest context"},
		},
		Candidates: []arch.CutCandidate{
			{ID: "4-contexts", Methods: []string{"exact", "linkage"}, Groups: []arch.CutGroup{
				{Name: "Accounting", Aggregates: []arch.Path{"domain.Payment", "domain.Account"}},
				{Name: "Delivery", Aggregates: []arch.Path{"domain.Courier", "domain.Shift", "domain.CourierPosition", "domain.Delivery", "domain.DispatchMessage"}},
				{Name: "Kitchen", Aggregates: []arch.Path{"domain.Restaurant", "domain.Dish", "domain.DishStock", "domain.Ticket", "domain.MenuImport"}},
				{Name: "Ordering", Aggregates: []arch.Path{"domain.Order", "domain.Consumer", "domain.Review"}},
			}, Deployables: [][]string{{"Kitchen", "Ordering"}, {"Delivery"}, {"Accounting"}}, Declined: []string{"Kitchen: another team's; it shares PlaceOrder"},
				Counts: []arch.Count{{Measure: "strong-writes", N: 2}, {Measure: "largest", N: 5}}, Best: []string{"strong-writes"}, Affinity: 4.1},
			{ID: "yours", Methods: []string{"own"}, Groups: []arch.CutGroup{
				{Name: "Food", Aggregates: []arch.Path{"domain.Order", "domain.Restaurant", "domain.Dish", "domain.DishStock", "domain.Ticket", "domain.MenuImport", "domain.Consumer", "domain.Review"}},
				{Name: "Wheels", Aggregates: []arch.Path{"domain.Courier", "domain.Shift", "domain.CourierPosition", "domain.Delivery", "domain.DispatchMessage"}},
				{Name: "Money", Aggregates: []arch.Path{"domain.Payment", "domain.Account"}},
			}, Deployables: [][]string{{"Food"}, {"Wheels"}, {"Money"}}, Counts: []arch.Count{{Measure: "strong-writes", N: 3}, {Measure: "largest", N: 8}}, Affinity: 3.2},
		},
		Chosen: "4-contexts", Computed: "4-contexts", RunnerUp: "yours",
		Better: []arch.CountChange{{Measure: "strong-writes", From: 3, To: 2}},
		Worse:  []arch.CountChange{{Measure: "largest", From: 4, To: 5}},
		Upset: []arch.CutFlip{
			{Kind: "threshold", At: 1.1, Now: 1.05, Says: "aggregates had to share 1.1 times what chance gives instead of 1.05 to belong together"},
			{Kind: "strong", UseCase: "use_cases.PlaceOrder", Says: "PlaceOrder had to be visible at once everywhere"},
		},
		Own: &arch.OwnCut{
			Candidate: "yours", Breaks: []arch.CutBreak{{Says: "your context Food has both Order and Payment, but they must be apart: zones card and public", Lines: zones.Lines}},
			Placed:   []arch.CutPlacement{{Aggregate: "domain.Review", Context: "Food"}},
			Better:   []arch.CountChange{{Measure: "largest", From: 5, To: 4}},
			Worse:    []arch.CountChange{{Measure: "strong-writes", From: 2, To: 3}},
			Improved: []arch.CutChange{{Aggregate: "domain.Review", From: "Food", Changes: []arch.CountChange{{Measure: "largest", From: 8, To: 7}}, Affinity: 0.2}},
		},
		NotShown:  []arch.CutNotShown{{Method: "one-service", Contexts: 1, Why: "breaks a constraint: zones card and public", Lines: zones.Lines}},
		Reference: []arch.ReferenceData{{Aggregate: "domain.Dish", Owner: "kitchen", Readers: []string{"Ordering"}, Why: "read in 3 contexts, changed by 1 use case", Stated: true}},
		Boundaries: []arch.Boundary{{
			A: "kitchen", B: "ordering",
			Crossings: []arch.Crossing{{
				UseCase: "use_cases.PlaceOrder", Then: "use_cases.CreateTicket", From: "ordering", To: "kitchen",
				Reads: []arch.Path{"domain.Dish"}, Writes: []arch.Path{"domain.DishStock"}, ByEvent: true, Waits: true, Strong: true,
				Rate: b.stated("use_cases.PlaceOrder.peak", 309, rate(350)),
			}},
			StrongWrites: 1, SyncHops: 1, SyncRate: b.derived("cut.kitchen+ordering.sync-rate", rate(350), "sum of the peaks of what waits across it"),
			Reads: 1, Events: 2, TwoTeams: 1, Forced: []arch.Constraint{zones}, Affinity: 0.12,
			Merge: arch.CutChange{From: "kitchen", To: "ordering", Forbidden: &zones, Affinity: -0.4},
			Flips: []string{"PlaceOrder had to be visible at once everywhere"}, Stays: 0.93, MergedBy: []string{"linkage"},
		}},
		Moves:  []arch.CutChange{{Aggregate: "domain.Review", From: "ordering", To: "kitchen", Changes: []arch.CountChange{{Measure: "largest", From: 5, To: 6}}, Affinity: -0.3}},
		Merges: []arch.CutChange{{From: "accounting", To: "delivery", Forbidden: &slots, Affinity: -1.1}},
		Stability: &arch.CutStability{
			Seed: 1, WeightRuns: 40, WithoutRuns: 60, Same: 0.71, Low: 0.9, High: 1.2,
			Uncertain: []arch.CutPair{{A: "domain.Order", B: "domain.Review", Together: 0.68, Now: true}},
		},
		Questions: []arch.CutQuestion{{
			About: []arch.ContextID{"ordering"}, UseCase: "use_cases.RemoveReview", Asks: "In RemoveReview, must Order and Review change at the same instant?",
			IfYes: "Order and Review share a context", IfNo: "Order and Review are apart", Together: 0.68,
		}},
		Flips: []string{"2 teams owned contexts instead of 4: 1 deployables"},
	}
}

// ties say why the aggregates of ordering belong together.
func ties() []arch.Tie {
	return []arch.Tie{
		{A: "domain.Order", B: "domain.Review", Affinity: 0.5, UseCases: []arch.Path{"use_cases.RemoveReview"}},
		{A: "domain.Consumer", B: "domain.Order", Affinity: 0.4, Constraint: &arch.Constraint{Says: "pinned together", Lines: []arch.Path{"domain.Consumer"}}},
	}
}
