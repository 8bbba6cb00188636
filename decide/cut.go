package decide

import (
	"cmp"
	"math"
	"slices"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/boundary"
	"plumb.dev/plumb/diag"
	"plumb.dev/plumb/fact"
	"plumb.dev/plumb/model"
)

// cutContexts asks package boundary for the cut and lays the structure out: the
// contexts, the deployables and every interaction that leaves a context. It is
// false when hard constraints contradict each other; then there is no structure to
// decide about.
func (p *planner) cutContexts() bool {
	if p.plan.reuse != nil && p.plan.reuse.Answers(BoundaryOptions(p.model, p.plain)) {
		p.plan.Cut = *p.plan.reuse
	} else {
		cut, conflicts := boundary.Run(BoundaryInput(p.model), BoundaryOptions(p.model, p.plain))
		for _, c := range conflicts {
			p.conflict(c)
		}
		if len(conflicts) > 0 {
			return false
		}
		p.plan.Cut = cut
	}
	if len(p.plan.Cut.Candidates) == 0 {
		return false
	}
	p.judgeOwnCut()
	p.unknownTechnologies()
	p.layOut(&p.plan.Cut.Candidates[p.plan.Cut.Chosen])
	p.plan.Links = p.link()
	p.plan.linksOut, p.plan.linksIn = map[*Deployable][]*Link{}, map[*Deployable][]*Link{}
	for _, l := range p.plan.Links {
		if l.Crosses && l.To != nil {
			p.plan.linksOut[l.From.Unit] = append(p.plan.linksOut[l.From.Unit], l)
			p.plan.linksIn[l.To.Unit] = append(p.plan.linksIn[l.To.Unit], l)
		}
	}
	p.plan.Channels = p.channels()
	return true
}

// conflict reports hard constraints that cannot all hold, with every line.
func (p *planner) conflict(c boundary.Conflict) {
	prob := diag.Problem{
		Code: "decide.contradictory-constraints", Severity: diag.Error, Message: c.Message,
		Hint: "take one of these out, or make one of the rules eventual",
	}
	for i, ref := range c.Refs {
		span, path := p.place(ref)
		if i == 0 {
			prob.Span, prob.Path = span, path
			continue
		}
		prob.Related = append(prob.Related, diag.Related{Span: span, Path: path, Note: "takes part"})
	}
	p.problems.Add(prob)
}

// place resolves a Ref given to the boundaries (a path) to where it was written.
func (p *planner) place(ref string) (diag.Span, string) {
	if ref == compliance {
		return p.model.Context.ComplianceSpan, ref
	}
	return p.model.SpanOf(fact.ID(ref)), ref
}

// compliance is the statement that isolates the zone of card data.
const compliance = "context.compliance"

// BoundaryOptions are the options under which plumb cuts: an aggregate's owner is a
// declared team, so that stating it is a decision about teams; a pin chooses the
// cut. plain leaves out what takes repeated runs.
func BoundaryOptions(m *model.Model, plain bool) boundary.Options {
	opt := boundary.Options{OwnersApart: true, Plain: plain, Choose: chosenCut(m)}
	if way := boundary.Deploy(pinnedOn(m, "deployables")); way == boundary.DeployOne || way == boundary.DeployEach {
		opt.Deploy = way
	}
	return opt
}

