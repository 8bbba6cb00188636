package openapi_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"plumb.dev/plumb/arch/archtest"
)

func parse(t *testing.T, data []byte) map[string]any {
	t.Helper()
	var doc map[string]any
	if err := yaml.Unmarshal(data, &doc); err != nil {
		t.Fatal(err)
	}
	return doc
}

// at walks down a document, through references.
func at(doc map[string]any, keys ...string) map[string]any {
	here := any(doc)
	for _, key := range keys {
		m, _ := here.(map[string]any)
		here = resolve(doc, m[key])
	}
	m, _ := here.(map[string]any)
	return m
}

func resolve(doc map[string]any, value any) any {
	if m, ok := value.(map[string]any); ok {
		if ref, ok := m["$ref"].(string); ok {
			return at(doc, strings.Split(strings.TrimPrefix(ref, "#/"), "/")...)
		}
	}
	return value
}

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
	for path := range at(doc, "paths") {
		for method, op := range at(doc, "paths", path) {
			operation, isOperation := op.(map[string]any)
			if !isOperation {
				continue
			}
			body(method+" "+path, at(operation, "requestBody"))
			for status := range at(operation, "responses") {
				body(method+" "+path+" "+status, at(doc, "paths", path, method, "responses", status))
			}
		}
	}
	return n
}

// parameter finds a parameter of an operation by its name.
func parameter(doc map[string]any, path, method, name string) map[string]any {
	var all []any
	for _, owner := range []map[string]any{at(doc, "paths", path), at(doc, "paths", path, method)} {
		list, _ := owner["parameters"].([]any)
		all = append(all, list...)
	}
	for _, p := range all {
		if m, _ := resolve(doc, p).(map[string]any); m["name"] == name {
			return m
		}
	}
	return nil
}

func document(t *testing.T, context string) map[string]any {
	t.Helper()
	return parse(t, print(t, archtest.Harbour())["contracts/"+context+"/openapi.yaml"])
}

// says fails the test when a value, written out, lacks a part.
func says(t *testing.T, what string, value any, parts ...string) {
	t.Helper()
	text := fmt.Sprint(value)
	for _, part := range parts {
		if !strings.Contains(text, part) {
			t.Errorf("%s does not say %q: %s", what, part, text)
		}
	}
}

func TestCreateTakesAnIdempotencyKeyAndTellsWhereTheNewOneIs(t *testing.T) {
	doc := document(t, "ordering")
	key := parameter(doc, "/orders", "post", "Idempotency-Key")
	says(t, "the key", key, "24h", "first order stands", `"8e03978e`)
	if key["required"] != true {
		t.Error("the key is not demanded")
	}
	created := at(doc, "paths", "/orders", "post", "responses", "201", "headers")
	says(t, "Location", created["Location"], "/v1/orders/01JD3Q5W8Z7N6M4K2H0G9F1E5D")
	for status, code := range map[string]string{"400": "idempotency-key-missing", "409": "idempotency-key-in-use", "422": "idempotency-key-reused"} {
		says(t, status, at(doc, "paths", "/orders", "post", "responses", status)["description"], code)
	}
}

func TestAcceptedWorkNamesTheOperationThatFollowsIt(t *testing.T) {
	doc := document(t, "ordering")
	accepted := at(doc, "paths", "/orders", "post", "responses", "202")
	says(t, "202", accepted["description"], "followOrder")
	says(t, "Location", at(accepted, "headers")["Location"], "/progress-stream")
	kitchen := document(t, "kitchen")
	says(t, "the import's Location", at(kitchen, "paths", "/restaurants/{restaurantId}/menu-imports", "post", "responses", "202", "headers")["Location"], "/menu-imports/01JD2W4Y6A8C0E2G4J6M8P0R2T")
}

func TestChangesAreMadeUnderTheVersionThatWasRead(t *testing.T) {
	doc := document(t, "ordering")
	if p := parameter(doc, "/orders/{orderNumber}", "patch", "If-Match"); p == nil || p["required"] != true {
		t.Errorf("If-Match is %v", p)
	}
	for _, status := range []string{"412", "428"} {
		if at(doc, "paths", "/orders/{orderNumber}", "patch", "responses", status) == nil {
			t.Errorf("%s is missing", status)
		}
	}
	for _, method := range []string{"get", "patch"} {
		if at(doc, "paths", "/orders/{orderNumber}", method, "responses", "200", "headers", "ETag") == nil {
			t.Errorf("%s gives no ETag", method)
		}
	}
	if media := at(doc, "paths", "/orders/{orderNumber}", "patch", "requestBody", "content"); media["application/merge-patch+json"] == nil {
		t.Errorf("a patch is sent as %v", media)
	}
}

func TestListsArePagedFilteredAndSorted(t *testing.T) {
	doc := document(t, "ordering")
	limit := at(parameter(doc, "/orders", "get", "limit"), "schema")
	if limit["default"] != 20 || limit["maximum"] != 100 {
		t.Errorf("limit is %v", limit)
	}
	for _, name := range []string{"cursor", "placedAtFrom", "placedAtTo", "restaurantId", "state", "sort"} {
		if parameter(doc, "/orders", "get", name) == nil {
			t.Errorf("there is no parameter %s", name)
		}
	}
	says(t, "the filter by state", at(parameter(doc, "/orders", "get", "state"), "schema"), "under_way")
	says(t, "sort", at(parameter(doc, "/orders", "get", "sort"), "schema"), "-placedAt")
	says(t, "the page", at(doc, "components", "schemas", "OrderPage", "properties"), "items", "nextCursor", "links")
}

