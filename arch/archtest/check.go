package archtest

import (
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/fact"
)

// Problems lists what is inconsistent in a designed system, in a fixed order: ids
// declared twice or referring to nothing, values whose fact is missing or says
// something else, contracts that do not fit their schemas, texts that a reader
// would miss. How budgets add up is for [Unbalanced] to say.
//
// elements are the paths into the input that elements may name beside facts; what
// lies below one of them ("domain.Order.fields.total") is known with it.
func Problems(a *arch.Arch, elements ...arch.Path) []string {
	c := &checker{a: a, known: map[reflect.Type]map[string]bool{}, elements: map[string]bool{}}
	for _, p := range elements {
		c.elements[string(p)] = true
	}
	c.declare()
	c.references()
	c.plainReferences()
	c.contracts()
	return c.problems
}

// Unbalanced lists the objectives and costs whose parts do not add up.
func Unbalanced(a *arch.Arch) []string {
	c := &checker{a: a}
	c.budgets()
	return c.problems
}

type checker struct {
	a        *arch.Arch
	known    map[reflect.Type]map[string]bool // ids by their Go type
	elements map[string]bool
	problems []string
}

func (c *checker) problem(format string, args ...any) {
	c.problems = append(c.problems, fmt.Sprintf(format, args...))
}

// declare collects the ids of each kind.
func (c *checker) declare() {
	a := c.a
	declared(c, a.Contexts, func(e arch.Context) arch.ContextID { return e.ID })
	declared(c, a.Deployables, func(e arch.Deployable) arch.DeployableID { return e.ID })
	declared(c, a.Stores, func(e arch.Store) arch.StoreID { return e.ID })
	declared(c, a.Channels, func(e arch.Channel) arch.ChannelID { return e.ID })
	declared(c, a.Events, func(e arch.Event) arch.EventID { return e.ID })
	declared(c, a.Operations, func(e arch.Operation) arch.OperationID { return e.ID })
	declared(c, a.APIs, func(e arch.API) arch.APIID { return e.ID })
	declared(c, a.Schemas, func(e arch.Schema) arch.SchemaID { return e.ID })
	declared(c, a.Flows, func(e arch.Flow) arch.FlowID { return e.ID })
	declared(c, a.Edges, func(e arch.Edge) arch.EdgeID { return e.ID })
	declared(c, a.Decisions, func(e arch.Decision) arch.DecisionID { return e.ID })
	declared(c, a.Externals, func(e arch.External) arch.ExternalID { return e.ID })
	declared(c, a.Actors, func(e arch.Actor) arch.ActorID { return e.ID })
	declared(c, a.Teams, func(e arch.Team) arch.TeamID { return e.ID })
	declared(c, a.Security.Roles, func(e arch.Role) arch.RoleID { return e.ID })
	declared(c, a.Objectives, func(e arch.Objective) arch.ObjectiveID { return e.ID })
	for _, context := range a.Contexts {
		for _, p := range slices.Concat(context.Aggregates, context.UseCases) {
			c.elements[string(p)] = true
		}
	}
	for _, e := range a.Externals {
		c.elements["externals."+string(e.ID)] = true
	}
	facts := map[string]bool{}
	for _, f := range a.Facts {
		facts[string(f.ID)] = true
	}
	c.known[reflect.TypeFor[arch.Path]()] = facts
}

func declared[E any, ID ~string](c *checker, elements []E, id func(E) ID) {
	ids := map[string]bool{}
	for _, e := range elements {
		if ids[string(id(e))] {
			c.problem("%T %q is declared twice", id(e), id(e))
		}
		if id(e) == "" {
			c.problem("a %T is empty", id(e))
		}
		ids[string(id(e))] = true
	}
	c.known[reflect.TypeFor[ID]()] = ids
}

// former are the fields that name what is no longer there.
const former = "Was"

// texts are the fields that a reader would miss.
var texts = []string{"About", "Responsibility", "Finding", "Asks", "Promise", "Mechanism", "Test", "WorkItem", "What", "Does", "Seen",
	"Why", "Answer", "Threat", "Scenario", "SLI", "Erasure", "Protection", "Resume", "Rebuild", "Sum", "When", "Do", "Check"}

