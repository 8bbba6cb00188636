package archtest

import "plumb.dev/plumb/arch"

func kitchenSchemas() []arch.Schema {
	return []arch.Schema{
		{
			ID: "Restaurant", Kind: "object", Role: "entity", Of: "domain.Restaurant", Context: "kitchen",
			About: "A kitchen that cooks for Harbour's consumers.",
			Fields: []arch.Field{
				readOnly(field(1, "id", "Identifies the restaurant.", scalar(arch.ScalarID), restaurantID)),
				field(2, "name", "The name over the door.", text(120), "Siam Corner"),
				field(3, "cuisines", "What it cooks.", list(typed("Cuisine"), 5), []any{"thai"}),
				field(4, "position", "Where couriers pick up.", scalar(arch.ScalarPosition), map[string]any{"latitude": 53.5519, "longitude": 9.9812}),
				readOnly(field(5, "rating", "Mean of the last hundred reviews, one decimal.", scalar(arch.ScalarDecimal), "4.6")),
				field(6, "paused", "Takes no orders at the moment.", scalar(arch.ScalarFlag), false),
				field(7, "opens", "When the kitchen opens today, local time.", scalar(arch.ScalarTime), "11:30"),
				optional(field(8, "website", "The restaurant's own page.", scalar(arch.ScalarURL), "https://siam-corner.example")),
			},
		},
		{
			ID: "Cuisine", Kind: "enum", Role: "value", Of: "types.Cuisine", Context: "kitchen",
			About:    "What a restaurant cooks.",
			Words:    []string{"burgers", "indian", "italian", "thai", "vegan"},
			Meanings: []string{"Burgers and fries.", "Indian dishes.", "Pizza, pasta and the rest of Italy.", "Thai dishes.", "Nothing from animals, whatever the country."},
			Numbers:  []int{1, 2, 3, 4, 5},
		},
		{
			ID: "Dish", Kind: "object", Role: "entity", Of: "domain.Dish", Context: "kitchen",
			About: "One dish of a restaurant's menu.",
			Fields: []arch.Field{
				readOnly(field(1, "id", "Identifies the dish.", scalar(arch.ScalarID), dishID)),
				fixed(field(2, "restaurantId", "Whose dish it is.", ref("Restaurant"), restaurantID)),
				field(3, "name", "The name on the menu.", text(120), "Pad Thai"),
				field(4, "price", "Price of one portion.", scalar(arch.ScalarMoney), map[string]any{"amount": "11.20", "currency": "EUR"}),
				field(5, "available", "Can be ordered now.", scalar(arch.ScalarFlag), true),
				nullable(optional(readOnly(field(6, "photo", "The dish's photo, null until one was sent.", scalar(arch.ScalarFile), "dish-01GYA51ZC3E5G7J9M1P3R5T7W9.jpg")))),
			},
		},
		{
			ID: "MenuLine", Kind: "object", Role: "input", Of: "use_cases.ImportMenu", Context: "kitchen",
			About: "One dish in a menu file.",
			Fields: []arch.Field{
				field(1, "sku", "The chain's own number of the dish; the same number replaces the dish.", text(40), "TH-014"),
				field(2, "name", "The name on the menu.", text(120), "Pad Thai"),
				field(3, "amount", "Price of one portion, in the restaurant's currency.", scalar(arch.ScalarDecimal), "11.20"),
				optional(field(4, "allergens", "Letters of the allergen key, without spaces.", text(20), "AG")),
			},
		},
		{
			ID: "MenuImport", Kind: "object", Role: "entity", Of: "domain.MenuImport", Context: "kitchen",
			About: "The taking over of one menu file.",
			Fields: []arch.Field{
				readOnly(field(1, "id", "Identifies the import.", scalar(arch.ScalarID), menuImportID)),
				readOnly(field(2, "restaurantId", "Whose menu it is.", ref("Restaurant"), restaurantID)),
				readOnly(field(3, "state", "How far the import has come.", typed("MenuImportState"), "running")),
				readOnly(field(4, "accepted", "Dishes taken over so far.", whole(0, 5000), 812)),
				readOnly(field(5, "refused", "Dishes refused so far.", whole(0, 5000), 3)),
				readOnly(optional(field(6, "problems", "The first refused lines, with the reason of each.", list(text(300), 100), []any{"line 418: amount is not a number"}))),
			},
		},
		{
			ID: "MenuImportState", Kind: "enum", Role: "value", Of: "domain.MenuImport", Context: "kitchen",
			About:    "The states of a menu import.",
			Words:    []string{"received", "running", "finished", "failed"},
			Meanings: []string{"The file is stored.", "Dishes are being taken over.", "Every line was taken over or refused.", "The file could not be read."},
			Numbers:  []int{1, 2, 3, 4},
		},
		{
			ID: "Ticket", Kind: "object", Role: "entity", Of: "domain.Ticket", Context: "kitchen",
			About: "An order as the kitchen sees it.",
			Fields: []arch.Field{
				readOnly(field(1, "id", "Identifies the ticket.", scalar(arch.ScalarID), ticketID)),
				fixed(field(2, "orderNumber", "The order it came from.", ref("Order"), orderID)),
				fixed(field(3, "restaurantId", "The kitchen that cooks it.", ref("Restaurant"), restaurantID)),
				field(4, "lines", "What to cook.", list(typed("OrderLine"), 50), nil),
				readOnly(field(5, "state", "What the kitchen has done with it.", typed("TicketState"), "waiting")),
				optional(field(6, "readyAt", "When the kitchen promises to have cooked it.", scalar(arch.ScalarInstant), "2026-11-20T18:25:00Z")),
			},
		},
		{
			ID: "TicketState", Kind: "enum", Role: "value", Of: "domain.Ticket", Context: "kitchen",
			About:    "The states of a ticket.",
			Words:    []string{"waiting", "accepted", "cooking", "ready", "handed_over", "refused", "withdrawn"},
			Meanings: []string{"On the kitchen's screen.", "The kitchen will cook it.", "On the stove.", "Packed.", "With the courier.", "The kitchen said no, or nothing for four minutes.", "The order was cancelled."},
			Numbers:  []int{1, 2, 3, 4, 5, 6, 7},
		},
		{
			ID: "AcceptTicketRequest", Kind: "object", Role: "input", Of: "use_cases.AcceptTicket", Context: "kitchen",
			About: "The kitchen's promise.",
			Fields: []arch.Field{
				field(1, "readyAt", "When the meal will be packed.", scalar(arch.ScalarInstant), "2026-11-20T18:25:00Z"),
			},
		},
	}
}