func TestProblemsHaveStableCodes(t *testing.T) {
	doc := document(t, "ordering")
	problem := at(doc, "paths", "/orders/{orderNumber}", "get", "responses", "404", "content", "application/problem+json")
	says(t, "the example", at(doc, "components", "examples", "OrderNotFound"), "https://harbour.example/problems/order-not-found", "order-not-found", "404")
	if problem["examples"] == nil {
		t.Error("the problem has no example")
	}
	codes := at(doc, "components", "schemas", "Problem", "properties", "code")["x-extensible-enum"]
	says(t, "the codes", codes, "card-declined", "too-many-requests")
}

func TestRateLimitsSayTheirNumbers(t *testing.T) {
	doc := document(t, "ordering")
	headers := at(doc, "paths", "/orders", "post", "responses", "201", "headers")
	says(t, "the policy", headers["RateLimit-Policy"], `"placeOrder";q=3;w=15`)
	limited := at(doc, "paths", "/orders", "post", "responses", "429", "headers")
	says(t, "429", limited, "Retry-After", "RateLimit")
}

func TestDeprecatedOperationsSayUntilWhen(t *testing.T) {
	doc := document(t, "ordering")
	op := at(doc, "paths", "/orders/{orderNumber}/progress", "get")
	if op["deprecated"] != true {
		t.Error("it is not marked")
	}
	headers := at(op, "responses", "200", "headers")
	for _, name := range []string{"Deprecation", "Sunset", "Link"} {
		if headers[name] == nil {
			t.Errorf("%s is missing", name)
		}
	}
	says(t, "Sunset", at(doc, "components", "headers", "Sunset"), "365d")
	says(t, "the policy", at(doc, "info")["description"], "365d")
}

func TestEachWayOfVersioningShows(t *testing.T) {
	says(t, "the URL", document(t, "ordering")["servers"], "https://api.harbour.example/v1")
	if p := parameter(document(t, "delivery"), "/shifts", "post", "Harbour-Version"); p == nil || p["required"] != true {
		t.Errorf("the version header is %v", p)
	}
	kitchen := document(t, "kitchen")
	says(t, "the media type", at(kitchen, "paths", "/menu-imports/{importId}", "get", "responses", "200", "content"), "application/vnd.harbour.v2+json")
}

func TestEveryOperationSaysWhoMayCallIt(t *testing.T) {
	doc := document(t, "ordering")
	says(t, "placeOrder", at(doc, "paths", "/orders", "post")["security"], "orders:write")
	says(t, "placeOrder", at(doc, "paths", "/orders", "post")["x-plumb-authorization"], "consumer", "own", "consumerId")
	if open, ok := at(doc, "paths", "/restaurants", "get")["security"].([]any); !ok || len(open) != 0 {
		t.Errorf("searching asks for %v", open)
	}
	flows := at(document(t, "kitchen"), "components", "securitySchemes", "keycloak", "flows")
	says(t, "the flows", flows, "authorizationCode", "clientCredentials", "tickets:write")
}

func TestStreamsAndFilesHaveTheirMediaTypes(t *testing.T) {
	ordering, kitchen, delivery, accounting := document(t, "ordering"), document(t, "kitchen"), document(t, "delivery"), document(t, "accounting")
	events := at(ordering, "paths", "/orders/{orderNumber}/progress-stream", "get", "responses", "200", "content", "text/event-stream")
	says(t, "the stream", events["example"], "event: order-progress\ndata: {")
	says(t, "the menu", at(kitchen, "paths", "/restaurants/{restaurantId}/menu-imports", "post", "requestBody", "content", "text/csv")["example"], "sku,name,amount,allergens\nTH-014")
	lines := at(delivery, "paths", "/courier-positions", "post", "requestBody", "content", "application/x-ndjson")["example"].(string)
	if strings.Count(lines, "\n") != 2 {
		t.Errorf("positions are not one to a line: %q", lines)
	}
	if at(kitchen, "paths", "/dishes/{dishId}/photo", "put", "requestBody", "content", "image/jpeg") == nil {
		t.Error("a photo is no image/jpeg")
	}
	statement := at(accounting, "paths", "/accounts/{accountId}/statements/{week}", "get", "responses", "200")
	says(t, "the statement", statement, "text/csv", `filename="download-statement.csv"`)
}

func TestWebhooksAreSignedEventsWithASchedule(t *testing.T) {
	doc := document(t, "kitchen")
	hook := at(doc, "webhooks", "kitchenOrdersOrderPlaced", "post")
	says(t, "the body", at(hook, "requestBody"), "application/cloudevents+json", "example.harbour.ordering.order-placed.v1")
	says(t, "the schedule", at(hook, "responses", "4XX"), "10s, 60s, 4min")
	says(t, "the signature", at(doc, "components", "securitySchemes", "kitchenOrdersSignature"), "Harbour-Signature", "HMAC-SHA256")
}

// A new word must not break those who read it; those who send one must know it.
func TestEnumerationsAreClosedInRequestsOnly(t *testing.T) {
	schemas := at(document(t, "ordering"), "components", "schemas")
	if at(schemas, "OrderState")["enum"] != nil || at(schemas, "OrderState")["x-extensible-enum"] == nil {
		t.Errorf("OrderState is only read, and closed: %v", schemas["OrderState"])
	}
	if at(schemas, "CancelReason")["enum"] == nil {
		t.Errorf("CancelReason is sent, and open: %v", schemas["CancelReason"])
	}
}

// Only what operations refer to is there: of the other contexts' schemas, none.
func TestDocumentHoldsNothingUnused(t *testing.T) {
	names := []string{}
	for name := range at(document(t, "accounting"), "components", "schemas") {
		names = append(names, name)
	}
	slices.Sort(names)
	if want := []string{"Balance", "FieldProblem", "Money", "Problem", "StatementLine"}; !slices.Equal(names, want) {
		t.Errorf("there are %v, not %v", names, want)
	}
}
