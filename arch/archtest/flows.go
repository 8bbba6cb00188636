package archtest

import "plumb.dev/plumb/arch"

// behaviour fills in what happens.
func behaviour(a *arch.Arch, b *book) {
	a.Flows = flows(b)
	a.Edges = edges(b)
	a.Sagas = sagas(b)
	a.Protocols = protocols()
	a.Machines = machines(b)
	a.Rules = []arch.Rule{
		{Of: "domain.DishStock", Over: []arch.Path{"domain.DishStock"}, Holds: "left >= 0", Expression: true},
		{Of: "domain.Order", Over: []arch.Path{"domain.Order", "domain.Payment"}, Holds: "an order that was not delivered is not charged",
			Within: b.derived("rules.PaidOrRefunded.within", seconds(10*minute), "as the rule says")},
	}
	a.Projections = []arch.Projection{{
		ID: "order-progress", About: "Order, trip and courier's position in one row per order that is under way.",
		Serves: []arch.Path{"use_cases.FollowOrder"}, From: []arch.EventID{"OrderPlaced", "TicketAccepted", "PositionReported", "DeliveryDone"},
		Store: "ordering-db", Schema: "OrderProgress", Context: "ordering",
		Staleness: b.stated("use_cases.FollowOrder.stale", 316, seconds(5)),
		Rebuild:   "Read the topics from their beginning into a new table, then swap.",
		Trace:     decided("FollowOrder.read-model", "use_cases.FollowOrder"),
	}}
	a.Jobs = []arch.Job{{
		ID: "send-payouts", About: "Sends the week's payment orders to the bank.", UseCase: "use_cases.SendPayouts",
		Schedule: "weekly mon 09:00", Deployable: "ledger", Context: "accounting", Exclusive: true,
		Resume: "From the first payout that is still proposed.", Trace: decided("system.jobs", "use_cases.SendPayouts"),
	}}
}

// demand is a log-normal service time, assumed from what such work usually takes.
func (b *book) demand(name string, p50, p99 float64) arch.Demand {
	id := arch.Path("demand." + name)
	return arch.Demand{
		Shape: "lognormal",
		P50:   b.assumed(id+".p50", seconds(p50), p50/2, p50*2, "of the order of what such work takes elsewhere"),
		P99:   b.assumed(id+".p99", seconds(p99), p99/2, p99*3, "four times the median"),
	}
}

// step is one that happens once, always.
func step(kind, name, target string, edge arch.EdgeID, d arch.Demand) arch.Step {
	return arch.Step{Kind: kind, Name: name, Target: target, Edge: edge, Chance: 1, Times: 1, Demand: d}
}

func writes(s arch.Step) arch.Step { s.Mode = "write"; return s }
func reads(s arch.Step) arch.Step  { s.Mode = "read"; return s }
func after(s arch.Step) arch.Step  { s.After = true; return s }

func flows(b *book) []arch.Flow {
	work, store, publish := b.demand("work", 0.003, 0.012), b.demand("statement", 0.0012, 0.006), b.demand("publish", 0.002, 0.015)
	respond := step("respond", "answer", "", "", arch.Demand{})
	return []arch.Flow{
		placeOrder(b, work, store, publish),
		{
			ID: "SearchRestaurants", UseCase: "use_cases.SearchRestaurants", Entry: "harbour", Starts: "request",
			Actors: []arch.ActorID{"consumer", "visitor"}, Importance: "critical", Fallback: "The last result of the same search.",
			Steps: []arch.Step{
				step("work", "parse the search", "", "", work),
				step("cache", "look up", "restaurants", "SearchRestaurants/restaurants", b.demand("lookup", 0.0006, 0.003)),
				seldom(0.07, reads(step("store", "read restaurants", "ordering-db", "PlaceOrder/ordering-db", store))),
				respond,
			},
			Workload: b.load("SearchRestaurants", 1500, 250, 1000, 25000), Trace: decided("system.interaction", "use_cases.SearchRestaurants"),
		},
		{
			ID: "FollowOrder", UseCase: "use_cases.FollowOrder", Entry: "harbour", Starts: "request",
			Actors: []arch.ActorID{"consumer"}, Importance: "normal",
			Steps: []arch.Step{
				reads(step("store", "read the progress row", "ordering-db", "PlaceOrder/ordering-db", store)), respond,
			},
			Workload: b.load("FollowOrder", 90, 20, 200, 300), Trace: decided("FollowOrder.progress", "use_cases.FollowOrder"),
		},
		{
			ID: "AcceptTicket", UseCase: "use_cases.AcceptTicket", Entry: "harbour", Starts: "request",
			Actors: []arch.ActorID{"restaurant"}, Importance: "critical",
			Steps: []arch.Step{
				step("work", "check the promise", "", "", work),
				writes(step("store", "accept under the expected version", "kitchen-db", "AcceptTicket/kitchen-db", store)),
				respond,
				after(step("publish", "TicketAccepted", "kitchen.ticket.v1", "AcceptTicket/kitchen.ticket.v1", publish)),
			},
			Workload: b.load("AcceptTicket", 60, 10, 200, 800), Trace: decided("system.interaction", "use_cases.AcceptTicket"),
		},
		{
			ID: "CreateTicket", UseCase: "use_cases.CreateTicket", Entry: "harbour", Starts: "event", Importance: "critical",
			Steps: []arch.Step{
				step("work", "read the event", "", "", work),
				writes(step("store", "insert the ticket, note the event's id", "kitchen-db", "AcceptTicket/kitchen-db", store)),
			},
			Workload: b.load("CreateTicket", 350, 60, 1000, 0), Trace: decided("system.interaction", "use_cases.CreateTicket"),
		},
		{
			ID: "ReportPosition", UseCase: "use_cases.ReportPosition", Entry: "dispatch", Starts: "request",
			Actors: []arch.ActorID{"courier"}, Importance: "may-wait",
			Steps: []arch.Step{
				writes(step("store", "append in batches", "delivery-db", "ReportPosition/delivery-db", b.demand("append", 0.0002, 0.001))),
				step("publish", "PositionReported", "delivery.position.v1", "ReportPosition/delivery.position.v1", publish),
			},
			Workload: b.load("ReportPosition", 1750, 460, 60, 0), Trace: decided("system.interaction", "use_cases.ReportPosition"),
		},
		{
			ID: "OfferDelivery", UseCase: "use_cases.OfferDelivery", Entry: "dispatch", Starts: "event", Importance: "critical",
			Steps: []arch.Step{
				reads(step("store", "couriers nearby", "delivery-db", "ReportPosition/delivery-db", store)),
				{Kind: "call", Name: "travel times", Target: "maps", Edge: "OfferDelivery/maps", Chance: 1, Times: 4, Parallel: true, Demand: b.demand("maps", 0.045, 0.25)},
				step("work", "choose the courier", "", "", b.demand("matching", 0.025, 0.12)),
				writes(step("store", "offer", "delivery-db", "ReportPosition/delivery-db", store)),
			},
			Workload: b.load("OfferDelivery", 60, 10, 1000, 0), Trace: decided("system.interaction", "use_cases.OfferDelivery"),
		},
		{
			ID: "CapturePayment", UseCase: "use_cases.CapturePayment", Entry: "ledger", Starts: "event", Importance: "normal",
			Steps: []arch.Step{
				step("call", "capture", "card_processor", "PlaceOrder/card_processor", b.demand("card", 0.18, 0.9)),
				writes(step("store", "append the movement", "ledger-db", "PlaceOrder/ledger-db", store)),
				step("publish", "PaymentCaptured", "accounting.payment.v1", "CapturePayment/accounting.payment.v1", publish),
			},
			Workload: b.load("CapturePayment", 60, 10, 1000, 0), Trace: decided("system.interaction", "use_cases.CapturePayment"),
		},
		{
			ID: "ShowBalanceAt", UseCase: "use_cases.ShowBalanceAt", Entry: "ledger", Starts: "request", Actors: []arch.ActorID{"restaurant"}, Importance: "may-wait",
			Steps: []arch.Step{
				reads(step("store", "sum movements since the last snapshot", "ledger-db", "PlaceOrder/ledger-db", b.demand("fold", 0.008, 0.04))), respond,
			},
			Workload: b.load("ShowBalanceAt", 2, 0.1, 200, 400), Trace: decided("system.interaction", "use_cases.ShowBalanceAt"),
		},
	}
}

