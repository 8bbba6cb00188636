package archtest

import "plumb.dev/plumb/arch"

// eventSchemas are the payloads of events; the envelope is the emitter's.
func eventSchemas() []arch.Schema {
	return []arch.Schema{
		payload("OrderPlacedData", "domain.Order", "ordering", "What others need to know of a new order; no personal data.",
			field(1, "orderNumber", "The new order.", ref("Order"), orderID),
			field(2, "restaurantId", "The kitchen that is to cook it.", ref("Restaurant"), restaurantID),
			field(3, "total", "What the consumer agreed to pay.", scalar(arch.ScalarMoney), map[string]any{"amount": "27.40", "currency": "EUR"}),
			field(4, "placedAt", "When the consumer pressed the button.", scalar(arch.ScalarInstant), "2026-11-20T18:04:31Z"),
		),
		payload("OrderCancelledData", "domain.Order", "ordering", "Which order was withdrawn, and why.",
			field(1, "orderNumber", "The withdrawn order.", ref("Order"), orderID),
			field(2, "restaurantId", "The kitchen that need not cook it.", ref("Restaurant"), restaurantID),
			field(3, "reason", "What the consumer chose.", typed("CancelReason"), "too_late"),
		),
		payload("TicketAcceptedData", "domain.Ticket", "kitchen", "The kitchen's promise for an order.",
			field(1, "ticketId", "The ticket.", ref("Ticket"), ticketID),
			field(2, "orderNumber", "The order it came from.", ref("Order"), orderID),
			field(3, "readyAt", "When the meal will be packed.", scalar(arch.ScalarInstant), "2026-11-20T18:25:00Z"),
		),
		payload("PositionReportedData", "domain.CourierPosition", "delivery", "Where a courier was, for those who follow an order.",
			field(1, "courierId", "Who was there.", ref("Courier"), courierID),
			personal(field(2, "position", "Where the phone was.", scalar(arch.ScalarPosition), map[string]any{"latitude": 53.5511, "longitude": 9.9937})),
			field(3, "at", "When the phone measured.", scalar(arch.ScalarInstant), "2026-11-20T18:31:04Z"),
			optional(field(4, "trace", "The phone's own compressed fixes since the last report.", scalar(arch.ScalarBytes), "CgsI/f+Rdg==")),
			optional(field(5, "device", "What the phone says of itself, as it says it.", scalar(arch.ScalarAny), map[string]any{"battery": 41})),
		),
		payload("DeliveryDoneData", "domain.Delivery", "delivery", "An order was handed over.",
			field(1, "deliveryId", "The trip.", ref("Delivery"), deliveryID),
			field(2, "orderNumber", "The order that was brought.", ref("Order"), orderID),
			field(3, "fee", "What the courier earned.", scalar(arch.ScalarMoney), map[string]any{"amount": "5.10", "currency": "EUR"}),
		),
		payload("PaymentCapturedData", "domain.Payment", "accounting", "Money was charged and can be booked.",
			field(1, "paymentId", "The payment.", ref("Payment"), paymentID),
			field(2, "orderNumber", "The order it pays for.", ref("Order"), orderID),
			field(3, "amount", "What was charged.", scalar(arch.ScalarMoney), map[string]any{"amount": "27.40", "currency": "EUR"}),
		),
	}
}

func payload(id arch.SchemaID, of arch.Path, context arch.ContextID, about string, fields ...arch.Field) arch.Schema {
	return arch.Schema{ID: id, Kind: "object", Role: "event", Of: of, Context: context, About: about, Fields: fields}
}
