package archtest

import "plumb.dev/plumb/arch"

func orderingSchemas() []arch.Schema {
	return []arch.Schema{
		{
			ID: "Order", Kind: "object", Role: "entity", Of: "domain.Order", Context: "ordering", Was: "Purchase",
			About: "What a consumer asked for and what became of it.",
			Fields: []arch.Field{
				readOnly(field(1, "number", "Identifies the order towards consumer, kitchen and courier.", scalar(arch.ScalarID), orderID)),
				fixed(field(2, "consumerId", "Who ordered and pays.", ref("Consumer"), consumerID)),
				fixed(field(3, "restaurantId", "Where the meal is cooked.", ref("Restaurant"), restaurantID)),
				field(4, "lines", "The dishes ordered, at the prices the consumer saw.", list(typed("OrderLine"), 50), nil),
				from("domain.Order", readOnly(field(5, "total", "What the card is charged: lines and fee, less the voucher.", scalar(arch.ScalarMoney), map[string]any{"amount": "27.40", "currency": "EUR"}))),
				field(6, "address", "Where the courier brings it.", typed("Address"), nil),
				readOnly(field(7, "state", "How far the order has come.", typed("OrderState"), "approved")),
				renamed("orderedAt", readOnly(field(8, "placedAt", "When the consumer pressed the button.", scalar(arch.ScalarInstant), "2026-11-20T18:04:31Z"))),
				nullable(optional(field(10, "voucher", "The voucher code that was used, null when none was.", pattern(text(20), "^[A-Z0-9]{4,20}$"), "AUTUMN25"))),
			},
			Retired: []arch.Retired{{Name: "couponValue", Number: 9}},
		},
		{
			ID: "OrderLine", Kind: "object", Role: "value", Of: "domain.Order", Context: "ordering",
			About: "One line of an order; the price is the one the consumer saw.",
			Fields: []arch.Field{
				field(1, "dishId", "The dish on the restaurant's menu.", ref("Dish"), dishID),
				field(2, "name", "The dish's name when it was ordered.", text(120), "Pad Thai"),
				field(3, "quantity", "How many portions.", whole(1, 99), 2),
				field(4, "unitPrice", "Price of one portion when it was ordered.", scalar(arch.ScalarMoney), map[string]any{"amount": "11.20", "currency": "EUR"}),
				optional(field(5, "note", "A wish for the kitchen.", text(200), "no peanuts")),
			},
		},
		{
			ID: "OrderState", Kind: "enum", Role: "value", Of: "domain.Order", Context: "ordering",
			About: "The states of an order.",
			Words: []string{"pending", "approved", "preparing", "under_way", "delivered", "rejected", "cancelled"},
			Meanings: []string{
				"Placed; payment or kitchen have not answered yet.",
				"Paid and accepted by the kitchen.",
				"Being cooked.",
				"With the courier.",
				"Handed over to the consumer.",
				"Card declined or kitchen full; nothing was charged.",
				"Withdrawn by the consumer, support or after five minutes without an answer.",
			},
			Numbers: []int{1, 2, 3, 4, 5, 6, 8},
			Retired: []arch.Retired{{Name: "lost", Number: 7}},
		},
		{
			ID: "Address", Kind: "object", Role: "value", Context: "ordering",
			About: "Where a courier rings the bell.",
			Fields: []arch.Field{
				personal(field(1, "street", "Street without the house number.", text(80), "Hafenstrasse")),
				personal(field(2, "house", "House number with its letter.", text(10), "12b")),
				personal(field(3, "postcode", "Postal code.", text(12), "20457")),
				field(4, "city", "The city, one of those Harbour serves.", text(60), "Hamburg"),
				personal(field(5, "position", "The pin the consumer set on the map.", scalar(arch.ScalarPosition), map[string]any{"latitude": 53.5438, "longitude": 9.9665})),
				defaulted("DE", optional(field(6, "country", "Country of the address.", scalar(arch.ScalarCountry), "DE"))),
			},
		},
		{
			ID: "Consumer", Kind: "object", Role: "entity", Of: "domain.Consumer", Context: "ordering",
			About: "A person who orders food.",
			Fields: []arch.Field{
				readOnly(field(1, "id", "Identifies the consumer.", scalar(arch.ScalarID), consumerID)),
				personal(field(2, "name", "How the courier greets them.", text(80), "Mara Lindqvist")),
				personal(field(3, "email", "Where receipts go.", scalar(arch.ScalarEmail), "mara@mail.example")),
				personal(field(4, "phone", "Where the courier calls from the door.", scalar(arch.ScalarPhone), "+494012345678")),
				field(5, "language", "Language of notifications.", scalar(arch.ScalarLanguage), "de"),
			},
		},
		{
			ID: "Review", Kind: "object", Role: "entity", Of: "domain.Review", Context: "ordering",
			About: "What a consumer thought of a delivered order.",
			Fields: []arch.Field{
				readOnly(field(1, "id", "Identifies the review.", scalar(arch.ScalarID), "01JD5M0P2R4T6V8X0Z2B4D6F8H")),
				fixed(field(2, "orderNumber", "The order it is about.", ref("Order"), orderID)),
				field(3, "stars", "From 1, never again, to 5, again tomorrow.", whole(1, 5), 4),
				optional(field(4, "text", "In the consumer's words.", text(1000), "Still hot when it came.")),
			},
		},
		{
			ID: "PlaceOrderRequest", Kind: "object", Role: "input", Of: "use_cases.PlaceOrder", Context: "ordering",
			About: "An order as the consumer's basket holds it.",
			Fields: []arch.Field{
				field(1, "restaurantId", "Where to order.", ref("Restaurant"), restaurantID),
				field(2, "lines", "The dishes in the basket.", list(typed("OrderLine"), 50), nil),
				field(3, "address", "Where to bring it.", typed("Address"), nil),
				field(4, "expectedTotal", "The total the consumer saw; an order that would cost more is refused.", scalar(arch.ScalarMoney), map[string]any{"amount": "27.40", "currency": "EUR"}),
				optional(field(5, "voucher", "A voucher code to use.", pattern(text(20), "^[A-Z0-9]{4,20}$"), "AUTUMN25")),
			},
		},
		{
			ID: "OrderPatch", Kind: "object", Role: "patch", Of: "use_cases.ChangeOrderAddress", Context: "ordering",
			About: "The parts of an order that can change before it is cooked.",
			Fields: []arch.Field{
				optional(field(1, "address", "The new address, in the same delivery zone.", typed("Address"), nil)),
			},
		},
		{
			ID: "CancelOrderRequest", Kind: "object", Role: "input", Of: "use_cases.CancelOrder", Context: "ordering",
			About: "Why an order is withdrawn.",
			Fields: []arch.Field{
				field(1, "reason", "What the consumer chose.", typed("CancelReason"), "too_late"),
			},
		},
		{
			ID: "CancelReason", Kind: "enum", Role: "value", Of: "use_cases.CancelOrder", Context: "ordering",
			About:    "Why a consumer withdraws an order.",
			Words:    []string{"too_late", "wrong_address", "changed_mind"},
			Meanings: []string{"The promised time has passed.", "The address was wrong.", "The consumer wants something else."},
			Numbers:  []int{1, 2, 3},
		},
		{
			ID: "OrderProgress", Kind: "object", Role: "result", Of: "use_cases.FollowOrder", Context: "ordering",
			About: "The order's progress and the courier's dot on the map.",
			Fields: []arch.Field{
				field(1, "orderNumber", "The order that is followed.", ref("Order"), orderID),
				field(2, "state", "How far the order has come.", typed("OrderState"), "under_way"),
				optional(field(3, "courier", "Where the courier was last seen; left out before pick-up.", scalar(arch.ScalarPosition), map[string]any{"latitude": 53.5511, "longitude": 9.9937})),
				optional(field(4, "expectedIn", "Time until hand-over, as far as known.", scalar(arch.ScalarDuration), "PT11M")),
				field(5, "seenAt", "When this was true.", scalar(arch.ScalarInstant), "2026-11-20T18:31:07Z"),
			},
		},
	}
}

func renamed(was string, f arch.Field) arch.Field { f.Was = was; return f }

func defaulted(value string, f arch.Field) arch.Field { f.Default = value; return f }

func pattern(t arch.Type, expression string) arch.Type { t.Pattern = expression; return t }
