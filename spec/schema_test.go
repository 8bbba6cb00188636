package spec_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v3"

	"plumb.dev/plumb/diag"
	"plumb.dev/plumb/spec"
)

// compiled compiles the printed schema; that checks it against the meta-schema of
// draft 2020-12.
func compiled(t *testing.T) *jsonschema.Schema {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(spec.Schema()))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("plumb.json", doc); err != nil {
		t.Fatal(err)
	}
	schema, err := c.Compile("plumb.json")
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

// asJSON reads an input as an editor does that knows nothing of the language.
func asJSON(t *testing.T, text string) (any, error) {
	t.Helper()
	var v any
	if err := yaml.Unmarshal([]byte(text), &v); err != nil {
		return nil, err
	}
	b, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	return jsonschema.UnmarshalJSON(bytes.NewReader(b))
}

func TestSchemaAcceptsWhatParseAccepts(t *testing.T) {
	schema := compiled(t)
	inputs := map[string]string{"short": everyKey(false), "long": everyKey(true), "sketch": sketch, "generated": generated(20, 50)}
	for name, text := range inputs {
		if _, list := spec.Parse("plumb.yaml", []byte(text)); len(list) > 0 {
			t.Errorf("%s: Parse reports %s: %s", name, list[0].Span, list[0].Message)
		}
		v, err := asJSON(t, text)
		if err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(v); err != nil {
			t.Errorf("%s: %#v", name, err)
		}
	}
}

// What Parse refuses at the level of keys and words, the schema refuses too.
func TestSchemaRefusesTheBrokenInputsOfKeysAndWords(t *testing.T) {
	schema := compiled(t)
	level := map[diag.Code]bool{
		"spec.unknown-key": true, "spec.missing-key": true, "spec.reserved-key": true,
		"spec.wrong-form": true, "spec.bad-word": true, "spec.bad-name": true,
		"spec.empty-value": true, "spec.bad-lifecycle": true,
	}
	files, err := filepath.Glob("../testdata/broken/spec-*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	ran := 0
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		_, list := spec.Parse(file, text)
		concerns := false
		for _, p := range list {
			concerns = concerns || level[p.Code]
		}
		v, err := asJSON(t, string(text))
		if !concerns || err != nil {
			continue
		}
		ran++
		if schema.Validate(v) == nil {
			t.Errorf("%s passes the schema; Parse reports %s: %s", filepath.Base(file), list[0].Code, list[0].Message)
		}
	}
	if ran < 15 {
		t.Errorf("only %d inputs were tried", ran)
	}
}

func TestSchemaDescribesEveryKey(t *testing.T) {
	var schema map[string]any
	if err := json.Unmarshal(spec.Schema(), &schema); err != nil {
		t.Fatal(err)
	}
	var visit func(at string, v any)
	visit = func(at string, v any) {
		m, _ := v.(map[string]any)
		properties, _ := m["properties"].(map[string]any)
		if properties != nil && m["additionalProperties"] != false {
			t.Errorf("%s allows other keys", at)
		}
		for name, p := range properties {
			if d, _ := p.(map[string]any)["description"].(string); d == "" {
				t.Errorf("%s.%s has no description", at, name)
			}
		}
		for name, sub := range m {
			visit(at+"/"+name, sub)
		}
	}
	visit("", schema)
}

const sketch = `system: Harbour
about: Food delivery for mid-size cities.
context:
  teams: {ordering: 6, kitchen: 4, delivery: 5}
  platform: kubernetes on aws
  runs_already: [postgres, kafka]
  compliance: [gdpr, pci-dss]
  budget: 9k USD/month
  horizon: 3y at 40%/y
actors:
  consumer: {channels: [web, mobile], accounts: 2M}
  courier:  {channels: [mobile], accounts: 20k}
  support:  {channels: [staff], accounts: 60}
externals:
  card_processor: {latency: p50 180ms p99 900ms, availability: 99.9%, idempotent: yes, limit: 400/s}
domain:
  Order:
    owner: ordering
    fields: {number: id, consumer: -> Consumer, lines: [OrderLine], total: money, address: pii text}
    states: pending -> approved -> preparing -> delivered, pending -> rejected, approved -> cancelled
    history: required
    retained: 7y
    volume: 300k/day
use_cases:
  PlaceOrder:
    by: consumer
    creates: Order
    reads: [Restaurant]
    then: [AuthoriseCard, CreateTicket]     # other use cases, within the saga; each may have an undo
    undo: CancelOrder
    peak: 350/s
    latency: p99 800ms
    available: 99.95%
`
