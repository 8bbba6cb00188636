package archtest

import "plumb.dev/plumb/arch"

func events(b *book) []arch.Event {
	kilobyte := b.derived("events.size", size(1000), "envelope and payload as JSON, rounded up")
	follows := func(paths ...arch.Path) arch.Trace {
		return arch.Trace{Serves: paths, By: []arch.DecisionID{"system.interaction"}}
	}
	return []arch.Event{
		{
			ID: "OrderPlaced", Context: "ordering", Of: "domain.Order", Payload: "OrderPlacedData",
			About:   "A consumer placed an order.",
			Channel: "ordering.order.v1", Key: "orderNumber", Type: "example.harbour.ordering.order-placed.v1",
			Compatibility: "full", Size: kilobyte, Was: "OrderCreated",
			Rate:      b.derived("events.OrderPlaced.rate", rate(350), "one per placed order", "use_cases.PlaceOrder.peak"),
			EmittedBy: []arch.Path{"use_cases.PlaceOrder"},
			Consumers: []arch.Path{"use_cases.CreateTicket", "use_cases.TellConsumer"},
			Trace:     follows("use_cases.PlaceOrder", "use_cases.CreateTicket"),
		},
		{
			ID: "OrderCancelled", Context: "ordering", Of: "domain.Order", Payload: "OrderCancelledData",
			About:   "An order was withdrawn before it was cooked.",
			Channel: "ordering.order.v1", Key: "orderNumber", Type: "example.harbour.ordering.order-cancelled.v1",
			Sequence: true, Compatibility: "full", Size: kilobyte,
			Rate:      b.derived("events.OrderCancelled.rate", rate(6), "one per cancelled order", "use_cases.CancelOrder.peak"),
			EmittedBy: []arch.Path{"use_cases.CancelOrder"},
			Consumers: []arch.Path{"use_cases.TellConsumer", "use_cases.WithdrawTicket"},
			Trace:     follows("use_cases.CancelOrder"),
		},
		{
			ID: "TicketAccepted", Context: "kitchen", Of: "domain.Ticket", Payload: "TicketAcceptedData",
			About:   "A kitchen promised to cook an order.",
			Channel: "kitchen.ticket.v1", Key: "orderNumber", Type: "example.harbour.kitchen.ticket-accepted.v1",
			Compatibility: "backward", Size: kilobyte,
			Rate:      b.derived("events.TicketAccepted.rate", rate(60), "one per accepted ticket", "use_cases.AcceptTicket.peak"),
			EmittedBy: []arch.Path{"use_cases.AcceptTicket"},
			Consumers: []arch.Path{"use_cases.OpenDelivery", "use_cases.TellConsumer"},
			Trace:     follows("use_cases.AcceptTicket", "use_cases.OpenDelivery"),
		},
		{
			ID: "PositionReported", Context: "delivery", Of: "domain.CourierPosition", Payload: "PositionReportedData",
			About:   "A courier on shift told where they are.",
			Channel: "delivery.position.v1", Key: "courierId", Type: "example.harbour.delivery.position-reported.v1",
			Compatibility: "backward", Size: kilobyte,
			Rate:      b.derived("events.PositionReported.rate", rate(1750), "one per report", "use_cases.ReportPosition.peak"),
			EmittedBy: []arch.Path{"use_cases.ReportPosition"},
			Consumers: []arch.Path{"use_cases.FollowOrder"},
			Trace:     follows("use_cases.ReportPosition", "use_cases.FollowOrder"),
		},
		{
			ID: "DeliveryDone", Context: "delivery", Of: "domain.Delivery", Payload: "DeliveryDoneData",
			About:   "A courier handed an order over.",
			Channel: "delivery.delivery.v1", Key: "orderNumber", Type: "example.harbour.delivery.delivery-done.v1",
			Compatibility: "full", Size: kilobyte,
			Rate:      b.derived("events.DeliveryDone.rate", rate(60), "one per hand-over", "use_cases.HandOver.peak"),
			EmittedBy: []arch.Path{"use_cases.HandOver"},
			Consumers: []arch.Path{"use_cases.CapturePayment", "use_cases.TellConsumer"},
			Trace:     follows("use_cases.HandOver", "use_cases.CapturePayment"),
		},
		{
			ID: "PaymentCaptured", Context: "accounting", Of: "domain.Payment", Payload: "PaymentCapturedData",
			About:   "The card was charged for a delivered order.",
			Channel: "accounting.payment.v1", Key: "orderNumber", Type: "example.harbour.accounting.payment-captured.v1",
			Compatibility: "full", Size: kilobyte,
			Rate:      b.derived("events.PaymentCaptured.rate", rate(60), "one per hand-over", "use_cases.HandOver.peak"),
			EmittedBy: []arch.Path{"use_cases.CapturePayment"},
			Consumers: []arch.Path{"use_cases.BookPayment"},
			Trace:     follows("use_cases.CapturePayment", "use_cases.BookPayment"),
		},
	}
}

