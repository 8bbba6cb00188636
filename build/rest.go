package build

import (
	"slices"
	"strings"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/fact"
	"plumb.dev/plumb/model"
)

// bind gives an operation the protocols that its callers speak.
func (b *builder) bind(op *arch.Operation, u *model.UseCase, main *model.Aggregate) {
	rest := len(u.ByExternals) > 0
	for _, a := range u.By {
		switch b.styleFor(a, op) {
		case "graphql":
			b.bindGraph(op)
		case "grpc":
			b.bindRPC(op)
		default:
			rest = true
		}
	}
	if op.Stream == "both" || op.Stream == "in" && op.RPC == nil {
		// HTTP has no message stream towards the server that browsers and proxies all
		// support; gRPC has, so it carries these for every caller.
		b.bindRPC(op)
		rest = false
	}
	if rest || op.RPC == nil && op.Graph == nil {
		b.bindREST(op, u, main)
	}
}

// styleFor is the API style decided for a client.
func (b *builder) styleFor(a *model.Actor, op *arch.Operation) arch.OptionID {
	return b.choice(subject(a.Name, "api"), &op.By)
}

func (b *builder) bindRPC(op *arch.Operation) {
	if op.RPC == nil {
		op.RPC = &arch.RPCBinding{Service: fact.Pascal(string(op.Context)) + "Service", Method: fact.Pascal(string(op.ID))}
	}
}

func (b *builder) bindGraph(op *arch.Operation) {
	root := map[string]string{"query": "Query", "command": "Mutation", "subscription": "Subscription"}[op.Kind]
	op.Graph = &arch.GraphBinding{Root: root, Field: string(op.ID)}
}

// successOf is the status of success (RFC 9110): 201 with a Location for what was
// created, 202 for what is done later, 204 for what leaves nothing to say. What is done
// within a bounded wait is answered as if it had been waited for; 202 stands beside it.
func (b *builder) successOf(op *arch.Operation, u *model.UseCase) int {
	switch {
	case op.Async && (u == nil || b.p.Choice(subject(u.Name, "answer")) != "bounded"):
		return 202
	case op.Verb == "create":
		return 201
	case op.Result == "":
		return 204
	}
	return 200
}

func orDefault(s, def string) string {
	if s == "" {
		return def
	}
	return s
}

// actionMark separates a custom method from its resource. AIP-136 writes a colon;
// Amazon API Gateway wants a path parameter to fill its whole segment, so there it
// is a slash.
func (b *builder) actionMark() string {
	if b.p.Choice("gateway") == "aws-api-gateway" {
		return "/"
	}
	return ":"
}

// pathID is the path parameter that identifies an instance.
func (b *builder) pathID(a *model.Aggregate) arch.Field {
	if a == nil {
		return arch.Field{}
	}
	f := b.field(a.ID, a.Name)
	f.Required, f.ReadOnly, f.Number = true, false, 0
	f.Name = fact.Camel(a.Name + "_" + a.ID.Name)
	f.Type.Ref = ""
	return f
}

// looks are the verbs of use cases that only show something.
func looks(word string) bool {
	return slices.Contains([]string{"show", "view", "see", "get", "find", "list", "search", "open", "read", "fetch", "download",
		"export", "print", "follow", "watch", "track", "request", "quote", "run"}, word)
}

// nounOf is a use case's name without its verb and small words: ViewMenu gives
// Menu, ShowBalanceAt Balance, MonthlyReport all of it.
func nounOf(u *model.UseCase) string {
	w := fact.Words(u.Name)
	if len(w) < 2 {
		return ""
	}
	if looks(w[0]) || u.Result != "report" {
		w = w[1:]
	}
	return fact.Pascal(strings.Join(slices.DeleteFunc(slices.Clone(w), small), " "))
}

func small(word string) bool {
	return slices.Contains([]string{"my", "the", "a", "an", "at", "of", "for", "in", "on", "by", "all"}, word)
}

// nounPath is that noun as a path segment below its resource, "" when it says no
// more than the resource itself.
func (b *builder) nounPath(u *model.UseCase, main *model.Aggregate) string {
	if u == nil || main == nil {
		return ""
	}
	have := fact.Words(b.plural(main.Name))
	have = append(have, fact.Words(main.Name)...)
	var rest []string
	for _, w := range fact.Words(nounOf(u)) {
		if !slices.Contains(have, w) && w != "detail" && w != "details" {
			rest = append(rest, w)
		}
	}
	return strings.Join(rest, "-")
}

// action is the verb of a use case without the name of what it is done to:
// CancelOrder on an order gives cancel.
func (b *builder) action(u *model.UseCase, main *model.Aggregate) string {
	w := fact.Words(u.Name)
	if main != nil {
		have := append(fact.Words(main.Name), fact.Words(b.plural(main.Name))...)
		w = slices.DeleteFunc(w, func(s string) bool { return slices.Contains(have, s) })
	}
	if len(w) == 0 {
		return fact.Kebab(u.Name)
	}
	return strings.Join(w, "-")
}
