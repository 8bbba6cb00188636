package archtest

import "plumb.dev/plumb/arch"

func sagas(b *book) []arch.Saga {
	wait := func(step string, s float64) arch.Value {
		return b.derived(arch.Path("sagas.PlaceOrder."+step+".timeout"), seconds(s), "its share of five minutes", "domain.Order.timers.pending")
	}
	return []arch.Saga{{
		ID: "PlaceOrder", UseCase: "use_cases.PlaceOrder", Style: "orchestration", Owner: "ordering", Pivot: 1,
		Steps: []arch.SagaStep{
			{UseCase: "use_cases.PlaceOrder", Name: "place the order", Context: "ordering", Kind: "compensatable", Compensation: "use_cases.CancelOrder", Timeout: wait("order", 1)},
			{UseCase: "use_cases.AuthoriseCard", Name: "hold the amount", Context: "accounting", Kind: "pivot", Compensation: "use_cases.ReleaseAuthorisation",
				External: "card_processor", OnUnknown: "Ask the processor by payment id; release what comes too late.", Timeout: wait("card", 2*minute),
				Command: "AuthoriseCard", Reply: "CardAuthorised"},
			{UseCase: "use_cases.CreateTicket", Name: "tell the kitchen", Context: "kitchen", Kind: "retriable", Timeout: wait("ticket", 2*minute)},
		},
		Timeout: b.stated("domain.Order.timers.pending", 122, seconds(5*minute)), Pending: "pending",
		WorkItem: "Orders pending for more than five minutes are on the support screen.",
		Trace:    decided("PlaceOrder.saga", "use_cases.PlaceOrder"),
	}}
}

func machines(b *book) []arch.StateMachine {
	return []arch.StateMachine{
		{
			ID: "Order", Of: "domain.Order", Context: "ordering", Initial: "pending",
			States: []string{"pending", "approved", "preparing", "under_way", "delivered", "rejected", "cancelled"},
			Final:  []string{"delivered", "rejected", "cancelled"},
			Moves: []arch.Transition{
				{From: "pending", To: "approved", By: []arch.Path{"use_cases.CreateTicket"}},
				{From: "pending", To: "rejected", By: []arch.Path{"use_cases.AuthoriseCard"}},
				{From: "pending", To: "cancelled", By: []arch.Path{"use_cases.CancelOrder"}, Actors: []arch.ActorID{"consumer"}, Event: "OrderCancelled"},
				{From: "pending", To: "cancelled", After: b.stated("domain.Order.timers.pending", 122, seconds(5*minute)), Event: "OrderCancelled"},
				{From: "approved", To: "preparing", By: []arch.Path{"use_cases.AcceptTicket"}, Actors: []arch.ActorID{"restaurant"}},
				{From: "approved", To: "cancelled", By: []arch.Path{"use_cases.CancelOrder"}, Actors: []arch.ActorID{"consumer"}, Event: "OrderCancelled"},
				{From: "preparing", To: "under_way", By: []arch.Path{"use_cases.HandOver"}, Actors: []arch.ActorID{"courier"}},
				{From: "under_way", To: "delivered", By: []arch.Path{"use_cases.HandOver"}, Actors: []arch.ActorID{"courier"}, Event: "DeliveryDone"},
			},
		},
		{
			ID: "Delivery", Of: "domain.Delivery", Context: "delivery", Initial: "open",
			States: []string{"open", "offered", "assigned", "picked_up", "done", "withdrawn"}, Final: []string{"done", "withdrawn"},
			Moves: []arch.Transition{
				{From: "open", To: "offered", By: []arch.Path{"use_cases.OfferDelivery"}},
				{From: "offered", To: "assigned", By: []arch.Path{"use_cases.AnswerOffer"}, Actors: []arch.ActorID{"courier"}},
				{From: "offered", To: "open", After: b.stated("domain.Delivery.timers.offered", 212, seconds(45))},
				{From: "assigned", To: "picked_up", By: []arch.Path{"use_cases.HandOver"}, Actors: []arch.ActorID{"courier"}},
				{From: "picked_up", To: "done", By: []arch.Path{"use_cases.HandOver"}, Actors: []arch.ActorID{"courier"}, Event: "DeliveryDone"},
				{From: "open", To: "withdrawn", By: []arch.Path{"use_cases.CancelOrder"}},
			},
		},
	}
}