func webhooks(b *book) []arch.Webhook {
	return []arch.Webhook{{
		ID: "kitchen-orders", Context: "kitchen", To: "restaurant",
		About:     "Tells a restaurant chain's own system of orders for its kitchens.",
		Events:    []arch.EventID{"OrderPlaced", "OrderCancelled"},
		Signature: "HMAC-SHA256 over id, timestamp and body with the chain's secret; a timestamp older than five minutes is refused.",
		Header:    "Harbour-Signature",
		Schedule: []arch.Value{
			b.derived("webhooks.kitchen-orders.retry.1", seconds(10), "first of a doubling schedule"),
			b.derived("webhooks.kitchen-orders.retry.2", seconds(minute), "second of a doubling schedule"),
			b.derived("webhooks.kitchen-orders.retry.3", seconds(4*minute), "last: the ticket is refused after four minutes", "domain.Ticket.timers.waiting"),
		},
		Dedup:  "The event's id; the same id may come again and means the same.",
		Replay: "GET /restaurants/{restaurantId}/tickets lists every ticket a webhook could have told of.",
		Trace:  served("use_cases.CreateTicket"),
	}}
}

// broker names of the fixture: the stream between contexts, and tables in the
// service's own store for work that stays within it.
const (
	stream = "kafka"
	table  = "postgres"
)

func brokers(b *book) []arch.Broker {
	return []arch.Broker{
		{
			Technology: stream, Kind: "stream", Product: "Amazon MSK", Host: "kafka.harbour.internal:9093",
			Channels: []arch.ChannelID{"ordering.order.v1", "kitchen.ticket.v1", "delivery.position.v1", "delivery.delivery.v1", "accounting.payment.v1", "delivery.delivery.v1.dead"},
			Nodes:    b.derived("brokers.kafka.nodes", count(3), "one per zone", "context.zones"),
			Failover: b.catalogued("catalog.kafka.failover-time", seconds(10), "Apache Kafka documentation, Replication", "2026-11-22"),
			Trace:    arch.Trace{Serves: []arch.Path{"use_cases.ReportPosition"}, By: []arch.DecisionID{"system.broker"}},
		},
		{
			Technology: table, Kind: "table",
			Channels: []arch.ChannelID{"kitchen.webhook.v1"},
			Trace:    arch.Trace{Serves: []arch.Path{"use_cases.CreateTicket"}, By: []arch.DecisionID{"system.broker"}},
		},
	}
}

