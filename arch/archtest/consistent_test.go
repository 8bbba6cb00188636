package archtest_test

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/arch/archtest"
	"plumb.dev/plumb/fact"
)

// typesOfTheInput are the value types of the input, which belong to no context.
var typesOfTheInput = []arch.Path{"types.Cuisine"}

func TestEveryIDRefersToSomething(t *testing.T) {
	for name, a := range map[string]*arch.Arch{"harbour": archtest.Harbour(), "generated": archtest.Generated(11)} {
		t.Run(name, func(t *testing.T) { referred(t, a) })
	}
}

func referred(t *testing.T, a *arch.Arch) {
	known := declared(t, a)
	walk(reflect.ValueOf(a), func(v reflect.Value) {
		ids, typed := known[v.Type()]
		if typed && v.String() != "" && !ids[v.String()] {
			t.Errorf("%s %q does not exist", v.Type().Name(), v.String())
		}
	})
	for _, problem := range plainReferences(a, known) {
		t.Error(problem)
	}
}

// declared lists the ids of each kind that the fixture declares, by their Go type.
func declared(t *testing.T, a *arch.Arch) map[reflect.Type]map[string]bool {
	known := map[reflect.Type]map[string]bool{}
	collect(t, known, a.Contexts, func(e arch.Context) arch.ContextID { return e.ID })
	collect(t, known, a.Deployables, func(e arch.Deployable) arch.DeployableID { return e.ID })
	collect(t, known, a.Stores, func(e arch.Store) arch.StoreID { return e.ID })
	collect(t, known, a.Channels, func(e arch.Channel) arch.ChannelID { return e.ID })
	collect(t, known, a.Events, func(e arch.Event) arch.EventID { return e.ID })
	collect(t, known, a.Operations, func(e arch.Operation) arch.OperationID { return e.ID })
	collect(t, known, a.APIs, func(e arch.API) arch.APIID { return e.ID })
	collect(t, known, a.Schemas, func(e arch.Schema) arch.SchemaID { return e.ID })
	collect(t, known, a.Flows, func(e arch.Flow) arch.FlowID { return e.ID })
	collect(t, known, a.Edges, func(e arch.Edge) arch.EdgeID { return e.ID })
	collect(t, known, a.Decisions, func(e arch.Decision) arch.DecisionID { return e.ID })
	collect(t, known, a.Externals, func(e arch.External) arch.ExternalID { return e.ID })
	collect(t, known, a.Actors, func(e arch.Actor) arch.ActorID { return e.ID })
	collect(t, known, a.Teams, func(e arch.Team) arch.TeamID { return e.ID })
	collect(t, known, a.Security.Roles, func(e arch.Role) arch.RoleID { return e.ID })
	collect(t, known, a.Objectives, func(e arch.Objective) arch.ObjectiveID { return e.ID })
	collect(t, known, paths(a), func(p arch.Path) arch.Path { return p })
	for _, former := range []any{arch.SchemaID("Purchase"), arch.EventID("OrderCreated"), arch.ChannelID("orders")} {
		known[reflect.TypeOf(former)][fmt.Sprint(former)] = true
	}
	return known
}

func collect[E any, ID ~string](t *testing.T, known map[reflect.Type]map[string]bool, elements []E, id func(E) ID) {
	ids := map[string]bool{}
	for _, e := range elements {
		if ids[string(id(e))] {
			t.Errorf("%T %q is declared twice", id(e), id(e))
		}
		ids[string(id(e))] = true
	}
	known[reflect.TypeFor[ID]()] = ids
}

