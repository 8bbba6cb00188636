package archtest

import "plumb.dev/plumb/arch"

func edges(b *book) []arch.Edge {
	return append(calls(b), accesses(b)...)
}

// calls are edges to others that answer over a network and may not.
func calls(b *book) []arch.Edge {
	within := func(id arch.EdgeID, s float64) arch.Value {
		return b.derived(arch.Path("edges."+id+".timeout"), seconds(s), "the tail that pays for waiting, within the caller's deadline")
	}
	at := func(id arch.EdgeID, perSecond float64) arch.Value {
		return b.derived(arch.Path("edges."+id+".peak"), rate(perSecond), "calls of its use cases at their peaks")
	}
	return []arch.Edge{
		{
			ID: "PlaceOrder/ledger", From: "harbour", To: "ledger", ToKind: "deployable", Style: "sync", Protocol: "grpc",
			Use: []arch.Path{"use_cases.PlaceOrder"}, Hard: true, Deadline: true,
			Peak: at("PlaceOrder/ledger", 350), Timeout: within("PlaceOrder/ledger", 1.4),
			Bulkhead: b.bulkhead("PlaceOrder/ledger", 180),
			Unknown:  "The order stays pending; the saga asks the ledger by order number.",
			Trace:    decided("PlaceOrder.ledger.policy", "use_cases.PlaceOrder"),
		},
		{
			ID: "PlaceOrder/card_processor", From: "ledger", To: "card_processor", ToKind: "external", Style: "sync", Protocol: "http",
			Use: []arch.Path{"use_cases.AuthoriseCard", "use_cases.CapturePayment"}, Hard: true, Deadline: true,
			Peak: at("PlaceOrder/card_processor", 350), Timeout: within("PlaceOrder/card_processor", 1.2),
			Retry: b.retry("PlaceOrder/card_processor", "payment id"), Breaker: b.breaker("PlaceOrder/card_processor"), Bulkhead: b.bulkhead("PlaceOrder/card_processor", 120),
			RateLimit: &arch.Throttle{
				Rate:    b.derived("edges.PlaceOrder/card_processor.throttle", rate(380), "95% of its limit", "externals.card_processor.limit"),
				Burst:   b.derived("edges.PlaceOrder/card_processor.burst", count(40), "a tenth of a second"),
				MaxWait: b.derived("edges.PlaceOrder/card_processor.throttle-wait", seconds(0.1), "what the deadline leaves"),
			},
			Unknown: "Looked up by our own reference until it is known.",
			Trace:   decided("PlaceOrder.card_processor.policy", "use_cases.AuthoriseCard"),
		},
		{
			ID: "PlaceOrder/fraud_screen", From: "ledger", To: "fraud_screen", ToKind: "external", Style: "sync", Protocol: "http",
			Use: []arch.Path{"use_cases.AuthoriseCard"}, Deadline: true,
			Peak: at("PlaceOrder/fraud_screen", 350), Timeout: within("PlaceOrder/fraud_screen", 0.25),
			Breaker: b.breaker("PlaceOrder/fraud_screen"), Fallback: "Orders under 40 EUR pass.",
			Trace: decided("PlaceOrder.fraud_screen.policy", "use_cases.AuthoriseCard"),
		},
		{
			ID: "OfferDelivery/maps", From: "dispatch", To: "maps", ToKind: "external", Style: "sync", Protocol: "http",
			Use:  []arch.Path{"use_cases.OfferDelivery"},
			Peak: at("OfferDelivery/maps", 240), Timeout: within("OfferDelivery/maps", 0.3),
			Retry: b.retry("OfferDelivery/maps", ""), Breaker: b.breaker("OfferDelivery/maps"), Fallback: "The distance as the crow flies.",
			Trace: decided("OfferDelivery.maps.policy", "use_cases.OfferDelivery"),
		},
		{
			ID: "SendPayouts/bank", From: "ledger", To: "bank", ToKind: "external", Style: "async", Protocol: "file",
			Use:  []arch.Path{"use_cases.SendPayouts"},
			Peak: at("SendPayouts/bank", 0.1), Timeout: within("SendPayouts/bank", minute),
			NoBreaker: "20 calls take 200s", Unknown: "The next morning's answer decides.", Backlog: &arch.Backlog{
				Late:  b.derived("edges.SendPayouts/bank.late", seconds(6*minute), "what a peak leaves, at the rate of the bank"),
				Drain: b.derived("edges.SendPayouts/bank.drain", seconds(30*minute), "what a closed day leaves, at the rate of the bank"),
			},
			Trace: decided("SendPayouts.bank.policy", "use_cases.SendPayouts"),
		},
	}
}

