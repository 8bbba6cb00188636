package archtest

import (
	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/fact"
)

// governance fills in who, why and how well.
func governance(a *arch.Arch, b *book) {
	guardSecurity(&a.Security, b)
	a.Objectives = objectives(b)
	a.Verification = verification(b)
	a.Scenarios = []arch.Scenario{{
		Name: "friday-dinner", About: "Twenty minutes of dinner with a third of the kitchen gone.", Span: span(470),
		Load: arch.Words{Text: "1.5x", Span: span(472)}, Rates: []arch.ScenarioRate{{UseCase: "use_cases.PlaceOrder", Rate: 500}},
		Shape:  []arch.Words{{Text: "burst 2x at 5min for 1min", Span: span(473)}},
		Faults: []arch.Words{{Text: "kill kitchen 1/3 at 30s for 60s", Span: span(474)}},
		Holds:  []arch.Words{{Text: "PlaceOrder.latency p99 < 1s", Span: span(475)}},
		For:    1200, Seed: 7,
	}}
	a.Alerts = alerts(b)
	a.Telemetry = telemetry(b)
	a.Guarantees = []arch.Guarantee{{
		Kind: "never given away twice", Promise: "A portion is never sold twice.", Of: "domain.DishStock", Mechanism: "Guarded decrement in the transaction that takes the stock.",
		Where: "kitchen-db, dish_stock", Test: "A hundred orders for the last portion; one wins.",
		Alert: "stock-below-zero", WorkItem: "The kitchen calls the consumer from its screen.", Trace: decided("DishStock.guard", "domain.DishStock"),
	}, {
		Promise: "An order that was not delivered is not charged", Of: "domain.Payment", Keeper: "steps of place order, compared within 10min",
		Mechanism: "The steps of place order, and a comparison of orders and payments that finds within 10min what is not so.",
		Where:     "Order and Payment", Test: "Each step of place order is made to fail for good.", Alert: "a comparison that finds one",
		WorkItem: "team ordering, list of orders that break it", Trace: arch.Trace{Serves: []arch.Path{"domain.Payment"}},
	}}
	a.Failures = []arch.Failure{{
		Kind: "sent twice", What: "The phone repeats the order after a lost answer.", Of: "use_cases.PlaceOrder", Does: "The key finds the first order and its answer is given again.",
		Seen: "One order.", Trace: decided("PlaceOrder.idempotency", "use_cases.PlaceOrder"),
	}}
	a.Risks = []arch.Risk{{
		Number: 1, Risk: "The card processor's tail alone is above the target.", Why: "p99 900ms against 800ms for the whole order.",
		Exposure: 0.7, Answer: "Answer within a bounded wait; finish pending orders later.", Trace: decided("PlaceOrder.answer", "use_cases.PlaceOrder.latency"),
	}}
	a.NotBuilt = []arch.NotBuilt{{
		What: "A second region", Why: "A recovery time of 30min is met from backups in one.", Until: "a recovery time below 5min", Decision: "system.placement",
	}}
	a.Capacity = capacity(b)
	a.Cost = cost(b)
	a.NextSteps = []arch.NextStep{{
		Number: 1, Do: "Run the Friday peak with the card processor at one second.", Why: "It decides whether orders may stay pending.", Who: "ordering",
		Proof: "99.95% of 420,000 orders answered within 800ms.",
	}}
	a.Hooks = []arch.Hook{{ID: "match-courier", Where: "delivery, OfferDelivery", What: "Choose among the couriers nearby."}}
	a.Handover = []arch.Handover{{
		To: "database", What: "ordering-db: two queries on 1.2 billion orders, 480 reads/s, partitions by month.", Facts: []arch.Path{"domain.Order.rows", "stores.ordering-db.reads"},
	}}
}

