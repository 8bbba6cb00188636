package document

import (
	"reflect"
	"strings"
	"text/template"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/emit/markdown"
	"plumb.dev/plumb/fact"
)

// functions are what the templates call. Each returns Markdown: texts of the
// design pass through package markdown, so that none of them can end a table or
// begin a heading.
func (v *view) functions() template.FuncMap {
	return template.FuncMap{
		"text": markdown.Text, "code": markdown.Code, "codes": codes, "list": list, "link": link, "row": markdown.Row,
		"name":  func(p arch.Path) string { return markdown.Text(arch.Short(p)) },
		"names": names, "value": v.value, "number": v.number, "values": v.values, "pair": v.pair, "between": v.between,
		// of decisions
		"ids": ids, "few": few, "heads": heads, "ends": v.ends, "tries": func(pauses []arch.Value) int { return len(pauses) + 1 }, "first": first, "joinSemi": joinSemi,
		// of decisions
		"record": record, "choice": func(d *arch.Decision) string { return markdown.Text(choice(d)) }, "over": over, "decider": decider,
		"parameters": v.parameters, "proof": func() string { return proofFile }, "margin": margin, "robust": robust, "flips": v.flips, "granted": granted, "omission": omission, "otherwise": otherwise,
		// of contracts
		"called": called, "calls": calls, "who": who, "object": object, "consistency": v.consistency, "repeats": v.repeats, "filters": filters,
		"outcome": outcome, "limit": v.limit, "audience": audience, "version": version, "refresh": v.refresh, "starts": v.starts, "role": role, "eraser": eraser,
		// of policies and objectives
		"retry": v.retry, "breaker": v.breaker, "bulkhead": v.bulkhead, "throttle": v.throttle, "repeatable": repeatable,
		"objective": objective, "verdict": v.verdict, "predicted": predicted, "kept": kept, "backAfter": v.backAfter, "tolls": v.tolls, "scale": v.scale, "headroom": headroom, "correlation": correlation,
		"lasts": v.lasts, "layout": layout, "guard": v.guard, "replicas": v.replicas, "asItWas": asItWas, "keptBy": keptBy,
		"held": held, "without": v.without, "effect": v.effect, "changeOf": changeOf, "amount": amount,
	}
}

// codes and list join the elements of any slice.
func codes(slice any) string { return joined(slice, markdown.Code) }
func list(slice any) string  { return joined(slice, markdown.Text) }

func joined(slice any, show func(any) string) string {
	v := reflect.ValueOf(slice)
	parts := make([]string, 0, v.Len())
	for i := range v.Len() {
		parts = append(parts, show(v.Index(i).Interface()))
	}
	return strings.Join(parts, ", ")
}

func names(paths []arch.Path) string {
	short := make([]string, len(paths))
	for i, p := range paths {
		short[i] = arch.Short(p)
	}
	return list(short)
}

func link(file string) string { return markdown.Link(file, file) }

// value shows a number where there may be none; an assumed one in italics.
func (v *view) value(x arch.Value) string {
	if !x.Known() {
		return ""
	}
	s := markdown.Text(x.Quantity)
	if s != "" && v.assumed(x) {
		return "*" + s + "*"
	}
	return s
}

// number shows a number that every such element has, or else "unknown".
func (v *view) number(x arch.Value) string {
	if !x.Known() {
		return "unknown"
	}
	return v.value(x)
}

func (v *view) values(xs []arch.Value) string {
	parts := make([]string, len(xs))
	for i, x := range xs {
		parts[i] = v.number(x)
	}
	return strings.Join(parts, ", ")
}

// pair shows two numbers that are read together.
func (v *view) pair(a, b arch.Value) string {
	return some(", ", v.value(a), v.value(b))
}

// between shows a range.
func (v *view) between(r any) string {
	var low, high arch.Value
	switch r := r.(type) {
	case [2]arch.Value:
		low, high = r[0], r[1]
	case *arch.Autoscale:
		if r != nil {
			low, high = r.Min, r.Max
		}
	}
	return some(" to ", v.value(low), v.value(high))
}

// some joins the parts that are not empty.
func some(sep string, parts ...string) string {
	kept := parts[:0:0]
	for _, p := range parts {
		if p != "" {
			kept = append(kept, p)
		}
	}
	return strings.Join(kept, sep)
}

// ids names elements of any kind by their id.
func ids(elements any) string {
	v := reflect.ValueOf(elements)
	parts := make([]string, 0, v.Len())
	for i := range v.Len() {
		parts = append(parts, markdown.Text(v.Index(i).FieldByName("ID").Interface()))
	}
	return strings.Join(parts, ", ")
}

// shownNames is how many names a cell holds.
const shownNames = 6

// few names the first of many events.
func few(events []arch.EventID) string {
	names := make([]string, len(events))
	for i, e := range events {
		names[i] = string(e)
	}
	return markdown.Text(shortened(names, shownNames))
}

// heads are what stands before the colons.
func heads(texts []string) string {
	out := make([]string, len(texts))
	for i, t := range texts {
		out[i], _, _ = strings.Cut(t, ":")
	}
	return list(out)
}

// ends shows the first and the last of several numbers.
func (v *view) ends(xs []arch.Value) string {
	if len(xs) == 0 {
		return ""
	}
	return some(", ", v.value(xs[0]), v.value(xs[len(xs)-1]))
}

// first is the first word of a text.
func first(s string) string {
	word, _, _ := strings.Cut(s, " ")
	return markdown.Text(word)
}

func joinSemi(texts []string) string {
	return markdown.Text(strings.TrimSuffix(strings.Join(texts, "; "), "."))
}

// percent shows a share as it stands in tables.
func percent(p float64) string { return fact.FormatShare(p) }
