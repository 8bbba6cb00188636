package archtest

import (
	"slices"

	"plumb.dev/plumb/arch"
)

// contracts fills in what is promised to callers.
func contracts(a *arch.Arch, b *book) {
	a.Schemas = slices.Concat(orderingSchemas(), kitchenSchemas(), deliverySchemas(), accountingSchemas(), eventSchemas())
	a.Errors = errorCatalogue()
	a.APIs = apis(b)
	a.Operations = slices.Concat(orderingOperations(b), kitchenOperations(b), deliveryOperations(b), accountingOperations(b), backOfficeOperations(b))
	a.Events = events(b)
	a.Webhooks = webhooks(b)
	a.Channels = channels(b)
	a.Broker = brokers(b)
	a.Security = security()
	a.Actors = actors(b)
}

func apis(b *book) []arch.API {
	support := b.stated("context.support_window", 12, seconds(year))
	serves := func(paths ...arch.Path) arch.Trace {
		return arch.Trace{Serves: paths, By: []arch.DecisionID{"system.api-style"}}
	}
	return []arch.API{
		{
			ID: "ordering-rest", Style: "rest", Context: "ordering", Deployable: "harbour",
			About:      "Search restaurants, order a meal and follow it to the door.",
			Operations: []arch.OperationID{"searchRestaurants", "placeOrder", "listOrders", "getOrder", "changeOrderAddress", "cancelOrder", "followOrder", "getOrderProgress", "removeReview"},
			Audience:   []arch.ActorID{"consumer", "visitor"},
			Version:    arch.Versioning{How: "url", Major: 1, Full: "1.4.0", Support: support},
			Host:       "api.harbour.example", File: "contracts/ordering/openapi.yaml",
			Trace: serves("use_cases.PlaceOrder", "use_cases.FollowOrder"),
		},
		{
			ID: "kitchen-rest", Style: "rest", Context: "kitchen", Deployable: "harbour",
			About:      "The kitchen's tickets, its menu, and word of new orders.",
			Operations: []arch.OperationID{"listTickets", "acceptTicket", "importMenu", "getMenuImport", "sendDishPhoto"},
			Audience:   []arch.ActorID{"restaurant", "partner"},
			Version:    arch.Versioning{How: "content-negotiation", Major: 2, Full: "2.1.0", Support: support},
			Host:       "partners.harbour.example", File: "contracts/kitchen/openapi.yaml",
			Trace: serves("use_cases.AcceptTicket", "use_cases.ImportMenu"),
		},
		{
			ID: "delivery-rest", Style: "rest", Context: "delivery", Deployable: "dispatch",
			About:      "Shifts, offers and the positions a phone could not send while it was offline.",
			Operations: []arch.OperationID{"startShift", "answerOffer", "reportPositions"},
			Audience:   []arch.ActorID{"courier"},
			Version:    arch.Versioning{How: "header", Major: 1, Full: "1.0.2", Support: support},
			Host:       "couriers.harbour.example", File: "contracts/delivery/openapi.yaml",
			Trace: serves("use_cases.AnswerOffer"),
		},
		{
			ID: "accounting-rest", Style: "rest", Context: "accounting", Deployable: "ledger",
			About:      "What a restaurant earned, booking by booking.",
			Operations: []arch.OperationID{"showBalance", "downloadStatement"},
			Audience:   []arch.ActorID{"restaurant"},
			Version:    arch.Versioning{How: "url", Major: 1, Full: "1.0.0", Support: support},
			Host:       "money.harbour.example", File: "contracts/accounting/openapi.yaml",
			Trace: serves("use_cases.ShowBalanceAt", "use_cases.DownloadStatement"),
		},
		{
			ID: "delivery-grpc", Style: "grpc", Context: "delivery", Deployable: "dispatch",
			About:      "Live positions in, dispatch in both directions, deliveries out.",
			Operations: []arch.OperationID{"startShift", "answerOffer", "reportPositions", "dispatch", "watchDeliveries"},
			Audience:   []arch.ActorID{"courier", "dispatcher"},
			Version:    arch.Versioning{How: "url", Major: 1, Full: "1.0.0", Support: support},
			Host:       "live.harbour.example", File: "contracts/delivery/harbour/delivery/v1/delivery.proto",
			Trace: serves("use_cases.ReportPosition", "use_cases.Dispatch"),
		},
		{
			ID: "accounting-grpc", Style: "grpc", Context: "accounting", Deployable: "ledger", Internal: true,
			About:      "Holds on cards, asked for by ordering within the saga of an order.",
			Operations: []arch.OperationID{"authoriseCard"},
			Version:    arch.Versioning{How: "url", Major: 1, Full: "1.2.0", Support: support},
			Host:       "ledger.harbour.internal", File: "contracts/accounting/harbour/accounting/v1/accounting.proto",
			Trace: serves("use_cases.AuthoriseCard"),
		},
		{
			ID: "backoffice-graphql", Style: "graphql", Deployable: "harbour",
			About:      "A case from every side: order, kitchen, courier and money in one question.",
			Operations: []arch.OperationID{"openCase", "findOrders", "watchCase", "refundPayment"},
			Audience:   []arch.ActorID{"support"},
			Version:    arch.Versioning{How: "url", Major: 1, Full: "1.0.0", Support: support},
			Host:       "backoffice.harbour.example", File: "contracts/backoffice/schema.graphql",
			Trace: serves("use_cases.OpenCase", "use_cases.FindOrders"),
		},
	}
}

// failures are codes of the catalogue: those of the mechanisms, then an operation's
// own.
func failures(mechanisms []string, own ...string) []string {
	return slices.Concat(mechanisms, own)
}

// The codes that come with a mechanism.
func signedIn() []string {
	return []string{"invalid-request", "unauthenticated", "forbidden", "too-many-requests", "overloaded"}
}
func keyed() []string {
	return append(signedIn(), "idempotency-key-missing", "idempotency-key-in-use", "idempotency-key-reused")
}
func paged() []string   { return append(signedIn(), "cursor-expired") }
func guarded() []string { return append(signedIn(), "precondition-required") }

// perAccount is a rate limit on one account, written down under the operation's name.
func (b *book) perAccount(op string, perSecond, burst float64) *arch.RateLimit {
	id := arch.Path("operations." + op + ".limit")
	return &arch.RateLimit{
		Per:    "account",
		Rate:   b.derived(id, rate(perSecond), "three times what the busiest hundredth of accounts does"),
		Burst:  b.derived(id+".burst", count(burst), "one screen's requests at once", id),
		Status: 429,
	}
}

// timeout of an operation: its latency target.
func (b *book) timeout(op string, s float64) arch.Value {
	return b.derived(arch.Path("operations."+op+".timeout"), seconds(s), "the target at the 99th percentile, twice")
}

// remembered is an idempotency header kept for a day.
func (b *book) remembered(op, conflict string) *arch.Idempotency {
	return &arch.Idempotency{
		Key: "header", Required: true, Conflict: conflict,
		Retention: b.derived(arch.Path("operations."+op+".remembered"), seconds(day), "longer than any client repeats"),
	}
}

// served says which use case an element serves and that the API style was decided.
func served(useCase arch.Path) arch.Trace {
	return arch.Trace{Serves: []arch.Path{useCase}, By: []arch.DecisionID{"system.api-style"}}
}
