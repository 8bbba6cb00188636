package archtest

import (
	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/fact"
)

// reasons fills in the decisions and the questions left open.
func reasons(a *arch.Arch, b *book) {
	a.Decisions = append([]arch.Decision{orderStore(b), tracing(b), secondRegion(b)}, settled(b)...)
	a.Untried = 3
	a.Former = []arch.Former{{ID: "Order.store", Number: 28, Title: "Store of Order", Choice: "MySQL", Date: "2026-03-02", By: 4,
		Since: []arch.FactChange{{Fact: "use_cases.PlaceOrder.peak", From: "35/s", To: "350/s"}}}}
	a.Renamed = []arch.Rename{{From: "use_cases.CreateOrder", To: "use_cases.PlaceOrder"}}
	a.Questions = []arch.Question{{
		Number: 1, About: "use_cases.PlaceOrder.latency.p99", Check: "external-latency",
		Finding: "The card processor alone is above 800ms in 1.3% of calls.",
		Asks:    "May an order be accepted before the card has answered?", Default: "yes, as pending for at most five minutes",
		Answers: []arch.Answer{
			{Says: "yes", Follows: "p99 800ms holds; one order in 77 is told the outcome later."},
			{Says: "no", Follows: "p99 is 1s at best."},
		},
		Facts: []arch.Path{"externals.card_processor.latency.p99"},
	}}
}

func orderStore(b *book) arch.Decision {
	rows := b.derived("domain.Order.rows", count(1.2e9), "300k a day for seven years, growing", "domain.Order.volume", "domain.Order.retained")
	now := b.stated("use_cases.PlaceOrder.peak", 291, rate(350))
	cost := func(id string, usd, worth float64) arch.Score {
		return arch.Score{
			Criterion: "cost", Value: b.derived(arch.Path("decisions.Order.store."+id+".cost"), money(usd), "nodes x price"),
			Worth: worth, Weight: 0.3, How: arch.Say("%s nodes for %s rows", id, rows),
		}
	}
	return arch.Decision{
		ID: "Order.store", Number: 4, Question: "store", Topic: "data", Title: "Keep orders in PostgreSQL", About: "domain.Order",
		Options: []arch.Option{
			{ID: "postgres", Name: "PostgreSQL", Utility: 0.81, Scores: []arch.Score{cost("postgres", 1900, 0.8)}, Parameters: []arch.Parameter{
				{Name: "pool", Value: b.derived("stores.ordering-db.pool", count(60), "writes and reads in flight, times two")},
				{Name: "isolation", Text: "read committed"},
			}},
			{ID: "dynamodb", Name: "DynamoDB", Utility: 0.63, Scores: []arch.Score{cost("dynamodb", 3100, 0.6)}},
			{ID: "mongodb", Name: "MongoDB", Eliminated: []arch.Elimination{{
				Requirement: "context.budget", Span: span(23), Reason: arch.Say("nobody of %d people knows it", 22),
			}}},
		},
		Status: "accepted", Date: "2026-10-20",
		Choice: "postgres", RunnerUp: "dynamodb", Margin: 0.18, Significant: true, Reversal: b.derived("decisions.Order.store.reversal", personDays(60), "tables x access patterns"),
		Because: arch.Say("it runs already and sustains %s with a quarter of one node", now), Requirements: []arch.Path{"use_cases.PlaceOrder", "domain.Order"},
		Facts: []arch.Path{"use_cases.PlaceOrder.peak", "domain.Order.rows"}, Needs: []arch.DecisionID{"system.deployables"},
		Flips: []arch.Flip{{
			Fact: "use_cases.PlaceOrder.peak", Now: now, At: b.derived("decisions.Order.store.flip", rate(9000), "writes one primary sustains"), To: "dynamodb", Method: "comparison",
			Still:   b.derived("decisions.Order.store.still", rate(8800), "writes one primary sustains"),
			Cascade: []arch.Change{{Decision: "Order.concurrency", From: "transaction", To: "conditional-write"}},
		}, {
			Fact: "domain.Order.rows", Now: rows, At: b.derived("decisions.Order.store.flip-rows", count(1e6), "a single file would do"), Below: true, To: "dynamodb", Method: "replanned",
		}},
		Steady:     []arch.Path{"use_cases.PlaceOrder.latency.p99"},
		Robustness: &arch.Robustness{Share: 0.93, Error: 0.02, Samples: 1000},
		Good:       []arch.Sentence{arch.Say("one technology on call")}, Bad: []arch.Sentence{arch.Say("%s rows need partitions by month", rows)},
		Confirmation: arch.Say("the load gate at %s", now), Trace: decided("system.deployables", "domain.Order"),
	}
}

