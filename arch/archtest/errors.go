package archtest

import "plumb.dev/plumb/arch"

// mechanismErrors is how many errors of the catalogue can happen to any operation that
// has the mechanism: its first group.
const mechanismErrors = 10

// errorCatalogue lists what can go wrong. The first group can happen to any
// operation that has the mechanism; the second belongs to one aggregate.
func errorCatalogue() []arch.ErrorType {
	return []arch.ErrorType{
		{Code: "invalid-request", Status: 400, GRPC: "INVALID_ARGUMENT", Title: "The request is not valid",
			About: "A field is missing or out of its bounds; errors names each field with what it must be."},
		{Code: "cursor-expired", Status: 400, GRPC: "INVALID_ARGUMENT", Title: "The cursor is no longer valid",
			About: "The cursor belongs to other filters or is older than a day: start again without one."},
		{Code: "idempotency-key-missing", Status: 400, GRPC: "INVALID_ARGUMENT", Title: "No idempotency key",
			About: "This operation charges money or creates something: send a key and keep it for repeats."},
		{Code: "unauthenticated", Status: 401, GRPC: "UNAUTHENTICATED", Title: "No valid access token",
			About: "The token is missing, expired or meant for somebody else: refresh it or sign in again."},
		{Code: "forbidden", Status: 403, GRPC: "PERMISSION_DENIED", Title: "Not allowed",
			About: "The token lacks the scope or the role that this operation asks for."},
		{Code: "idempotency-key-in-use", Status: 409, GRPC: "ABORTED", Title: "The first request is still running", Retry: true,
			About: "Another request with this key has not been answered yet: wait and repeat."},
		{Code: "idempotency-key-reused", Status: 422, GRPC: "INVALID_ARGUMENT", Title: "The key was used for something else",
			About: "A different request was sent with this key before: use a new key."},
		{Code: "precondition-required", Status: 428, GRPC: "FAILED_PRECONDITION", Title: "If-Match is missing",
			About: "Read the resource first and send its ETag, so that no other change is overwritten."},
		{Code: "too-many-requests", Status: 429, GRPC: "RESOURCE_EXHAUSTED", Title: "Too many requests", Retry: true,
			About: "The account is over its rate: wait as long as Retry-After says."},
		{Code: "overloaded", Status: 503, GRPC: "UNAVAILABLE", Title: "Harbour is over its capacity", Retry: true,
			About: "The request was shed before anything was done: repeat it after Retry-After."},

		{Code: "order-not-found", Status: 404, GRPC: "NOT_FOUND", Title: "No such order", Of: "domain.Order",
			About: "There is no order with this number, or it is somebody else's."},
		{Code: "order-changed", Status: 412, GRPC: "ABORTED", Title: "The order has changed", Of: "domain.Order",
			About: "It is not the version named by If-Match: read it again and decide anew."},
		{Code: "order-not-changeable", Status: 409, GRPC: "FAILED_PRECONDITION", Title: "Too late to change the order", Of: "domain.Order",
			About: "It is being cooked, or already cancelled or rejected."},
		{Code: "total-changed", Status: 422, GRPC: "FAILED_PRECONDITION", Title: "The order would cost more", Of: "domain.Order",
			About: "A price or the fee is above the expected total: show the new total and ask the consumer."},
		{Code: "dish-sold-out", Status: 422, GRPC: "FAILED_PRECONDITION", Title: "A dish is sold out", Of: "domain.DishStock",
			About: "The last portion went to somebody else: errors names the lines."},
		{Code: "card-declined", Status: 422, GRPC: "FAILED_PRECONDITION", Title: "The card was declined", Of: "domain.Payment",
			About: "The bank said no; nothing was charged. Another card may do."},
		{Code: "review-not-found", Status: 404, GRPC: "NOT_FOUND", Title: "No such review", Of: "domain.Review",
			About: "There is no review with this id, or it is somebody else's."},
		{Code: "restaurant-not-found", Status: 404, GRPC: "NOT_FOUND", Title: "No such restaurant", Of: "domain.Restaurant",
			About: "There is no restaurant with this id among those you act for."},
		{Code: "dish-not-found", Status: 404, GRPC: "NOT_FOUND", Title: "No such dish", Of: "domain.Dish",
			About: "The dish is on no menu you act for."},
		{Code: "menu-import-not-found", Status: 404, GRPC: "NOT_FOUND", Title: "No such import", Of: "domain.MenuImport",
			About: "Imports are forgotten after 90 days."},
		{Code: "menu-import-running", Status: 409, GRPC: "FAILED_PRECONDITION", Title: "An import is running", Retry: true, Of: "domain.MenuImport",
			About: "A restaurant takes over one menu file at a time: wait for the other to finish."},
		{Code: "file-too-large", Status: 413, GRPC: "INVALID_ARGUMENT", Title: "The file is too large",
			About: "Menu files end at 4 MB and photos at 2 MB: split the menu or shrink the photo."},
		{Code: "unsupported-media-type", Status: 415, GRPC: "INVALID_ARGUMENT", Title: "Not this kind of file",
			About: "Menus are text/csv, photos image/jpeg."},
		{Code: "ticket-not-found", Status: 404, GRPC: "NOT_FOUND", Title: "No such ticket", Of: "domain.Ticket",
			About: "There is no ticket with this id on this kitchen's screen."},
		{Code: "ticket-changed", Status: 412, GRPC: "ABORTED", Title: "The ticket has changed", Of: "domain.Ticket",
			About: "Somebody else in the kitchen, or the consumer, was faster: look at the ticket again."},
		{Code: "ticket-not-waiting", Status: 409, GRPC: "FAILED_PRECONDITION", Title: "The ticket is no longer waiting", Of: "domain.Ticket",
			About: "It was accepted, refused or withdrawn before."},
		{Code: "delivery-not-found", Status: 404, GRPC: "NOT_FOUND", Title: "No such delivery", Of: "domain.Delivery",
			About: "There is no such delivery among those offered or assigned to this courier."},
		{Code: "offer-over", Status: 409, GRPC: "FAILED_PRECONDITION", Title: "The offer is over", Of: "domain.Delivery",
			About: "45 seconds have passed and another courier was asked."},
		{Code: "shift-open", Status: 409, GRPC: "ALREADY_EXISTS", Title: "A shift is already open", Of: "domain.Shift",
			About: "A courier has one shift at a time: end the other first."},
		{Code: "account-not-found", Status: 404, GRPC: "NOT_FOUND", Title: "No such account", Of: "domain.Account",
			About: "There is no account with this id, or it is somebody else's."},
		{Code: "payment-not-refundable", Status: 409, GRPC: "FAILED_PRECONDITION", Title: "Nothing to give back", Of: "domain.Payment",
			About: "The payment was not captured, or all of it was refunded before."},
	}
}
