package archtest

import "plumb.dev/plumb/arch"

func accountingOperations(b *book) []arch.Operation {
	own := arch.Authorisation{Scope: "statements:read", Roles: []arch.RoleID{"manager"}, Actors: []arch.ActorID{"restaurant"}, Object: "own", Owner: "holder"}
	accountInPath := parameter("accountId", "The restaurant's ledger account.", scalar(arch.ScalarID), accountID)
	return []arch.Operation{
		{
			ID: "authoriseCard", UseCase: "use_cases.AuthoriseCard", Context: "accounting", Deployable: "ledger",
			About: "Puts a hold on the consumer's card; the answer may be that the outcome is still unknown.",
			Kind:  "command", Verb: "create", Entity: "Payment", Body: "AuthoriseCardRequest", Result: "Payment",
			Idempotency: &arch.Idempotency{
				Key: "orderNumber", Required: true, Conflict: "a second amount for one order is refused",
				Retention: b.stated("domain.Payment.retained", 228, seconds(10*year)),
			},
			Errors:      []string{"invalid-request", "unauthenticated", "forbidden", "idempotency-key-reused", "card-declined", "overloaded"},
			Auth:        arch.Authorisation{Scope: "payments:write", Object: "any"},
			Consistency: "atomic",
			Timeout:     b.timeout("authoriseCard", 0.6),
			RPC:         &arch.RPCBinding{Service: "PaymentService", Method: "AuthoriseCard"},
			Peak:        b.derived("use_cases.AuthoriseCard.peak", rate(350), "one per order", "use_cases.PlaceOrder.peak"),
			Trace:       served("use_cases.AuthoriseCard"),
		},
		{
			ID: "showBalance", UseCase: "use_cases.ShowBalanceAt", Context: "accounting", Deployable: "ledger",
			About: "What an account held at any moment of the past.",
			Kind:  "query", Verb: "get", Entity: "Balance", Result: "Balance",
			Errors:      failures(signedIn(), "account-not-found"),
			Auth:        own,
			RateLimit:   b.perAccount("showBalance", 0.5, 5),
			Consistency: "read-your-writes",
			Timeout:     b.timeout("showBalance", 2),
			REST: &arch.RESTBinding{Method: "GET", Path: "/accounts/{accountId}/balance", Success: 200, Tag: "accounts", InPath: []arch.Field{accountInPath}, Query: []arch.Field{
				parameter("at", "The moment to look at; entries booked later are left out.", scalar(arch.ScalarInstant), "2026-10-31T23:00:00Z"),
			}},
			Trace: served("use_cases.ShowBalanceAt"),
		},
		{
			ID: "downloadStatement", UseCase: "use_cases.DownloadStatement", Context: "accounting", Deployable: "ledger",
			About: "A restaurant's week, booking by booking, as a file for its accountant.",
			Kind:  "query", Verb: "report", Entity: "StatementLine", Result: "StatementLine",
			Errors:      failures(signedIn(), "account-not-found"),
			Auth:        own,
			RateLimit:   b.perAccount("downloadStatement", 0.02, 3),
			Consistency: "bounded staleness",
			Staleness:   b.stated("rules.LedgerBalances.when", 246, seconds(hour)),
			Timeout:     b.timeout("downloadStatement", 10),
			REST: &arch.RESTBinding{Method: "GET", Path: "/accounts/{accountId}/statements/{week}", Success: 200, Tag: "accounts", Media: "text/csv", InPath: []arch.Field{
				accountInPath,
				parameter("week", "Monday of the week.", scalar(arch.ScalarDate), "2026-11-16"),
			}},
			Trace: served("use_cases.DownloadStatement"),
		},
	}
}