func (b *book) retry(edge, key string) *arch.Retry {
	id := arch.Path("edges." + edge + ".retry")
	return &arch.Retry{
		MaxAttempts: 2, Multiplier: 2, Jitter: "full", Only: []string{"timeout", "429", "502", "503", "504"}, Key: key,
		Base:   b.derived(id+".initial", seconds(0.05), "a quarter of the median"),
		Max:    b.derived(id+".max", seconds(0.2), "what the deadline leaves"),
		Budget: b.derived(id+".budget", share(0.1), "a tenth more load at most while it is slow"),
	}
}

func (b *book) breaker(edge string) *arch.Breaker {
	id := arch.Path("edges." + edge + ".breaker")
	return &arch.Breaker{
		MinCalls: 20, Threshold: 0.5, Probes: 5,
		Window: b.derived(id+".window", seconds(30), "twenty calls in the quietest hour", "use_cases.PlaceOrder.quiet"),
		Open:   b.derived(id+".open", seconds(10), "how long such an outage lasts at least"),
	}
}

func (b *book) bulkhead(edge string, most int) *arch.Bulkhead {
	id := arch.Path("edges." + edge + ".bulkhead")
	return &arch.Bulkhead{MaxConcurrent: most, MaxWait: b.derived(id+".wait", seconds(0.02), "rather refuse than queue")}
}

// accesses are edges to stores, caches and channels.
func accesses(b *book) []arch.Edge {
	edge := func(id arch.EdgeID, from arch.DeployableID, to, kind, protocol string, peak, timeout float64, use ...arch.Path) arch.Edge {
		style := "sync"
		if kind == "channel" {
			style = "async"
		}
		return arch.Edge{
			ID: id, From: from, To: to, ToKind: kind, Style: style, Protocol: protocol, Use: use, Hard: kind == "store",
			Peak:    b.derived(arch.Path("edges."+id+".peak"), rate(peak), "use of its use cases at their peaks"),
			Timeout: b.derived(arch.Path("edges."+id+".timeout"), seconds(timeout), "fifty times the median"),
			Trace:   decided("Order.store", use...),
		}
	}
	return []arch.Edge{
		edge("PlaceOrder/ordering-db", "harbour", "ordering-db", "store", "sql", 842, 0.1, "use_cases.PlaceOrder", "use_cases.FollowOrder"),
		edge("AcceptTicket/kitchen-db", "harbour", "kitchen-db", "store", "sql", 1340, 0.1, "use_cases.AcceptTicket", "use_cases.CreateTicket"),
		edge("ReportPosition/delivery-db", "dispatch", "delivery-db", "store", "sql", 3100, 0.05, "use_cases.ReportPosition", "use_cases.OfferDelivery"),
		edge("PlaceOrder/ledger-db", "ledger", "ledger-db", "store", "sql", 570, 0.1, "use_cases.AuthoriseCard", "use_cases.CapturePayment"),
		edge("SearchRestaurants/restaurants", "harbour", "restaurants", "cache", "resp", 1500, 0.02, "use_cases.SearchRestaurants"),
		edge("PlaceOrder/ordering.order.v1", "harbour", "ordering.order.v1", "channel", "broker", 356, 1, "use_cases.PlaceOrder"),
		edge("AcceptTicket/kitchen.ticket.v1", "harbour", "kitchen.ticket.v1", "channel", "broker", 60, 1, "use_cases.AcceptTicket"),
		edge("ReportPosition/delivery.position.v1", "dispatch", "delivery.position.v1", "channel", "broker", 1750, 1, "use_cases.ReportPosition"),
		edge("CapturePayment/accounting.payment.v1", "ledger", "accounting.payment.v1", "channel", "broker", 60, 1, "use_cases.CapturePayment"),
	}
}
