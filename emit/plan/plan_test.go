package plan_test

import (
	"bytes"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/arch/archtest"
	"plumb.dev/plumb/emit/plan"
	"plumb.dev/plumb/fact"
	"plumb.dev/plumb/internal/judge"
)

func planOf(t *testing.T, a *arch.Arch) []byte {
	t.Helper()
	text, err := plan.JSON(a)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func decode(t *testing.T, text []byte) any {
	t.Helper()
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// closed is the published schema with no room for members it does not list, so
// that a member nobody described fails.
func closed(t *testing.T) *jsonschema.Schema {
	t.Helper()
	doc := decode(t, plan.Schema()).(map[string]any)
	for _, def := range doc["$defs"].(map[string]any) {
		def.(map[string]any)["additionalProperties"] = false
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("plan.json", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("plan.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestEveryPlanIsValidUnderThePublishedSchema(t *testing.T) {
	s := closed(t)
	for name, a := range map[string]*arch.Arch{"harbour": archtest.Harbour(), "nothing": {}} {
		if err := s.Validate(decode(t, planOf(t, a))); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestTheSchemaRefusesWhatIsNoPlan(t *testing.T) {
	s := closed(t)
	for name, break1 := range map[string]func(map[string]any){
		"a member that is missing": func(p map[string]any) { delete(p, "decisions") },
		"a member too many":        func(p map[string]any) { p["verdict"] = "fine" },
		"a wrong kind of number": func(p map[string]any) {
			p["facts"].([]any)[0].(map[string]any)["value"].(map[string]any)["kind"] = "speed"
		},
		"null for a list": func(p map[string]any) { p["contexts"] = nil },
	} {
		p := decode(t, planOf(t, archtest.Harbour())).(map[string]any)
		break1(p)
		if s.Validate(p) == nil {
			t.Errorf("%s is accepted", name)
		}
	}
}

func TestForeignValidatorsAcceptSchemaAndPlan(t *testing.T) {
	dir := t.TempDir()
	schema, text := filepath.Join(dir, "plan.schema.json"), filepath.Join(dir, "plan.json")
	for name, data := range map[string][]byte{schema: plan.Schema(), text: planOf(t, archtest.Harbour())} {
		if err := os.WriteFile(name, data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	judge.Clean(t, judge.Job{Kind: judge.JSONSchema, Path: schema}, judge.Job{Kind: judge.Example, Path: text, Schema: schema})
}

func TestAPlanReadsBackAsTheSameSystem(t *testing.T) {
	text := planOf(t, archtest.Harbour())
	var back arch.Arch
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&back); err != nil {
		t.Fatal(err)
	}
	if again := planOf(t, &back); !bytes.Equal(again, text) {
		t.Error("a plan that was read prints otherwise")
	}
}

func TestAPlanHasNoNulls(t *testing.T) {
	for _, a := range []*arch.Arch{archtest.Harbour(), {}} {
		if text := planOf(t, a); bytes.Contains(text, []byte(": null")) {
			t.Error("a list without elements is null")
		}
	}
}

func TestPrintingChangesNothing(t *testing.T) {
	a := &arch.Arch{}
	planOf(t, a)
	if a.Contexts != nil {
		t.Error("the system was changed")
	}
}

func TestANumberThatIsNoneIsAnError(t *testing.T) {
	a := &arch.Arch{Cost: arch.Cost{Total: arch.Value{Quantity: fact.Quantity{Kind: fact.Money, N: math.NaN()}}}}
	if _, err := plan.JSON(a); err == nil {
		t.Error("NaN was printed")
	}
}

func TestFilesIsOneFile(t *testing.T) {
	files, err := plan.Files(archtest.Harbour())
	if err != nil || len(files) != 1 || files[0].Path != "plan.json" || !bytes.HasSuffix(files[0].Data, []byte("}\n")) {
		t.Errorf("%v, %v", files, err)
	}
}

func BenchmarkHarbour(b *testing.B) {
	a := archtest.Harbour()
	for b.Loop() {
		if _, err := plan.JSON(a); err != nil {
			b.Fatal(err)
		}
	}
}
