package archtest_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/arch/archtest"
)

// unused lists the fields that are zero everywhere in the fixture, with the reason.
var unused = map[string]string{
	"Licence.Identifier": "the fixture has terms of its own; an SPDX identifier and a URL exclude each other",
}

// A consumer that is developed against the fixture has met every field once.
func TestHarbourUsesEveryFieldOfTheVocabulary(t *testing.T) {
	used := map[string]bool{}
	walk(reflect.ValueOf(archtest.Harbour()), func(v reflect.Value) {
		if v.Kind() != reflect.Struct || !ours(v.Type()) {
			return
		}
		for i := range v.NumField() {
			if !v.Field(i).IsZero() {
				used[v.Type().Name()+"."+v.Type().Field(i).Name] = true
			}
		}
	})
	for _, field := range fields(reflect.TypeFor[arch.Arch](), map[reflect.Type]bool{}) {
		if _, excepted := unused[field]; !used[field] && !excepted {
			t.Errorf("%s is never set", field)
		}
	}
}

// ours reports whether a type belongs to the vocabulary.
func ours(t reflect.Type) bool { return strings.HasSuffix(t.PkgPath(), "plumb/arch") }

// fields names every exported field of the vocabulary that can be reached from t.
func fields(t reflect.Type, seen map[reflect.Type]bool) []string {
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice:
		return fields(t.Elem(), seen)
	case reflect.Struct:
	default:
		return nil
	}
	if seen[t] || !ours(t) {
		return nil
	}
	seen[t] = true
	var out []string
	for f := range slices.Values(reflect.VisibleFields(t)) {
		if len(f.Index) == 1 && f.IsExported() {
			out = append(append(out, t.Name()+"."+f.Name), fields(f.Type, seen)...)
		}
	}
	return out
}

// walk visits every value that can be reached from v, but for unexported fields.
func walk(v reflect.Value, visit func(reflect.Value)) {
	visit(v)
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			walk(v.Elem(), visit)
		}
	case reflect.Slice:
		for i := range v.Len() {
			walk(v.Index(i), visit)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				walk(v.Field(i), visit)
			}
		}
	}
}
