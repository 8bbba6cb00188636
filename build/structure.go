package build

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/boundary"
	"plumb.dev/plumb/decide"
	"plumb.dev/plumb/fact"
	"plumb.dev/plumb/model"
)

// parties are the teams, actors and externals around the system.
func (b *builder) parties() {
	for _, t := range b.m.Context.Teams {
		team := arch.Team{ID: arch.TeamID(t.Name), People: value(fact.Count, t.People)}
		for _, c := range b.p.Contexts {
			if c.Owner == t {
				team.Contexts = append(team.Contexts, c.ID)
			}
		}
		for _, d := range b.p.Deployables {
			if d.Owner == t {
				team.Deployables = append(team.Deployables, d.ID)
			}
		}
		b.a.Teams = append(b.a.Teams, team)
	}
	for _, a := range b.m.Actors {
		b.a.Actors = append(b.a.Actors, b.actor(a))
	}
	for _, e := range b.m.Externals {
		b.a.Externals = append(b.a.Externals, b.external(e))
	}
}

func (b *builder) actor(a *model.Actor) arch.Actor {
	out := arch.Actor{
		ID: arch.ActorID(a.Name), About: a.About, Channels: a.Channels, Guest: a.Guest,
		Accounts: value(fact.Count, a.Accounts), SignIn: b.signIn(a),
	}
	for _, r := range rolesOf(a) {
		out.Roles = append(out.Roles, roleID(a, r))
	}
	for _, api := range b.a.APIs {
		if slices.Contains(api.Audience, out.ID) {
			out.APIs = append(out.APIs, api.ID)
		}
	}
	out.Serves = []arch.Path{a.Path}
	out.By = b.by(subject(a.Name, "api"), subject(a.Name, "sign-in"), subject(a.Name, "rate-limit"))
	return out
}

// signIn reads the OAuth flow decided for a client.
func (b *builder) signIn(a *model.Actor) arch.SignIn {
	id := subject(a.Name, "sign-in")
	d := b.p.Decision(id)
	if d == nil {
		return arch.SignIn{}
	}
	s := arch.SignIn{
		Flow: string(d.Choice), Access: b.p.Parameter(id, "access-lifetime"), Refresh: b.p.Parameter(id, "refresh-lifetime"),
		Storage: b.p.Word(id, "storage"), Rotation: b.p.Word(id, "rotation") == "yes", Why: d.Because.String(),
	}
	if g := b.p.Word(id, "grants"); g != "" {
		s.Grants = strings.Fields(g)
	}
	return s
}

func (b *builder) external(e *model.External) arch.External {
	out := arch.External{
		ID: arch.ExternalID(e.Name), About: e.About, Protocol: e.Protocol,
		P50: value(fact.Duration, e.Latency.P50), P99: value(fact.Duration, e.Latency.P99),
		Availability: value(fact.Share, e.Availability), Limit: value(fact.Rate, e.Limit),
		Idempotent: e.Idempotent, Lookup: e.Lookup, Holds: value(fact.Duration, e.HoldsFor), Data: e.Data,
		Demand: b.demandOn(e), Adapter: fact.Kebab(e.Name) + "-adapter",
	}
	out.Serves = []arch.Path{e.Path}
	var fails []string
	for _, l := range b.calls[e] {
		id := subject(l.Name, "call")
		out.By = append(out.By, b.by(id)...)
		if f := b.p.Word(id, "failure"); f != "" && !slices.Contains(fails, f) {
			fails = append(fails, f)
		}
	}
	out.Failure = strings.Join(fails, "; ")
	return out
}

// demandOn is what all use cases together ask of an external at peak.
func (b *builder) demandOn(e *model.External) arch.Value {
	sum := 0.0
	var inputs []fact.ID
	for _, l := range b.calls[e] {
		if l.Rate.Known() {
			sum += l.Rate.N
			inputs = append(inputs, l.Rate.Fact)
		}
	}
	if len(inputs) == 0 {
		return arch.Value{}
	}
	return b.derive("externals."+fact.ID(e.Name)+".demand", fact.Rate, sum, "sum of the peaks of the use cases that call it", inputs...)
}

// structure lays out contexts, their map and the deployables.
func (b *builder) structure() {
	for _, c := range b.p.Contexts {
		b.a.Contexts = append(b.a.Contexts, b.context(c))
	}
	b.relations()
	for _, d := range b.p.Deployables {
		b.a.Deployables = append(b.a.Deployables, b.deployable(d))
	}
}

// keeper is the team of a context: the one that is said to own it, else the one that most
// of its aggregates fall to, by their use cases; what has no team is nobody's when it fails.
func keeper(c *decide.Context) *model.Team {
	if c.Owner != nil {
		return c.Owner
	}
	falls := map[*model.Team]int{}
	var most *model.Team
	for _, a := range c.Aggregates {
		if falls[a.Owner]++; most == nil || falls[a.Owner] > falls[most] {
			most = a.Owner
		}
	}
	return most
}

func (b *builder) context(c *decide.Context) arch.Context {
	out := arch.Context{
		ID: c.ID, Name: c.Name, Deployable: c.Unit.ID, Zone: c.Zone,
		Responsibility: b.responsibility(c),
		Trace:          arch.Trace{By: []arch.DecisionID{"contexts"}},
	}
	if t := keeper(c); t != nil {
		out.Team = arch.TeamID(t.Name)
	}
	for _, a := range c.Aggregates {
		out.Aggregates = append(out.Aggregates, a.Path)
		out.Serves = append(out.Serves, a.Path)
	}
	for _, u := range c.UseCases {
		out.UseCases = append(out.UseCases, u.Path)
	}
	out.Coheres, out.Ties, out.Flips = b.coheres(c), ties(c), partsWhen(c)
	out.Ready = b.extraction(c)
	out.Snapshots, out.Refers = b.refersTo(c)
	return out
}

