package contract

import (
	"cmp"
	"slices"
	"strings"

	"plumb.dev/plumb/arch"
)

// access tells of actors that may no longer call an operation. No field has a rule
// for it, since contracts do not say who their users are; the design does.
func (c *comparer) access() {
	now := newUsers(c.to.Arch)
	for i := range c.from.Arch.APIs {
		api := &c.from.Arch.APIs[i]
		if api.Internal {
			continue
		}
		for _, id := range api.Operations {
			was, is := c.users.operations[id], now.operations[id]
			if was == nil || is == nil || is.Auth.Anonymous {
				continue // what is gone, its contract tells
			}
			var barred []arch.ActorID
			for _, a := range was.Auth.Actors {
				if slices.Contains(api.Audience, a) && !slices.Contains(is.Auth.Actors, a) {
					barred = append(barred, a)
				}
			}
			if len(barred) > 0 {
				c.add(Finding{
					Contract: api.File, Format: formatOf[api.Style], Rule: "x-plumb-authorization actors remove", Level: Breaking, Place: bound(was, api.Style),
					What: "may no longer be called by " + strings.ReplaceAll(strings.Join(actors(barred), ", "), "actor ", ""), Users: actors(barred),
				}, refused)
			}
		}
	}
}

var formatOf = map[string]string{"rest": "openapi", "grpc": "protobuf", "graphql": "graphql"}

var refused = effect{"their calls are refused with 403", "name them in the use case until they have moved"}

// bound is an operation as the contract of a style calls it.
func bound(op *arch.Operation, style string) string {
	switch {
	case style == "rest" && op.REST != nil:
		return op.REST.Method + " " + op.REST.Path
	case style == "grpc" && op.RPC != nil:
		return op.RPC.Service + "." + op.RPC.Method
	case style == "graphql" && op.Graph != nil:
		return op.Graph.Root + "." + op.Graph.Field
	default:
		return cmp.Or(string(op.ID), string(op.UseCase))
	}
}
