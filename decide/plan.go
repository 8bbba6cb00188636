package decide

import (
	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/boundary"
	"plumb.dev/plumb/catalog"
	"plumb.dev/plumb/diag"
	"plumb.dev/plumb/fact"
	"plumb.dev/plumb/model"
)

// Plan is what was decided, with the structure that later stages build on.
type Plan struct {
	Model   *model.Model
	Catalog *catalog.Catalog
	// Evidence is what the plan was made with, see Input.
	Evidence []Evidence
	// Facts holds the constants and catalogue entries that decisions read; the
	// model's own facts stay in Model.Facts.
	Facts *fact.Ledger
	// Cut is the result of the boundaries, with every candidate and reason.
	Cut         boundary.Result
	Contexts    []*Context
	Deployables []*Deployable
	driven      []*Deployable // as their drivers ask, where a pin has them otherwise
	Links       []*Link
	Channels    []*Channel
	// Decisions in the order of the question table, then of their subjects.
	Decisions []arch.Decision
	// Least is what the cheapest feasible option of every decision would cost a month,
	// where even that is above the budget; 0 otherwise.
	Least float64
	// Rather is what the cheapest plan with more zones would cost a month, where the
	// budget carries none; 0 otherwise.
	Rather float64

	index  map[arch.DecisionID]int
	homes  map[*model.UseCase]*Context
	owners map[*model.Aggregate]*Context
	named  map[string]*Context // by the name that the cut gave it
	waited map[*model.UseCase]bool
	// The links that leave and enter each deployable.
	linksOut, linksIn map[*Deployable][]*Link
	reuse             *boundary.Result
	feeds             []*Feed // nil until they are asked for, see Feeds
	// unfinished are the sheets of a plain plan whose choice was not made concrete.
	unfinished map[arch.DecisionID]*sheet
	// worked are the sheets, in the order in which they were filled, see Stands.
	worked []worked
	most   dearest // see planner.most
	spends float64 // a month, where a budget is stated
}

// Choice returns the chosen option of a decision, "" when it was not asked.
func (p *Plan) Choice(id arch.DecisionID) arch.OptionID {
	if d := p.Decision(id); d != nil {
		return d.Choice
	}
	return ""
}

// Decision returns the record with the id, nil when there is none.
func (p *Plan) Decision(id arch.DecisionID) *arch.Decision {
	i, ok := p.index[id]
	if !ok || i >= len(p.Decisions) { // a scratch plan holds the earlier ones alone
		return nil
	}
	return &p.Decisions[i]
}

// Parameter returns a number of the chosen option of a decision; unknown when the
// decision was not asked or has no such parameter.
func (p *Plan) Parameter(id arch.DecisionID, name string) arch.Value {
	prm, _ := p.parameter(id, name)
	return prm.Value
}

// Word returns a parameter of the chosen option that is no number.
func (p *Plan) Word(id arch.DecisionID, name string) string {
	prm, _ := p.parameter(id, name)
	return prm.Text
}

func (p *Plan) parameter(id arch.DecisionID, name string) (arch.Parameter, bool) {
	d := p.Decision(id)
	if d == nil {
		return arch.Parameter{}, false
	}
	if s := p.unfinished[id]; s != nil {
		delete(p.unfinished, id)
		s.makeConcrete(d)
	}
	for _, o := range d.Options {
		if o.ID != d.Choice {
			continue
		}
		for _, prm := range o.Parameters {
			if prm.Name == name {
				return prm, true
			}
		}
	}
	return arch.Parameter{}, false
}

// Context is a bounded context as cut.
type Context struct {
	ID         arch.ContextID
	Name       string
	Aggregates []*model.Aggregate
	UseCases   []*model.UseCase // whose home this is
	Owner      *model.Team
	Zone       string
	Unit       *Deployable
	// Copies are reference aggregates owned elsewhere of which it keeps a copy.
	Copies []*model.Aggregate
	cut    *boundary.Context
}

// Owns reports whether the aggregate belongs to the context.
func (c *Context) Owns(a *model.Aggregate) bool {
	for _, x := range c.Aggregates {
		if x == a {
			return true
		}
	}
	return false
}

// Ties are the reasons why the context's aggregates belong together, strongest
// first.
func (c *Context) Ties() []boundary.Tie {
	if c.cut == nil {
		return nil
	}
	return c.cut.Coherence
}

// Flips are the changes of the input that would make the context fall apart.
func (c *Context) Flips() []boundary.Flip {
	if c.cut == nil {
		return nil
	}
	return c.cut.Flips
}

// Deployable is a unit of release and scale.
type Deployable struct {
	ID       arch.DeployableID
	Name     string
	Contexts []*Context
	Owner    *model.Team
	Drivers  []boundary.Driver
	Roles    []boundary.Role
	Price    boundary.Price
}

// LinkKind says what crosses.
type LinkKind string

// The kinds of link.
const (
	LinkRead   LinkKind = "read"   // a use case reads an aggregate of another context
	LinkWrite  LinkKind = "write"  // a use case writes an aggregate of another context
	LinkFollow LinkKind = "follow" // a use case is a step of one in another context
	LinkEvent  LinkKind = "event"  // an event starts a use case in another context
	LinkCall   LinkKind = "call"   // a use case calls an external
)

// Link is one interaction that leaves a context.
type Link struct {
	// Name is "PlaceOrder>Restaurant": the use case and what it reaches.
	Name    string
	Path    fact.ID
	Span    diag.Span
	Kind    LinkKind
	UseCase *model.UseCase
	From    *Context
	To      *Context // nil for calls
	// What it reaches, by kind.
	Aggregate *model.Aggregate
	Follow    *model.Follow
	Target    *model.UseCase // of follow and event
	Event     *model.Event
	Call      *model.Call
	Read      *model.Read
	// Rate at peak, per second: the use case's, times chance and times.
	Rate fact.Number
	// Crosses tells whether it leaves the deployable.
	Crosses bool
	// Waits tells whether the answer to the caller needs it, by what the model says.
	Waits bool
}

// Reaches names what the link reaches.
func (l *Link) Reaches() string {
	switch {
	case l.Aggregate != nil:
		return l.Aggregate.Name
	case l.Target != nil:
		return l.Target.Name
	case l.Call != nil:
		return l.Call.External.Name
	}
	return ""
}

// Home returns the context a use case belongs to.
func (p *Plan) Home(u *model.UseCase) *Context { return p.homes[u] }

// OwnerOf returns the context that owns an aggregate.
func (p *Plan) OwnerOf(a *model.Aggregate) *Context { return p.owners[a] }

// ContextOfCut returns the context that the chosen cut calls so; nil for a name of
// another cut. A context may have taken the name of its team since.
func (p *Plan) ContextOfCut(name string) *Context { return p.named[name] }

// LinksOf returns the links that a use case starts.
func (p *Plan) LinksOf(u *model.UseCase) []*Link {
	var out []*Link
	for _, l := range p.Links {
		if l.UseCase == u {
			out = append(out, l)
		}
	}
	return out
}