func tracing(b *book) arch.Decision {
	return arch.Decision{
		ID: "system.tracing", Number: 9, Question: "tracing backend", Topic: "observability", Title: "Keep traces in Jaeger",
		Options: []arch.Option{{ID: "jaeger", Name: "Jaeger", Utility: 0.5}, {ID: "datadog", Name: "Datadog", Utility: 0.6}},
		Choice:  "jaeger", RunnerUp: "datadog", Reversal: b.derived("decisions.system.tracing.reversal", personDays(3), "exporters"),
		Because:      arch.Say("pinned: the operations team runs it"),
		Confirmation: arch.Say("a trace of each sampled order can be opened"),
		Pinned:       &arch.Pinned{Because: "the operations team runs it", Span: span(460), Computed: "datadog", Regret: 0.1},
		Forced: []arch.Forced{{
			Parameter: "queue", From: b.derived("decisions.system.tracing.queue.was", fact.Quantity{Kind: fact.Count, N: 512}, "a second of spans"),
			To: b.derived("decisions.system.tracing.queue", fact.Quantity{Kind: fact.Count, N: 2048}, "four seconds of them"), Scenario: "peak", Showed: "3% of the spans were dropped",
		}},
	}
}

func secondRegion(b *book) arch.Decision {
	return arch.Decision{
		ID: "system.placement", Number: 12, Question: "regions", Topic: "deployment", Title: "One region, three zones",
		Options: []arch.Option{{ID: "single-region", Name: "One region", Utility: 0.9}, {ID: "warm-standby", Name: "Warm standby", Utility: 0.4}},
		Choice:  "single-region", RunnerUp: "warm-standby", Margin: 0.5, Reversal: b.derived("decisions.system.placement.reversal", personDays(40), "stores and addresses"),
		Because: arch.Say("a recovery time of 30min is met from backups"), Confirmation: arch.Say("a quarterly restore within 30min"),
		NotNeeded: true, Until: arch.Say("a recovery time below 5min"),
	}
}

// settled are the other decisions that elements name, in one line each.
func settled(b *book) []arch.Decision {
	one := func(number int, id arch.DecisionID, question string, about arch.Path, choice arch.OptionID, because string) arch.Decision {
		return arch.Decision{
			ID: id, Number: number, Question: question, Topic: "architecture", Title: question + ": " + string(choice), About: about,
			Options: []arch.Option{{ID: choice, Name: string(choice), Utility: 0.8}, {ID: "none", Name: "none", Utility: 0.3}},
			Choice:  choice, RunnerUp: "none", Margin: 0.5, Because: arch.Say("%s", because), Confirmation: arch.Say("seen in the contracts"),
			Reversal: b.assumed(arch.Path("decisions."+string(id)+".reversal"), personDays(10), 5, 20, "one part, its tests and its runbook"),
		}
	}
	return []arch.Decision{
		one(1, "system.contexts", "contexts", "", "four", "four teams own four vocabularies"),
		one(2, "system.deployables", "deployables", "", "three", "cards need a zone, positions another scale"),
		one(3, "system.api-style", "API style", "", "rest", "phones and partners"),
		one(5, "Order.concurrency", "concurrency", "domain.Order", "transaction", "one row, one version"),
		one(6, "system.interaction", "interaction", "", "events", "kitchens need not be awake"),
		one(7, "system.broker", "broker", "", "kafka", "runs already; 1750 positions/s in order"),
		one(8, "system.identity", "identity", "", "keycloak", "runs already"),
		one(10, "system.gateway", "gateway", "", "kong", "six APIs, one door"),
		one(11, "system.mesh", "mesh", "", "linkerd", "mutual TLS to the money zone"),
		one(13, "system.adapters", "adapters", "", "one-each", "each external has another model"),
		one(14, "system.jobs", "jobs", "", "lease", "one run at a time"),
		one(15, "AuthoriseCard.toggle", "toggle", "use_cases.AuthoriseCard", "runtime", "asked for"),
		one(16, "SearchRestaurants.cache", "cache", "use_cases.SearchRestaurants", "shared", "1500 reads/s of what changes hourly"),
		one(17, "FollowOrder.read-model", "read model", "use_cases.FollowOrder", "projection", "three contexts in one answer"),
		one(18, "FollowOrder.progress", "progress", "use_cases.FollowOrder", "server-sent events", "45k open streams, one way"),
		one(19, "PlaceOrder.saga", "saga", "use_cases.PlaceOrder", "orchestration", "three contexts and a card"),
		one(20, "PlaceOrder.idempotency", "idempotency", "use_cases.PlaceOrder", "header", "phones repeat"),
		one(21, "PlaceOrder.answer", "answer", "use_cases.PlaceOrder", "bounded wait", "the processor's tail"),
		one(22, "PlaceOrder.ledger.policy", "policy", "use_cases.PlaceOrder", "deadline", "the saga asks again"),
		one(23, "PlaceOrder.card_processor.policy", "policy", "use_cases.PlaceOrder", "retry-breaker", "idempotent by payment id"),
		one(24, "PlaceOrder.fraud_screen.policy", "policy", "use_cases.PlaceOrder", "fallback", "small orders pass"),
		one(25, "OfferDelivery.maps.policy", "policy", "use_cases.OfferDelivery", "retry-breaker", "reads may repeat"),
		one(26, "SendPayouts.bank.policy", "policy", "use_cases.SendPayouts", "queue", "closed at night"),
		one(27, "DishStock.guard", "guard", "domain.DishStock", "guarded-update", "30 orders/s for one dish at most"),
	}
}
