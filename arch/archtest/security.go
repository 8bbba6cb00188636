package archtest

import "plumb.dev/plumb/arch"

func actors(b *book) []arch.Actor {
	quarter := b.derived("security.access-token", seconds(15*minute), "how long a stolen token may be of use")
	month := b.derived("security.refresh-token", seconds(30*day), "a consumer orders at least monthly")
	code := func(access, refresh arch.Value, storage, why string) arch.SignIn {
		return arch.SignIn{
			Flow: "authorization-code-pkce", Grants: []string{"authorization_code", "refresh_token"},
			Access: access, Refresh: refresh, Rotation: true, Storage: storage, Why: why,
		}
	}
	by := arch.Trace{Serves: []arch.Path{"use_cases.PlaceOrder"}, By: []arch.DecisionID{"system.identity"}}
	return []arch.Actor{
		{
			ID: "consumer", About: "People who order food.", Channels: []string{"web", "mobile"},
			Accounts: b.stated("actors.consumer.accounts", 24, count(2e6)), Roles: []arch.RoleID{"consumer"},
			SignIn: code(quarter, month, "Keychain on phones, a cookie that scripts cannot read on the web.", "A person on a device of their own."),
			APIs:   []arch.APIID{"ordering-rest"}, Trace: by,
		},
		{
			ID: "visitor", About: "Looks before signing up.", Channels: []string{"web", "mobile"}, Guest: true,
			SignIn: arch.SignIn{Flow: "none", Why: "Searching needs no account."},
			APIs:   []arch.APIID{"ordering-rest"}, Trace: by,
		},
		{
			ID: "restaurant", About: "The kitchen's tablet and its manager's browser.", Channels: []string{"web", "device"},
			Accounts: b.stated("actors.restaurant.accounts", 26, count(9000)), Roles: []arch.RoleID{"kitchen_staff", "manager"},
			SignIn: code(quarter, month, "The tablet's key store.", "A shared device that is signed in once a month."),
			APIs:   []arch.APIID{"kitchen-rest", "accounting-rest"}, Trace: by,
		},
		{
			ID: "partner", About: "Chains whose own systems take tickets and send menus.", Channels: []string{"partner"},
			Accounts: b.stated("actors.partner.accounts", 31, count(25)),
			SignIn: arch.SignIn{
				Flow: "client-credentials", Grants: []string{"client_credentials"},
				Access:  b.derived("security.partner-token", seconds(10*minute), "a machine can ask as often as it likes"),
				Storage: "The partner's secret store.", Why: "A machine without a person in front of it.",
			},
			APIs: []arch.APIID{"kitchen-rest"}, Trace: by,
		},
		{
			ID: "courier", About: "Brings the food; paid per delivery.", Channels: []string{"mobile"},
			Accounts: b.stated("actors.courier.accounts", 27, count(20000)), Roles: []arch.RoleID{"courier"},
			SignIn: code(quarter, month, "The phone's key store.", "A person on a phone that may be offline for minutes."),
			APIs:   []arch.APIID{"delivery-rest", "delivery-grpc"}, Trace: by,
		},
		{
			ID: "dispatcher", About: "Watches a city and steps in.", Channels: []string{"staff"},
			Accounts: b.stated("actors.dispatcher.accounts", 28, count(80)), Roles: []arch.RoleID{"dispatcher"},
			SignIn: code(quarter, quarter, "Memory of the page.", "Staff sign in once a shift through Keycloak."),
			APIs:   []arch.APIID{"delivery-grpc"}, Trace: by,
		},
		{
			ID: "support", About: "Answers consumers, restaurants and couriers; sees a case from every side.", Channels: []string{"staff"},
			Accounts: b.stated("actors.support.accounts", 29, count(150)), Roles: []arch.RoleID{"agent", "lead"},
			SignIn: code(quarter, quarter, "Memory of the page.", "Staff sign in once a shift through Keycloak."),
			APIs:   []arch.APIID{"backoffice-graphql"}, Trace: by,
		},
	}
}

func security() arch.Security {
	return arch.Security{
		Provider: "keycloak", Issuer: "https://login.harbour.example/realms/harbour",
		AuthorizeURL: "https://login.harbour.example/realms/harbour/protocol/openid-connect/auth",
		TokenURL:     "https://login.harbour.example/realms/harbour/protocol/openid-connect/token",
		Audience:     "https://api.harbour.example", Algorithms: []string{"ES256"},
		Claims: []arch.Claim{
			{Name: "iss", Check: "is the issuer above"},
			{Name: "aud", Check: "names the audience above"},
			{Name: "sub", Check: "is compared with the owner's field of what is asked for"},
			{Name: "restaurant_ids", Check: "contains the restaurant of the path"},
		},
		Roles: []arch.Role{
			{ID: "consumer", Actor: "consumer", Scopes: []string{"orders:read", "orders:write", "reviews:write"},
				Operations: []arch.OperationID{"placeOrder", "listOrders", "getOrder", "changeOrderAddress", "cancelOrder", "followOrder", "getOrderProgress", "removeReview"}},
			{ID: "kitchen_staff", Actor: "restaurant", Scopes: []string{"tickets:read", "tickets:write"},
				Operations: []arch.OperationID{"listTickets", "acceptTicket"}},
			{ID: "manager", Actor: "restaurant", Scopes: []string{"tickets:read", "tickets:write", "menus:write", "statements:read"},
				Operations: []arch.OperationID{"listTickets", "acceptTicket", "importMenu", "getMenuImport", "sendDishPhoto", "showBalance", "downloadStatement"}},
			{ID: "courier", Actor: "courier", Scopes: []string{"deliveries:write", "positions:write"},
				Operations: []arch.OperationID{"startShift", "answerOffer", "reportPositions", "dispatch"}},
			{ID: "dispatcher", Actor: "dispatcher", Scopes: []string{"deliveries:read"},
				Operations: []arch.OperationID{"watchDeliveries"}},
			{ID: "agent", Actor: "support", Scopes: []string{"cases:read"},
				Operations: []arch.OperationID{"openCase", "findOrders", "watchCase"}},
			{ID: "lead", Actor: "support", Scopes: []string{"cases:read", "payments:refund"},
				Operations: []arch.OperationID{"openCase", "findOrders", "watchCase", "refundPayment"}},
		},
		Scopes: []arch.Scope{
			{Name: "orders:read", About: "See one's own orders."},
			{Name: "orders:write", About: "Order, change and cancel in one's own name."},
			{Name: "reviews:write", About: "Write and take back one's own reviews."},
			{Name: "tickets:read", About: "See the tickets of one's own kitchens."},
			{Name: "tickets:write", About: "Accept and refuse tickets of one's own kitchens."},
			{Name: "menus:write", About: "Change the menus of one's own restaurants."},
			{Name: "statements:read", About: "See what one's own restaurants earned."},
			{Name: "deliveries:read", About: "See all deliveries of a city."},
			{Name: "deliveries:write", About: "Take shifts, offers and deliveries of one's own."},
			{Name: "positions:write", About: "Report one's own position."},
			{Name: "cases:read", About: "See any order with all that belongs to it."},
			{Name: "payments:write", About: "Authorise cards; for ordering alone."},
			{Name: "payments:refund", About: "Give money back."},
		},
	}
}
