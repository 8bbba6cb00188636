package archtest

import "plumb.dev/plumb/arch"

// infrastructure fills in where things happen.
func infrastructure(a *arch.Arch, b *book) {
	a.Teams = teams(b)
	a.Externals = externals(b)
	a.Contexts = contexts(b)
	a.Cut = cut(b)
	a.Relations = relations(b)
	a.Deployables = deployables(b)
	a.Stores = stores(b)
	a.Files = files(b)
	a.Caches = caches(b)
	a.Gateway = &arch.Gateway{
		Technology: "kong", About: "One door for phones, kitchens, couriers and partners.",
		Routes: []arch.Route{
			{API: "ordering-rest", Host: "api.harbour.example", Prefix: "/v1", To: "harbour"},
			{API: "kitchen-rest", Host: "partners.harbour.example", Prefix: "/", To: "harbour"},
			{API: "delivery-rest", Host: "couriers.harbour.example", Prefix: "/", To: "dispatch"},
			{API: "delivery-grpc", Host: "live.harbour.example", Prefix: "/harbour.delivery.v1.DeliveryService/", To: "dispatch"},
			{API: "accounting-rest", Host: "money.harbour.example", Prefix: "/v1", To: "ledger"},
			{API: "backoffice-graphql", Host: "backoffice.harbour.example", Prefix: "/graphql", To: "harbour"},
		},
		Does:  []string{"validates tokens", "limits each account's rate", "ends TLS"},
		Trace: decided("system.gateway", "use_cases.PlaceOrder"),
	}
	a.Mesh = &arch.Mesh{
		Technology: "linkerd", Does: []string{"mutual TLS between deployables", "allows only the grants of the service list"},
		Trace: decided("system.mesh", "use_cases.AuthoriseCard"),
	}
	a.Placement = arch.Placement{
		Regions: []arch.PlacedRegion{
			{Name: "eu-west", Part: "home", Share: b.stated("context.regions.eu-west.share", 20, share(1))},
		},
		Zones: b.stated("context.zones", 22, count(3)), Strategy: "single-region",
		Trace: decided("system.placement", "use_cases.PlaceOrder"),
	}
	a.Toggles = []arch.Toggle{{
		ID: "authorise-card", About: "Asks the fraud screen before a card is charged.", UseCase: "use_cases.AuthoriseCard",
		Default: "on", Off: "Orders under 40 EUR pass, others wait for support.", Trace: decided("AuthoriseCard.toggle", "use_cases.AuthoriseCard"),
	}}
}

// decided says which decision made an element, and what it serves.
func decided(by arch.DecisionID, serves ...arch.Path) arch.Trace {
	return arch.Trace{Serves: serves, By: []arch.DecisionID{by}}
}

func teams(b *book) []arch.Team {
	team := func(id arch.TeamID, line int, people float64, at arch.DeployableID) arch.Team {
		return arch.Team{
			ID: id, People: b.stated(arch.Path("context.teams."+id+".people"), line, count(people)),
			Contexts: []arch.ContextID{arch.ContextID(id)}, Deployables: []arch.DeployableID{at},
			Load: b.derived(arch.Path("teams."+id+".load"), hours(3*people), "on-call and upkeep of its deployable, by its parts"),
		}
	}
	return []arch.Team{
		team("ordering", 11, 7, "harbour"), team("kitchen", 12, 5, "harbour"),
		team("delivery", 13, 6, "dispatch"), team("accounting", 14, 4, "ledger"),
	}
}

func externals(b *book) []arch.External {
	named := func(id arch.ExternalID, field string) arch.Path {
		return arch.Path("externals." + string(id) + "." + field)
	}
	external := func(id arch.ExternalID, line int, p50, p99, available, limit, demand float64) arch.External {
		return arch.External{
			ID: id, Protocol: "rest", Adapter: string(id) + "-adapter", Idempotent: true,
			P50:          b.stated(named(id, "latency.p50"), line, seconds(p50)),
			P99:          b.stated(named(id, "latency.p99"), line, seconds(p99)),
			Availability: b.stated(named(id, "availability"), line, share(available)),
			Limit:        b.stated(named(id, "limit"), line, rate(limit)),
			Demand:       b.derived(named(id, "demand"), rate(demand), "calls of all use cases at their peaks"),
			Trace:        decided("system.adapters", "externals."+arch.Path(id)),
		}
	}
	card := external("card_processor", 35, 0.18, 0.9, 0.999, 400, 350)
	card.About = "Authorises, captures and refunds card payments; we never see a card number."
	card.Lookup, card.Data = true, []string{"card"}
	card.Holds = b.stated(named("card_processor", "holds_for"), 36, seconds(7*24*60*minute))
	card.Failure = "Unknown outcomes are looked up by our own reference; while it is down orders stay pending for five minutes."
	fraud := external("fraud_screen", 60, 0.06, 0.4, 0.995, 500, 350)
	fraud.About = "Scores an order before the card is charged."
	fraud.Data, fraud.Failure = []string{"personal"}, "Orders under 40 EUR pass."
	maps := external("maps", 54, 0.045, 0.25, 0.999, 600, 240)
	maps.About, maps.Failure = "Travel times and geocoding.", "The distance as the crow flies."
	bank := external("bank", 47, 2, 10, 0.995, 1, 0.1)
	bank.About, bank.Protocol, bank.Idempotent = "Pays restaurants and couriers; answers the next morning.", "file", false
	bank.Failure = "Payment orders wait in the queue for the next working hours."
	return []arch.External{card, fraud, maps, bank}
}

