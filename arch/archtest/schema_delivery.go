package archtest

import "plumb.dev/plumb/arch"

func deliverySchemas() []arch.Schema {
	return []arch.Schema{
		{
			ID: "Courier", Kind: "object", Role: "entity", Of: "domain.Courier", Context: "delivery",
			About: "A person who brings the food.",
			Fields: []arch.Field{
				readOnly(field(1, "id", "Identifies the courier.", scalar(arch.ScalarID), courierID)),
				personal(field(2, "name", "How consumers and kitchens greet them.", text(80), "Ilir Berisha")),
				field(3, "vehicle", "Bicycle, scooter or car.", text(20), "bicycle"),
				optional(field(4, "activeSince", "The first day on the road.", scalar(arch.ScalarDate), "2025-03-17")),
			},
		},
		{
			ID: "Shift", Kind: "object", Role: "entity", Of: "domain.Shift", Context: "delivery",
			About: "The hours during which a courier takes offers.",
			Fields: []arch.Field{
				readOnly(field(1, "id", "Identifies the shift.", scalar(arch.ScalarID), "01JD3K1M3P5R7T9V1X3Z5B7D9F")),
				readOnly(field(2, "courierId", "Who is on shift.", ref("Courier"), courierID)),
				field(3, "endsAt", "When the courier goes home.", scalar(arch.ScalarInstant), "2026-11-20T22:00:00Z"),
			},
		},
		{
			ID: "StartShiftRequest", Kind: "object", Role: "input", Of: "use_cases.StartShift", Context: "delivery",
			About: "How long the courier wants to ride.",
			Fields: []arch.Field{
				field(1, "endsAt", "When the courier goes home.", scalar(arch.ScalarInstant), "2026-11-20T22:00:00Z"),
			},
		},
		{
			ID: "CourierPosition", Kind: "object", Role: "input", Of: "domain.CourierPosition", Context: "delivery",
			About: "Where a courier on shift was, as the phone measured it.",
			Fields: []arch.Field{
				field(1, "courierId", "Who was there.", ref("Courier"), courierID),
				field(2, "at", "When the phone measured.", scalar(arch.ScalarInstant), "2026-11-20T18:31:04Z"),
				personal(field(3, "position", "Where the phone was.", scalar(arch.ScalarPosition), map[string]any{"latitude": 53.5511, "longitude": 9.9937})),
				optional(field(4, "accuracyMetres", "Radius within which the position lies.", whole(0, 5000), 8)),
			},
		},
		{
			ID: "PositionSummary", Kind: "object", Role: "result", Of: "use_cases.ReportPosition", Context: "delivery",
			About: "What became of an uploaded run of positions.",
			Fields: []arch.Field{
				field(1, "accepted", "Positions that were stored.", whole(0, 100000), 900),
				field(2, "stale", "Positions older than one already known; ignored.", whole(0, 100000), 2),
			},
		},
		{
			ID: "Delivery", Kind: "object", Role: "entity", Of: "domain.Delivery", Context: "delivery",
			About: "One trip from kitchen to door.",
			Fields: []arch.Field{
				readOnly(field(1, "id", "Identifies the delivery.", scalar(arch.ScalarID), deliveryID)),
				fixed(field(2, "orderNumber", "The order that is brought.", ref("Order"), orderID)),
				nullable(optional(field(3, "courierId", "Who brings it; null until somebody said yes.", ref("Courier"), courierID))),
				field(4, "state", "How far the trip has come.", typed("DeliveryState"), "offered"),
				field(5, "promisedAt", "When the consumer was told to expect it.", scalar(arch.ScalarInstant), "2026-11-20T18:45:00Z"),
				field(6, "fee", "What the courier earns.", scalar(arch.ScalarMoney), map[string]any{"amount": "5.10", "currency": "EUR"}),
			},
		},
		{
			ID: "DeliveryState", Kind: "enum", Role: "value", Of: "domain.Delivery", Context: "delivery",
			About:    "The states of a delivery.",
			Words:    []string{"open", "offered", "assigned", "picked_up", "done", "withdrawn"},
			Meanings: []string{"Nobody was asked yet.", "A courier is asked; the offer lasts 45 seconds.", "A courier said yes.", "The meal is on the way.", "Handed over.", "The order was cancelled."},
			Numbers:  []int{1, 2, 3, 4, 5, 6},
		},
		{
			ID: "OfferAnswer", Kind: "object", Role: "input", Of: "use_cases.AnswerOffer", Context: "delivery",
			About: "A courier's answer to an offered delivery.",
			Fields: []arch.Field{
				field(1, "accepts", "Whether the courier brings it.", scalar(arch.ScalarFlag), true),
			},
		},
		{
			ID: "DispatchNote", Kind: "union", Role: "input", Of: "use_cases.Dispatch", Context: "delivery",
			About: "What a courier's phone says in the dispatch conversation.",
			Fields: []arch.Field{
				field(1, "text", "A message to the dispatcher.", typed("DispatchText"), nil),
				field(2, "answer", "The answer to an offer.", typed("OfferAnswer"), nil),
			},
		},
		{
			ID: "DispatchCall", Kind: "union", Role: "result", Of: "use_cases.Dispatch", Context: "delivery",
			About: "What dispatch says to a courier's phone.",
			Fields: []arch.Field{
				field(1, "offer", "A delivery offered to this courier.", typed("Delivery"), nil),
				field(2, "text", "A message from the dispatcher.", typed("DispatchText"), nil),
			},
		},
		{
			ID: "DispatchText", Kind: "object", Role: "value", Of: "domain.DispatchMessage", Context: "delivery",
			About: "A message between dispatcher and courier.",
			Fields: []arch.Field{
				personal(field(1, "text", "The words.", text(500), "Side door is closed, use the yard.")),
				field(2, "sentAt", "When it was sent.", scalar(arch.ScalarInstant), "2026-11-20T18:29:40Z"),
			},
		},
	}
}