func guardSecurity(s *arch.Security, b *book) {
	s.Services = []arch.Principal{
		{ID: "spiffe://harbour.example/harbour", Deployable: "harbour", May: []arch.Grant{
			{To: "ledger", Do: "call", What: "harbour.accounting.v1.PaymentService/AuthoriseCard"},
			{To: "ordering.order.v1", Do: "publish", What: "OrderPlaced, OrderCancelled"},
		}},
		{ID: "spiffe://harbour.example/dispatch", Deployable: "dispatch", May: []arch.Grant{{To: "kitchen.ticket.v1", Do: "consume", What: "TicketAccepted"}}},
		{ID: "spiffe://harbour.example/ledger", Deployable: "ledger", May: []arch.Grant{{To: "delivery.delivery.v1", Do: "consume", What: "DeliveryDone"}}},
	}
	s.Zones = []arch.TrustZone{
		{ID: "public", About: "What the gateway lets the internet reach.", Members: []string{"harbour", "dispatch"}, Crosses: []string{"consumers through the gateway, with a token"}},
		{ID: "money", About: "What card data may pass.", Members: []string{"ledger"}, Crosses: []string{"harbour over mutual TLS, one method"}},
	}
	s.Inventory = []arch.DataEntry{{
		Aggregate: "domain.Order", Fields: []string{"address"}, Class: "personal", Context: "ordering", Stores: []arch.StoreID{"ordering-db"},
		Retained: b.stated("domain.Order.retained", 133, seconds(7*year)), Erasure: "Address emptied on request; the amount stays for the tax office.",
		Protection: "Encrypted at rest, redacted in logs.", DroppedBy: "ordering-retention", ErasedBy: "use_cases.ChangeOrderAddress", Key: "the consumer's", Absent: []string{"logs"}, SharedWith: []arch.ExternalID{"fraud_screen"},
	}}
	s.Threats = []arch.Threat{{
		Boundary: "internet to gateway", Kind: "spoofing", Threat: "A stolen token orders to another door.", Target: "placeOrder", Control: "tokens of 15min",
		Answer: "Tokens last 15min; a new address asks for the card's code.", Test: "An expired token is refused on every operation.",
	}}
	s.Abuse = []string{"Vouchers are tried in bulk: five tries per account and hour."}
	s.Audit = []string{"Refunds, with who, when, why and the amount."}
	s.Trace = decided("system.identity", "use_cases.PlaceOrder")
}

func objectives(b *book) []arch.Objective {
	p99, month := b.stated("use_cases.PlaceOrder.latency.p99", 294, seconds(0.8)), b.derived("objectives.window", seconds(30*day), "four weeks hide no weekday")
	part := func(name string, s float64, note string) arch.Part {
		return arch.Part{Name: name, Value: b.derived(arch.Path("objectives.PlaceOrder.latency."+name), seconds(s), "p99 of the hop"), Note: note}
	}
	return []arch.Objective{
		{
			ID: "PlaceOrder.latency", UseCase: "use_cases.PlaceOrder", Kind: "latency", Measure: "p99", Target: p99, Stated: true,
			Achieved: b.derived("objectives.PlaceOrder.latency", seconds(0.97), "convolution of the hops"), Verdict: "missed", Margin: -0.21, Simulated: predicted(b),
			Budget: []arch.Part{part("card_processor", 0.9, "an external's tail"), part("own", 0.07, "")},
			SLI:    "share of placeOrder answered within 800ms", Window: month,
			Scenario: "350 orders/s on a Friday evening, one zone lost: 99 of 100 answered within 800ms.",
			Nearest:  b.derived("objectives.PlaceOrder.latency.nearest", seconds(1), "the next round second"), NearestMet: true, Trace: decided("PlaceOrder.answer", "use_cases.PlaceOrder"),
		},
		{
			ID: "system.cost", Kind: "cost", Measure: "per month", Target: b.stated("context.budget", 23, money(30000)), Stated: true,
			Achieved: b.derived("cost.total", money(21400), "sum of its parts"), Verdict: "met", Margin: 0.29,
			Budget: []arch.Part{{Name: "compute", Value: b.derived("cost.compute", money(9200), "replicas x price")}},
			SLI:    "the cloud's bill", Scenario: "A month of 9 million orders.", Trace: decided("system.deployables", "context.budget"),
		},
	}
}

func predicted(b *book) *arch.Prediction {
	p99 := b.derived("simulation.objectives.PlaceOrder.latency", seconds(0.62), "p99; simulated peak, 6 replications of 35s, seed 1")
	low := b.derived("simulation.objectives.PlaceOrder.latency.low", seconds(0.6), "lower end of its 95 % confidence interval", p99.Fact)
	high := b.derived("simulation.objectives.PlaceOrder.latency.high", seconds(0.64), "upper end of its 95 % confidence interval", p99.Fact)
	rest := b.derived("simulation.objectives.PlaceOrder.calculated", seconds(17.6), "time a month, as calculated, of what no scenario shows: releases of harbour")
	return &arch.Prediction{Scenario: "peak", Predicted: p99, Low: low, High: high, Calculated: rest, Verdict: "met", Margin: 0.22, Why: "its tail is cut off by the time limit", Disagrees: "calculation says 970ms: missed"}
}

