package plumb_test

import (
	"reflect"
	"strings"
	"testing"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/fact"
)

// sized are the numbers of processes and edges that are no values with a fact of their
// own, and the parameter of the deciding option in which the derivation stands.
var sized = map[string]string{
	"Retry.MaxAttempts": "attempts", "Retry.Multiplier": "backoff-factor", "Breaker.MinCalls": "breaker-calls",
	"Breaker.Threshold": "breaker-threshold", "Breaker.Probes": "breaker-probes", "Bulkhead.MaxConcurrent": "bulkhead",
	"Probe.Fail": "failures",
}

// Every number that sizes a process or guards an edge can be explained: it is a value
// with a fact (stated, derived by a rule from inputs, assumed with a range, or
// catalogued with a source), or a parameter of a decision that has one.
func TestEverySizedValueHasADerivation(t *testing.T) {
	for _, name := range examples {
		a := design(t, example(t, name)).Arch
		checked := 0
		explain := func(where string, v arch.Value) {
			checked++
			f, known := a.FactOf(v.Fact)
			switch {
			case !known:
				t.Errorf("%s: %s = %s is of no fact", name, where, v)
			case f.Origin == fact.Derived && f.Rule == "":
				t.Errorf("%s: %s follows by no rule", name, f.ID)
			case f.Origin == fact.Assumed && f.Reason == "" && f.Rule == "":
				t.Errorf("%s: %s is assumed for no reason", name, f.ID)
			case f.Origin == fact.Catalogued && f.Source == "":
				t.Errorf("%s: %s has no source", name, f.ID)
			}
		}
		// of finds what decided a number without a fact of its own.
		of := func(where, parameter string, n float64, by []arch.DecisionID) {
			for _, id := range by {
				d := a.Decision(id)
				if d == nil {
					continue
				}
				for _, p := range d.Option(d.Choice).Parameters {
					if p.Name == parameter {
						explain(where, p.Value)
						if p.Value.N != n && parameter != "failures" { // a startup probe fails as often as a start takes
							t.Errorf("%s: %s is %g and its decision says %s", name, where, n, p.Value)
						}
						return
					}
				}
			}
			t.Errorf("%s: %s = %g was decided nowhere in %v", name, where, n, by)
		}
		var walk func(where string, v reflect.Value, by []arch.DecisionID)
		walk = func(where string, v reflect.Value, by []arch.DecisionID) {
			switch v.Kind() {
			case reflect.Pointer:
				if !v.IsNil() {
					walk(where, v.Elem(), by)
				}
			case reflect.Slice:
				for i := range v.Len() {
					walk(where, v.Index(i), by)
				}
			case reflect.Struct:
				if x, ok := v.Interface().(arch.Value); ok {
					if x.Known() {
						explain(where, x)
					}
					return
				}
				for i := range v.NumField() {
					walk(v.Type().Name()+"."+v.Type().Field(i).Name+" of "+rest(where), v.Field(i), by)
				}
			case reflect.Int, reflect.Float64:
				field, _, _ := strings.Cut(where, " of ")
				if n := v.Convert(reflect.TypeFor[float64]()).Float(); n != 0 {
					of(where, sized[field], n, by)
				}
			}
		}
		for i := range a.Edges {
			walk("Edge. of "+string(a.Edges[i].ID), reflect.ValueOf(a.Edges[i]), a.Edges[i].By)
		}
		for i := range a.Deployables {
			d := &a.Deployables[i]
			by := append([]arch.DecisionID{arch.DecisionID(string(d.ID) + ".probes"), "probes"}, d.By...)
			for k := range d.Roles {
				walk("Process. of "+string(d.ID)+"."+d.Roles[k].Name, reflect.ValueOf(d.Roles[k]), by)
			}
		}
		if checked < 15 {
			t.Errorf("%s: only %d numbers were looked at", name, checked)
		}
	}
}

// rest is what a place is of.
func rest(where string) string {
	_, of, _ := strings.Cut(where, " of ")
	return of
}
