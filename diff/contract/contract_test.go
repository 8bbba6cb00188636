package contract_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/diff/contract"
	"plumb.dev/plumb/emit"
)

func base(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func sideWith(a *arch.Arch, files ...emit.File) contract.Side {
	return contract.Side{Arch: a, Files: append([]emit.File{}, files...)}
}

// serious leaves out what breaks nobody.
func serious(list []contract.Finding) (out []contract.Finding) {
	for _, f := range list {
		if f.Level != contract.Safe {
			out = append(out, f)
		}
	}
	return out
}

func TestANewMajorVersionBesideTheOldBreaksNobody(t *testing.T) {
	text := base(t, "base.openapi.yaml")
	first := emit.File{Path: "contracts/lending/v1/openapi.yaml", Data: []byte(text)}
	changed := strings.NewReplacer(`version: "1.0.0"`, `version: "2.0.0"`, "required: [thing]\n", "required: [thing, days]\n").Replace(text)
	second := emit.File{Path: "contracts/lending/v2/openapi.yaml", Data: []byte(changed)}
	a := &arch.Arch{}
	if found := serious(between(t, sideWith(a, first), sideWith(a, first, second))); len(found) > 0 {
		t.Errorf("%+v", found)
	}
	found := serious(between(t, sideWith(a, first), sideWith(a, second)))
	gone := 0
	for _, f := range found {
		if f.Level == contract.Breaking && f.Rule == "api-path-removed-without-deprecation" && f.Contract == first.Path {
			gone++
		}
	}
	if gone != 4 || gone != len(found) { // three operations and a webhook
		t.Errorf("the old version taken away: %+v", found)
	}
}

// lender is a system in which booking calls lending.
func lender(file, style string, internal bool) *arch.Arch {
	return &arch.Arch{
		APIs: []arch.API{{ID: "lending", Style: style, Deployable: "lending", File: file, Internal: internal, Audience: []arch.ActorID{"member"}, Operations: []arch.OperationID{"lend"}}},
		Operations: []arch.Operation{{
			ID: "lend", UseCase: "use_cases.Lend", Auth: arch.Authorisation{Actors: []arch.ActorID{"member", "clerk"}},
			RPC: &arch.RPCBinding{Service: "LendingService", Method: "Lend"}, REST: &arch.RESTBinding{Method: "POST", Path: "/loans"},
		}},
		Edges: []arch.Edge{
			{From: "booking", To: "lending", ToKind: "deployable", Use: []arch.Path{"use_cases.Lend"}},
			{From: "report", To: "lending", ToKind: "deployable", Use: []arch.Path{"use_cases.Report"}},
		},
	}
}

func TestAnInternalInterfaceThatGoesAsksForAnOrderOfRelease(t *testing.T) {
	file := emit.File{Path: "contracts/lending/internal.openapi.yaml", Data: []byte(base(t, "base.openapi.yaml"))}
	for _, internal := range []bool{true, false} {
		a := lender(file.Path, "rest", internal)
		for _, f := range serious(between(t, sideWith(a, file), sideWith(&arch.Arch{}))) {
			if strings.HasPrefix(f.Place, "webhook") {
				continue
			}
			if want := map[bool]contract.Level{true: contract.Dangerous, false: contract.Breaking}[internal]; f.Level != want {
				t.Errorf("internal %v: %+v", internal, f)
			}
			if f.Place == "POST /loans" && strings.Join(f.Users, ", ") != map[bool]string{true: "deployable booking", false: "actor member"}[internal] {
				t.Errorf("internal %v is used by %v", internal, f.Users)
			}
		}
	}
}

func TestOnTheWireOnlyWhatOurOwnDeployablesMisreadBreaks(t *testing.T) {
	path := "contracts/proto/lending/v1/lending.proto"
	text := base(t, "base.proto")
	for edit, want := range map[[2]string]string{
		{"int64 days = 2;\n", "reserved 2;\n  reserved \"days\";\n"}:           "FIELD_NO_DELETE dangerous",
		{"int64 days = 2;\n", ""}:                                              "FIELD_NO_DELETE_UNLESS_NAME_RESERVED breaking, FIELD_NO_DELETE_UNLESS_NUMBER_RESERVED breaking",
		{"uint32 height = 11;", "int32 height = 11;"}:                          "FIELD_SAME_TYPE dangerous",
		{"int64 days = 2;", "string days = 2;"}:                                "FIELD_WIRE_JSON_COMPATIBLE_TYPE breaking",
		{"string thing = 1;", "repeated string thing = 1;"}:                    "FIELD_WIRE_JSON_COMPATIBLE_CARDINALITY breaking",
		{"  STATE_LOST = 3;\n", "  reserved 3;\n  reserved \"STATE_LOST\";\n"}: "ENUM_VALUE_NO_DELETE dangerous",
	} {
		a := lender(path, "grpc", true)
		from := sideWith(a, emit.File{Path: path, Data: []byte(text)})
		to := sideWith(a, emit.File{Path: path, Data: []byte(strings.Replace(text, edit[0], edit[1], 1))})
		var got []string
		for _, f := range serious(between(t, from, to)) {
			got = append(got, f.Rule+" "+string(f.Level))
			if !slices.Contains(f.Users, "deployable booking") {
				t.Errorf("%s is used by %v", f.Rule, f.Users)
			}
		}
		if strings.Join(set(got), ", ") != want {
			t.Errorf("%q: %q, want %q", edit, got, want)
		}
	}
}

func TestADocumentThatRefersToItselfHasAnEnd(t *testing.T) {
	text := strings.Replace(base(t, "base.asyncapi.yaml"), "kafka: {type: scramSha512}", "kafka: {a: &a {$ref: '#/components/securitySchemes/kafka'}, b: {$ref: '#/components/securitySchemes/kafka'}, c: {$ref: '#/components/securitySchemes'}}", 1)
	file := emit.File{Path: "contracts/loans/asyncapi.yaml", Data: []byte(text)}
	if found := serious(between(t, sideWith(&arch.Arch{}, file), sideWith(&arch.Arch{}, file))); len(found) > 0 {
		t.Errorf("%+v", found)
	}
}

func TestAContractThatCannotBeReadIsNamed(t *testing.T) {
	for _, name := range []string{"x/openapi.yaml", "x/asyncapi.yaml", "x.proto", "x.graphqls"} {
		broken := sideWith(&arch.Arch{}, emit.File{Path: name, Data: []byte("][ {{")})
		if _, err := contract.Between(broken, broken); err == nil || !strings.HasPrefix(err.Error(), name+" cannot be read") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func BenchmarkBetween(b *testing.B) {
	text, err := os.ReadFile("testdata/base.openapi.yaml")
	if err != nil {
		b.Fatal(err)
	}
	s := sideWith(&arch.Arch{}, emit.File{Path: "x/openapi.yaml", Data: text})
	for b.Loop() {
		if _, err := contract.Between(s, s); err != nil {
			b.Fatal(err)
		}
	}
}
