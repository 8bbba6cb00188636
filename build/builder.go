package build

import (
	"cmp"
	"slices"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/catalog"
	"plumb.dev/plumb/decide"
	"plumb.dev/plumb/fact"
	"plumb.dev/plumb/model"
)

// builder is the system under construction, with what the plan says looked up once:
// a system of five thousand use cases is walked, never searched.
type builder struct {
	p *decide.Plan
	m *model.Model
	a *arch.Arch
	// ledger holds the facts that building derives or looks up; those of the model
	// and of the plan stay where they are.
	ledger *fact.Ledger

	home       map[*model.UseCase]*decide.Context
	owner      map[*model.Aggregate]*decide.Context
	contexts   map[arch.ContextID]*decide.Context
	useCases   map[arch.Path]*model.UseCase
	aggregates map[arch.SchemaID]*model.Aggregate
	byPhrase   map[string]*model.Aggregate // by its name in words, one or many
	standard   map[*model.Aggregate]*standard
	links      map[*model.UseCase][]*decide.Link
	into       map[*decide.Context][]*decide.Link // what reaches a context from another
	calls      map[*model.External][]*decide.Link
	timed      map[*model.UseCase]bool    // run by a timer of a state
	crossing   map[[2]string]*decide.Link // by use case and what it reaches
	storeAt    map[arch.ContextID]arch.StoreID
	channelAt  map[*model.Event]arch.ChannelID

	serves     map[string]arch.OperationID // the operation that serves a link, by the link's name
	fed        []*fed                      // what copies and projections live on, by aggregate
	fedOf      map[*model.Aggregate]*fed
	cacheAt    map[*model.UseCase]arch.Cache
	byPath     map[arch.Path]*model.Aggregate
	externals  map[string]*model.External
	externalAt map[*model.External]int // into a.Externals
	apart      []string                // parts of the cost that the budget does not carry
	processOf  map[arch.FlowID]*arch.Process
	waits      map[string]wait     // for a processor, by process
	words      map[string][]string // of names, see wordsOf
	plurals    map[string]string
	primaries  map[*model.UseCase]*model.Aggregate
	grown      arch.Value                // see growth
	schema     map[arch.SchemaID]int     // into a.Schemas
	inner      map[arch.OperationID]bool // called by other deployables only
	innerRPC   map[arch.OperationID]bool // whose gRPC binding only they call
	taken      map[string]arch.OperationID
	problems   map[string]*arch.ErrorType
	demands    map[string]arch.Demand
	edgeAt     map[arch.EdgeID]*arch.Edge
	eventAt    map[arch.EventID]int // into a.Events
}

func newBuilder(p *decide.Plan) *builder {
	n := len(p.Model.UseCases)
	b := &builder{
		p: p, m: p.Model, a: &arch.Arch{Format: Format}, ledger: fact.NewLedgerOf(16 * n),
		home: make(map[*model.UseCase]*decide.Context, n), owner: map[*model.Aggregate]*decide.Context{},
		contexts: map[arch.ContextID]*decide.Context{}, useCases: make(map[arch.Path]*model.UseCase, n),
		aggregates: map[arch.SchemaID]*model.Aggregate{}, byPhrase: map[string]*model.Aggregate{}, standard: map[*model.Aggregate]*standard{}, links: map[*model.UseCase][]*decide.Link{},
		calls: map[*model.External][]*decide.Link{}, into: map[*decide.Context][]*decide.Link{}, crossing: map[[2]string]*decide.Link{}, timed: map[*model.UseCase]bool{},
		storeAt: map[arch.ContextID]arch.StoreID{}, channelAt: map[*model.Event]arch.ChannelID{},
		schema: map[arch.SchemaID]int{}, serves: map[string]arch.OperationID{}, fedOf: map[*model.Aggregate]*fed{}, cacheAt: map[*model.UseCase]arch.Cache{}, byPath: map[arch.Path]*model.Aggregate{}, externals: map[string]*model.External{}, externalAt: map[*model.External]int{}, processOf: map[arch.FlowID]*arch.Process{}, words: map[string][]string{}, plurals: map[string]string{}, primaries: make(map[*model.UseCase]*model.Aggregate, n), inner: map[arch.OperationID]bool{}, innerRPC: map[arch.OperationID]bool{}, taken: map[string]arch.OperationID{},
		problems: map[string]*arch.ErrorType{}, demands: map[string]arch.Demand{}, edgeAt: map[arch.EdgeID]*arch.Edge{},
		eventAt: map[arch.EventID]int{},
	}
	for _, c := range p.Contexts {
		b.contexts[c.ID] = c
		for _, u := range c.UseCases {
			b.home[u] = c
		}
		for _, a := range c.Aggregates {
			b.owner[a] = c
		}
	}
	for _, u := range b.m.UseCases {
		b.useCases[u.Path] = u
	}
	for _, a := range b.m.Aggregates {
		b.aggregates[schemaID(a.Name)] = a
		b.byPath[a.Path] = a
		b.byPhrase[fact.Phrase(a.Name)] = a
		b.byPhrase[fact.Phrase(b.plural(a.Name))] = a
		if a.States == nil {
			continue
		}
		for _, t := range a.States.Timers {
			if t.Does != nil {
				b.timed[t.Does] = true
			}
		}
	}
	for i, e := range b.m.Externals {
		b.externals[e.Name], b.externalAt[e] = e, i
	}
	for _, l := range p.Links {
		b.links[l.UseCase] = append(b.links[l.UseCase], l)
		b.crossing[[2]string{l.UseCase.Name, l.Reaches()}] = l
		if l.To != nil {
			b.into[l.To] = append(b.into[l.To], l)
		}
		if l.Kind == decide.LinkCall {
			b.calls[l.Call.External] = append(b.calls[l.Call.External], l)
		}
	}
	return b
}