// silent are the types whose text comes from the owner of the system, or may be
// missing: an actor need not be described.
var silent = []string{"System", "Actor", "External", "Workload", "NotBuilt", "SignIn", "Decision"}

// references walks every value: typed ids, facts of values, texts.
func (c *checker) references() {
	pathType := reflect.TypeFor[arch.Path]()
	var visit func(v reflect.Value, at string)
	visit = func(v reflect.Value, at string) {
		switch v.Kind() {
		case reflect.Pointer, reflect.Interface:
			if !v.IsNil() && v.Kind() == reflect.Pointer {
				visit(v.Elem(), at)
			}
		case reflect.Slice:
			for i := range v.Len() {
				visit(v.Index(i), fmt.Sprintf("%s[%d]", at, i))
			}
		case reflect.Struct:
			c.value(v, at)
			for i := range v.NumField() {
				f := v.Type().Field(i)
				if !f.IsExported() || f.Name == former {
					continue
				}
				if v.Field(i).Kind() == reflect.String && v.Field(i).String() == "" && strings.HasSuffix(v.Type().PkgPath(), "plumb/arch") &&
					slices.Contains(texts, f.Name) && !slices.Contains(silent, v.Type().Name()) {
					c.problem("%s.%s is empty", at, f.Name)
				}
				visit(v.Field(i), at+"."+f.Name)
			}
		case reflect.String:
			ids, typed := c.known[v.Type()]
			if !typed || v.String() == "" || ids[v.String()] || v.Type() == pathType && c.element(v.String()) {
				return
			}
			c.problem("%s: %s %q does not exist", at, v.Type().Name(), v.String())
		}
	}
	visit(reflect.ValueOf(c.a).Elem(), "arch")
}

// element reports whether a path is an element of the input, or below one.
func (c *checker) element(p string) bool {
	for p != "" {
		if c.elements[p] {
			return true
		}
		i := strings.LastIndexByte(p, '.')
		if i < 0 {
			return false
		}
		p = p[:i]
	}
	return false
}

// value checks that a value says what its fact says.
func (c *checker) value(v reflect.Value, at string) {
	x, ok := v.Interface().(arch.Value)
	if !ok || !x.Known() {
		return
	}
	if math.IsNaN(x.N) {
		c.problem("%s is not a number", at)
	}
	if f, found := c.a.FactOf(x.Fact); found && x.Fact != "" && f.Value.Kind == x.Kind && math.Abs(f.Value.N-x.N) > 1e-9*math.Max(1, math.Abs(x.N)) {
		c.problem("%s is %v and its fact %s says %v", at, x.N, x.Fact, f.Value.N)
	}
}

// plainReferences checks the references that are plain strings in the vocabulary.
func (c *checker) plainReferences() {
	a := c.a
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
	for _, x := range a.Caches {
		caches[x.ID] = true
	}
	contexts, deployables := c.known[reflect.TypeFor[arch.ContextID]()], c.known[reflect.TypeFor[arch.DeployableID]()]
	externals, stores, channels := c.known[reflect.TypeFor[arch.ExternalID]()], c.known[reflect.TypeFor[arch.StoreID]()], c.known[reflect.TypeFor[arch.ChannelID]()]
	for _, op := range a.Operations {
		for _, code := range op.Errors {
			c.refers("error of "+string(op.ID), code, codes)
		}
		if op.Auth.Scope != "" {
			c.refers("scope of "+string(op.ID), op.Auth.Scope, scopes)
		}
	}
	for _, r := range a.Security.Roles {
		for _, s := range r.Scopes {
			c.refers("scope of role "+string(r.ID), s, scopes)
		}
	}
	for _, ch := range a.Channels {
		c.refers("broker of "+string(ch.ID), ch.Broker, brokers)
	}
	for _, r := range a.Relations {
		c.refers("upstream of "+string(r.From), r.To, contexts, externals)
	}
	for _, e := range a.Edges {
		c.refers("target of edge "+string(e.ID), e.To, externals, deployables, stores, channels, caches)
	}
	for _, f := range a.Flows {
		for _, s := range Flatten(f.Steps) {
			if s.Target != "" {
				c.refers("target of a step of "+string(f.ID), s.Target, externals, deployables, stores, channels, caches)
			}
		}
	}
	for _, p := range a.Security.Services {
		for _, g := range p.May {
			c.refers("grant of "+p.ID, g.To, deployables, stores, channels)
		}
	}
	for _, z := range a.Security.Zones {
		for _, m := range z.Members {
			c.refers("member of zone "+z.ID, m, deployables, stores, externals)
		}
	}
}