func seldom(chance float64, s arch.Step) arch.Step { s.Chance = chance; return s }

func placeOrder(b *book, work, store, publish arch.Demand) arch.Flow {
	authorise := step("invoke", "AuthoriseCard", "ledger", "PlaceOrder/ledger", arch.Demand{})
	authorise.Steps = []arch.Step{
		{Kind: "call", Name: "score", Target: "fraud_screen", Edge: "PlaceOrder/fraud_screen", Chance: 1, Times: 1, Optional: true, Demand: b.demand("fraud", 0.06, 0.4)},
		step("call", "authorise", "card_processor", "PlaceOrder/card_processor", b.demand("card", 0.18, 0.9)),
		writes(step("store", "append the movement", "ledger-db", "PlaceOrder/ledger-db", store)),
	}
	f := arch.Flow{
		ID: "PlaceOrder", UseCase: "use_cases.PlaceOrder", Entry: "harbour", Starts: "request",
		Actors: []arch.ActorID{"consumer"}, Importance: "critical", Fallback: "The order stays pending and is decided within five minutes.",
		Steps: []arch.Step{
			step("work", "check the basket", "", "", work),
			reads(step("store", "prices and stock", "kitchen-db", "AcceptTicket/kitchen-db", store)),
			authorise,
			writes(step("store", "insert the order and its outbox row", "ordering-db", "PlaceOrder/ordering-db", store)),
			step("respond", "answer", "", "", arch.Demand{}),
			after(step("publish", "OrderPlaced", "ordering.order.v1", "PlaceOrder/ordering.order.v1", publish)),
		},
		Workload: b.load("PlaceOrder", 350, 3.5, 3000, 4000),
		Trace:    decided("system.interaction", "use_cases.PlaceOrder"),
	}
	f.Wait = b.derived("flows.PlaceOrder.wait", seconds(0.64), "four fifths of the target", "use_cases.PlaceOrder.latency.p99")
	f.Workload.Quiet = b.derived("use_cases.PlaceOrder.quiet", rate(0.4), "a tenth of the average, four in the morning", "use_cases.PlaceOrder.average")
	f.Workload.Lasts = b.stated("use_cases.PlaceOrder.peak.lasts", 291, seconds(20*minute))
	f.Workload.When = "fri 19:00-19:20"
	f.Workload.Online = b.stated("actors.consumer.online", 24, count(60000))
	return f
}

// load is how often a flow starts, and how many bytes one start moves.
func (b *book) load(useCase string, peak, average, in, out float64) arch.Workload {
	id := arch.Path("use_cases." + useCase)
	growth := 2.744 // three years at 40% a year
	return arch.Workload{
		Peak:      b.stated(id+".peak", 250, rate(peak)),
		Average:   b.stated(id+".average", 250, rate(average)),
		AtHorizon: b.derived(id+".horizon", rate(peak*growth), "peak x 1.4^3", id+".peak", "context.horizon"),
		BytesIn:   b.stated(id+".payload.in", 250, size(in)),
		BytesOut:  b.stated(id+".payload.out", 250, size(out)),
	}
}