// value turns a number of the model into a value of the design.
func value(kind fact.Kind, n fact.Number) arch.Value {
	if !n.Known() {
		return arch.Value{}
	}
	return arch.Value{Quantity: fact.Quantity{Kind: kind, N: n.N}, Fact: n.Fact}
}

// derive adds a derived fact and returns it as a value.
func (b *builder) derive(id fact.ID, kind fact.Kind, n float64, rule string, inputs ...fact.ID) arch.Value {
	return b.deriveQuantity(id, fact.Quantity{Kind: kind, N: n}, rule, inputs)
}

// money is derive for amounts per month in the system's currency.
func (b *builder) money(id fact.ID, n float64, rule string, inputs ...fact.ID) arch.Value {
	return b.deriveQuantity(id, fact.Quantity{Kind: fact.Money, N: n, Text: b.currency()}, rule, inputs)
}

func (b *builder) deriveQuantity(id fact.ID, q fact.Quantity, rule string, inputs []fact.ID) arch.Value {
	inputs = slices.Clone(inputs)
	slices.Sort(inputs)
	inputs = slices.DeleteFunc(slices.Compact(inputs), func(in fact.ID) bool { return in == "" || in == id })
	b.ledger.Add(fact.Fact{ID: id, Value: q, Origin: fact.Derived, Rule: rule, Inputs: inputs})
	return arch.Value{Quantity: q, Fact: id}
}

// currency in which the budget is kept; list prices are in US dollars.
func (b *builder) currency() string { return cmp.Or(b.m.Context.Currency, "USD") }

// noted puts a number of the catalogue on record and returns it.
func (b *builder) noted(n catalog.Number) arch.Value {
	f := n.Fact()
	if _, known := b.ledger.Get(f.ID); !known {
		b.ledger.Add(f)
	}
	return arch.Value{Quantity: f.Value, Fact: f.ID}
}

// catalogued reads a number of a technology; unknown when the catalogue has none.
func (b *builder) catalogued(technology, key string) arch.Value {
	if t, ok := b.p.Catalog.Technology(technology); ok {
		if n, ok := t.Number(key); ok && !n.Unlimited() {
			return b.noted(n)
		}
	}
	return arch.Value{}
}

// reference reads a value of the catalogue that holds for any architecture.
func (b *builder) reference(name string) arch.Value {
	if n, ok := b.p.Catalog.Reference(name); ok {
		return b.noted(n)
	}
	return arch.Value{}
}

// choice reads a decision and adds it to the trace, when it was asked.
func (b *builder) choice(id arch.DecisionID, by *[]arch.DecisionID) arch.OptionID {
	c := b.p.Choice(id)
	if c != "" && by != nil && !slices.Contains(*by, id) {
		*by = append(*by, id)
	}
	return c
}

// by keeps those decisions that were asked, for a trace.
func (b *builder) by(ids ...arch.DecisionID) []arch.DecisionID {
	return slices.DeleteFunc(ids, func(id arch.DecisionID) bool { return b.p.Decision(id) == nil })
}

func subject(name, question string) arch.DecisionID {
	return arch.DecisionID(name + "." + question)
}

// useCase returns the use case at the path, nil when there is none.
func (b *builder) useCase(path arch.Path) *model.UseCase { return b.useCases[path] }

// aggregate returns what an entity's schema was made from.
func (b *builder) aggregate(id arch.SchemaID) *model.Aggregate { return b.aggregates[id] }

// unit is the deployable in which a use case runs.
func (b *builder) unit(u *model.UseCase) *decide.Deployable {
	if c := b.home[u]; c != nil {
		return c.Unit
	}
	return nil
}

// link is the interaction between a use case and what it reaches in another
// context, nil when it stays in its own.
func (b *builder) link(u *model.UseCase, reaches string) *decide.Link {
	return b.crossing[[2]string{u.Name, reaches}]
}
