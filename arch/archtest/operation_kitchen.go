package archtest

import "plumb.dev/plumb/arch"

func kitchenOperations(b *book) []arch.Operation {
	restaurantInPath := parameter("restaurantId", "The restaurant you act for.", scalar(arch.ScalarID), restaurantID)
	staff := func(scope string, roles ...arch.RoleID) arch.Authorisation {
		return arch.Authorisation{Scope: scope, Roles: roles, Actors: []arch.ActorID{"restaurant", "partner"}, Object: "tenant", Owner: "restaurantId"}
	}
	return []arch.Operation{
		{
			ID: "listTickets", UseCase: "use_cases.WatchTickets", Context: "kitchen", Deployable: "harbour",
			About: "The tickets on a kitchen's screen, those to be ready first on top.",
			Kind:  "query", Verb: "list", Entity: "Ticket", Result: "Ticket",
			Paging: &arch.Paging{
				Key: []string{"readyAt", "id"}, Default: 50, Max: 100, Sort: []string{"readyAt"},
				Filter: []arch.Filter{{Field: "state", Operators: []string{"in"}, Type: typed("TicketState")}},
			},
			Errors:      failures(paged(), "restaurant-not-found"),
			Auth:        staff("tickets:read", "kitchen_staff", "manager"),
			RateLimit:   b.perAccount("listTickets", 2, 10),
			Consistency: "read-your-writes",
			Timeout:     b.timeout("listTickets", 0.8),
			REST:        &arch.RESTBinding{Method: "GET", Path: "/restaurants/{restaurantId}/tickets", Success: 200, Tag: "tickets", InPath: []arch.Field{restaurantInPath}},
			Trace:       served("use_cases.WatchTickets"),
		},
		{
			ID: "acceptTicket", UseCase: "use_cases.AcceptTicket", Context: "kitchen", Deployable: "harbour",
			About: "Promises to cook an order by a time.",
			Kind:  "command", Verb: "transition", Entity: "Ticket", Body: "AcceptTicketRequest", Result: "Ticket",
			Concurrency: "if-match",
			Errors:      failures(guarded(), "ticket-not-found", "ticket-changed", "ticket-not-waiting"),
			Auth:        staff("tickets:write", "kitchen_staff", "manager"),
			RateLimit:   b.perAccount("acceptTicket", 2, 10),
			Consistency: "atomic",
			Timeout:     b.timeout("acceptTicket", 1),
			REST: &arch.RESTBinding{Method: "POST", Path: "/tickets/{ticketId}/acceptance", Success: 200, Tag: "tickets", InPath: []arch.Field{
				parameter("ticketId", "The ticket on the screen.", scalar(arch.ScalarID), ticketID),
			}},
			Peak:  b.stated("use_cases.AcceptTicket.peak", 358, rate(60)),
			Trace: served("use_cases.AcceptTicket"),
		},
		{
			ID: "importMenu", UseCase: "use_cases.ImportMenu", Context: "kitchen", Deployable: "harbour",
			About: "Takes over a whole menu from one file; which dishes were refused is told later.",
			Kind:  "command", Verb: "import", Entity: "MenuImport", Body: "MenuLine", Result: "MenuImport", Stream: "in",
			Async: true, Progress: "poll", Follow: "getMenuImport",
			Idempotency: b.remembered("importMenu", "refused with idempotency-key-reused; the first import goes on"),
			Errors:      failures(keyed(), "restaurant-not-found", "menu-import-running", "file-too-large", "unsupported-media-type"),
			Auth:        staff("menus:write", "manager"),
			RateLimit:   b.perAccount("importMenu", 0.003, 2),
			Consistency: "eventual",
			Staleness:   b.derived("use_cases.ImportMenu.done", seconds(5*minute), "1200 dishes at five a second", "use_cases.ImportMenu.items"),
			REST:        &arch.RESTBinding{Method: "POST", Path: "/restaurants/{restaurantId}/menu-imports", Success: 202, Tag: "menus", InPath: []arch.Field{restaurantInPath}, Media: "text/csv"},
			Peak:        b.stated("use_cases.ImportMenu.peak", 350, rate(40/hour)),
			Trace:       served("use_cases.ImportMenu"),
		},
		{
			ID: "getMenuImport", UseCase: "use_cases.ImportMenu", Context: "kitchen", Deployable: "harbour",
			About: "How far a menu import has come and which lines were refused.",
			Kind:  "query", Verb: "get", Entity: "MenuImport", Result: "MenuImport",
			Errors:      failures(signedIn(), "menu-import-not-found"),
			Auth:        staff("menus:write", "manager"),
			RateLimit:   b.perAccount("getMenuImport", 1, 5),
			Consistency: "read-your-writes",
			Timeout:     b.timeout("getMenuImport", 0.8),
			REST: &arch.RESTBinding{Method: "GET", Path: "/menu-imports/{importId}", Success: 200, Tag: "menus", InPath: []arch.Field{
				parameter("importId", "The import, as its acceptance named it.", scalar(arch.ScalarID), menuImportID),
			}},
			Trace: served("use_cases.ImportMenu"),
		},
		{
			ID: "sendDishPhoto", UseCase: "use_cases.ChangeDish", Context: "kitchen", Deployable: "harbour",
			About: "Replaces a dish's photo.",
			Kind:  "command", Verb: "import", Entity: "Dish", Result: "Dish",
			Errors:      failures(signedIn(), "dish-not-found", "file-too-large", "unsupported-media-type"),
			Auth:        staff("menus:write", "manager"),
			RateLimit:   b.perAccount("sendDishPhoto", 0.5, 20),
			Consistency: "atomic",
			Timeout:     b.timeout("sendDishPhoto", 20),
			REST: &arch.RESTBinding{Method: "PUT", Path: "/dishes/{dishId}/photo", Success: 200, Tag: "menus", Media: "image/jpeg", InPath: []arch.Field{
				parameter("dishId", "The dish on the menu.", scalar(arch.ScalarID), dishID),
			}},
			Trace: served("use_cases.ChangeDish"),
		},
	}
}
