package contract

import (
	"slices"
	"strings"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/fact"
)

// users knows who uses the operations and events of a design.
type users struct {
	arch       *arch.Arch
	operations map[arch.OperationID]*arch.Operation
	apis       map[string]*arch.API // by file
}

func newUsers(a *arch.Arch) *users {
	u := &users{arch: a, operations: map[arch.OperationID]*arch.Operation{}, apis: map[string]*arch.API{}}
	for i := range a.Operations {
		u.operations[a.Operations[i].ID] = &a.Operations[i]
	}
	for i := range a.APIs {
		u.apis[a.APIs[i].File] = &a.APIs[i]
	}
	return u
}

// internal reports whether a contract is for other deployables of the system alone.
func (u *users) internal(file string) bool {
	api := u.apis[file]
	return api != nil && api.Internal
}

// of lists who calls an operation of a contract: the deployables whose use cases need
// it where the contract is internal, the actors that may call it otherwise. Those of
// the whole contract stand for an operation that the design does not know.
func (u *users) of(file string, op *arch.Operation) []string {
	api := u.apis[file]
	if api == nil {
		return nil
	}
	if !api.Internal {
		if op != nil {
			both := slices.DeleteFunc(slices.Clone(op.Auth.Actors), func(a arch.ActorID) bool { return !slices.Contains(api.Audience, a) })
			if len(both) > 0 {
				return actors(both)
			}
		}
		return actors(api.Audience)
	}
	var exact, any []string
	for i := range u.arch.Edges {
		e := &u.arch.Edges[i]
		if e.ToKind != "deployable" || e.To != string(api.Deployable) {
			continue
		}
		name := "deployable " + string(e.From)
		any = append(any, name)
		if op != nil && slices.Contains(e.Use, op.UseCase) {
			exact = append(exact, name)
		}
	}
	if len(exact) > 0 {
		return sorted(exact)
	}
	return sorted(any)
}

// operation finds an operation of a contract by how the contract calls it.
func (u *users) operation(file string, is func(*arch.Operation) bool) *arch.Operation {
	api := u.apis[file]
	if api == nil {
		return nil
	}
	for _, id := range api.Operations {
		if op := u.operations[id]; op != nil && is(op) {
			return op
		}
	}
	return nil
}

// hearing lists the use cases that act on an event, with the context they are in, and
// those whom a webhook tells of it.
func (u *users) hearing(id arch.EventID) []string {
	var out []string
	for i := range u.arch.Channels {
		c := &u.arch.Channels[i]
		if !slices.Contains(c.Events, id) {
			continue
		}
		for _, s := range c.Subscribers {
			out = append(out, "context "+string(s.Context))
		}
	}
	for i := range u.arch.Events {
		if e := &u.arch.Events[i]; e.ID == id {
			for _, p := range e.Consumers {
				out = append(out, arch.Short(p))
			}
		}
	}
	for _, w := range u.arch.Webhooks {
		if slices.Contains(w.Events, id) {
			out = append(out, "actor "+string(w.To))
		}
	}
	return sorted(out)
}

// webhook lists whom a webhook tells, by its name in a contract: its own id and the
// event.
func (u *users) webhook(name string) []string {
	var out []string
	for _, w := range u.arch.Webhooks {
		for _, e := range w.Events {
			if fact.Camel(w.ID)+fact.Pascal(string(e)) == name {
				out = append(out, "actor "+string(w.To))
			}
		}
	}
	return sorted(out)
}

// subscribed lists the contexts that subscribe to a channel.
func (u *users) subscribed(id arch.ChannelID) []string {
	var out []string
	for i := range u.arch.Channels {
		if c := &u.arch.Channels[i]; c.ID == id {
			for _, s := range c.Subscribers {
				out = append(out, "context "+string(s.Context))
			}
		}
	}
	return sorted(out)
}

func actors(list []arch.ActorID) []string {
	var out []string
	for _, a := range list {
		out = append(out, "actor "+string(a))
	}
	return sorted(out)
}

func sorted(list []string) []string {
	slices.SortFunc(list, func(a, b string) int { return strings.Compare(a, b) })
	return slices.Compact(list)
}
