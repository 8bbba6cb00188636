// Package look reads what an emitter wrote, for tests that ask a document what it
// says. Tests use it; the product never imports it.
package look

import (
	"fmt"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// YAML reads a document.
func YAML(t testing.TB, data []byte) map[string]any {
	t.Helper()
	var doc map[string]any
	if err := yaml.Unmarshal(data, &doc); err != nil {
		t.Fatal(err)
	}
	return doc
}

// At walks down a document by keys, through references within it ("#/..."); nil where
// there is no object.
func At(doc map[string]any, keys ...string) map[string]any {
	here := any(doc)
	for _, key := range keys {
		m, _ := here.(map[string]any)
		here = Resolve(doc, m[key])
	}
	m, _ := here.(map[string]any)
	return m
}

// Resolve follows a value that is a reference within the document.
func Resolve(doc map[string]any, value any) any {
	if m, ok := value.(map[string]any); ok {
		if ref, ok := m["$ref"].(string); ok && strings.HasPrefix(ref, "#/") {
			return At(doc, strings.Split(ref[2:], "/")...)
		}
	}
	return value
}

// Says fails the test for each part that a value, written out, does not hold.
func Says(t testing.TB, what string, value any, parts ...string) {
	t.Helper()
	text := fmt.Sprint(value)
	for _, part := range parts {
		if !strings.Contains(text, part) {
			t.Errorf("%s does not say %q: %s", what, part, text)
		}
	}
}
