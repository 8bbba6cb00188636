// Package plan writes plan.json: the whole system with its facts and decisions, as
// the one structure that everything else renders. Whatever reads a design by
// program reads this.
//
// The structure is [arch.Arch] as JSON. Its JSON Schema is published as
// docs/plan.schema.json and returned by [Schema]; it is made from the types of the
// vocabulary and their comments, and a test keeps both in step.
package plan

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"reflect"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/emit"
)

//go:embed plan.schema.json
var schema []byte

// Schema returns the JSON Schema (draft 2020-12) of plan.json.
func Schema() []byte { return bytes.Clone(schema) }

// Files returns plan.json.
func Files(a *arch.Arch) ([]emit.File, error) {
	text, err := JSON(a)
	if err != nil {
		return nil, err
	}
	return []emit.File{{Path: "plan.json", Data: text}}, nil
}

// JSON prints the system: members in the order of the vocabulary, indented by two
// spaces, lists that are empty as [], one newline at the end. The same system gives
// the same bytes. An error is a fault of plumb: a number that is none (NaN), an
// example that is no JSON value.
func JSON(a *arch.Arch) ([]byte, error) {
	whole := arch.Copy(a, func(v reflect.Value) {
		if v.Kind() == reflect.Slice && v.IsNil() {
			v.Set(reflect.MakeSlice(v.Type(), 0, 0))
		}
	})
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false) // a plan is no web page, and people read it
	e.SetIndent("", "  ")
	if err := e.Encode(whole); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}
