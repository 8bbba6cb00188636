package jsonschema_test

import (
	"encoding/json"
	"strings"
	"testing"

	validator "github.com/santhosh-tekuri/jsonschema/v6"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/arch/archtest"
	"plumb.dev/plumb/emit/jsonschema"
	"plumb.dev/plumb/emit/tree"
)

// compile makes a validator of every component that the given schemas reach.
func compile(t *testing.T, schemas []arch.Schema, d jsonschema.Dialect, roots ...arch.SchemaID) func(id string) *validator.Schema {
	t.Helper()
	p := jsonschema.NewGraph(schemas).Printer(d)
	for _, id := range roots {
		p.Ref(id)
	}
	components, err := p.Components()
	if err != nil {
		t.Fatal(err)
	}
	draft := validator.Draft2020
	if d == jsonschema.Draft07 {
		draft = validator.Draft7
	}
	c := validator.NewCompiler()
	c.DefaultDraft(draft)
	c.AssertFormat()
	if err := c.AddResource("doc.json", decoded(t, tree.Of("components", tree.Of("schemas", components)))); err != nil {
		t.Fatal(err)
	}
	return func(id string) *validator.Schema {
		t.Helper()
		s, err := c.Compile("doc.json" + jsonschema.Root + id)
		if err != nil {
			t.Fatalf("%s: %v", id, err)
		}
		return s
	}
}

