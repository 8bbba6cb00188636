package archtest

import (
	"fmt"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/fact"
)

// perContext is how many resources share a context of a generated system.
const perContext = 10

// Generated returns a system of n resources for benchmarks, ten to a context, each
// context in a deployable of its own. A resource has a lifecycle, the five standard
// operations in every protocol with every mechanism of the vocabulary, and an event.
// Only the contract is there.
func Generated(n int) *arch.Arch {
	b := newBook()
	h := security()
	a := &arch.Arch{
		Format: "1", System: system(), Errors: errorCatalogue()[:mechanismErrors],
		Actors: []arch.Actor{{ID: "consumer", About: "Somebody who uses everything.", Channels: []string{"web"}, SignIn: arch.SignIn{Flow: "authorization-code-pkce"}}},
		Teams:  []arch.Team{{ID: "ordering", People: b.stated("context.teams.ordering.people", 11, count(7))}},
		Security: arch.Security{
			Provider: h.Provider, Issuer: h.Issuer, AuthorizeURL: h.AuthorizeURL, TokenURL: h.TokenURL,
			Audience: h.Audience, Algorithms: h.Algorithms, Claims: h.Claims,
		},
		Broker: []arch.Broker{{Technology: stream, Kind: "stream", Host: "kafka.harbour.internal:9093"}},
	}
	for i := range n {
		if i%perContext == 0 {
			generatedContext(a, b, i/perContext)
		}
		r := resource{fmt.Sprintf("Item%04d", i), fmt.Sprintf("item%04d", i), a.Contexts[len(a.Contexts)-1].ID}
		a.Schemas = append(a.Schemas, r.schemas()...)
		a.Errors = append(a.Errors,
			arch.ErrorType{Code: r.camel + "-not-found", Status: 404, GRPC: "NOT_FOUND", Title: "No such item", About: "There is no item with this id in " + r.camel + "."},
			arch.ErrorType{Code: r.camel + "-changed", Status: 412, GRPC: "ABORTED", Title: "The item has changed", About: "Read " + r.camel + " again and decide anew."})
		a.Security.Scopes = append(a.Security.Scopes,
			arch.Scope{Name: r.camel + ":read", About: "See " + r.camel + "."}, arch.Scope{Name: r.camel + ":write", About: "Change " + r.camel + "."})
		ops := r.operations(b)
		a.Operations = append(a.Operations, ops...)
		for _, op := range ops {
			last := len(a.APIs) - 1
			a.APIs[last].Operations = append(a.APIs[last].Operations, op.ID)     // gRPC
			a.APIs[last-1].Operations = append(a.APIs[last-1].Operations, op.ID) // REST
			a.APIs[0].Operations = append(a.APIs[0].Operations, op.ID)           // GraphQL
		}
		event, channel := r.event(b)
		a.Events, a.Channels = append(a.Events, event), append(a.Channels, channel)
		a.Broker[0].Channels = append(a.Broker[0].Channels, channel.ID)
	}
	a.Facts = b.facts()
	return a
}

func generatedContext(a *arch.Arch, b *book, i int) {
	id := arch.ContextID(fmt.Sprintf("area%03d", i))
	unit := arch.DeployableID(id)
	version := arch.Versioning{How: "url", Major: 1, Full: "1.0.0", Support: b.derived("context.support_window", seconds(year), "a year")}
	if i == 0 {
		a.APIs = append(a.APIs, arch.API{ID: "all-graphql", About: "Everything in one graph.", Style: "graphql", Deployable: unit, Audience: []arch.ActorID{"consumer"}, Version: version, Host: "graph.harbour.example", File: "contracts/all/schema.graphql"})
	}
	a.Contexts = append(a.Contexts, arch.Context{ID: id, Name: fmt.Sprintf("Area %d", i), Responsibility: "Ten resources.", Team: "ordering", Deployable: unit})
	a.Deployables = append(a.Deployables, arch.Deployable{ID: unit, About: "One area.", Contexts: []arch.ContextID{id}, Team: "ordering"})
	about := fmt.Sprintf("The resources of area %d.", i)
	a.APIs = append(a.APIs,
		arch.API{ID: arch.APIID(id + "-rest"), About: about, Style: "rest", Context: id, Deployable: unit, Audience: []arch.ActorID{"consumer"}, Version: version,
			Host: "api.harbour.example", File: fmt.Sprintf("contracts/%s/openapi.yaml", id)},
		arch.API{ID: arch.APIID(id + "-grpc"), About: about, Style: "grpc", Context: id, Deployable: unit, Audience: []arch.ActorID{"consumer"}, Version: version,
			Host: "rpc.harbour.example", File: fmt.Sprintf("contracts/%s/harbour/%s/v1/%s.proto", id, id, id)})
}

// resource is one of a generated system.
type resource struct {
	pascal, camel string
	context       arch.ContextID
}

func (r resource) id(suffix string) arch.SchemaID { return arch.SchemaID(r.pascal + suffix) }

