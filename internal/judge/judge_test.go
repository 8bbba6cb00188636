package judge_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"plumb.dev/plumb/internal/judge"
)

// runWithoutNode runs one test of this binary where no program can be found.
func runWithoutNode(t *testing.T, judges string) string {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.v", "-test.run", "^TestCleanArtefactsAreAccepted$")
	cmd.Env = []string{"PATH=", "HOME=" + t.TempDir(), "PLUMB_JUDGES=" + judges}
	printed, err := cmd.CombinedOutput()
	if _, exited := err.(*exec.ExitError); err != nil && !exited {
		t.Fatal(err)
	}
	return string(printed)
}

func TestWithoutNodeATestIsSkippedLoudly(t *testing.T) {
	printed := runWithoutNode(t, "")
	for _, want := range []string{"JUDGE SKIPPED: there is no node on the path", "--- SKIP: TestCleanArtefactsAreAccepted"} {
		if !strings.Contains(printed, want) {
			t.Errorf("%q is not in\n%s", want, printed)
		}
	}
}

func TestWithoutNodeATestFailsWhereJudgesAreRequired(t *testing.T) {
	printed := runWithoutNode(t, "required")
	for _, want := range []string{"JUDGE MISSING: there is no node on the path", "--- FAIL: TestCleanArtefactsAreAccepted"} {
		if !strings.Contains(printed, want) {
			t.Errorf("%q is not in\n%s", want, printed)
		}
	}
}

func TestPackagesOtherThanTheLockedOnesAreNoticed(t *testing.T) {
	lock := `{"packages":{"":{"version":"0.0.0"},"node_modules/a":{"version":"1.0.0"},"node_modules/b":{"version":"2.0.0","optional":true}}}`
	for _, test := range []struct {
		name, installed string
		want            string // in the message; empty for acceptance
	}{
		{"as locked", `{"packages":{"node_modules/a":{"version":"1.0.0"},"node_modules/b":{"version":"2.0.0"}}}`, ""},
		{"without what another platform needs", `{"packages":{"node_modules/a":{"version":"1.0.0"}}}`, ""},
		{"an older one", `{"packages":{"node_modules/a":{"version":"0.9.0"}}}`, `node_modules/a is "0.9.0", not "1.0.0"`},
		{"one missing", `{"packages":{}}`, `node_modules/a is "", not "1.0.0"`},
		{"nothing installed", "", "run npm ci in"},
	} {
		t.Run(test.name, func(t *testing.T) {
			dir := t.TempDir()
			write(t, filepath.Join(dir, "package-lock.json"), lock)
			if test.installed != "" {
				write(t, filepath.Join(dir, "node_modules", ".package-lock.json"), test.installed)
			}
			err := judge.CheckPackages(dir)
			if test.want == "" && err != nil {
				t.Errorf("refused: %v", err)
			}
			if test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)) {
				t.Errorf("got %v, want %q", err, test.want)
			}
		})
	}
}

func TestDirFindsEachArtefactByWhatItIs(t *testing.T) {
	jobs := judge.Files(t, map[string][]byte{
		"DESIGN.md":                           []byte("# A\n\n```mermaid\nflowchart LR\n  a --> b\n```\n"),
		"adr/0001.md":                         []byte("# No picture: mermaid is only mentioned\n"),
		"plan.json":                           []byte(`{"system": {"name": "a"}}`),
		"plan.schema.json":                    []byte(`{"$schema": "https://json-schema.org/draft/2020-12/schema"}`),
		"contracts/a/openapi.yaml":            []byte("openapi: 3.1.0\n"),
		"contracts/a/openapi.json":            []byte("{\n  \"openapi\": \"3.1.0\"\n}\n"),
		"contracts/a/asyncapi.yaml":           []byte("asyncapi: 3.0.0\n"),
		"contracts/a/schema.graphql":          []byte("type Query { a: Int }\n"),
		"contracts/a/proto/shop/a/v1/a.proto": []byte("package shop.a.v1;\n"),
		"contracts/a/proto/shop/b/v1/b.proto": []byte("package shop.b.v1;\n"),
		"contracts/b/buf.yaml":                []byte("version: v2\n"),
		"contracts/b/proto/shop/c/v1/c.proto": []byte("package shop.c.v1;\n"),
	})
	var got []string
	for _, job := range jobs {
		got = append(got, string(job.Kind)+" "+job.Name)
	}
	slices.Sort(got)
	want := []string{
		"asyncapi contracts/a/asyncapi.yaml",
		"graphql contracts/a/schema.graphql",
		"jsonschema plan.schema.json",
		"mermaid DESIGN.md",
		"openapi contracts/a/openapi.json",
		"openapi contracts/a/openapi.yaml",
		"protobuf contracts/a/proto",
		"protobuf contracts/b",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n  %s\nwant\n  %s", strings.Join(got, "\n  "), strings.Join(want, "\n  "))
	}
}