func (c *checker) refers(what, id string, sets ...map[string]bool) {
	for _, set := range sets {
		if set[id] {
			return
		}
	}
	c.problem("%s %q does not exist", what, id)
}

// Flatten lists steps with those inside them, depth first.
func Flatten(steps []arch.Step) []arch.Step {
	var out []arch.Step
	for _, s := range steps {
		out = append(append(out, s), Flatten(s.Steps)...)
	}
	return out
}

// contracts checks that what binds an operation to a protocol fits its schemas.
func (c *checker) contracts() {
	schemas := map[arch.SchemaID]arch.Schema{}
	for _, s := range c.a.Schemas {
		schemas[s.ID] = s
		if s.Kind == "enum" && len(s.Words) != len(s.Meanings) {
			c.problem("%s: %d words, %d meanings", s.ID, len(s.Words), len(s.Meanings))
		}
	}
	has := func(id arch.SchemaID, field string) bool {
		return slices.ContainsFunc(schemas[id].Fields, func(f arch.Field) bool { return f.Name == field })
	}
	for _, e := range c.a.Events {
		if !has(e.Payload, e.Key) {
			c.problem("event %s: key %s is no field of %s", e.ID, e.Key, e.Payload)
		}
		if e.Channel == "" {
			c.problem("event %s is told on no channel", e.ID)
		}
	}
	taken := map[string]arch.OperationID{}
	for _, op := range c.a.Operations {
		if op.REST == nil && op.RPC == nil && op.Graph == nil {
			c.problem("%s is bound to no protocol", op.ID)
		}
		if op.REST != nil {
			if strings.Count(op.REST.Path, "{") != len(op.REST.InPath) {
				c.problem("%s: %s has other parameters than %v", op.ID, op.REST.Path, op.REST.InPath)
			}
			route := op.REST.Method + " " + op.REST.Path
			if other, twice := taken[route]; twice {
				c.problem("%s and %s share %s", op.ID, other, route)
			}
			taken[route] = op.ID
		}
		if op.Paging == nil {
			continue
		}
		for _, name := range slices.Concat(op.Paging.Key, op.Paging.Sort) {
			if !has(op.Result, name) {
				c.problem("%s is paged or sorted by %s, which %s does not have", op.ID, name, op.Result)
			}
		}
		for _, f := range op.Paging.Filter {
			if !has(op.Result, f.Field) {
				c.problem("%s is filtered by %s, which %s does not have", op.ID, f.Field, op.Result)
			}
		}
	}
}

// budgets checks that parts add up to what they are parts of. The parts of an
// availability are times away in a month; those of a throughput are alternatives.
func (c *checker) budgets() {
	for _, o := range c.a.Objectives {
		if len(o.Budget) == 0 || o.Kind == "throughput" || !o.Achieved.Known() {
			continue
		}
		sum, want := 0.0, o.Achieved.N
		for _, p := range o.Budget {
			sum += p.Value.N
		}
		if o.Kind == "availability" {
			want = (1 - o.Achieved.N) * fact.Month.Seconds()
		}
		if math.Abs(sum-want) > 1e-6*math.Max(1, math.Abs(want)) {
			c.problem("the parts of %s sum to %v, not %v", o.ID, sum, want)
		}
	}
	sum := 0.0
	for _, p := range c.a.Cost.Parts {
		sum += p.Value.N
	}
	if len(c.a.Cost.Parts) > 1 && math.Abs(sum-c.a.Cost.Total.N) > 1e-6*math.Max(1, c.a.Cost.Total.N) {
		c.problem("the parts of the cost sum to %v, not %v", sum, c.a.Cost.Total.N)
	}
}
