package openapi_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/arch/archtest"
	"plumb.dev/plumb/emit/openapi"
	"plumb.dev/plumb/internal/golden"
	"plumb.dev/plumb/internal/judge"
	"plumb.dev/plumb/internal/look"
)

// variants are systems that differ in what a document says about itself.
func variants() map[string]*arch.Arch {
	bare := archtest.Harbour() // nothing is known but what must be
	bare.System.Contact, bare.System.Licence, bare.System.Domain = arch.Contact{}, arch.Licence{}, ""
	bare.Security.TokenURL, bare.Security.AuthorizeURL = "", ""
	bare.Telemetry, bare.Placement = arch.Telemetry{}, arch.Placement{}
	bare.APIs = bare.APIs[:2]
	bare.Webhooks[0].Header, bare.Webhooks[0].Schedule = "", nil
	internal := archtest.Harbour() // services talk REST to each other
	internal.APIs = internal.APIs[:1]
	internal.APIs[0].Internal = true
	return map[string]*arch.Arch{"harbour": archtest.Harbour(), "bare": bare, "internal": internal, "generated": archtest.Generated(3)}
}

func TestJudgesAcceptEveryInterface(t *testing.T) {
	docs := map[string][]byte{}
	for name, a := range variants() {
		for path, data := range print(t, a) {
			docs[name+"/"+path] = data
		}
	}
	judge.Clean(t, judge.Files(t, docs)...)
}

// print returns the documents of a system by their paths.
func print(t *testing.T, a *arch.Arch) map[string][]byte {
	t.Helper()
	files, err := openapi.Files(a)
	if err != nil {
		t.Fatal(err)
	}
	docs := map[string][]byte{}
	for _, f := range files {
		docs[f.Path] = f.Data
	}
	return docs
}

// Every body that is text has an example, and it is valid against the schema beside
// it. Photos have none.
func TestEveryOperationShowsValidExamples(t *testing.T) {
	for path, data := range print(t, archtest.Harbour()) {
		file := filepath.Join(t.TempDir(), "openapi.yaml")
		if err := os.WriteFile(file, data, 0o644); err != nil {
			t.Fatal(err)
		}
		checked, findings, err := judge.Examples(file)
		if err != nil || len(findings) > 0 {
			t.Errorf("%s: %v %v", path, err, findings)
		}
		if bodies := eachBody(look.YAML(t, data), func(at string, media string, content map[string]any) {
			if content["example"] == nil && content["examples"] == nil && media != "image/jpeg" {
				t.Errorf("%s: %s has no example of %s", path, at, media)
			}
		}); checked < bodies {
			t.Errorf("%s: %d examples were checked, there are %d bodies", path, checked, bodies)
		}
	}
}

func TestTheSameSystemGivesTheSameBytes(t *testing.T) {
	first, second := print(t, archtest.Harbour()), print(t, archtest.Harbour())
	for path := range first {
		if !bytes.Equal(first[path], second[path]) {
			t.Errorf("%s differs between two runs", path)
		}
	}
}

// A design that was written as plan.json and read back has the same contracts.
func TestContractsSurviveJSON(t *testing.T) {
	plan, err := json.Marshal(archtest.Harbour())
	if err != nil {
		t.Fatal(err)
	}
	var back arch.Arch
	if err := json.Unmarshal(plan, &back); err != nil {
		t.Fatal(err)
	}
	first, second := print(t, archtest.Harbour()), print(t, &back)
	for path := range first {
		if !bytes.Equal(first[path], second[path]) {
			t.Errorf("%s differs after the design was read back", path)
		}
	}
}

func TestDocumentReadsAsAgreed(t *testing.T) {
	golden.Equal(t, "accounting.yaml", print(t, archtest.Harbour())["contracts/accounting/openapi.yaml"])
}

// A system that does not hold together is refused, with the reason.
func TestContradictionsAreErrors(t *testing.T) {
	for name, c := range map[string]struct {
		spoil func(*arch.Arch)
		want  string
	}{
		"version without 412":  {func(a *arch.Arch) { drop(operation(a, "changeOrderAddress"), "order-changed") }, "changeOrderAddress changes under If-Match, but names no error of status 412"},
		"key without 409":      {func(a *arch.Arch) { drop(operation(a, "placeOrder"), "idempotency-key-in-use") }, "placeOrder takes an Idempotency-Key, but names no error of status 409"},
		"limit without 429":    {func(a *arch.Arch) { drop(operation(a, "getOrder"), "too-many-requests") }, "getOrder has a rate limit, but names no error of status 429"},
		"token without 401":    {func(a *arch.Arch) { drop(operation(a, "getOrder"), "unauthenticated") }, "getOrder needs a token, but names no error of status 401"},
		"unknown error":        {func(a *arch.Arch) { operation(a, "getOrder").Errors[0] = "gremlins" }, `getOrder names the error "gremlins", which is not in the catalogue`},
		"unknown schema":       {func(a *arch.Arch) { operation(a, "getOrder").Result = "Nothing" }, `there is no schema "Nothing"`},
		"unknown scope":        {func(a *arch.Arch) { operation(a, "getOrder").Auth.Scope = "all" }, `getOrder asks for the scope "all", which is not declared`},
		"unknown operation":    {func(a *arch.Arch) { a.APIs[0].Operations[0] = "fly" }, `there is no operation "fly"`},
		"unknown event":        {func(a *arch.Arch) { a.Webhooks[0].Events[0] = "Eclipse" }, `tells of the event "Eclipse", which does not exist`},
		"one path twice":       {func(a *arch.Arch) { operation(a, "followOrder").REST.Path = "/orders/{orderNumber}" }, "followOrder, are GET /orders/{orderNumber}"},
		"conversation by REST": {func(a *arch.Arch) { operation(a, "followOrder").Stream = "both" }, "followOrder is a conversation, which HTTP does not carry"},
	} {
		a := archtest.Harbour()
		c.spoil(a)
		if _, err := openapi.Files(a); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: the error is %v, not %q", name, err, c.want)
		}
	}
}

func operation(a *arch.Arch, id arch.OperationID) *arch.Operation {
	for i := range a.Operations {
		if a.Operations[i].ID == id {
			return &a.Operations[i]
		}
	}
	return nil
}

func drop(op *arch.Operation, code string) {
	var kept []string
	for _, c := range op.Errors {
		if c != code {
			kept = append(kept, c)
		}
	}
	op.Errors = kept
}
