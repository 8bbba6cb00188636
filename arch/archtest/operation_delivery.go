package archtest

import "plumb.dev/plumb/arch"

func deliveryOperations(b *book) []arch.Operation {
	own := func(scope string) arch.Authorisation {
		return arch.Authorisation{Scope: scope, Roles: []arch.RoleID{"courier"}, Actors: []arch.ActorID{"courier"}, Object: "own", Owner: "courierId"}
	}
	service := func(method string) *arch.RPCBinding {
		return &arch.RPCBinding{Service: "DeliveryService", Method: method}
	}
	return []arch.Operation{
		{
			ID: "startShift", UseCase: "use_cases.StartShift", Context: "delivery", Deployable: "dispatch",
			About: "Opens a shift; offers come from now on.",
			Kind:  "command", Verb: "create", Entity: "Shift", Body: "StartShiftRequest", Result: "Shift",
			Idempotency: b.remembered("startShift", "refused with idempotency-key-reused; the first shift stays open"),
			Errors:      failures(keyed(), "shift-open"),
			Auth:        own("deliveries:write"),
			RateLimit:   b.perAccount("startShift", 0.1, 2),
			Consistency: "atomic",
			Timeout:     b.timeout("startShift", 1),
			REST:        &arch.RESTBinding{Method: "POST", Path: "/shifts", Success: 201, Tag: "shifts"},
			RPC:         service("StartShift"),
			Trace:       served("use_cases.StartShift"),
		},
		{
			ID: "answerOffer", UseCase: "use_cases.AnswerOffer", Context: "delivery", Deployable: "dispatch",
			About: "Takes or leaves an offered delivery.",
			Kind:  "command", Verb: "act", Entity: "Delivery", Body: "OfferAnswer", Result: "Delivery",
			Input: []arch.Field{
				parameter("deliveryId", "The delivery that was offered.", scalar(arch.ScalarID), deliveryID),
			},
			Errors:      failures(signedIn(), "delivery-not-found", "offer-over"),
			Auth:        own("deliveries:write"),
			RateLimit:   b.perAccount("answerOffer", 1, 5),
			Consistency: "atomic",
			Timeout:     b.timeout("answerOffer", 1),
			REST: &arch.RESTBinding{Method: "POST", Path: "/deliveries/{deliveryId}/answers", Success: 200, Tag: "deliveries", InPath: []arch.Field{
				parameter("deliveryId", "The delivery that was offered.", scalar(arch.ScalarID), deliveryID),
			}},
			RPC:   service("AnswerOffer"),
			Peak:  b.stated("use_cases.AnswerOffer.peak", 395, rate(80)),
			Trace: served("use_cases.AnswerOffer"),
		},
		{
			ID: "reportPositions", UseCase: "use_cases.ReportPosition", Context: "delivery", Deployable: "dispatch",
			About: "Streams a phone's positions in, every four seconds; a phone that was offline sends its backlog at once.",
			Kind:  "command", Verb: "stream-in", Entity: "CourierPosition", Body: "CourierPosition", Result: "PositionSummary", Stream: "in",
			Errors:      signedIn(),
			Auth:        own("positions:write"),
			RateLimit:   b.perAccount("reportPositions", 0.5, 3),
			Consistency: "eventual",
			Staleness:   b.stated("use_cases.FollowOrder.stale", 316, seconds(5)),
			REST:        &arch.RESTBinding{Method: "POST", Path: "/courier-positions", Success: 200, Tag: "positions", Media: "application/x-ndjson"},
			RPC:         service("ReportPositions"),
			Peak:        b.stated("use_cases.ReportPosition.peak", 376, rate(1750)),
			Trace:       served("use_cases.ReportPosition"),
		},
		{
			ID: "dispatch", UseCase: "use_cases.Dispatch", Context: "delivery", Deployable: "dispatch",
			About: "The conversation between dispatch and a courier on the road: offers, answers and messages.",
			Kind:  "command", Verb: "conversation", Entity: "Delivery", Body: "DispatchNote", Result: "DispatchCall", Stream: "both",
			Errors:      signedIn(),
			Auth:        own("deliveries:write"),
			RateLimit:   b.perAccount("dispatch", 0.2, 3),
			Consistency: "eventual",
			RPC:         service("Dispatch"),
			Trace:       served("use_cases.Dispatch"),
		},
		{
			ID: "watchDeliveries", UseCase: "use_cases.Dispatch", Context: "delivery", Deployable: "dispatch",
			About: "Streams every change of a city's deliveries to the dispatcher's map.",
			Kind:  "subscription", Verb: "stream-out", Entity: "Delivery", Result: "Delivery", Stream: "out",
			Input: []arch.Field{
				parameter("cityName", "The city the dispatcher looks after.", text(60), "Hamburg"),
			},
			Errors:      signedIn(),
			Auth:        arch.Authorisation{Scope: "deliveries:read", Roles: []arch.RoleID{"dispatcher"}, Actors: []arch.ActorID{"dispatcher"}, Object: "any"},
			RateLimit:   b.perAccount("watchDeliveries", 0.1, 3),
			Consistency: "bounded staleness",
			Staleness:   b.stated("use_cases.OfferDelivery.consistency", 391, seconds(5)),
			RPC:         service("WatchDeliveries"),
			Trace:       served("use_cases.Dispatch"),
		},
	}
}