func (r resource) schemas() []arch.Schema {
	id := field(1, "id", "Identifies the item.", scalar(arch.ScalarID), dishID)
	content := []arch.Field{
		field(2, "name", "The item's name.", text(120), "Pad Thai"),
		field(3, "price", "Price of one.", scalar(arch.ScalarMoney), map[string]any{"amount": "11.20", "currency": "EUR"}),
		optional(field(4, "note", "A remark.", text(500), "no peanuts")),
		field(5, "owner", "Whose it is.", ref("Item0000"), consumerID),
	}
	one := func(suffix, role, about string, fields ...arch.Field) arch.Schema {
		return arch.Schema{ID: r.id(suffix), Kind: "object", Role: role, Context: r.context, About: about, Fields: fields}
	}
	entity := append([]arch.Field{readOnly(id)}, content...)
	entity = append(entity, readOnly(field(6, "state", "Where it stands.", typed(r.id("State")), "open")), readOnly(field(7, "createdAt", "When it was made.", scalar(arch.ScalarInstant), "2026-11-20T18:04:31Z")))
	var patch []arch.Field
	for _, f := range content {
		patch = append(patch, optional(f))
	}
	return []arch.Schema{
		one("", "entity", "One item of "+r.camel+".", entity...),
		{ID: r.id("State"), Kind: "enum", Role: "value", Context: r.context, About: "The states of " + r.camel + ".", Words: []string{"open", "closed"}, Meanings: []string{"In use.", "Kept for the record."}, Numbers: []int{1, 2}},
		one("Request", "input", "A new item of "+r.camel+".", content...),
		one("Patch", "patch", "What changes in "+r.camel+".", patch...),
		one("OpenedData", "event", "What others need to know of "+r.camel+".", id, content[0]),
	}
}

func (r resource) operations(b *book) []arch.Operation {
	inPath := []arch.Field{parameter("id", "The item.", scalar(arch.ScalarID), dishID)}
	op := func(name, kind, verb, method, path string, success int, codes []string) arch.Operation {
		root := map[string]string{"query": "Query", "command": "Mutation"}[kind]
		out := arch.Operation{
			ID: arch.OperationID(name + r.pascal), About: fmt.Sprintf("To %s items of %s.", name, r.camel), Kind: kind, Verb: verb,
			Context: r.context, Deployable: arch.DeployableID(r.context), Entity: r.id(""), Result: r.id(""), Errors: codes, Consistency: "atomic",
			Auth:      arch.Authorisation{Scope: r.camel + ":" + map[string]string{"query": "read", "command": "write"}[kind], Actors: []arch.ActorID{"consumer"}, Object: "own", Owner: "owner"},
			RateLimit: b.perAccount(name, 5, 20), Timeout: b.timeout(name, 1),
			REST:  &arch.RESTBinding{Method: method, Path: "/" + r.camel + "s" + path, Success: success, Tag: r.camel},
			RPC:   &arch.RPCBinding{Service: r.pascal + "Service", Method: fact.Pascal(name) + r.pascal},
			Graph: &arch.GraphBinding{Root: root, Field: name + r.pascal},
		}
		if path != "" {
			out.REST.InPath, out.Input = inPath, inPath
		}
		return out
	}
	create := op("create", "command", "create", "POST", "", 201, keyed())
	create.Body, create.Idempotency = r.id("Request"), b.remembered("create", "refused")
	list := op("list", "query", "list", "GET", "", 200, paged())
	list.Paging = &arch.Paging{Key: []string{"createdAt", "id"}, Default: 20, Max: 100, Sort: []string{"createdAt"}, Filter: []arch.Filter{{Field: "name", Operators: []string{"prefix"}, Type: text(40)}}}
	get := op("get", "query", "get", "GET", "/{id}", 200, failures(signedIn(), r.camel+"-not-found"))
	update := op("update", "command", "update", "PATCH", "/{id}", 200, failures(guarded(), r.camel+"-not-found", r.camel+"-changed"))
	update.Body, update.Concurrency = r.id("Patch"), "if-match"
	remove := op("remove", "command", "delete", "DELETE", "/{id}", 204, failures(signedIn(), r.camel+"-not-found"))
	remove.Result = ""
	return []arch.Operation{create, list, get, update, remove}
}

func (r resource) event(b *book) (arch.Event, arch.Channel) {
	channel := arch.ChannelID(string(r.context) + "." + r.camel + ".v1")
	next := arch.ContextID("area000")
	return arch.Event{
			ID: arch.EventID(r.pascal + "Opened"), About: "An item of " + r.camel + " was made.", Context: r.context, Payload: r.id("OpenedData"), Channel: channel, Key: "id",
			Type: fmt.Sprintf("example.harbour.%s.%s-opened.v1", r.context, r.camel), Compatibility: "full",
		}, arch.Channel{
			ID: channel, About: "What happened to " + r.camel + ".", Kind: "topic", Broker: stream, Owner: r.context, Deployable: arch.DeployableID(r.context),
			Events: []arch.EventID{arch.EventID(r.pascal + "Opened")}, Key: "id", Delivery: "at-least-once",
			Partitions: b.derived("channels.partitions", count(12), "twelve"), Retention: b.derived("channels.retention", seconds(7*day), "a week"),
			Subscribers: []arch.Subscription{{Group: "area000-" + r.camel, Context: next, Deployable: arch.DeployableID(next), MaxDeliver: 4, Inbox: true}},
		}
}