// BoundaryInput says what of a model the boundaries depend on. Two models with
// equal inputs have equal cuts, so that a cut can be used again.
func BoundaryInput(m *model.Model) boundary.Input {
	var in boundary.Input
	for _, t := range m.Context.Teams {
		in.Teams = append(in.Teams, boundary.Team{ID: boundary.TeamID(t.Name), Size: int(math.Round(t.People.N)), Ref: string(t.Path)})
	}
	for _, e := range m.Externals {
		in.Externals = append(in.Externals, boundary.External{ID: boundary.ExternalID(e.Name), Name: e.Name, Ref: string(e.Path), Legacy: e.Legacy})
	}
	zones := map[string]bool{}
	for _, a := range m.Aggregates {
		in.Aggregates = append(in.Aggregates, boundaryAggregate(a))
		if a.Zone != "" && !zones[a.Zone] {
			zones[a.Zone] = true
			z := boundary.Zone{ID: boundary.ZoneID(a.Zone), Ref: string(a.Path)}
			if z.Isolated = a.Zone == "card" && m.Context.Has("pci-dss"); z.Isolated {
				z.Ref = compliance
			}
			in.Zones = append(in.Zones, z)
		}
		for _, f := range a.Fields {
			if f.Ref != nil && f.Ref != a {
				in.References = append(in.References, boundary.Reference{From: boundary.AggregateID(a.Name), To: boundary.AggregateID(f.Ref.Name), Ref: string(f.Path)})
			}
		}
	}
	for _, r := range m.Rules {
		in.Invariants = append(in.Invariants, boundary.Invariant{Name: r.Name, Aggregates: aggregateIDs(r.Over), Atomic: r.Atomic, Ref: string(r.Path)})
	}
	for _, u := range m.UseCases {
		in.UseCases = append(in.UseCases, boundaryUseCase(u))
	}
	in.Pins = boundaryPins(m)
	for _, c := range m.Contexts {
		in.Own = append(in.Own, boundary.OwnContext{Name: c.Name, Aggregates: aggregateIDs(c.Aggregates), Ref: string(c.Path)})
	}
	return in
}

func boundaryAggregate(a *model.Aggregate) boundary.Aggregate {
	out := boundary.Aggregate{
		ID: boundary.AggregateID(a.Name), Name: a.Name, Ref: string(a.Path),
		Subdomain: a.PartOf, Zone: boundary.ZoneID(a.Zone), Volume: a.Instances.N,
	}
	if a.OwnerStated {
		out.Owner = boundary.TeamID(a.Owner.Name)
	}
	switch a.Kind {
	case "core":
		out.SubdomainKind = boundary.Core
	case "supporting":
		out.SubdomainKind = boundary.Supporting
	case "generic":
		out.SubdomainKind = boundary.Generic
	case "reference":
		out.Volatility = boundary.Rarely
	}
	if a.OwnerStated && a.Owner.Releases.Known() {
		out.Cadence = boundary.PerMonth(a.Owner.Releases.N * fact.Month.Seconds())
	}
	return out
}

func boundaryUseCase(u *model.UseCase) boundary.UseCase {
	out := boundary.UseCase{
		ID: boundary.UseCaseID(u.Name), Name: u.Name, Ref: string(u.Path),
		Writes: aggregateIDs(append(slices.Clone(u.Changes), u.Deletes...)), Creates: aggregateIDs(u.Creates),
		ByEvent: len(u.On) > 0 && !u.Asked(), Rate: boundary.PerSecond(u.Load.Peak.N),
		Admin: len(u.By) > 0 && !slices.ContainsFunc(u.By, func(a *model.Actor) bool { return !a.Reaches("staff") }),
	}
	if len(u.By) > 0 {
		out.Actor = u.By[0].Name
	}
	for _, r := range u.Reads {
		out.Reads = append(out.Reads, boundary.AggregateID(r.Aggregate.Name))
	}
	switch {
	case u.Consistency.Kind == "atomic" && u.Consistency.Stated:
		out.Consistency = boundary.Strong
	case u.Consistency.Kind == "eventual" && (u.Consistency.Stated || ownersDiffer(u)):
		out.Consistency = boundary.Eventual
	}
	for _, f := range u.Then {
		out.Then = append(out.Then, boundary.FollowUp{UseCase: boundary.UseCaseID(f.UseCase.Name), ByEvent: f.Later})
	}
	for _, e := range u.Emits {
		for _, to := range e.Starts {
			out.Then = append(out.Then, boundary.FollowUp{UseCase: boundary.UseCaseID(to.Name), ByEvent: true})
		}
	}
	for _, c := range u.Calls {
		out.Externals = append(out.Externals, boundary.ExternalID(c.External.Name))
	}
	return out
}

// ownersDiffer reports whether a use case writes what different teams own: where
// nothing is said, one team does not commit into another's tables, and the change
// may take a moment to reach it.
func ownersDiffer(u *model.UseCase) bool {
	writes := u.Writes()
	for _, a := range writes {
		if a.OwnerStated && writes[0].OwnerStated && a.Owner != writes[0].Owner {
			return true
		}
	}
	return false
}