func contexts(b *book) []arch.Context {
	return []arch.Context{
		{
			ID: "ordering", Name: "Ordering", Responsibility: "Takes orders and tells consumers what becomes of them.",
			Aggregates: []arch.Path{"domain.Order", "domain.Consumer", "domain.Review"},
			UseCases: []arch.Path{"use_cases.SearchRestaurants", "use_cases.PlaceOrder", "use_cases.ListMyOrders", "use_cases.ChangeOrderAddress",
				"use_cases.CancelOrder", "use_cases.FollowOrder", "use_cases.RemoveReview", "use_cases.TellConsumer", "use_cases.OpenCase", "use_cases.FindOrders"},
			Team: "ordering", Deployable: "harbour", Store: "ordering-db",
			Replicates: []arch.Replica{
				{Of: "domain.Restaurant", Staleness: b.stated("use_cases.SearchRestaurants.stale", 260, seconds(minute)), Via: "TicketAccepted"},
			},
			Snapshots: []arch.Snapshot{{Of: "domain.Dish", Fields: []string{"name", "unit_price"}}}, Refers: []arch.Path{"domain.Restaurant"},
			Coheres: "PlaceOrder and CancelOrder change Order together with Voucher.", Ready: []string{"its tables stand in a schema of their own"},
			Ties: ties(), Flips: []string{"RemoveReview could do with eventual consistency"},
			Zone: "public", Trace: decided("system.contexts", "domain.Order"),
		},
		{
			ID: "kitchen", Name: "Kitchen", Responsibility: "Knows what kitchens can cook and when.",
			Aggregates: []arch.Path{"domain.Restaurant", "domain.Dish", "domain.DishStock", "domain.Ticket", "domain.MenuImport"},
			UseCases: []arch.Path{"use_cases.CreateTicket", "use_cases.WithdrawTicket", "use_cases.AcceptTicket", "use_cases.WatchTickets",
				"use_cases.ImportMenu", "use_cases.ChangeDish"},
			Team: "kitchen", Deployable: "harbour", Store: "kitchen-db", Zone: "public", Trace: decided("system.contexts", "domain.Ticket"),
		},
		{
			ID: "delivery", Name: "Delivery", Responsibility: "Finds the courier who can be there soonest.",
			Aggregates: []arch.Path{"domain.Courier", "domain.Shift", "domain.CourierPosition", "domain.Delivery", "domain.DispatchMessage"},
			UseCases: []arch.Path{"use_cases.ReportPosition", "use_cases.StartShift", "use_cases.OpenDelivery", "use_cases.OfferDelivery",
				"use_cases.AnswerOffer", "use_cases.HandOver", "use_cases.Dispatch"},
			Team: "delivery", Deployable: "dispatch", Store: "delivery-db", Zone: "public", Trace: decided("system.contexts", "domain.Delivery"),
		},
		{
			ID: "accounting", Name: "Accounting", Responsibility: "Moves money and remembers every movement.",
			Aggregates: []arch.Path{"domain.Payment", "domain.Account"},
			UseCases: []arch.Path{"use_cases.AuthoriseCard", "use_cases.ReleaseAuthorisation", "use_cases.CapturePayment", "use_cases.BookPayment",
				"use_cases.RefundPayment", "use_cases.ShowBalanceAt", "use_cases.DownloadStatement", "use_cases.SendPayouts"},
			Team: "accounting", Deployable: "ledger", Store: "ledger-db", Zone: "money", Trace: decided("system.contexts", "domain.Payment"),
		},
	}
}

func relations(b *book) []arch.Relation {
	return []arch.Relation{
		{From: "kitchen", To: "ordering", Pattern: "published-language", Style: "event", UseCases: []arch.Path{"use_cases.CreateTicket"},
			Rate: b.derived("relations.kitchen.ordering", rate(350), "one event per order", "use_cases.PlaceOrder.peak"), Why: "A kitchen cooks what was ordered."},
		{From: "ordering", To: "accounting", Pattern: "customer-supplier", Style: "sync", UseCases: []arch.Path{"use_cases.AuthoriseCard"},
			Rate: b.derived("relations.ordering.accounting", rate(350), "one hold per order", "use_cases.PlaceOrder.peak"), Why: "A consumer is told at once whether the card holds."},
		{From: "accounting", To: "card_processor", Pattern: "anticorruption-layer", Style: "sync", UseCases: []arch.Path{"use_cases.AuthoriseCard"},
			Rate: b.derived("relations.accounting.card_processor", rate(350), "one call per hold", "use_cases.PlaceOrder.peak"), Why: "Its model of charges is not ours."},
		{From: "delivery", To: "kitchen", Pattern: "published-language", Style: "event", UseCases: []arch.Path{"use_cases.OpenDelivery"},
			Rate: b.derived("relations.delivery.kitchen", rate(60), "one event per accepted ticket", "use_cases.AcceptTicket.peak"), Why: "A courier is sought when the kitchen has said yes."},
	}
}
