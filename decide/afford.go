package decide

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/catalog"
	"plumb.dev/plumb/fact"
)

// What running the system costs is the sum over many decisions, none of which can
// tell alone whether the budget carries it. So all are taken first; where their sum is
// above the budget, dearer options are ruled out where that loses least, and they are
// taken again.

// Cost is a question whose chosen option's money is part of what running costs.
type Cost struct {
	Question string
	Name     string // of the part in the bill
	Grows    bool   // with the load
}

// Costs are these questions, in the order of the bill.
var Costs = []Cost{
	{"scaling", "processors", true},
	{"store", "stores", false}, // sized for the horizon already
	{"files", "files", false},  // priced at the horizon
	{"broker", "broker", false},
	{"read-model", "read models", false},
	{"gateway", "public entry", true},
	{"mesh", "mesh", true},
	{"identity", "identity", false},
	{"telemetry", "telemetry", true},
	{"sampling", "traces", true},
	{"backup", "backups", false},
	{"regions", "further regions", true},
	{"rollout", "second sets for releases", true},
}

func costs(question string) bool {
	return slices.ContainsFunc(Costs, func(c Cost) bool { return c.Question == question })
}

// Charge is what is paid a month beside what decisions cost: to externals, and for
// traffic to the internet. Known is false where no price is; How then says of what.
type Charge struct {
	Name  string
	Money float64
	Known bool
	// Apart tells that the budget does not carry it, see model.Context.ChargesApart.
	Apart  bool
	How    string // in numbers, where it comes from
	Rule   string
	Inputs []fact.ID
	Price  catalog.Number // of traffic
	Grows  bool           // with the load
}

// Charges lists what is paid beside what decisions cost.
func (p *Plan) Charges() []Charge { return charges(p, nil) }

func charges(p *Plan, over fact.Overrides) []Charge {
	var out []Charge
	for _, x := range p.Model.Externals {
		c := Charge{Name: fact.Phrase(x.Name), Apart: p.Model.Context.ChargesApart}
		calls := 0.0
		for _, l := range p.Links {
			if l.Kind == LinkCall && l.Call.External == x {
				calls += l.UseCase.Load.Average.N * l.Call.Chance.Or(1) * l.Call.Times.Or(1) * monthSeconds
				c.Inputs = append(c.Inputs, l.UseCase.Load.Average.Fact, l.Call.Chance.Fact, l.Call.Times.Fact)
			}
		}
		switch {
		case x.Price.Known():
			c.Known, c.Grows, c.Money = true, true, calls*x.Price.N
			c.How = fmt.Sprintf("%s at %s", callsOf(calls), fact.FormatMoney(x.Price.N, cmp.Or(p.Model.Context.Currency, "USD")))
			c.Rule, c.Inputs = "calls a month x price of a call", append(c.Inputs, x.Price.Fact)
			if x.Cost.Known() {
				c.Money += x.Cost.N
				c.How += fmt.Sprintf(", and %s by the month", fact.FormatMoney(x.Cost.N, cmp.Or(p.Model.Context.Currency, "USD")))
				c.Rule, c.Inputs = c.Rule+", and what it costs by the month", append(c.Inputs, x.Cost.Fact)
			}
		case x.Cost.Known():
			c.Known, c.Money, c.How, c.Rule, c.Inputs = true, x.Cost.N, "by the month, as stated", "as stated", []fact.ID{x.Cost.Fact}
		case calls == 0:
			continue // nobody asks it
		default:
			c.How = callsOf(calls) + " a month, no price stated"
		}
		out = append(out, c)
	}
	if c, any := traffic(p, over); any {
		out = append(out, c)
	}
	return out
}

func callsOf(calls float64) string {
	n := fact.FormatCount(calls)
	if n == "1" {
		return "1 call"
	}
	return n + " calls"
}

// traffic is what leaves for the internet.
func traffic(p *Plan, over fact.Overrides) (c Charge, any bool) {
	cloud := p.Model.Context.Platform.Cloud
	bytes := 0.0
	for _, u := range p.Model.UseCases {
		if u.Asked() && u.BytesOut.Known() {
			bytes += u.Load.Average.N * u.BytesSent() * monthSeconds
			c.Inputs = append(c.Inputs, u.Load.Average.Fact, u.BytesOut.Fact)
			if u.FanOut.Known() {
				c.Inputs = append(c.Inputs, u.FanOut.Fact)
			}
		}
	}
	if t, ok := p.Catalog.Technology(cloud); ok {
		c.Price, c.Known = t.Number("price-egress")
	}
	price, listed := 0.0, 0.0
	if c.Known {
		f := c.Price.Fact()
		price = f.Value.N
		if q, set := over[f.ID]; set {
			price = q.N
		}
		listed = price
		if x := p.Model.Context.Exchange; x.Known() {
			price *= x.N
			c.Inputs = append(c.Inputs, x.Fact)
		}
	}
	c.Name, c.Grows, c.Money = "traffic out", true, bytes/1e9*price
	c.How = fmt.Sprintf("%s at %s a GB", fact.FormatBytes(bytes), fact.FormatMoney(listed, "USD"))
	c.Rule = "average x size of the answer x price"
	if !c.Known {
		c.Name = "traffic to the internet"
		c.How = fmt.Sprintf("%s a month, no list price for %s", fact.FormatBytes(bytes), cmp.Or(cloud, "an unnamed cloud"))
	}
	return c, bytes > 0
}

