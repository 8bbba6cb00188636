// Package query finds things in a designed system by the names that people use for
// them: a decision by its number or id, a fact by its path, an element by its id,
// its use case or the aggregate it is about. It also follows what rests on what
// ([Impact]) and how two things hang together ([Chain]).
//
// Everything here reads; a front end shows what is found.
package query

import (
	"reflect"
	"slices"
	"strconv"
	"strings"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/diag"
	"plumb.dev/plumb/fact"
)

// Element is a part of the design.
type Element struct {
	// Kind is the list of the design that holds it, as plan.json names it: "stores".
	Kind string `json:"kind"`
	// ID is its id or name; "" where it has none.
	ID    string `json:"-"`
	Value any    `json:"value"`
}

// Decision finds a decision by its number ("D4") or its id ("Order.store"), in
// whatever case; nil when there is none.
func Decision(a *arch.Arch, name string) *arch.Decision {
	number := 0
	if digits, ok := strings.CutPrefix(strings.ToUpper(name), "D"); ok {
		number, _ = strconv.Atoi(digits)
	}
	for i := range a.Decisions {
		d := &a.Decisions[i]
		if strings.EqualFold(string(d.ID), name) || number > 0 && d.Number == number {
			return d
		}
	}
	return nil
}

// Facts takes the fact of that id, which may lack its section (PlaceOrder.peak for
// use_cases.PlaceOrder.peak), or those of the element whose name it is.
func Facts(a *arch.Arch, name string) []fact.Fact {
	var under []fact.Fact
	for _, f := range a.Facts {
		id := string(f.ID)
		_, inSection, _ := strings.Cut(id, ".")
		switch {
		case strings.EqualFold(id, name):
			return []fact.Fact{f}
		case strings.Contains(name, ".") && strings.EqualFold(inSection, name), partOf(id, name), partOf(inSection, name):
			under = append(under, f)
		}
	}
	return under
}

func partOf(id, name string) bool {
	return len(id) > len(name) && id[len(name)] == '.' && strings.EqualFold(id[:len(name)], name)
}

// All lists the elements of the design, facts and decisions excepted, in the order
// of its lists.
func All(a *arch.Arch) []Element {
	var out []Element
	v := reflect.ValueOf(a).Elem()
	for i := range v.NumField() {
		list := v.Field(i)
		kind := strings.Split(v.Type().Field(i).Tag.Get("json"), ",")[0]
		if list.Kind() != reflect.Slice || list.Type().Elem().Kind() != reflect.Struct || slices.Contains(recorded, kind) {
			continue
		}
		for j := range list.Len() {
			e := list.Index(j)
			out = append(out, Element{kind, idOf(e), e.Interface()})
		}
	}
	if a.Verification != nil {
		for _, t := range a.Verification.Trials {
			out = append(out, Element{"scenarios", t.ID, t})
		}
	}
	return out
}

// recorded are the lists that have searches of their own.
var recorded = []string{"facts", "decisions"}

// idOf is the id of an element, or what stands for one.
func idOf(e reflect.Value) string {
	for _, field := range []string{"ID", "Name", "Code", "Technology"} {
		if f := e.FieldByName(field); f.IsValid() && f.Kind() == reflect.String {
			return f.String()
		}
	}
	return ""
}

// Elements finds elements by their id, name, use case or path in the input, in
// whatever case.
func Elements(a *arch.Arch, name string) []Element {
	return slices.DeleteFunc(All(a), func(e Element) bool { return !named(reflect.ValueOf(e.Value), name) })
}

// named reports whether an element's id, name or path in the input is the name.
func named(e reflect.Value, name string) bool {
	for _, field := range []string{"ID", "Name", "UseCase", "Of", "About"} {
		f := e.FieldByName(field)
		if !f.IsValid() || f.Kind() != reflect.String {
			continue
		}
		s := f.String()
		if field == "About" && !strings.Contains(s, ".") {
			continue
		}
		if strings.EqualFold(s, name) || strings.EqualFold(lastPart(s), name) && (field == "UseCase" || field == "Of") {
			return true
		}
	}
	return false
}

func lastPart(path string) string {
	return path[strings.LastIndexByte(path, '.')+1:]
}

// Deciding lists the decisions that read the facts or made the elements, sorted.
func Deciding(a *arch.Arch, facts []fact.Fact, elements []Element) []arch.DecisionID {
	var out []arch.DecisionID
	for _, d := range a.Decisions {
		if slices.ContainsFunc(facts, func(f fact.Fact) bool { return slices.Contains(d.Facts, f.ID) }) {
			out = append(out, d.ID)
		}
	}
	for _, e := range elements {
		if by := reflect.ValueOf(e.Value).FieldByName("By"); by.IsValid() {
			if ids, ok := by.Interface().([]arch.DecisionID); ok {
				out = append(out, ids...)
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// Nearest is the name that was probably meant by one that means nothing: a
// decision's, a fact's, an operation's, a diagnostic's; "" when none is near.
func Nearest(a *arch.Arch, name string) string {
	var names []string
	for _, d := range a.Decisions {
		names = append(names, string(d.ID))
	}
	for _, f := range a.Facts {
		names = append(names, string(f.ID))
		if _, inSection, _ := strings.Cut(string(f.ID), "."); strings.Contains(inSection, ".") {
			of, _, _ := strings.Cut(inSection, ".")
			names = append(names, inSection, of)
		}
	}
	for _, c := range diag.Codes() {
		names = append(names, string(c))
	}
	for _, o := range a.Operations {
		names = append(names, string(o.ID), lastPart(string(o.UseCase)))
	}
	return diag.Nearest(name, names)
}
