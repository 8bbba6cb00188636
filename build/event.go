package build

import (
	"fmt"
	"slices"
	"strings"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/fact"
	"plumb.dev/plumb/model"
)

// events makes the contracts of what is told to others: every event that somebody
// here listens to, that a webhook carries, or that was declared.
func (b *builder) events() {
	for _, e := range b.m.Events {
		if e.From != nil || !b.told(e) {
			continue
		}
		b.tell(e)
	}
	b.stateEvents()
}

func (b *builder) told(e *model.Event) bool {
	return e.Declared || len(e.Starts) > 0 || len(e.EmittedBy) > 0
}

func (b *builder) tell(e *model.Event) {
	of := e.Of
	ctx := b.contextOfEvent(e)
	if ctx == "" {
		return
	}
	ev := arch.Event{
		ID: arch.EventID(fact.Pascal(e.Name)), About: b.aboutEvent(e), Context: ctx,
		Type:          fmt.Sprintf("example.%s.%s.%s.v1", b.slug(), ctx, fact.Kebab(e.Name)),
		Compatibility: "backward", Rate: value(fact.Rate, e.Rate), Size: b.eventSize(e),
	}
	if of != nil {
		ev.Of = of.Path
	}
	if e.Was != "" {
		ev.Was = arch.EventID(fact.Pascal(e.Was))
	}
	ev.Payload, ev.Key = b.payload(e, of, ctx)
	for _, u := range e.EmittedBy {
		ev.EmittedBy = append(ev.EmittedBy, u.Path)
		ev.Serves = append(ev.Serves, u.Path)
	}
	for _, u := range e.Starts {
		ev.Consumers = append(ev.Consumers, u.Path)
		ev.Serves = append(ev.Serves, u.Path)
	}
	for _, u := range e.Starts {
		if c := b.home[u]; c != nil && c.Unit != b.contexts[ctx].Unit {
			ev.Compatibility = "full" // who tells and who listens are released in any order
		}
	}
	b.eventAt[ev.ID] = len(b.a.Events)
	b.a.Events = append(b.a.Events, ev)
}

func (b *builder) contextOfEvent(e *model.Event) arch.ContextID {
	if e.Of != nil {
		return b.contextOf(e.Of)
	}
	for _, u := range e.EmittedBy {
		if c := b.home[u]; c != nil {
			return c.ID
		}
	}
	return ""
}

// eventSize is what one event weighs: its envelope and the fields it carries.
func (b *builder) eventSize(e *model.Event) arch.Value {
	envelope := b.reference("host.event-overhead-bytes")
	if e.Of == nil || !e.Of.Size.Known() {
		return envelope
	}
	return b.derive(e.Path+".size", fact.Bytes, envelope.N+e.Of.Size.N, "envelope, and the fields of what it is about", envelope.Fact, e.Of.Size.Fact)
}

func (b *builder) aboutEvent(e *model.Event) string {
	by := make([]string, len(e.EmittedBy))
	for i, u := range e.EmittedBy {
		by[i] = fact.Phrase(u.Name)
	}
	return orAbout(e.About, "%s: told by %s.", sentenceCase(fact.Phrase(e.Name)), orDefault(and(by), "another system"))
}

// payload is the stated content, or the id and what is not personal; the key is the
// field that keeps order.
func (b *builder) payload(e *model.Event, of *model.Aggregate, ctx arch.ContextID) (arch.SchemaID, string) {
	s := arch.Schema{ID: schemaID(e.Name), Kind: "object", Role: "event", Of: e.Path, Context: ctx, Was: wasID(e.Was),
		About: fmt.Sprintf("What %s tells.", fact.Phrase(e.Name))}
	if b.get(s.ID) != nil {
		s.ID = schemaID(e.Name + "_event")
	}
	key := fact.Camel(e.Key)
	if of != nil {
		id := b.field(of.ID, of.Name)
		id.Name, id.Required, id.ReadOnly = fact.Camel(of.Name+"_"+of.ID.Name), true, false
		id.Type.Ref = schemaID(of.Name)
		s.Fields = append(s.Fields, id)
		if key == "" {
			key = id.Name
		}
	}
	fields := e.Fields
	if len(fields) == 0 && of != nil {
		fields = slices.DeleteFunc(slices.Clone(of.Fields), func(f *model.Field) bool {
			return f.Class != "" || f.Kind == model.KindValue && personal(f.Value)
		})
		if of.States != nil {
			s.Fields = append(s.Fields, arch.Field{Name: "status", Required: true, Type: arch.Type{Schema: stateID(of)},
				About: fmt.Sprintf("The state of the %s after this.", fact.Phrase(of.Name)), Example: fact.Snake(of.States.Initial)})
		}
	}
	for _, f := range fields {
		if of != nil && f.Ref == of && !f.List {
			continue // the id stands there already
		}
		x := b.field(f, e.Name)
		if of != nil && len(e.Fields) == 0 {
			x = b.field(f, of.Name)
		}
		x.ReadOnly = false
		s.Fields = append(s.Fields, x)
	}
	if !slices.ContainsFunc(s.Fields, func(f arch.Field) bool { return f.Name == key }) && len(s.Fields) > 0 {
		key = s.Fields[0].Name
	}
	return b.add(s), key
}