// boundaryPins reads pins of the form "Order + Stock": together or apart.
func boundaryPins(m *model.Model) []boundary.Pin {
	var out []boundary.Pin
	for _, pin := range m.Pins {
		names, ok := pinned(m, pin)
		if !ok || !aboutCut(pin) {
			continue
		}
		p := boundary.Pin{Kind: map[string]boundary.PinKind{"together": boundary.Together, "apart": boundary.Apart}[pin.Choose], Ref: string(pin.Path)}
		for _, name := range names {
			p.Aggregates = append(p.Aggregates, boundary.AggregateID(name))
		}
		out = append(out, p)
	}
	return out
}

func aggregateIDs(list []*model.Aggregate) []boundary.AggregateID {
	out := make([]boundary.AggregateID, len(list))
	for i, a := range list {
		out[i] = boundary.AggregateID(a.Name)
	}
	return out
}

// layOut turns the chosen candidate into contexts and deployables of the plan.
func (p *planner) layOut(cand *boundary.Candidate) {
	m := p.model
	aggregates := map[string]*model.Aggregate{}
	for _, a := range m.Aggregates {
		aggregates[a.Name] = a
	}
	cases := map[string]*model.UseCase{}
	for _, u := range m.UseCases {
		cases[u.Name] = u
	}
	teams := map[string]*model.Team{}
	for _, t := range m.Context.Teams {
		teams[t.Name] = t
	}
	p.plan.named = map[string]*Context{}
	byName := p.plan.named
	for i := range cand.Contexts {
		bc := &cand.Contexts[i]
		c := &Context{ID: arch.ContextID(slug(bc.Name)), Name: bc.Name, Owner: teams[string(bc.Owner)], Zone: string(bc.Zone), cut: bc}
		for _, id := range bc.Aggregates {
			c.Aggregates = append(c.Aggregates, aggregates[string(id)])
		}
		for _, id := range bc.UseCases {
			c.UseCases = append(c.UseCases, cases[string(id)])
		}
		for _, id := range bc.Replicates {
			c.Copies = append(c.Copies, aggregates[string(id)])
		}
		slices.SortFunc(c.Aggregates, func(a, b *model.Aggregate) int { return cmp.Compare(a.Name, b.Name) })
		byName[bc.Name] = c
		p.plan.Contexts = append(p.plan.Contexts, c)
		p.plan.place(c)
	}
	p.house()
	for _, c := range p.plan.Contexts {
		slices.SortFunc(c.UseCases, func(a, b *model.UseCase) int { return cmp.Compare(a.Name, b.Name) })
	}
	slices.SortFunc(p.plan.Contexts, func(a, b *Context) int { return cmp.Compare(a.ID, b.ID) })
	p.plan.Deployables = p.deployables(cand.Deployables, teams)
	for _, d := range p.plan.Deployables {
		for _, c := range d.Contexts {
			c.Unit = d
		}
	}
	p.nameByTeams()
	if p.plan.driven = p.plan.Deployables; p.plan.Cut.Driven != nil {
		p.plan.driven = p.deployables(p.plan.Cut.Driven, teams)
	}
	slices.SortFunc(p.plan.Contexts, func(a, b *Context) int { return cmp.Compare(a.ID, b.ID) })
	slices.SortFunc(p.plan.Deployables, func(a, b *Deployable) int { return cmp.Compare(a.ID, b.ID) })
	for _, d := range p.plan.Deployables {
		slices.SortFunc(d.Contexts, func(a, b *Context) int { return cmp.Compare(a.ID, b.ID) })
	}
}

// deployables are units of the cut with their contexts.
func (p *planner) deployables(units []boundary.Deployable, teams map[string]*model.Team) []*Deployable {
	var out []*Deployable
	for _, bd := range units {
		d := &Deployable{ID: arch.DeployableID(slug(bd.Name)), Name: bd.Name, Owner: teams[string(bd.Owner)], Drivers: bd.Drivers, Roles: bd.Roles, Price: bd.Price}
		if len(units) == 1 {
			d.ID, d.Name = arch.DeployableID(slug(p.model.Name)), p.model.Name
		}
		for _, name := range bd.Contexts {
			d.Contexts = append(d.Contexts, p.plan.named[name])
		}
		slices.SortFunc(d.Contexts, func(a, b *Context) int { return cmp.Compare(a.ID, b.ID) })
		out = append(out, d)
	}
	return out
}

