package lock

import (
	"regexp"
	"slices"
	"strings"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/diag"
	"plumb.dev/plumb/fact"
)

// Apply puts a system in line with the lock: it returns the system with the numbers
// and ids that must not move, and the lock to write next. Neither argument is
// changed; a nil lock is that of a new system. date (ISO 8601) is given to what is
// new or changed.
//
// The problems are warnings about decisions that people had accepted and that come
// out differently now.
func Apply(a *arch.Arch, l *Lock, date string) (*arch.Arch, *Lock, diag.List) {
	next := l.clone()
	out := *a
	moved := next.movedIDs(a)
	if !moved.empty() {
		out = *moved.rewrite(a)
	}
	next.keepSchemas(&out)
	next.keepOperations(&out)
	next.keepEvents(&out)
	problems := next.keepDecisions(&out, date)
	return &out, next, problems
}

// keepSchemas numbers fields and words. A schema that is gone keeps its entry: it
// may come back, and its numbers must not.
func (l *Lock) keepSchemas(a *arch.Arch) {
	a.Schemas = slices.Clone(a.Schemas)
	there := make(map[arch.SchemaID]bool, len(a.Schemas))
	for i := range a.Schemas {
		there[a.Schemas[i].ID] = true
	}
	for i := range a.Schemas {
		s := &a.Schemas[i]
		known, found := l.schemas[s.ID]
		if !found {
			if former := formerSchema(a, s); former != "" && !there[former] {
				known = l.schemas[former]
				delete(l.schemas, former)
			}
		}
		n := known.renumber(namesOf(s))
		l.schemas[s.ID] = n
		if s.Kind == "enum" {
			s.Numbers = make([]int, len(s.Words))
			for k, w := range s.Words {
				s.Numbers[k] = n.live[w]
			}
		} else {
			s.Fields = numbered(s.Fields, n)
		}
		s.Retired = n.sorted()
	}
}

// namesOf lists what has a number in a schema, and former names.
func namesOf(s *arch.Schema) (names []string, was map[string]string) {
	if s.Kind == "enum" {
		return s.Words, nil
	}
	return fieldNames(s.Fields)
}

func fieldNames(fields []arch.Field) (names []string, was map[string]string) {
	was = map[string]string{}
	for i := range fields {
		names = append(names, fields[i].Name)
		if fields[i].Was != "" {
			was[fields[i].Name] = fact.Camel(fields[i].Was)
		}
	}
	return names, was
}

func numbered(fields []arch.Field, n numbers) []arch.Field {
	out := slices.Clone(fields)
	for i := range out {
		out[i].Number = n.live[out[i].Name]
	}
	return out
}

// formerSchema is the id a schema had before its element was renamed: its own Was,
// or its id with the element's former name in it (OrderStatus, PlaceOrderRequest).
func formerSchema(a *arch.Arch, s *arch.Schema) arch.SchemaID {
	if s.Was != "" {
		return s.Was
	}
	for _, r := range a.Renamed {
		if r.To != s.Of {
			continue
		}
		now, before := fact.Pascal(arch.Short(r.To)), fact.Pascal(arch.Short(arch.Path(r.From)))
		if id := strings.Replace(string(s.ID), now, before, 1); id != string(s.ID) {
			return arch.SchemaID(id)
		}
	}
	return ""
}

// keepOperations remembers the ids, and numbers the inputs of operations that have
// a binary form.
func (l *Lock) keepOperations(a *arch.Arch) {
	a.Operations = slices.Clone(a.Operations)
	kept := make(map[arch.OperationID]operation, len(a.Operations))
	for i := range a.Operations {
		o := &a.Operations[i]
		entry := operation{useCase: o.UseCase, verb: o.Verb, inputs: l.operations[o.ID].inputs}
		if o.RPC != nil {
			entry.inputs = entry.inputs.renumber(fieldNames(o.Input))
			o.Input = numbered(o.Input, entry.inputs)
		}
		kept[o.ID] = entry
	}
	l.operations = kept
}

// keepEvents remembers channels and the types that consumers know events by. A
// type changes with its major version only.
func (l *Lock) keepEvents(a *arch.Arch) {
	a.Events = slices.Clone(a.Events)
	kept := make(map[arch.EventID]event, len(a.Events))
	for i := range a.Events {
		e := &a.Events[i]
		known, found := l.events[e.ID]
		if !found && e.Was != "" {
			known = l.events[e.Was]
		}
		if known.typ != "" && version(known.typ) == version(e.Type) {
			e.Type = known.typ
		}
		kept[e.ID] = event{e.Type, e.Channel}
	}
	l.events = kept
	l.channels = make(map[arch.ChannelID]bool, len(a.Channels))
	for _, c := range a.Channels {
		l.channels[c.ID] = true
	}
}

var versionForm = regexp.MustCompile(`\.v[0-9]+$`)

func version(typ string) string { return versionForm.FindString(typ) }
