package archtest

import "plumb.dev/plumb/arch"

func accountingSchemas() []arch.Schema {
	return []arch.Schema{
		{
			ID: "Payment", Kind: "object", Role: "entity", Of: "domain.Payment", Context: "accounting",
			About: "The money for one order, at the card processor.",
			Fields: []arch.Field{
				readOnly(field(1, "id", "Identifies the payment.", scalar(arch.ScalarID), paymentID)),
				fixed(field(2, "orderNumber", "The order it pays for.", ref("Order"), orderID)),
				field(3, "amount", "What is authorised or was captured.", scalar(arch.ScalarMoney), map[string]any{"amount": "27.40", "currency": "EUR"}),
				field(4, "state", "What the processor has done with it.", typed("PaymentState"), "authorised"),
				{Number: 5, Name: "processorReference", About: "The processor's own number, by which an unknown outcome is looked up.", Type: text(64), Required: true, Class: "card", Example: "ch_3PqL9x"},
			},
		},
		{
			ID: "PaymentState", Kind: "enum", Role: "value", Of: "domain.Payment", Context: "accounting",
			About:    "The states of a payment.",
			Words:    []string{"open", "authorised", "captured", "refunded", "declined", "released"},
			Meanings: []string{"Asked for.", "The bank holds the amount.", "Charged.", "Given back.", "The bank said no.", "The hold was let go; nothing was charged."},
			Numbers:  []int{1, 2, 3, 4, 5, 6},
		},
		{
			ID: "AuthoriseCardRequest", Kind: "object", Role: "input", Of: "use_cases.AuthoriseCard", Context: "accounting",
			About: "Asks for a hold on the consumer's card.",
			Fields: []arch.Field{
				field(1, "orderNumber", "The order to pay for; asking twice for one order answers twice with one payment.", ref("Order"), orderID),
				field(2, "amount", "How much to hold.", scalar(arch.ScalarMoney), map[string]any{"amount": "27.40", "currency": "EUR"}),
			},
		},
		{
			ID: "RefundPaymentRequest", Kind: "object", Role: "input", Of: "use_cases.RefundPayment", Context: "accounting",
			About: "Gives money back for an order.",
			Fields: []arch.Field{
				field(1, "paymentId", "The captured payment.", ref("Payment"), paymentID),
				field(2, "amount", "How much to give back, at most what was captured.", scalar(arch.ScalarMoney), map[string]any{"amount": "11.20", "currency": "EUR"}),
				field(3, "because", "What the consumer was told.", text(300), "One dish was missing."),
			},
		},
		{
			ID: "Balance", Kind: "object", Role: "result", Of: "use_cases.ShowBalanceAt", Context: "accounting",
			About: "What an account held at a moment.",
			Fields: []arch.Field{
				field(1, "accountId", "The account.", scalar(arch.ScalarID), accountID),
				field(2, "at", "The moment asked for.", scalar(arch.ScalarInstant), "2026-10-31T23:00:00Z"),
				field(3, "balance", "Booked entries up to that moment.", scalar(arch.ScalarMoney), map[string]any{"amount": "1840.75", "currency": "EUR"}),
			},
		},
		{
			ID: "StatementLine", Kind: "object", Role: "result", Of: "use_cases.DownloadStatement", Context: "accounting",
			About: "One booking of a restaurant's week.",
			Fields: []arch.Field{
				field(1, "bookedOn", "Day of the booking.", scalar(arch.ScalarDate), "2026-11-20"),
				field(2, "orderNumber", "The order it belongs to.", ref("Order"), orderID),
				field(3, "amount", "Positive for the restaurant, negative for fees and refunds.", scalar(arch.ScalarDecimal), "19.18"),
			},
		},
	}
}
