package openapi_test

import (
	"slices"
	"strings"
	"testing"

	"plumb.dev/plumb/arch/archtest"
	"plumb.dev/plumb/internal/look"
)

// eachBody visits every request and answer, and counts them.
func eachBody(doc map[string]any, visit func(at, media string, content map[string]any)) int {
	n := 0
	body := func(where string, holder map[string]any) {
		content, _ := holder["content"].(map[string]any)
		for media, c := range content {
			n++
			visit(where, media, c.(map[string]any))
		}
	}
	for path := range look.At(doc, "paths") {
		for method, op := range look.At(doc, "paths", path) {
			operation, isOperation := op.(map[string]any)
			if !isOperation {
				continue
			}
			body(method+" "+path, look.At(operation, "requestBody"))
			for status := range look.At(operation, "responses") {
				body(method+" "+path+" "+status, look.At(doc, "paths", path, method, "responses", status))
			}
		}
	}
	return n
}

// parameter finds a parameter of an operation by its name.
func parameter(doc map[string]any, path, method, name string) map[string]any {
	var all []any
	for _, owner := range []map[string]any{look.At(doc, "paths", path), look.At(doc, "paths", path, method)} {
		list, _ := owner["parameters"].([]any)
		all = append(all, list...)
	}
	for _, p := range all {
		if m, _ := look.Resolve(doc, p).(map[string]any); m["name"] == name {
			return m
		}
	}
	return nil
}

func document(t *testing.T, context string) map[string]any {
	t.Helper()
	return look.YAML(t, print(t, archtest.Harbour())["contracts/"+context+"/openapi.yaml"])
}

func TestCreateTakesAnIdempotencyKeyAndTellsWhereTheNewOneIs(t *testing.T) {
	doc := document(t, "ordering")
	key := parameter(doc, "/orders", "post", "Idempotency-Key")
	look.Says(t, "the key", key, "24h", "first order stands", `"8e03978e`)
	if key["required"] != true {
		t.Error("the key is not demanded")
	}
	created := look.At(doc, "paths", "/orders", "post", "responses", "201", "headers")
	look.Says(t, "Location", created["Location"], "/v1/orders/01JD3Q5W8Z7N6M4K2H0G9F1E5D")
	for status, code := range map[string]string{"400": "idempotency-key-missing", "409": "idempotency-key-in-use", "422": "idempotency-key-reused"} {
		look.Says(t, status, look.At(doc, "paths", "/orders", "post", "responses", status)["description"], code)
	}
}

func TestAcceptedWorkNamesTheOperationThatFollowsIt(t *testing.T) {
	doc := document(t, "ordering")
	accepted := look.At(doc, "paths", "/orders", "post", "responses", "202")
	look.Says(t, "202", accepted["description"], "followOrder")
	look.Says(t, "Location", look.At(accepted, "headers")["Location"], "/progress-stream")
	kitchen := document(t, "kitchen")
	look.Says(t, "the import's Location", look.At(kitchen, "paths", "/restaurants/{restaurantId}/menu-imports", "post", "responses", "202", "headers")["Location"], "/menu-imports/01JD2W4Y6A8C0E2G4J6M8P0R2T")
}

func TestChangesAreMadeUnderTheVersionThatWasRead(t *testing.T) {
	doc := document(t, "ordering")
	if p := parameter(doc, "/orders/{orderNumber}", "patch", "If-Match"); p == nil || p["required"] != true {
		t.Errorf("If-Match is %v", p)
	}
	for _, status := range []string{"412", "428"} {
		if look.At(doc, "paths", "/orders/{orderNumber}", "patch", "responses", status) == nil {
			t.Errorf("%s is missing", status)
		}
	}
	for _, method := range []string{"get", "patch"} {
		if look.At(doc, "paths", "/orders/{orderNumber}", method, "responses", "200", "headers", "ETag") == nil {
			t.Errorf("%s gives no ETag", method)
		}
	}
	if media := look.At(doc, "paths", "/orders/{orderNumber}", "patch", "requestBody", "content"); media["application/merge-patch+json"] == nil {
		t.Errorf("a patch is sent as %v", media)
	}
}

func TestListsArePagedFilteredAndSorted(t *testing.T) {
	doc := document(t, "ordering")
	limit := look.At(parameter(doc, "/orders", "get", "limit"), "schema")
	if limit["default"] != 20 || limit["maximum"] != 100 {
		t.Errorf("limit is %v", limit)
	}
	for _, name := range []string{"cursor", "placedAtFrom", "placedAtTo", "restaurantId", "state", "sort"} {
		if parameter(doc, "/orders", "get", name) == nil {
			t.Errorf("there is no parameter %s", name)
		}
	}
	look.Says(t, "the filter by state", look.At(parameter(doc, "/orders", "get", "state"), "schema"), "under_way")
	look.Says(t, "sort", look.At(parameter(doc, "/orders", "get", "sort"), "schema"), "-placedAt")
	look.Says(t, "the page", look.At(doc, "components", "schemas", "OrderPage", "properties"), "items", "nextCursor", "links")
}

func TestProblemsHaveStableCodes(t *testing.T) {
	doc := document(t, "ordering")
	problem := look.At(doc, "paths", "/orders/{orderNumber}", "get", "responses", "404", "content", "application/problem+json")
	look.Says(t, "the example", look.At(doc, "components", "examples", "OrderNotFound"), "https://harbour.example/problems/order-not-found", "order-not-found", "404")
	if problem["examples"] == nil {
		t.Error("the problem has no example")
	}
	codes := look.At(doc, "components", "schemas", "Problem", "properties", "code")["x-extensible-enum"]
	look.Says(t, "the codes", codes, "card-declined", "too-many-requests")
}

