package lock

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"

	"go.yaml.in/yaml/v3"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/diag"
)

// maxRecord bounds the numbers of decisions.
const maxRecord = 999_999

// top reads the whole file.
func (r *reader) top(n *yaml.Node, l *Lock) {
	version := ""
	r.keys(n, "", map[string]func(*yaml.Node, string){
		"format":      r.into(&version),
		"next_record": func(n *yaml.Node, path string) { l.next = r.number(n, path, maxRecord) },
		"decisions": func(n *yaml.Node, path string) {
			for _, p := range r.mapping(n, path) {
				l.decisions[arch.DecisionID(p.key.Value)] = r.decision(p.value, join(path, p.key.Value))
			}
		},
		"former": func(n *yaml.Node, path string) {
			for _, p := range r.mapping(n, path) {
				l.former = append(l.former, r.former(p, join(path, p.key.Value)))
			}
		},
		"schemas": func(n *yaml.Node, path string) {
			for _, p := range r.mapping(n, path) {
				l.schemas[arch.SchemaID(p.key.Value)] = r.numbers(p.value, join(path, p.key.Value))
			}
		},
		"operations": func(n *yaml.Node, path string) {
			for _, p := range r.mapping(n, path) {
				l.operations[arch.OperationID(p.key.Value)] = r.operation(p.value, join(path, p.key.Value))
			}
		},
		"channels": func(n *yaml.Node, path string) {
			if n.Kind != yaml.SequenceNode {
				r.value(n, path, "a list of channels", "- ordering.order.v1")
				return
			}
			for _, c := range n.Content {
				l.channels[arch.ChannelID(r.text(c, path))] = true
			}
		},
		"events": func(n *yaml.Node, path string) {
			for _, p := range r.mapping(n, path) {
				l.events[arch.EventID(p.key.Value)] = r.event(p.value, join(path, p.key.Value))
			}
		},
	})
	if version != format && !r.problems.HasErrors() {
		r.add("lock.unreadable", spanOf(n), "format", fmt.Sprintf("the format is %q, expected %q", version, format), "use the plumb that wrote it")
	}
}

func (r *reader) decision(n *yaml.Node, path string) decision {
	d := decision{facts: map[arch.Path]string{}}
	choice := ""
	r.keys(n, path, map[string]func(*yaml.Node, string){
		"number": func(n *yaml.Node, path string) { d.number = r.number(n, path, maxRecord) },
		"title":  r.into(&d.title),
		"choice": func(n *yaml.Node, path string) { choice, d.span = r.text(n, path), spanOf(n) },
		"name":   r.into(&d.name),
		"status": func(n *yaml.Node, path string) {
			if d.status = r.text(n, path); d.status != proposed && d.status != accepted {
				r.value(n, path, "proposed or accepted", accepted)
			}
		},
		"date": r.into(&d.date),
		"facts": func(n *yaml.Node, path string) {
			for _, p := range r.mapping(n, path) {
				d.facts[arch.Path(p.key.Value)] = r.text(p.value, join(path, p.key.Value))
			}
		},
	})
	d.choice = arch.OptionID(choice)
	if d.number == 0 && (n.Kind == yaml.MappingNode || n.Tag == "!!null") {
		r.value(n, join(path, "number"), "a number", "number: 7")
	}
	return d
}

func (r *reader) former(p pair, path string) arch.Former {
	f := arch.Former{Number: r.number(p.key, path, maxRecord)}
	id := ""
	r.keys(p.value, path, map[string]func(*yaml.Node, string){
		"decision":      r.into(&id),
		"title":         r.into(&f.Title),
		"choice":        r.into(&f.Choice),
		"date":          r.into(&f.Date),
		"superseded_by": func(n *yaml.Node, path string) { f.By = r.number(n, path, maxRecord) },
		"since": func(n *yaml.Node, path string) {
			for _, p := range r.mapping(n, path) {
				c := arch.FactChange{Fact: arch.Path(p.key.Value)}
				r.keys(p.value, join(path, p.key.Value), map[string]func(*yaml.Node, string){"from": r.into(&c.From), "to": r.into(&c.To)})
				f.Since = append(f.Since, c)
			}
		},
	})
	f.ID = arch.DecisionID(id)
	return f
}

