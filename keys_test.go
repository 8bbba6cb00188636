package plumb_test

import (
	"encoding/json"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"plumb.dev/plumb"
	"plumb.dev/plumb/spec"
)

// Keys that need not change a design: each with the reason.
var withoutEffect = map[string]string{
	"The input.quiet":     "silences warnings",
	"The input.scenarios": "is put to a design, and makes none",
	"The input.measured":  "no input here has measurements",
	"The input.pins":      "no input here has pins",
	"The input.catalog":   "no input here has a catalogue",
	"The input.contexts":  "is compared with the computed cut",
	"Own context":         "is compared with the computed cut",
	"Scenario":            "is put to a design, and makes none",
	"Measurement":         "no input here has measurements",
	"Pin":                 "no input here has pins",
	"Region.share":        "a region that says none has what the others leave",
	"Event.of":            "is what the event would be taken to be about anyway",
}

// Every key of the language makes a difference: somewhere in the inputs here, without
// it the input is refused or the design is another. What a key says must not only be
// shown back.
func TestEveryKeyMakesADifference(t *testing.T) {
	tried, matters := map[string]int{}, map[string]bool{}
	here := map[string]int{} // in one input
	for _, file := range []string{"testdata/keys", "examples/petclinic", "examples/cargo", "examples/harbour"} {
		text, err := os.ReadFile(file + "/plumb.yaml")
		if err != nil {
			t.Fatal(err)
		}
		var doc yaml.Node
		if err := yaml.Unmarshal(text, &doc); err != nil {
			t.Fatal(err)
		}
		clear(here)
		whole := outlineOf(t, &doc)
		if whole == nil {
			t.Fatalf("%s is refused", file)
		}
		walk(doc.Content[0], spec.Value{Form: spec.FormObject, Shape: spec.Root()}, func(key string, parent *yaml.Node, at int) {
			const enough = 4 // places to try a key at, in each input
			if matters[key] || here[key] == enough {
				return
			}
			tried[key]++
			here[key]++
			was := parent.Content
			parent.Content = slices.Concat(was[:at], was[at+2:])
			matters[key] = !reflect.DeepEqual(outlineOf(t, &doc), whole)
			parent.Content = was
		})
	}
	for key, n := range tried {
		shape, name, is := strings.Cut(key, ".")
		if !is || matters[key] || name == "about" || name == "was" || withoutEffect[key]+withoutEffect[shape] != "" {
			continue
		}
		t.Errorf("%s makes no difference at any of %d places", key, n)
	}
	for _, s := range shapes(spec.Root(), nil) {
		for _, k := range s.Keys {
			key := s.Name + "." + k.Name
			if k.Form != spec.FormReserved && tried[key] == 0 && k.Name != "about" && k.Name != "was" && withoutEffect[key]+withoutEffect[s.Name] == "" {
				t.Errorf("no input here uses %s", key)
			}
		}
	}
}

// walk visits each key of a value that the language knows.
func walk(n *yaml.Node, v spec.Value, visit func(key string, parent *yaml.Node, at int)) {
	switch {
	case n.Kind == yaml.SequenceNode:
		for _, item := range n.Content {
			switch {
			case v.Form == spec.FormListOrMap:
				walk(item, v, visit)
			case v.Elem != nil:
				walk(item, *v.Elem, visit)
			}
		}
	case n.Kind != yaml.MappingNode:
	case v.Form == spec.FormMap || v.Form == spec.FormListOrMap:
		for i := 0; i < len(n.Content); i += 2 {
			walk(n.Content[i+1], *v.Elem, visit)
		}
	case v.Shape != nil:
		for i := 0; i < len(n.Content); i += 2 {
			for _, k := range v.Shape.Keys {
				if k.Name == n.Content[i].Value {
					visit(v.Shape.Name+"."+k.Name, n, i)
					walk(n.Content[i+1], k.Value, visit)
				}
			}
		}
	}
}

// shapes are all mappings of the language.
func shapes(s *spec.Shape, seen []*spec.Shape) []*spec.Shape {
	if slices.Contains(seen, s) {
		return seen
	}
	seen = append(seen, s)
	for _, k := range s.Keys {
		for v := &k.Value; v != nil; v = v.Elem {
			if v.Shape != nil {
				seen = shapes(v.Shape, seen)
			}
		}
	}
	return seen
}

// outlineOf is what a design says without the facts it repeats and their places; nil
// when the input is refused.
func outlineOf(t *testing.T, doc *yaml.Node) any {
	text, err := yaml.Marshal(doc)
	if err != nil {
		t.Fatal(err)
	}
	d := plumb.Run(plumb.Input{File: "plumb.yaml", Text: text, Quick: true})
	if d.Arch == nil {
		return nil
	}
	out, err := json.Marshal(d.Arch)
	if err != nil {
		t.Fatal(err)
	}
	var all map[string]any
	if err := json.Unmarshal(placed.ReplaceAll(out, []byte("@")), &all); err != nil {
		t.Fatal(err)
	}
	delete(all, "facts")
	return bare(all)
}

var placed = regexp.MustCompile(`plumb\.yaml:\d+(:\d+)?`)

// bare drops the places of a value, and which facts it rests on.
func bare(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for _, k := range []string{"span", "fact", "facts", "requirements"} {
			delete(v, k)
		}
		for k := range v {
			v[k] = bare(v[k])
		}
	case []any:
		for i := range v {
			v[i] = bare(v[i])
		}
	}
	return v
}