// nameByTeams calls a context, and a deployable, by the name of the team that owns
// it, where the team owns no other: people who named a team after what it does have
// named the context, too. With a single team there is nothing to tell apart.
func (p *planner) nameByTeams() {
	if len(p.model.Context.Teams) < 2 {
		return
	}
	contexts, units := map[*model.Team]int{}, map[*model.Team]int{}
	taken := map[string]bool{}
	for _, c := range p.plan.Contexts {
		contexts[c.Owner]++
		taken[string(c.ID)] = true
	}
	for _, d := range p.plan.Deployables {
		units[d.Owner]++
		taken[string(d.ID)] = true
	}
	for _, c := range p.plan.Contexts {
		named := slices.ContainsFunc(p.model.Contexts, func(own model.OwnContext) bool { return own.Name == c.Name })
		if c.Owner == nil || contexts[c.Owner] != 1 || named {
			continue
		}
		if id := slug(c.Owner.Name); !taken[id] || string(c.ID) == id {
			c.ID, c.Name = arch.ContextID(id), fact.Pascal(c.Owner.Name)
		}
	}
	for _, d := range p.plan.Deployables {
		if d.Owner != nil && units[d.Owner] == 1 && len(p.plan.Deployables) > 1 {
			d.ID, d.Name = arch.DeployableID(slug(d.Owner.Name)), d.Owner.Name
		}
	}
}

// house gives a home to use cases that touch nothing that is kept here, of which the
// cut says nothing: with what they follow or what follows them, else with most that
// ask the same externals, else where their team owns most, else in the first context.
func (p *planner) house() {
	var homeless []*model.UseCase
	for _, u := range p.model.UseCases {
		if p.plan.homes[u] == nil {
			homeless = append(homeless, u)
		}
	}
	if len(homeless) == 0 || len(p.plan.Contexts) == 0 {
		return
	}
	byID := slices.SortedFunc(slices.Values(p.plan.Contexts), func(a, b *Context) int { return cmp.Compare(a.ID, b.ID) })
	slices.SortFunc(homeless, func(a, b *model.UseCase) int { return cmp.Compare(a.Name, b.Name) })
	asks := map[*Context]map[*model.External]int{} // how many use cases of a context call an external
	for _, c := range byID {
		asks[c] = map[*model.External]int{}
		for _, u := range c.UseCases {
			for i := range u.Calls {
				asks[c][u.Calls[i].External]++
			}
		}
	}
	kin := func(u *model.UseCase) map[*Context]int {
		n := map[*Context]int{}
		for _, v := range u.FollowsUp {
			n[p.plan.homes[v]]++
		}
		for i := range u.Then {
			n[p.plan.homes[u.Then[i].UseCase]]++
		}
		delete(n, nil)
		return n
	}
	place := func(u *model.UseCase, related map[*Context]int) {
		score := func(c *Context) (n int) {
			const relative, fellow = 1000, 10 // one related before any number of fellows, one of these before the team
			n = relative * related[c]
			for i := range u.Calls {
				n += fellow * asks[c][u.Calls[i].External]
			}
			if c.Owner != nil && c.Owner == u.Owner {
				n++
			}
			return n
		}
		best, most := byID[0], score(byID[0])
		for _, c := range byID[1:] {
			if n := score(c); n > most {
				best, most = c, n
			}
		}
		p.plan.homes[u] = best
	}
	for queue := slices.Clone(homeless); len(queue) > 0; queue = queue[1:] { // chains are housed from the end that has a home
		u := queue[0]
		related := kin(u)
		if p.plan.homes[u] != nil || len(related) == 0 {
			continue
		}
		place(u, related)
		queue = append(queue, u.FollowsUp...)
		for i := range u.Then {
			queue = append(queue, u.Then[i].UseCase)
		}
	}
	for _, u := range homeless {
		if p.plan.homes[u] == nil {
			place(u, kin(u))
		}
	}
	for _, u := range homeless {
		c := p.plan.homes[u]
		c.UseCases = append(c.UseCases, u)
	}
}

// place remembers what belongs to the context.
func (p *Plan) place(c *Context) {
	for _, u := range c.UseCases {
		p.homes[u] = c
	}
	for _, a := range c.Aggregates {
		p.owners[a] = c
	}
}

// slug makes a name fit for ids, hosts and files: "Card Payment" and "CardPayment"
// both give "card-payment".
func slug(name string) string {
	if s := fact.Kebab(name); s != "" {
		return s
	}
	return "system"
}

