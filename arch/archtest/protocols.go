package archtest

import "plumb.dev/plumb/arch"

// protocols are what keeps the promise of an order right, and one that breaks.
func protocols() []arch.Protocol {
	late := &arch.Counterexample{What: "the amount is held for an order that is cancelled", Lines: []arch.Line{
		{From: "ordering", To: "card_processor", Text: "hold the amount"},
		{From: "ordering", Text: "time is over: turns back", Fault: true},
		{From: "card_processor", To: "ordering", Text: "held"},
	}}
	twice := &arch.Counterexample{What: "2 are given away of 1", Lines: []arch.Line{{From: "place order 1", To: "left", Text: "reads: 1 left"}}}
	return []arch.Protocol{
		{
			ID: "saga/PlaceOrder", Kind: "saga", Of: "use_cases.PlaceOrder", About: "ordering asks accounting and the kitchen, and turns back before the pivot",
			Mechanisms: []arch.Mechanism{
				{Name: "outbox", How: "Each command is written with the step that asks it."},
				{Name: "late undo", How: "A hold that comes too late is released.", Added: true, Without: late},
			},
			Explored: arch.Exploration{States: 5120, Depth: 24, Bounds: "1 crash, 1 message lost", Complete: true, Verdict: "holds"},
			Trace:    decided("PlaceOrder.saga", "use_cases.PlaceOrder"),
		},
		{
			ID: "contention/dish-stock", Kind: "contention", Of: "domain.DishStock", About: "many want left of dish stock at once",
			Explored: arch.Exploration{States: 53, Depth: 4, Bounds: "3 takers of 2", Verdict: "broken", Violation: twice, Missing: []string{"guarded update"}},
			Trace:    decided("PlaceOrder.saga", "domain.DishStock"),
		},
	}
}
