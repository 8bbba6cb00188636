package build

import (
	"slices"
	"strings"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/fact"
	"plumb.dev/plumb/model"
)

// bind gives an operation the protocols that its callers speak.
func (b *builder) bind(op *arch.Operation, u *model.UseCase, main *model.Aggregate, internal bool) {
	if internal {
		if b.choice("protocol", &op.By) == "rest" {
			b.bindREST(op, u, main)
			return
		}
		b.bindRPC(op)
		return
	}
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
// created, 202 for what is done later, 204 for what leaves nothing to say.
func successOf(op *arch.Operation) int {
	switch {
	case op.Async:
		return 202
	case op.Verb == "create":
		return 201
	case op.Result == "":
		return 204
	}
	return 200
}

// bindREST gives an operation its method and path. Two operations never share one:
// the second is named after its use case.
func (b *builder) bindREST(op *arch.Operation, u *model.UseCase, main *model.Aggregate) {
	r := &arch.RESTBinding{Success: successOf(op), Tag: string(op.Context)}
	id := b.pathID(main)
	collection := "/" + fact.Kebab(nameOr(main, string(op.ID)))
	if main != nil {
		collection = "/" + fact.Kebab(fact.Plural(main.Name))
		r.Tag = fact.Phrase(fact.Plural(main.Name))
	}
	one := collection
	if id.Name != "" {
		one += "/{" + id.Name + "}"
	}
	act := ""
	if u != nil {
		act = action(u, main)
	}
	switch op.Verb {
	case "create":
		r.Method, r.Path = "POST", collection
	case "list":
		r.Method, r.Path = "GET", collection
	case "update":
		r.Method, r.Path = "PATCH", one
	case "delete":
		r.Method, r.Path = "DELETE", one
	case "transition", "act":
		r.Method, r.Path = "POST", one+b.actionMark()+act
	case "stream-out":
		r.Method, r.Path, r.Media = "GET", one+"/"+orDefault(nounPath(u, main), "changes"), "text/event-stream"
	case "stream-in", "conversation":
		r.Method, r.Path = "POST", collection+b.actionMark()+act
	default: // get, report
		r.Method, r.Path = "GET", one
		if n := nounPath(u, main); n != "" {
			r.Path = one + "/" + n
		}
	}
	if u != nil && op.Kind == "query" && (u.Result == "file" || u.Result == "report") {
		r.Path = collection + "/" + orDefault(nounPath(u, main), fact.Kebab(u.Name))
		if u.Result == "file" {
			r.Media = "text/csv"
		}
	}
	r.Path = b.free(r, op)
	if strings.Contains(r.Path, "{"+id.Name+"}") && id.Name != "" {
		r.InPath = []arch.Field{id}
	}
	if op.Kind != "command" {
		r.Query = op.Input
	}
	op.REST = r
}

func nameOr(a *model.Aggregate, otherwise string) string {
	if a != nil {
		return a.Name
	}
	return otherwise
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

// free keeps method and path unique over the system.
func (b *builder) free(r *arch.RESTBinding, op *arch.Operation) string {
	// Operations of all contexts share one host, so that uniqueness is global;
	// parameters count as equal whatever they are called.
	path := r.Path
	for n := 0; ; n++ {
		k := r.Method + " " + paramless(path)
		if owner, used := b.taken[k]; !used || owner == op.ID {
			b.taken[k] = op.ID
			return path
		}
		base := strings.SplitN(strings.TrimPrefix(r.Path, "/"), "/", 2)[0]
		path = "/" + base + "/" + fact.Kebab(string(op.ID))
		if strings.Contains(r.Path, "{") {
			path = r.Path + b.actionMark() + fact.Kebab(string(op.ID))
		}
		if n > 0 {
			return "/" + fact.Kebab(string(op.ID))
		}
	}
}

func paramless(path string) string {
	var out strings.Builder
	in := false
	for _, r := range path {
		switch {
		case r == '{':
			in = true
			out.WriteString("{}")
		case r == '}':
			in = false
		case !in:
			out.WriteRune(r)
		}
	}
	return out.String()
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

// nounOf is a use case's name without its verb: ViewMenu gives Menu.
func nounOf(u *model.UseCase) string {
	w := fact.Words(u.Name)
	if len(w) < 2 {
		return ""
	}
	return fact.Pascal(strings.Join(slices.DeleteFunc(slices.Clone(w[1:]), func(s string) bool { return s == "my" || s == "the" }), " "))
}

// nounPath is that noun as a path segment below its resource, "" when it says no
// more than the resource itself.
func nounPath(u *model.UseCase, main *model.Aggregate) string {
	if u == nil || main == nil {
		return ""
	}
	have := fact.Words(fact.Plural(main.Name))
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
func action(u *model.UseCase, main *model.Aggregate) string {
	w := fact.Words(u.Name)
	if main != nil {
		have := append(fact.Words(main.Name), fact.Words(fact.Plural(main.Name))...)
		w = slices.DeleteFunc(w, func(s string) bool { return slices.Contains(have, s) })
	}
	if len(w) == 0 {
		return fact.Kebab(u.Name)
	}
	return strings.Join(w, "-")
}