// personal tells whether a value object carries regulated data.
func personal(t *model.ValueType) bool {
	return slices.ContainsFunc(t.Fields, func(f *model.Field) bool {
		return f.Class != "" || f.Value != nil && f.Value != t && personal(f.Value)
	})
}

// apis groups operations into published interfaces: per context and style, the
// GraphQL ones into one graph, the internal ones apart.
func (b *builder) apis() {
	type group struct {
		api  arch.API
		seen map[arch.ActorID]bool
	}
	groups := map[arch.APIID]*group{}
	put := func(op *arch.Operation, style string, internal bool) {
		id, ctx, unit := b.apiFor(op, style, internal)
		g := groups[id]
		if g == nil {
			g = &group{api: arch.API{ID: id, Style: style, Context: ctx, Deployable: unit, Internal: internal}, seen: map[arch.ActorID]bool{}}
			groups[id] = g
		}
		g.api.Operations = append(g.api.Operations, op.ID)
		for _, a := range op.Auth.Actors {
			if !g.seen[a] && !internal && (style == "grpc" || b.p.Choice(subject(string(a), "api")) == arch.OptionID(style) || style == "rest") {
				g.seen[a] = true
				g.api.Audience = append(g.api.Audience, a)
			}
		}
	}
	for i := range b.a.Operations {
		op := &b.a.Operations[i]
		internal := b.inner[op.ID]
		if op.REST != nil {
			put(op, "rest", internal)
		}
		if op.RPC != nil {
			put(op, "grpc", internal || b.innerRPC[op.ID])
		}
		if op.Graph != nil {
			put(op, "graphql", false)
		}
	}
	for _, g := range groups {
		b.finishAPI(&g.api)
		b.a.APIs = append(b.a.APIs, g.api)
	}
	slices.SortFunc(b.a.APIs, func(x, y arch.API) int { return strings.Compare(string(x.ID), string(y.ID)) })
}

func (b *builder) apiFor(op *arch.Operation, style string, internal bool) (arch.APIID, arch.ContextID, arch.DeployableID) {
	if style == "graphql" {
		return arch.APIID(b.slug() + "-graphql"), "", b.p.Deployables[0].ID
	}
	id := string(op.Context) + "-" + style
	if internal {
		id += "-internal"
	}
	return arch.APIID(id), op.Context, op.Deployable
}

func (b *builder) finishAPI(a *arch.API) {
	slices.Sort(a.Audience)
	for _, actor := range a.Audience {
		a.Serves = append(a.Serves, arch.Path("actors."+string(actor)))
	}
	how := orDefault(string(b.p.Choice("versioning")), "url")
	a.Version = arch.Versioning{How: how, Major: 1, Full: "1.0.0", Support: b.p.Parameter("versioning", "support")}
	a.By = append(a.By, "versioning")
	a.Host = b.host(a)
	dir := "contracts/" + orDefault(string(a.Context), b.slug())
	switch a.Style {
	case "rest":
		a.File = dir + "/openapi.yaml"
		if a.Internal {
			a.File = dir + "/internal.openapi.yaml"
		}
	case "grpc":
		a.File = fmt.Sprintf("contracts/proto/%s/%s/v1/%s.proto", fact.Snake(b.m.Name), fact.Snake(string(a.Context)), fact.Snake(string(a.Context)))
		if a.Internal {
			a.File = fmt.Sprintf("contracts/proto/%s/%s/internal/v1/%s.proto", fact.Snake(b.m.Name), fact.Snake(string(a.Context)), fact.Snake(string(a.Context)))
		}
	case "graphql":
		a.File = dir + "/schema.graphqls"
	}
	a.About = b.aboutAPI(a)
}

// host is where an interface is reached. In a system of several deployables each
// context has a host of its own, so that a request is routed by its host alone and
// a context can move to another deployable without its callers noticing.
func (b *builder) host(a *arch.API) string {
	switch {
	case a.Internal:
		return string(a.Deployable) + "." + b.slug() + ".internal"
	case len(b.p.Deployables) > 1 && a.Context != "":
		return string(a.Context) + "." + b.domain()
	}
	return "api." + b.domain()
}

func (b *builder) aboutAPI(a *arch.API) string {
	names := make([]string, len(a.Audience))
	for i, x := range a.Audience {
		names[i] = fact.Phrase(string(x))
	}
	for _, c := range b.p.Contexts {
		if c.ID == a.Context {
			things := make([]string, len(c.Aggregates))
			for i, g := range c.Aggregates {
				things[i] = fact.Phrase(b.plural(g.Name))
			}
			if a.Internal {
				return fmt.Sprintf("What %s offers the other deployables of %s about %s.", c.Name, b.m.Name, and(things))
			}
			return fmt.Sprintf("What %s offers %s about %s.", c.Name, orDefault(and(names), "its callers"), and(things))
		}
	}
	return fmt.Sprintf("One graph over %s for %s.", b.m.Name, and(names))
}