func verification(b *book) *arch.Verification {
	n := func(name string, q fact.Quantity) arch.Value {
		return b.derived(arch.Path("simulation.card_processor-down."+name), q, "simulated card_processor-down, 3 replications of 42s, seed 1")
	}
	return &arch.Verification{
		Seed: 1, Events: 12_400_000, Budget: 40_000_000,
		Trials: []arch.Trial{{
			ID: "card_processor-down", About: "card_processor answers nothing at the peak for 20s", Lasts: n("lasts", seconds(42)), Replications: 3, Events: 4_600_000, Flows: 35, Of: 52,
			Answered: n("before", share(1)), During: n("during", share(0.42)), After: n("after", share(0.998)), Recovers: n("recovers", seconds(3)),
			Outcome: "recovers", Why: "orders wait in their saga",
			Tolls: []arch.Toll{{Objective: "PlaceOrder.latency", Outage: n("toll", seconds(12)), Times: n("times", fact.Quantity{Kind: fact.Count, N: 2}), Share: n("toll.share", share(0.019))}},
			Given: true, Claims: []arch.Assertion{{
				Claim: "PlaceOrder.latency p99 < 800ms", Measured: n("claims.1", seconds(0.84)), Low: n("claims.1.low", seconds(0.82)), High: n("claims.1.high", seconds(0.86)),
				Verdict: "missed", Why: "its tail is cut off by the time limit", Nearest: n("claims.1.nearest", seconds(0.86)),
			}},
		}},
		Omitted: []arch.Omitted{{ID: "maps-down", Given: true, About: "maps answers nothing at the peak for 20s", Why: "3 replications make 2.7e+06 events, and 1e+06 are left of the budget"}},
		Repairs: []arch.Repair{{
			Round: 1, Scenario: "peak", Objective: "PlaceOrder.latency", Showed: "1.4% of 350/s refused by the throttle", Decision: "PlaceOrder.answer", Changed: "throttle", Claim: "errors < 1%", Mechanism: "throttle's burst", Price: "a setting", Undone: true,
			From: n("from", rate(350)), To: n("to", rate(368)), Now: "350/s come through", Helped: true,
		}},
	}
}

func alerts(b *book) []arch.Alert {
	return []arch.Alert{
		{
			ID: "place-order-burns-fast", Objective: "PlaceOrder.latency", Severity: "page", Kind: "burn-rate", Burn: 14.4,
			When: "2% of the month's budget is gone in an hour", Metric: "http_server_request_duration_seconds",
			Long: b.derived("alerts.long", seconds(hour), "multiwindow burn rate"), Short: b.derived("alerts.short", seconds(5*minute), "a twelfth of the long window", "alerts.long"),
			To: "ordering", Do: "Look at the card processor's latency first.",
		},
		{ID: "stock-below-zero", Severity: "ticket", Kind: "threshold", When: "a row of dish_stock is below zero", Metric: "dish_stock_negative_rows", To: "kitchen", Do: "Find the writer that went round the guard."},
	}
}

func telemetry(b *book) arch.Telemetry {
	return arch.Telemetry{
		Backend: []string{"opentelemetry", "jaeger", "prometheus"}, LogFields: []string{"trace_id", "order_number", "actor"},
		Correlation: "The W3C trace context of the request: give support its trace id and they find every log line of it.",
		Metrics: []arch.Metric{
			{Name: "http_server_request_duration_seconds", Kind: "histogram", Unit: "seconds", Labels: []string{"operation", "status"}, About: "How long requests took."},
			{Name: "dish_stock_negative_rows", Kind: "gauge", Unit: "rows", Labels: []string{"city"}, About: "Portions sold twice."},
			{Name: "orders_placed_total", Kind: "counter", Unit: "orders", Labels: []string{"city", "channel"}, About: "Orders placed.", Business: true},
		},
		Sampling: b.derived("telemetry.sampling", share(0.02), "a thousand traces per minute at the peak", "use_cases.PlaceOrder.peak"),
		Always:   "Errors, and orders slower than 800ms.", Redacted: []string{"address", "phone", "email"},
		Dashboards: []string{"Friday evening", "Money in flight"}, Trace: decided("system.tracing", "use_cases.PlaceOrder"),
	}
}

func capacity(b *book) []arch.Capacity {
	return []arch.Capacity{{
		Name: "card authorisations", Of: "externals.card_processor", Sum: "350/s x 1 of 400/s",
		Value:   b.derived("capacity.card", rate(350), "orders at the peak", "use_cases.PlaceOrder.peak"),
		Ceiling: b.stated("externals.card_processor.limit", 35, rate(400)), Headroom: 0.125, Bottleneck: true,
	}}
}

func cost(b *book) arch.Cost {
	price := b.catalogued("catalog.kafka.price", money(0.21), "https://aws.amazon.com/msk/pricing/", "2026-10-01")
	return arch.Cost{
		Total: b.derived("cost.total", money(21400), "sum of its parts"),
		Parts: []arch.Part{
			{Name: "compute", Value: b.derived("cost.compute", money(9200), "replicas x price")},
			{Name: "kafka", Value: b.derived("cost.kafka", money(460), "3 brokers x 730h x price", price.Fact), Note: "kafka.m7g.large"},
		},
		Unknown: []string{"fraud_screen beyond its monthly fee"}, AtHorizon: b.derived("cost.horizon", money(47000), "compute and storage x 1.4^3", "context.horizon"), Exchange: b.stated("context.exchange", 21, count(0.92)),
	}
}