// link lists every interaction that leaves a context, by use case.
func (p *planner) link() []*Link {
	var out []*Link
	for _, u := range p.model.UseCases {
		home := p.plan.Home(u)
		if home == nil {
			continue
		}
		out = append(out, p.dataLinks(u, home)...)
		out = append(out, p.stepLinks(u, home)...)
		for i := range u.Calls {
			c := &u.Calls[i]
			out = append(out, &Link{
				Name: u.Name + ">" + c.External.Name, Path: c.Path, Span: c.Span, Kind: LinkCall, UseCase: u, From: home,
				Call: c, Rate: p.stepRate(u, &c.Step), Crosses: true, Waits: u.Asked() && !c.Later,
			})
		}
	}
	return onceByName(out)
}

// onceByName drops what repeats an interaction: a use case that tells another of
// two events reaches it once.
func onceByName(list []*Link) []*Link {
	seen := make(map[string]bool, len(list))
	return slices.DeleteFunc(list, func(l *Link) bool {
		again := seen[l.Name]
		seen[l.Name] = true
		return again
	})
}

func (p *planner) dataLinks(u *model.UseCase, home *Context) []*Link {
	var out []*Link
	for i := range u.Reads {
		r := &u.Reads[i]
		to := p.plan.OwnerOf(r.Aggregate)
		if to == nil || to == home || slices.Contains(u.Writes(), r.Aggregate) {
			continue
		}
		out = append(out, &Link{
			Name: u.Name + ">" + r.Aggregate.Name, Path: r.Path, Span: r.Span, Kind: LinkRead, UseCase: u, From: home, To: to,
			Aggregate: r.Aggregate, Read: r, Rate: p.stepRate(u, &r.Step), Crosses: to.Unit != home.Unit, Waits: u.Asked() && !r.Later,
		})
	}
	for _, a := range u.Writes() {
		to := p.plan.OwnerOf(a)
		if to == nil || to == home {
			continue
		}
		out = append(out, &Link{
			Name: u.Name + ">" + a.Name, Path: u.Path, Span: u.Span, Kind: LinkWrite, UseCase: u, From: home, To: to,
			Aggregate: a, Rate: u.Load.Peak, Crosses: to.Unit != home.Unit,
			Waits: u.Asked() && u.Consistency.Kind != "eventual",
		})
	}
	return out
}

func (p *planner) stepLinks(u *model.UseCase, home *Context) []*Link {
	var out []*Link
	for i := range u.Then {
		f := &u.Then[i]
		to := p.plan.Home(f.UseCase)
		if to == nil || to == home {
			continue
		}
		out = append(out, &Link{
			Name: u.Name + ">" + f.UseCase.Name, Path: f.Path, Span: f.Span, Kind: LinkFollow, UseCase: u, From: home, To: to,
			Follow: f, Target: f.UseCase, Rate: p.stepRate(u, &f.Step), Crosses: to.Unit != home.Unit, Waits: u.Asked() && !f.Later,
		})
	}
	for _, e := range u.Emits {
		for _, target := range e.Starts {
			to := p.plan.Home(target)
			if to == nil || to == home {
				continue
			}
			out = append(out, &Link{
				Name: u.Name + ">" + target.Name, Path: u.Path, Span: u.Span, Kind: LinkEvent, UseCase: u, From: home, To: to,
				Event: e, Target: target, Rate: u.Load.Peak, Crosses: to.Unit != home.Unit,
			})
		}
	}
	return out
}

// stepRate is the rate of a step: the use case's peak, times how often the step is
// needed. It is a derived fact of its own when chance or times say so.
func (p *planner) stepRate(u *model.UseCase, s *model.Step) fact.Number {
	factor := s.Chance.Or(1) * s.Times.Or(1)
	if factor == 1 || !u.Load.Peak.Known() {
		return u.Load.Peak
	}
	return p.plan.Facts.Add(fact.Fact{
		ID: s.Path + ".rate", Origin: fact.Derived, Value: fact.Quantity{Kind: fact.Rate, N: u.Load.Peak.N * factor},
		Rule: "peak of the use case x chance x times of the step", Inputs: []fact.ID{u.Load.Peak.Fact, s.Chance.Fact, s.Times.Fact},
	})
}