func (r *reader) numbers(n *yaml.Node, path string) numbers {
	var out numbers
	r.keys(n, path, r.numberKeys(&out))
	return out
}

// numberKeys read the two lists of numbers, in which no number may stand twice.
func (r *reader) numberKeys(out *numbers) map[string]func(*yaml.Node, string) {
	out.live, out.retired = map[string]int{}, map[int]string{}
	seen := map[int]*yaml.Node{}
	claim := func(number int, by *yaml.Node, path string) {
		if first := seen[number]; first != nil {
			r.twice(fmt.Sprintf("the number %d", number), by, first, path)
		}
		seen[number] = by
	}
	return map[string]func(*yaml.Node, string){
		"numbers": func(n *yaml.Node, path string) {
			for _, p := range r.mapping(n, path) {
				at := join(path, p.key.Value)
				number := r.number(p.value, at, maxWord)
				out.live[p.key.Value] = number
				claim(number, p.value, at)
			}
		},
		"retired": func(n *yaml.Node, path string) {
			for _, p := range r.mapping(n, path) {
				at := join(path, p.key.Value)
				number := r.number(p.key, at, maxWord)
				out.retired[number] = r.text(p.value, at)
				claim(number, p.key, at)
			}
		},
	}
}

func (r *reader) twice(what string, again, first *yaml.Node, path string) {
	r.problems.Add(diag.Problem{
		Code: "lock.duplicate-number", Severity: diag.Error, Span: spanOf(again), Path: path,
		Message: what + " is given twice", Related: []diag.Related{{Span: spanOf(first), Note: "it is given here already"}},
		Hint: "delete the entry that was not released: it then gets a new number",
	})
}

func (r *reader) operation(n *yaml.Node, path string) operation {
	var o operation
	useCase := ""
	keys := r.numberKeys(&o.inputs)
	keys["use_case"], keys["verb"] = r.into(&useCase), r.into(&o.verb)
	r.keys(n, path, keys)
	o.useCase = arch.Path(useCase)
	return o
}

func (r *reader) event(n *yaml.Node, path string) event {
	var e event
	channel := ""
	r.keys(n, path, map[string]func(*yaml.Node, string){"type": r.into(&e.typ), "channel": r.into(&channel)})
	e.channel = arch.ChannelID(channel)
	return e
}

// unique demands that no record number is given twice, and makes sure that the next
// one is above all.
func (r *reader) unique(l *Lock) {
	owner := map[int]string{}
	for _, f := range l.former {
		owner[f.Number] = "former." + strconv.Itoa(f.Number)
		l.next = max(l.next, f.Number+1)
	}
	ids := slices.Collect(maps.Keys(l.decisions))
	slices.SortFunc(ids, func(a, b arch.DecisionID) int {
		x, y := l.decisions[a].span.Start, l.decisions[b].span.Start
		return cmp.Or(cmp.Compare(x.Line, y.Line), cmp.Compare(x.Column, y.Column), cmp.Compare(a, b))
	})
	for _, id := range ids {
		d := l.decisions[id]
		if other := owner[d.number]; other != "" {
			r.problems.Add(diag.Problem{
				Code: "lock.duplicate-number", Severity: diag.Error, Span: d.span, Path: "decisions." + string(id),
				Message: fmt.Sprintf("the number %d is given to %s as well", d.number, other),
				Hint:    "delete the entry that was not released: it then gets a new number",
			})
		}
		owner[d.number] = "decisions." + string(id)
		l.next = max(l.next, d.number+1)
	}
}