func channels(b *book) []arch.Channel {
	week := b.assumed("channels.retention", seconds(7*day), 3*day, 14*day, "a consumer that stood still over a long weekend catches up")
	twelve := b.derived("channels.partitions", count(12), "consumers at the horizon, times two", "context.horizon")
	lag := b.stated("use_cases.OfferDelivery.consistency", 391, seconds(5))
	backoff := []arch.Value{
		b.derived("channels.backoff.1", seconds(1), "first of a fivefold schedule"),
		b.derived("channels.backoff.2", seconds(5), "second of a fivefold schedule"),
		b.derived("channels.backoff.3", seconds(25), "last before the dead letters"),
	}
	told := func(group string, context arch.ContextID, at arch.DeployableID, useCases ...arch.Path) arch.Subscription {
		return arch.Subscription{Group: group, Context: context, Deployable: at, UseCases: useCases, MaxDeliver: 4, Backoff: backoff, Inbox: true, Lag: lag}
	}
	copied := told("ordering-positions", "ordering", "harbour", "use_cases.FollowOrder")
	copied.Copies = b.derived("channels.delivery.position.v1.ordering.copies", rate(1750), "reported positions", "use_cases.ReportPosition.peak")
	copied.Apply = []arch.Step{{Kind: "work", Name: "apply the change", Chance: 1, Times: 1, Demand: arch.Demand{Shape: "constant", P50: b.assumed("decide.handler-time", seconds(0.01), 0.002, 0.1, "a read, a write and its inbox")}}}
	by := arch.Trace{Serves: []arch.Path{"use_cases.TellConsumer"}, By: []arch.DecisionID{"system.interaction"}}
	return []arch.Channel{
		{
			ID: "ordering.order.v1", Kind: "topic", Broker: stream, Owner: "ordering", Deployable: "harbour",
			About: "What happened to orders, in the order in which it happened to each.", Events: []arch.EventID{"OrderPlaced", "OrderCancelled"},
			Key: "orderNumber", Partitions: twelve, Retention: week, Delivery: "at-least-once", Was: "orders",
			Rate: b.derived("channels.ordering.order.v1.rate", rate(356), "placed and cancelled orders", "events.OrderPlaced.rate", "events.OrderCancelled.rate"),
			Subscribers: []arch.Subscription{
				told("kitchen-orders", "kitchen", "harbour", "use_cases.CreateTicket", "use_cases.WithdrawTicket"),
			},
			Trace: by,
		},
		{
			ID: "kitchen.ticket.v1", Kind: "topic", Broker: stream, Owner: "kitchen", Deployable: "harbour",
			About: "What kitchens promised and did.", Events: []arch.EventID{"TicketAccepted"},
			Key: "orderNumber", Partitions: twelve, Retention: week, Delivery: "at-least-once",
			Rate: b.derived("channels.kitchen.ticket.v1.rate", rate(60), "accepted tickets", "events.TicketAccepted.rate"),
			Subscribers: []arch.Subscription{
				told("delivery-tickets", "delivery", "dispatch", "use_cases.OpenDelivery"),
				told("ordering-tickets", "ordering", "harbour", "use_cases.TellConsumer"),
			},
			Trace: by,
		},
		{
			ID: "delivery.position.v1", Kind: "topic", Broker: stream, Owner: "delivery", Deployable: "dispatch",
			About: "Where couriers on shift are.", Events: []arch.EventID{"PositionReported"},
			Key: "courierId", Partitions: twelve, Delivery: "at-least-once",
			Retention: b.derived("channels.delivery.position.v1.retention", seconds(hour), "nobody asks where a courier was an hour ago"),
			Rate:      b.derived("channels.delivery.position.v1.rate", rate(1750), "reported positions", "events.PositionReported.rate"),
			Subscribers: []arch.Subscription{
				copied,
			},
			Trace: by,
		},
		{
			ID: "delivery.delivery.v1", Kind: "topic", Broker: stream, Owner: "delivery", Deployable: "dispatch",
			About: "How trips went.", Events: []arch.EventID{"DeliveryDone"},
			Key: "orderNumber", Partitions: twelve, Retention: week, Delivery: "at-least-once",
			DeadLetter: "delivery.delivery.v1.dead",
			Rate:       b.derived("channels.delivery.delivery.v1.rate", rate(60), "finished trips", "events.DeliveryDone.rate"),
			Subscribers: []arch.Subscription{
				told("accounting-deliveries", "accounting", "ledger", "use_cases.CapturePayment"),
			},
			Trace: by,
		},
		{
			ID: "delivery.delivery.v1.dead", Kind: "dead-letter", Broker: stream, Owner: "accounting", Deployable: "ledger",
			About: "Trips whose payment could not be captured in four attempts; accountants see each as a work item.", Events: []arch.EventID{"DeliveryDone"},
			Key: "orderNumber", Partitions: b.derived("channels.dead.partitions", count(1), "read by people"), Delivery: "at-least-once",
			Retention: b.derived("channels.dead.retention", seconds(30*day), "longer than any holiday"),
			Rate:      b.derived("channels.dead.rate", rate(0), "none when all is well"),
			Trace:     by,
		},
		{
			ID: "accounting.payment.v1", Kind: "topic", Broker: stream, Owner: "accounting", Deployable: "ledger",
			About: "Money that moved.", Events: []arch.EventID{"PaymentCaptured"},
			Key: "orderNumber", Partitions: twelve, Retention: week, Delivery: "at-least-once",
			Rate: b.derived("channels.accounting.payment.v1.rate", rate(60), "captured payments", "events.PaymentCaptured.rate"),
			Subscribers: []arch.Subscription{
				told("accounting-bookings", "accounting", "ledger", "use_cases.BookPayment"),
			},
			Trace: by,
		},
		{
			ID: "kitchen.webhook.v1", Kind: "queue", Broker: table, Owner: "kitchen", Deployable: "harbour",
			About: "Webhook calls still to be made to restaurant chains.", Events: []arch.EventID{"OrderPlaced", "OrderCancelled"},
			Key: "restaurantId", Partitions: b.derived("channels.webhook.partitions", count(1), "a table"), Retention: week, Delivery: "at-least-once",
			Rate: b.derived("channels.kitchen.webhook.v1.rate", rate(40), "the chains' share of orders", "events.OrderPlaced.rate"),
			Subscribers: []arch.Subscription{
				told("kitchen-webhooks", "kitchen", "harbour", "use_cases.CreateTicket"),
			},
			Trace: by,
		},
	}
}