// paths lists what a path may name: facts, and the elements of the input.
func paths(a *arch.Arch) []arch.Path {
	out := slices.Clone(typesOfTheInput)
	for _, c := range a.Contexts {
		out = slices.Concat(out, c.Aggregates, c.UseCases)
	}
	for _, e := range a.Externals {
		out = append(out, "externals."+arch.Path(e.ID))
	}
	for _, f := range a.Facts {
		out = append(out, f.ID)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// plainReferences checks the references that are plain strings in the vocabulary.
func plainReferences(a *arch.Arch, known map[reflect.Type]map[string]bool) []string {
	var out []string
	check := func(what, id string, sets ...map[string]bool) {
		for _, set := range sets {
			if set[id] {
				return
			}
		}
		out = append(out, fmt.Sprintf("%s %q does not exist", what, id))
	}
	codes, scopes, brokers, caches := map[string]bool{}, map[string]bool{}, map[string]bool{}, map[string]bool{}
	for _, e := range a.Errors {
		codes[e.Code] = true
	}
	for _, s := range a.Security.Scopes {
		scopes[s.Name] = true
	}
	for _, b := range a.Broker {
		brokers[b.Technology] = true
	}
	for _, c := range a.Caches {
		caches[c.ID] = true
	}
	contexts, deployables := known[reflect.TypeFor[arch.ContextID]()], known[reflect.TypeFor[arch.DeployableID]()]
	externals, stores, channels := known[reflect.TypeFor[arch.ExternalID]()], known[reflect.TypeFor[arch.StoreID]()], known[reflect.TypeFor[arch.ChannelID]()]
	for _, op := range a.Operations {
		for _, code := range op.Errors {
			check("error of "+string(op.ID), code, codes)
		}
		if op.Auth.Scope != "" {
			check("scope of "+string(op.ID), op.Auth.Scope, scopes)
		}
	}
	for _, r := range a.Security.Roles {
		for _, s := range r.Scopes {
			check("scope of role "+string(r.ID), s, scopes)
		}
	}
	for _, c := range a.Channels {
		check("broker of "+string(c.ID), c.Broker, brokers)
	}
	for _, r := range a.Relations {
		check("upstream of "+string(r.From), r.To, contexts, externals)
	}
	for _, e := range a.Edges {
		check("target of edge "+string(e.ID), e.To, externals, deployables, stores, channels, caches)
	}
	for _, f := range a.Flows {
		for _, s := range flatten(f.Steps) {
			if s.Target != "" {
				check("target of a step of "+string(f.ID), s.Target, externals, deployables, stores, channels, caches)
			}
		}
	}
	for _, p := range a.Security.Services {
		for _, g := range p.May {
			check("grant of "+p.ID, g.To, deployables, stores, channels)
		}
	}
	for _, z := range a.Security.Zones {
		for _, m := range z.Members {
			check("member of zone "+z.ID, m, deployables, stores, externals)
		}
	}
	return out
}

func flatten(steps []arch.Step) []arch.Step {
	var out []arch.Step
	for _, s := range steps {
		out = append(append(out, s), flatten(s.Steps)...)
	}
	return out
}

// What binds an operation to a protocol must fit the operation and its schemas.
func TestContractsOfHarbourFitTogether(t *testing.T) {
	a := archtest.Harbour()
	schemas := map[arch.SchemaID]arch.Schema{}
	for _, s := range a.Schemas {
		schemas[s.ID] = s
		if s.Kind == "enum" && (len(s.Words) != len(s.Meanings) || len(s.Words) != len(s.Numbers)) {
			t.Errorf("%s: %d words, %d meanings, %d numbers", s.ID, len(s.Words), len(s.Meanings), len(s.Numbers))
		}
	}
	has := func(id arch.SchemaID, field string) bool {
		return slices.ContainsFunc(schemas[id].Fields, func(f arch.Field) bool { return f.Name == field })
	}
	for _, e := range a.Events {
		if !has(e.Payload, e.Key) {
			t.Errorf("event %s: key %s is no field of %s", e.ID, e.Key, e.Payload)
		}
	}
	for _, op := range a.Operations {
		if op.REST == nil && op.RPC == nil && op.Graph == nil {
			t.Errorf("%s is bound to no protocol", op.ID)
		}
		if op.REST != nil && strings.Count(op.REST.Path, "{") != len(op.REST.InPath) {
			t.Errorf("%s: %s has other parameters than %v", op.ID, op.REST.Path, op.REST.InPath)
		}
		if op.Paging == nil {
			continue
		}
		for _, name := range slices.Concat(op.Paging.Key, op.Paging.Sort) {
			if !has(op.Result, name) {
				t.Errorf("%s is paged or sorted by %s, which %s does not have", op.ID, name, op.Result)
			}
		}
		for _, f := range op.Paging.Filter {
			if !has(op.Result, f.Field) {
				t.Errorf("%s is filtered by %s, which %s does not have", op.ID, f.Field, op.Result)
			}
		}
	}
}

// The fixture is small enough to be read, but its facts are those of a whole design:
// each origin is there, and a derived value says how it follows.
func TestFactsOfHarbourSayWhereTheyComeFrom(t *testing.T) {
	origins := map[fact.Origin]int{}
	for _, f := range archtest.Harbour().Facts {
		origins[f.Origin]++
		if f.Origin == fact.Derived && f.Rule == "" || f.Origin == fact.Stated && !f.Span.Valid() || f.Origin == fact.Assumed && !f.HasRange() || f.Origin == fact.Catalogued && f.Source == "" {
			t.Errorf("%s does not say where it comes from: %+v", f.ID, f)
		}
	}
	for _, o := range []fact.Origin{fact.Stated, fact.Derived, fact.Catalogued, fact.Assumed} {
		if origins[o] == 0 {
			t.Errorf("no fact is %s", o)
		}
	}
}