// extraction says what taking a context out of its deployable would cost: the
// interactions with its neighbours that would cross a network then.
func (b *builder) extraction(c *decide.Context) []string {
	var out []string
	for _, l := range b.into[c] {
		if l.From.Unit == c.Unit {
			out = append(out, fmt.Sprintf("%s reaches %s from %s", l.UseCase.Name, orDefault(l.Reaches(), c.Name), l.From.Name))
		}
	}
	return some(out, 6)
}

// responsibility says what a context decides, from the use cases that write.
func (b *builder) responsibility(c *decide.Context) string {
	var does []string
	for _, u := range c.UseCases {
		if len(u.Writes()) > 0 {
			does = append(does, fact.Phrase(u.Name))
		}
	}
	if len(does) == 0 {
		for _, u := range c.UseCases {
			does = append(does, fact.Phrase(u.Name))
		}
	}
	if len(does) == 0 { // others read it, and nobody here changes it
		return "keep " + and(some(b.manyOf(c.Aggregates), 5))
	}
	return and(some(does, 5))
}

// coheres quotes the strongest ties inside a context.
func (b *builder) coheres(c *decide.Context) string {
	ties := c.Ties()
	if len(ties) == 0 {
		return ""
	}
	t := ties[0]
	cases := make([]string, len(t.UseCases))
	for i, u := range t.UseCases {
		cases[i] = string(u)
	}
	if len(cases) > 3 {
		cases = append(cases[:3], fmt.Sprintf("%d more", len(t.UseCases)-3))
	}
	if len(t.Refs) > 0 {
		return fmt.Sprintf("%s, %s: %s", t.A, t.B, strings.Join(t.Refs, ", "))
	}
	return fmt.Sprintf("%s, %s: %s", t.A, t.B, strings.Join(cases, ", "))
}

// relations are the arrows of the context map.
func (b *builder) relations() {
	for _, r := range b.p.Cut.Map {
		out := arch.Relation{Why: r.Why, Pattern: patterns(r.Patterns), Style: "in-process"}
		out.From, out.To = b.contextID(r.Downstream), r.Upstream
		if !r.External {
			out.To = string(b.contextID(r.Upstream))
		}
		switch {
		case r.External:
			out.Style = "sync"
		case b.crosses(out.From, out.To):
			out.Style = b.styleBetween(out.From, arch.ContextID(out.To))
		}
		if r.ByEvent {
			out.Style = "event"
		}
		var rates []fact.ID
		sum := 0.0
		for _, u := range r.UseCases {
			uc := b.useCase(arch.Path("use_cases." + string(u)))
			if uc == nil {
				continue
			}
			out.UseCases = append(out.UseCases, uc.Path)
			if uc.Load.Peak.Known() {
				sum += uc.Load.Peak.N
				rates = append(rates, uc.Load.Peak.Fact)
			}
		}
		if len(rates) > 0 {
			out.Rate = b.derive(fact.ID(fmt.Sprintf("relations.%s.%s.rate", out.From, out.To)), fact.Rate, sum, "sum of the peaks of the use cases that cross here", rates...)
		}
		b.a.Relations = append(b.a.Relations, out)
	}
	slices.SortFunc(b.a.Relations, func(x, y arch.Relation) int {
		return cmp.Or(cmp.Compare(x.From, y.From), cmp.Compare(x.To, y.To), cmp.Compare(x.Pattern, y.Pattern))
	})
}

// styleBetween is sync when any interaction of the two contexts was decided to be,
// event when all of them go through events and copies.
func (b *builder) styleBetween(from, to arch.ContextID) string {
	style := "event"
	for _, pair := range [][2]arch.ContextID{{from, to}, {to, from}} {
		for _, l := range b.into[b.contexts[pair[1]]] {
			if l.From.ID == pair[0] && l.Crosses && b.p.Choice(subject(l.Name, "style")) == "sync" {
				style = "sync"
			}
		}
	}
	return style
}

func patterns(list []boundary.Pattern) string {
	names := make([]string, len(list))
	for i, p := range list {
		names[i] = string(p)
	}
	return strings.Join(names, ", ")
}

func (b *builder) crosses(from arch.ContextID, to string) bool {
	x, y := b.contexts[from], b.contexts[arch.ContextID(to)]
	return x != nil && y != nil && x.Unit != y.Unit
}

func (b *builder) deployable(d *decide.Deployable) arch.Deployable {
	out := arch.Deployable{ID: d.ID, Trace: arch.Trace{By: []arch.DecisionID{"deployables"}}}
	names := make([]string, len(d.Contexts))
	for i, c := range d.Contexts {
		out.Contexts = append(out.Contexts, c.ID)
		names[i] = c.Name
		if c.Zone != "" {
			out.Zone = c.Zone
		}
	}
	if d.Owner != nil {
		out.Team = arch.TeamID(d.Owner.Name)
	}
	for _, dr := range d.Drivers {
		if dr.Yielded == "" {
			out.Driver = decide.DriverText(dr)
			for _, ref := range dr.Refs {
				out.Serves = append(out.Serves, arch.Path(ref))
			}
			break
		}
	}
	out.About = "Runs " + and(names) + "."
	return out
}