func TestModulesThatBufConfiguresAreJudgedWhereTheyLie(t *testing.T) {
	proto, err := os.ReadFile(filepath.Join(fixtures, "clean/proto/bikes/docks/v1/docks.proto"))
	if err != nil {
		t.Fatal(err)
	}
	judge.Clean(t, judge.Files(t, map[string][]byte{
		"buf.yaml":                              []byte("version: v2\nmodules:\n  - path: interfaces\n"),
		"interfaces/bikes/docks/v1/docks.proto": proto,
	})...)
}

func TestExamplesAreFoundWhereverTheyStand(t *testing.T) {
	for _, test := range []struct {
		name    string
		text    string
		checked int
		broken  []string // the places of the findings
	}{
		{"media type, parameter and header", `
openapi: 3.1.0
paths:
  /a/{id}:
    parameters:
      - {name: id, in: path, schema: {type: integer}, example: one}
    get:
      responses:
        default:
          headers:
            Age: {schema: {type: integer}, examples: {young: {value: 1}, old: {value: very}}}
          content:
            application/json: {schema: {$ref: '#/components/schemas/A'}, example: {a: 1}}
components:
  schemas:
    A: {type: object, properties: {a: {type: string}}}
`, 4, []string{
			"/paths/~1a~1{id}/get/responses/default/content/application~1json/example",
			"/paths/~1a~1{id}/get/responses/default/headers/Age/examples/old",
			"/paths/~1a~1{id}/parameters/0/example",
		}},
		{"a shared example", `
openapi: 3.1.0
paths:
  /a:
    get:
      responses:
        '200':
          content:
            application/json: {schema: {type: integer}, examples: {one: {$ref: '#/components/examples/One'}}}
components:
  examples:
    One: {value: uno}
`, 1, []string{"/paths/~1a/get/responses/200/content/application~1json/examples/one"}},
		{"schemas with examples and defaults, and properties so called", `
openapi: 3.1.0
components:
  schemas:
    A:
      type: object
      properties:
        example: {type: string, examples: [x, 1]}
        default: {type: integer, default: x}
        schema: {type: boolean}
`, 3, []string{"/components/schemas/A/properties/default/default", "/components/schemas/A/properties/example/examples/1"}},
		{"messages with payload and headers", `
asyncapi: 3.0.0
components:
  messages:
    Sent:
      headers: {type: object, required: [key]}
      payload: {schemaFormat: 'application/schema+json;version=draft-2020-12', schema: {type: object, dependentRequired: {a: [b]}}}
      examples:
        - payload: {a: 1}
          headers: {key: k}
        - payload: {a: 1, b: 2}
          headers: {}
`, 4, []string{"/components/messages/Sent/examples/0/payload", "/components/messages/Sent/examples/1/headers"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "document.yaml")
			write(t, path, test.text)
			checked, findings, err := judge.Examples(path)
			if err != nil {
				t.Fatal(err)
			}
			var places []string
			for _, f := range findings {
				places = append(places, f.Place)
			}
			slices.Sort(places)
			if checked != test.checked || !slices.Equal(places, test.broken) {
				t.Errorf("checked %d, broken\n  %s\nwant %d,\n  %s", checked, strings.Join(places, "\n  "), test.checked, strings.Join(test.broken, "\n  "))
			}
		})
	}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}