// backOfficeOperations are those of the support screen alone; what they are about
// belongs to several contexts.
func backOfficeOperations(b *book) []arch.Operation {
	agent := func(scope string, roles ...arch.RoleID) arch.Authorisation {
		return arch.Authorisation{Scope: scope, Roles: roles, Actors: []arch.ActorID{"support"}, Object: "any"}
	}
	return []arch.Operation{
		{
			ID: "openCase", UseCase: "use_cases.OpenCase", Context: "ordering", Deployable: "harbour",
			About: "Everything around an order: consumer, kitchen, courier, money.",
			Kind:  "query", Verb: "get", Entity: "Order", Result: "Order",
			Input:       []arch.Field{parameter("orderNumber", "The order the case is about.", scalar(arch.ScalarID), orderID)},
			Errors:      failures(signedIn(), "order-not-found"),
			Auth:        agent("cases:read", "agent", "lead"),
			Consistency: "read-your-writes",
			Timeout:     b.timeout("openCase", 1.6),
			Graph:       &arch.GraphBinding{Root: "Query", Field: "case"},
			Peak:        b.stated("use_cases.OpenCase.peak", 441, rate(25)),
			Trace:       served("use_cases.OpenCase"),
		},
		{
			ID: "findOrders", UseCase: "use_cases.FindOrders", Context: "ordering", Deployable: "harbour",
			About: "Orders by what a caller on the phone can tell.",
			Kind:  "query", Verb: "list", Entity: "Order", Result: "Order",
			Paging: &arch.Paging{
				Key: []string{"placedAt", "number"}, Default: 20, Max: 50, Sort: []string{"placedAt"},
				Filter: []arch.Filter{
					{Field: "consumerId", Operators: []string{"eq"}, Type: ref("Consumer")},
					{Field: "restaurantId", Operators: []string{"eq"}, Type: ref("Restaurant")},
					{Field: "placedAt", Operators: []string{"from", "to"}, Type: scalar(arch.ScalarInstant)},
				},
			},
			Errors:      paged(),
			Auth:        agent("cases:read", "agent", "lead"),
			Consistency: "bounded staleness",
			Staleness:   b.stated("use_cases.FindOrders.stale", 436, seconds(5)),
			Timeout:     b.timeout("findOrders", 2),
			Graph:       &arch.GraphBinding{Root: "Query", Field: "orders"},
			Peak:        b.stated("use_cases.FindOrders.peak", 436, rate(30)),
			Trace:       served("use_cases.FindOrders"),
		},
		{
			ID: "watchCase", UseCase: "use_cases.OpenCase", Context: "ordering", Deployable: "harbour",
			About: "Tells the screen when the order of an open case moves on.",
			Kind:  "subscription", Verb: "stream-out", Entity: "Order", Result: "OrderProgress", Stream: "out",
			Input:       []arch.Field{parameter("orderNumber", "The order the case is about.", scalar(arch.ScalarID), orderID)},
			Errors:      failures(signedIn(), "order-not-found"),
			Auth:        agent("cases:read", "agent", "lead"),
			Consistency: "bounded staleness",
			Staleness:   b.stated("use_cases.FollowOrder.stale", 316, seconds(5)),
			Graph:       &arch.GraphBinding{Root: "Subscription", Field: "caseProgress"},
			Trace:       served("use_cases.OpenCase"),
		},
		{
			ID: "refundPayment", UseCase: "use_cases.RefundPayment", Context: "accounting", Deployable: "ledger",
			About: "Gives a consumer money back; a lead answers for it.",
			Kind:  "command", Verb: "transition", Entity: "Payment", Body: "RefundPaymentRequest", Result: "Payment",
			Async: true, Progress: "subscription", Follow: "watchCase",
			Idempotency: b.remembered("refundPayment", "refused with idempotency-key-reused; the first refund stands"),
			Errors:      failures(keyed(), "payment-not-refundable"),
			Auth:        agent("payments:refund", "lead"),
			RateLimit:   b.perAccount("refundPayment", 0.05, 3),
			Consistency: "eventual",
			Staleness:   b.stated("use_cases.RefundPayment.within", 417, seconds(day)),
			Graph:       &arch.GraphBinding{Root: "Mutation", Field: "refundPayment"},
			Peak:        b.stated("use_cases.RefundPayment.peak", 420, rate(2)),
			Trace:       served("use_cases.RefundPayment"),
		},
	}
}