func TestRateLimitsSayTheirNumbers(t *testing.T) {
	doc := document(t, "ordering")
	headers := look.At(doc, "paths", "/orders", "post", "responses", "201", "headers")
	look.Says(t, "the policy", headers["RateLimit-Policy"], `"placeOrder";q=3;w=15`)
	limited := look.At(doc, "paths", "/orders", "post", "responses", "429", "headers")
	look.Says(t, "429", limited, "Retry-After", "RateLimit")
}

func TestDeprecatedOperationsSayUntilWhen(t *testing.T) {
	doc := document(t, "ordering")
	op := look.At(doc, "paths", "/orders/{orderNumber}/progress", "get")
	if op["deprecated"] != true {
		t.Error("it is not marked")
	}
	headers := look.At(op, "responses", "200", "headers")
	for _, name := range []string{"Deprecation", "Sunset", "Link"} {
		if headers[name] == nil {
			t.Errorf("%s is missing", name)
		}
	}
	look.Says(t, "Sunset", look.At(doc, "components", "headers", "Sunset"), "365d")
	look.Says(t, "the policy", look.At(doc, "info")["description"], "365d")
}

func TestEachWayOfVersioningShows(t *testing.T) {
	look.Says(t, "the URL", document(t, "ordering")["servers"], "https://api.harbour.example/v1")
	if p := parameter(document(t, "delivery"), "/shifts", "post", "Harbour-Version"); p == nil || p["required"] != true {
		t.Errorf("the version header is %v", p)
	}
	kitchen := document(t, "kitchen")
	look.Says(t, "the media type", look.At(kitchen, "paths", "/menu-imports/{importId}", "get", "responses", "200", "content"), "application/vnd.harbour.v2+json")
}

func TestEveryOperationSaysWhoMayCallIt(t *testing.T) {
	doc := document(t, "ordering")
	look.Says(t, "placeOrder", look.At(doc, "paths", "/orders", "post")["security"], "orders:write")
	look.Says(t, "placeOrder", look.At(doc, "paths", "/orders", "post")["x-plumb-authorization"], "consumer", "own", "consumerId")
	if open, ok := look.At(doc, "paths", "/restaurants", "get")["security"].([]any); !ok || len(open) != 0 {
		t.Errorf("searching asks for %v", open)
	}
	flows := look.At(document(t, "kitchen"), "components", "securitySchemes", "keycloak", "flows")
	look.Says(t, "the flows", flows, "authorizationCode", "clientCredentials", "tickets:write")
}

func TestStreamsAndFilesHaveTheirMediaTypes(t *testing.T) {
	ordering, kitchen, delivery, accounting := document(t, "ordering"), document(t, "kitchen"), document(t, "delivery"), document(t, "accounting")
	events := look.At(ordering, "paths", "/orders/{orderNumber}/progress-stream", "get", "responses", "200", "content", "text/event-stream")
	look.Says(t, "the stream", events["example"], "event: order-progress\ndata: {")
	look.Says(t, "the menu", look.At(kitchen, "paths", "/restaurants/{restaurantId}/menu-imports", "post", "requestBody", "content", "text/csv")["example"], "sku,name,amount,allergens\nTH-014")
	lines := look.At(delivery, "paths", "/courier-positions", "post", "requestBody", "content", "application/x-ndjson")["example"].(string)
	if strings.Count(lines, "\n") != 2 {
		t.Errorf("positions are not one to a line: %q", lines)
	}
	if look.At(kitchen, "paths", "/dishes/{dishId}/photo", "put", "requestBody", "content", "image/jpeg") == nil {
		t.Error("a photo is no image/jpeg")
	}
	statement := look.At(accounting, "paths", "/accounts/{accountId}/statements/{week}", "get", "responses", "200")
	look.Says(t, "the statement", statement, "text/csv", `filename="download-statement.csv"`)
}

func TestWebhooksAreSignedEventsWithASchedule(t *testing.T) {
	doc := document(t, "kitchen")
	hook := look.At(doc, "webhooks", "kitchenOrdersOrderPlaced", "post")
	look.Says(t, "the body", look.At(hook, "requestBody"), "application/cloudevents+json", "example.harbour.ordering.order-placed.v1")
	look.Says(t, "the schedule", look.At(hook, "responses", "4XX"), "10s, 60s, 4min")
	look.Says(t, "the signature", look.At(doc, "components", "securitySchemes", "kitchenOrdersSignature"), "Harbour-Signature", "HMAC-SHA256")
}

// A new word must not break those who read it; those who send one must know it.
func TestEnumerationsAreClosedInRequestsOnly(t *testing.T) {
	schemas := look.At(document(t, "ordering"), "components", "schemas")
	if look.At(schemas, "OrderState")["enum"] != nil || look.At(schemas, "OrderState")["x-extensible-enum"] == nil {
		t.Errorf("OrderState is only read, and closed: %v", schemas["OrderState"])
	}
	if look.At(schemas, "CancelReason")["enum"] == nil {
		t.Errorf("CancelReason is sent, and open: %v", schemas["CancelReason"])
	}
}

// Only what operations refer to is there: of the other contexts' schemas, none.
func TestDocumentHoldsNothingUnused(t *testing.T) {
	names := []string{}
	for name := range look.At(document(t, "accounting"), "components", "schemas") {
		names = append(names, name)
	}
	slices.Sort(names)
	if want := []string{"Balance", "FieldProblem", "Money", "Problem", "StatementLine"}; !slices.Equal(names, want) {
		t.Errorf("there are %v, not %v", names, want)
	}
}