// decoded turns a value into what a JSON decoder gives for it.
func decoded(t *testing.T, v any) any {
	t.Helper()
	text, err := tree.JSON(v)
	if err != nil {
		t.Fatal(err)
	}
	out, err := validator.UnmarshalJSON(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestEveryExampleIsValidInEachDialect(t *testing.T) {
	schemas := archtest.Harbour().Schemas
	graph := jsonschema.NewGraph(schemas)
	var roots []arch.SchemaID
	for _, s := range schemas {
		roots = append(roots, s.ID)
	}
	for _, d := range []jsonschema.Dialect{jsonschema.Draft202012, jsonschema.Draft07} {
		of := compile(t, schemas, d, roots...)
		for _, id := range roots {
			if err := of(string(id)).Validate(decoded(t, graph.Example(id))); err != nil {
				t.Errorf("dialect %d: the example of %s: %v", d, id, err)
			}
		}
	}
}

// Fields that bring no example of their own get one within their bounds.
func TestExamplesKeepToBounds(t *testing.T) {
	number := func(n float64) *float64 { return &n }
	length := func(n int) *int { return &n }
	types := map[string]arch.Type{
		"above": {Scalar: arch.ScalarInt, Min: number(40)}, "below": {Scalar: arch.ScalarInt, Max: number(-2)}, "between": {Scalar: arch.ScalarInt, Min: number(1), Max: number(1)},
		"long": {Scalar: arch.ScalarText, MinLength: length(40)}, "short": {Scalar: arch.ScalarText, MaxLength: length(2)},
		"many": {Scalar: arch.ScalarText, List: true, MinItems: length(3)}, "few": {Scalar: arch.ScalarFlag, List: true, MaxItems: length(1)}, "none": {Scalar: arch.ScalarDate, List: true, MaxItems: length(0)},
	}
	for _, s := range []arch.Scalar{arch.ScalarID, arch.ScalarText, arch.ScalarInt, arch.ScalarDecimal, arch.ScalarMoney, arch.ScalarFlag, arch.ScalarDate, arch.ScalarTime, arch.ScalarInstant, arch.ScalarDuration,
		arch.ScalarEmail, arch.ScalarPhone, arch.ScalarURL, arch.ScalarCountry, arch.ScalarLanguage, arch.ScalarPosition, arch.ScalarBytes, arch.ScalarFile, arch.ScalarAny} {
		types["scalar "+string(s)] = arch.Type{Scalar: s}
	}
	for name, typ := range types {
		schemas := []arch.Schema{{ID: "Thing", Kind: "object", Fields: []arch.Field{{Name: "theField", Type: typ, Required: true}, {Name: "orNull", Type: typ, Nullable: true}}}}
		for _, d := range []jsonschema.Dialect{jsonschema.Draft202012, jsonschema.Draft07} {
			if err := compile(t, schemas, d, "Thing")("Thing").Validate(decoded(t, jsonschema.NewGraph(schemas).Example("Thing"))); err != nil {
				t.Errorf("%s, dialect %d: %v", name, d, err)
			}
		}
	}
}

func TestRecursiveSchemasHaveFiniteExamples(t *testing.T) {
	child := func(required, list bool) arch.Field {
		return arch.Field{Name: "child", Type: arch.Type{Schema: "Node", List: list}, Required: required}
	}
	for name, f := range map[string]arch.Field{"optional": child(false, false), "list": child(true, true), "optional list": child(false, true)} {
		schemas := []arch.Schema{{ID: "Node", Kind: "object", Fields: []arch.Field{f}}}
		if err := compile(t, schemas, jsonschema.Draft202012, "Node")("Node").Validate(decoded(t, jsonschema.NewGraph(schemas).Example("Node"))); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	// What requires itself has no instance; its example must still end.
	jsonschema.NewGraph([]arch.Schema{{ID: "Node", Kind: "object", Fields: []arch.Field{child(true, false)}}}).Example("Node")
}

// A graph in which each schema holds the next one twice doubles with every step: the
// optional half is left out of deep examples.
func TestDeepExamplesStaySmall(t *testing.T) {
	var schemas []arch.Schema
	for i := range 40 {
		next := arch.Type{Schema: arch.SchemaID("S" + strings.Repeat("x", i+1))}
		schemas = append(schemas, arch.Schema{ID: arch.SchemaID("S" + strings.Repeat("x", i)), Kind: "object", Fields: []arch.Field{{Name: "a", Type: next}, {Name: "b", Type: next}}})
	}
	text, err := tree.JSON(jsonschema.NewGraph(schemas).Example("S"))
	if err != nil || len(text) > 2000 {
		t.Errorf("the example has %d bytes, %v", len(text), err)
	}
}

func TestUnionHasExactlyOneVariant(t *testing.T) {
	of := compile(t, archtest.Harbour().Schemas, jsonschema.Draft202012, "DispatchNote")("DispatchNote")
	for text, valid := range map[string]bool{
		`{"answer":{"accepts":true}}`: true,
		`{}`:                          false,
		`{"answer":{"accepts":true},"text":{"text":"a","sentAt":"2026-11-20T18:29:40Z"}}`: false,
	} {
		var v any
		if err := json.Unmarshal([]byte(text), &v); err != nil {
			t.Fatal(err)
		}
		if err := of.Validate(v); (err == nil) != valid {
			t.Errorf("%s: %v", text, err)
		}
	}
}

func TestReferencesKeepTheirDescription(t *testing.T) {
	schemas := archtest.Harbour().Schemas
	f := arch.Field{Name: "address", About: "Where to.", Type: arch.Type{Schema: "Address"}}
	newer := jsonschema.NewGraph(schemas).Printer(jsonschema.Draft202012).Field(f)
	if newer.Get("$ref") == nil || newer.Get("description") != "Where to." {
		t.Errorf("2020-12 has %s", tree.YAML(newer))
	}
	older := jsonschema.NewGraph(schemas).Printer(jsonschema.Draft07).Field(f)
	if older.Get("$ref") != nil || older.Get("allOf") == nil || older.Get("description") != "Where to." {
		t.Errorf("draft 7, which ignores what is beside a reference, has %s", tree.YAML(older))
	}
}

func TestOwnComponentsMakeRoomForTheSystems(t *testing.T) {
	schemas := []arch.Schema{{ID: "Money", Kind: "object", About: "Coins in a purse.", Fields: []arch.Field{{Name: "worth", Type: arch.Type{Scalar: arch.ScalarMoney}}}}}
	p := jsonschema.NewGraph(schemas).Printer(jsonschema.Draft202012)
	p.Ref("Money")
	components, err := p.Components()
	if err != nil || components.Len() != 2 || components.Get("Money").(*tree.Map).Get("description") != "Coins in a purse." {
		t.Errorf("components are %v, %v", components, err)
	}
}

func TestReferencesToNothingAreReported(t *testing.T) {
	schemas := []arch.Schema{{ID: "A", Kind: "object", Fields: []arch.Field{{Name: "b", Type: arch.Type{Schema: "B"}}}}}
	p := jsonschema.NewGraph(schemas).Printer(jsonschema.Draft202012)
	p.Ref("A")
	if _, err := p.Components(); err == nil || !strings.Contains(err.Error(), `"B"`) {
		t.Errorf("the error is %v", err)
	}
}

func TestDefaultsHaveTheTypeOfTheirField(t *testing.T) {
	for _, c := range []struct {
		scalar arch.Scalar
		text   string
		want   any
	}{{arch.ScalarInt, "7", 7}, {arch.ScalarInt, "seven", nil}, {arch.ScalarFlag, "yes", true}, {arch.ScalarText, "plain", "plain"}, {arch.ScalarMoney, "3 EUR", nil}} {
		f := arch.Field{Name: "x", Type: arch.Type{Scalar: c.scalar}, Default: c.text}
		if got := jsonschema.NewGraph(nil).Printer(jsonschema.Draft202012).Field(f).Get("default"); got != c.want {
			t.Errorf("%s %q: default is %v, not %v", c.scalar, c.text, got, c.want)
		}
	}
}