// spends is what the plan costs a month of what the budget carries.
func (p *planner) spends() float64 {
	sum := 0.0
	for _, c := range charges(p.plan, p.over) {
		if !c.Apart {
			sum += c.Money
		}
	}
	for i := range p.plan.Decisions {
		if d := &p.plan.Decisions[i]; costs(d.Question) {
			if o := d.Option(d.Choice); o != nil {
				sum += money(o)
			}
		}
	}
	return sum
}

func money(o *arch.Option) float64 {
	for i := range o.Scores {
		if o.Scores[i].Criterion == "money" {
			return o.Scores[i].Value.N
		}
	}
	return 0
}

// dearest are the most that the option of a decision may cost a month.
type dearest map[arch.DecisionID]float64

// within finds limits under which the plan costs no more than the budget: one
// decision after the other goes to a cheaper option, always where least worth is lost
// for what is saved, until enough is; what turns out not to be needed is taken back.
// It is nil when nothing would make the budget carry the plan; least is then the
// least it could cost.
func (p *planner) within(budget, spent float64) (most dearest, least float64) {
	type cheaper struct {
		d           *arch.Decision
		from, to    *arch.Option
		saves, lose float64
	}
	chosen := map[arch.DecisionID]*arch.Option{}
	var took []cheaper
	for spent > budget {
		var best *cheaper
		for i := range p.plan.Decisions {
			d := &p.plan.Decisions[i]
			if !costs(d.Question) || Joint(d.Question) || d.Pinned != nil {
				continue
			}
			from := cmp.Or(chosen[d.ID], d.Option(d.Choice))
			for k := range d.Options {
				to := &d.Options[k]
				saves := money(from) - money(to)
				if !to.Feasible() || saves <= 0 {
					continue
				}
				c := cheaper{d, from, to, saves, from.Utility - to.Utility}
				if best == nil || c.lose*best.saves < best.lose*c.saves {
					best = &c
				}
			}
		}
		if best == nil {
			return nil, spent
		}
		chosen[best.d.ID] = best.to
		spent -= best.saves
		took = append(took, *best)
	}
	slices.SortStableFunc(took, func(a, b cheaper) int { return cmp.Compare(b.lose, a.lose) })
	for _, c := range took {
		if chosen[c.d.ID] == c.to && spent+c.saves <= budget {
			chosen[c.d.ID] = c.from
			spent += c.saves
		}
	}
	most = maps.Clone(p.most)
	if most == nil {
		most = dearest{}
	}
	for id, o := range chosen {
		if o.ID != p.plan.Choice(id) {
			most[id] = money(o)
		}
	}
	return most, 0
}

// affordable takes the decisions of a planner that has taken them again, until the
// budget carries them: with as many zones as were chosen, else with fewer, and last
// with one machine for everything, because what stands by is given up last. Where it
// cannot, the plan stays as it was, and names the least that it could cost.
func (p *planner) affordable(in Input) *planner {
	budget := in.Model.Context.Budget
	if !budget.Known() || p.problems.HasErrors() {
		return p
	}
	p.plan.spends = p.spends()
	least := 0.0
	for _, most := range append([]dearest{nil}, p.fewerZones()...) {
		from := p
		if most != nil {
			from = p.again(in, most)
		}
		fits, floor := from.fitted(in)
		if fits != nil {
			fits.plan.Rather = least
			return fits
		}
		if floor > 0 && (least == 0 || floor < least) {
			least = floor
		}
	}
	p.plan.Least = least
	return p
}

// fewerZones are the limits under which ever fewer zones are chosen.
func (p *planner) fewerZones() (out []dearest) {
	d := p.plan.Decision("zones")
	if d == nil || d.Pinned != nil || d.Option(d.Choice) == nil {
		return nil
	}
	for i := range d.Options {
		if o := &d.Options[i]; o.Feasible() && money(o) < money(d.Option(d.Choice)) {
			out = append(out, dearest{d.ID: money(o)})
		}
	}
	slices.SortFunc(out, func(a, b dearest) int { return cmp.Compare(b[d.ID], a[d.ID]) })
	return out
}

// again takes all decisions again under limits.
func (p *planner) again(in Input, most dearest) *planner {
	in.Cut, in.Room = &p.plan.Cut, nil // the plans before this one are still needed
	next := newPlanner(in)
	next.most, next.plan.most = most, most
	next.takeAll()
	next.plan.spends = next.spends()
	return next
}

// fitted takes the decisions of a planner again until the budget carries them. It is
// nil where it cannot; least is then what they would cost at the least, 0 where that
// does not settle.
func (p *planner) fitted(in Input) (fits *planner, least float64) {
	budget := in.Model.Context.Budget.N
	for range rounds {
		if p.plan.spends <= budget {
			return p, 0
		}
		most, least := p.within(budget, p.plan.spends)
		if most == nil {
			return nil, least
		}
		p = p.again(in, most)
	}
	return nil, 0
}

// rounds bounds how often decisions are taken again because the cheaper ones change
// what others cost.
const rounds = 4

// tooDear rules out what costs more than the decision may.
func (p *planner) tooDear(s *sheet) {
	most, limited := p.most[s.ident]
	if !limited {
		return
	}
	budget := s.model.Context.Budget
	before, _ := s.best()
	for i := range s.options {
		if m := money(&s.options[i]); m > most && s.options[i].Feasible() {
			option{s, i}.out(budget.Fact, "%s a month are planned, and %s for it leave too little for the rest", s.cash(budget.N), s.cash(m))
		}
	}
	s.n(budget)
	s.spared = before >= 0 && !s.options[before].Feasible()
}

func (s *sheet) cash(v float64) fact.Quantity {
	return fact.Quantity{Kind: fact.Money, N: v, Text: s.criteria[critMoney].currency}
}
