package model

import (
	"fmt"
	"reflect"
	"strings"

	"plumb.dev/plumb/diag"
	"plumb.dev/plumb/fact"
	"plumb.dev/plumb/spec"
)

// Dump shows a model as text, for goldens and for comparing two models: every
// exported field that says something, elements by their path where they are
// referred to, quantities as a person would write them, then the facts. Places in
// the file are left out, so that moving a declaration changes nothing.
func Dump(m *Model) string {
	d := dumper{m: m}
	d.fields(reflect.ValueOf(*m), 0)
	d.b.WriteString("Facts\n")
	for _, f := range m.Facts.All() {
		d.fact(f)
	}
	return d.b.String()
}

type dumper struct {
	m *Model
	b strings.Builder
}

var (
	spanType    = reflect.TypeFor[diag.Span]()
	numberType  = reflect.TypeFor[fact.Number]()
	nodeType    = reflect.TypeFor[*spec.Node]()
	ledgerType  = reflect.TypeFor[*fact.Ledger]()
	elementType = reflect.TypeFor[Element]()
)

func (d *dumper) line(depth int, format string, args ...any) {
	d.b.WriteString(strings.Repeat("  ", depth))
	fmt.Fprintf(&d.b, format, args...)
	d.b.WriteByte('\n')
}

// fields prints a structure, a field per line.
func (d *dumper) fields(v reflect.Value, depth int) {
	for i := range v.NumField() {
		f := v.Type().Field(i)
		if !f.IsExported() || f.Type == spanType || f.Type == nodeType || f.Type == ledgerType {
			continue
		}
		if f.Anonymous {
			d.fields(v.Field(i), depth)
			continue
		}
		d.value(f.Name, v.Field(i), depth)
	}
}

// value prints what one field holds, nothing when it holds nothing.
func (d *dumper) value(name string, v reflect.Value, depth int) {
	if v.Type() == numberType {
		if n := v.Interface().(fact.Number); n.Known() {
			d.line(depth, "%s %s", name, d.number(n))
		}
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() {
			return
		}
		if path, ok := pathOf(v); ok {
			d.line(depth, "%s %s", name, path)
			return
		}
		d.value(name, v.Elem(), depth)
	case reflect.Struct:
		title := name
		if e := v.FieldByName("Path"); e.IsValid() && e.String() != "" {
			title += " " + e.String()
		}
		var inner dumper
		inner.m = d.m
		inner.fields(v, depth+1)
		if inner.b.Len() > 0 {
			d.line(depth, "%s", title)
			d.b.WriteString(inner.b.String())
		}
	case reflect.Slice:
		d.slice(name, v, depth)
	default:
		if !v.IsZero() && name != "Path" {
			d.line(depth, "%s %v", name, v.Interface())
		}
	}
}

// slice prints scalars and references on one line, structures one by one.
func (d *dumper) slice(name string, v reflect.Value, depth int) {
	var words []string
	for i := range v.Len() {
		e := v.Index(i)
		path, isElement := pathOf(e)
		switch {
		case isElement && (depth == 0 || name == "Teams"): // where it is declared
			d.value(strings.TrimSuffix(name, "s"), e.Elem(), depth)
		case isElement:
			words = append(words, path)
		case e.Kind() == reflect.Pointer || e.Kind() == reflect.Struct:
			d.value(strings.TrimSuffix(name, "s"), e, depth)
		default:
			words = append(words, fmt.Sprint(e.Interface()))
		}
	}
	if len(words) > 0 {
		d.line(depth, "%s %s", name, strings.Join(words, ", "))
	}
}

// pathOf returns the path of an element that is referred to.
func pathOf(v reflect.Value) (string, bool) {
	if v.Kind() != reflect.Pointer || v.IsNil() || v.Elem().Kind() != reflect.Struct {
		return "", false
	}
	e := v.Elem().FieldByName("Element")
	if !e.IsValid() || e.Type() != elementType {
		return "", false
	}
	return e.FieldByName("Path").String(), true
}

// number shows a quantity with where it comes from.
func (d *dumper) number(n fact.Number) string {
	f, ok := d.m.Facts.Get(n.Fact)
	if !ok {
		return fmt.Sprintf("%g (no fact %s)", n.N, n.Fact)
	}
	q := f.Value
	q.N = n.N
	return fmt.Sprintf("%s (%s)", q, n.Fact)
}

func (d *dumper) fact(f fact.Fact) {
	d.line(1, "%s = %s, %s", f.ID, f.Value, f.Origin)
	if f.HasRange() {
		low, high := f.Value, f.Value
		low.N, high.N = f.Low, f.High
		d.line(2, "between %s and %s", low, high)
	}
	for _, why := range []string{f.Rule, f.Reason, f.Source} {
		if why != "" {
			d.line(2, "%s", why)
		}
	}
	for _, id := range f.Inputs {
		d.line(2, "from %s", id)
	}
}
