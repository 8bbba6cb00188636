package build

import (
	"fmt"
	"slices"
	"strings"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/decide"
	"plumb.dev/plumb/fact"
)

// cost is what running it takes a month, at list prices: the money that the chosen
// options were compared by, what others are paid, and the traffic out. What has no
// price is named, not guessed.
func (b *builder) cost() {
	c := &b.a.Cost
	c.Exchange = value(fact.Count, b.m.Context.Exchange)
	grows := map[string]bool{}
	b.priced(c, grows)
	b.paid(c, grows)
	total, later := 0.0, 0.0
	var inputs []fact.ID
	growth := b.growth()
	for _, p := range c.Parts {
		total += p.Value.N
		inputs = append(inputs, p.Value.Fact)
		if grows[p.Name] {
			later += p.Value.N * growth.N
		} else {
			later += p.Value.N
		}
	}
	if len(c.Parts) == 0 {
		return
	}
	c.Total = b.money("cost.total", total, "sum of its parts", inputs...)
	c.AtHorizon = b.money("cost.horizon", later, "what follows the load x growth, the rest as it is", append(inputs, growth.Fact)...)
	b.budget()
}

func (b *builder) priced(c *arch.Cost, grows map[string]bool) {
	sums := map[string]float64{}
	inputs := map[string][]fact.ID{}
	notes := map[string][]string{}
	for i := range b.a.Decisions {
		d := &b.a.Decisions[i]
		v, how, ok := b.scored(d.ID, "money")
		if !ok || v.N <= 0 {
			continue
		}
		sums[d.Question] += v.N
		inputs[d.Question] = append(inputs[d.Question], v.Fact)
		if about := strings.TrimSuffix(string(d.ID), "."+d.Question); about != string(d.ID) {
			how = about + ": " + how
		}
		notes[d.Question] = append(notes[d.Question], how)
	}
	for _, f := range decide.Costs {
		if sums[f.Question] <= 0 {
			continue
		}
		b.part(c, f.Name, sums[f.Question], strings.Join(some(notes[f.Question], 3), "; "), "money that the chosen options were compared by, at list price", inputs[f.Question]...)
		grows[f.Name] = f.Grows
	}
	b.unpriced(c)
}

func (b *builder) part(c *arch.Cost, name string, n float64, note, rule string, inputs ...fact.ID) {
	c.Parts = append(c.Parts, arch.Part{Name: name, Note: note, Value: b.money(fact.ID("cost."+fact.Kebab(name)), n, rule, inputs...)})
}

// unpriced names what was put in with an assumed price because the catalogue has
// none for this platform.
func (b *builder) unpriced(c *arch.Cost) {
	cloud := b.m.Context.Platform.Cloud
	seen := map[string]bool{}
	note := func(tech, what string) {
		t, ok := b.p.Catalog.Technology(tech)
		if seen[tech] || slices.Contains(b.m.Context.RunsAlready, tech) {
			return
		}
		seen[tech] = true
		for _, key := range []string{"price-node-hour-", "price-million-", "price-partition-hour-", "price-vcpu-hour-"} {
			if ok {
				if _, known := t.Number(key + cloud); known {
					return
				}
			}
		}
		where := "on " + cloud
		if cloud == "" {
			where = "while no cloud is named"
		}
		c.Unknown = append(c.Unknown, fmt.Sprintf("%s of %s: no list price %s; an assumed price of a node stands in the sum", what, b.productName(tech), where))
	}
	if b.onOneMachine() {
		if t, ok := b.p.Catalog.Technology("virtual-machines"); ok {
			if _, known := t.Number("price-small-hour-" + cloud); !known {
				c.Unknown = append(c.Unknown, "the machine: no list price while no cloud is named; an assumed price of a small one stands in the sum")
			}
		}
	} else {
		for i := range b.a.Stores {
			note(b.a.Stores[i].Technology, "nodes")
		}
	}
	for i := range b.a.Broker {
		if b.a.Broker[i].Kind != "table" {
			note(b.a.Broker[i].Technology, "nodes")
		}
	}
}

// paid is what others ask for, by the month or by the call, and the traffic out.
func (b *builder) paid(c *arch.Cost, grows map[string]bool) {
	for _, x := range b.p.Charges() {
		if !x.Known {
			c.Unknown = append(c.Unknown, x.Name+": "+x.How)
			continue
		}
		if x.Price.ID != "" {
			x.Inputs = append(x.Inputs, b.noted(x.Price).Fact)
		}
		if x.Apart {
			b.apart = append(b.apart, x.Name)
		}
		b.part(c, x.Name, x.Money, x.How, x.Rule, x.Inputs...)
		grows[x.Name] = x.Grows
	}
}

// budget holds the cost against what was stated.
func (b *builder) budget() {
	target := b.m.Context.Budget
	if !target.Known() {
		return
	}
	c := &b.a.Cost
	t := arch.Value{Quantity: fact.Quantity{Kind: fact.Money, N: target.N, Text: b.currency()}, Fact: target.Fact}
	o := arch.Objective{
		ID: "system.cost", Kind: "cost", Measure: "per month", Target: t, Achieved: c.Total, Stated: b.stated(target), Budget: c.Parts,
		SLI: "bills of the platform and of others", Scenario: b.costScenario(),
		Trace: arch.Trace{Serves: []arch.Path{target.Fact}, By: b.by("deployables", "telemetry", "gateway")},
	}
	if len(b.apart) > 0 {
		o.Budget = slices.DeleteFunc(slices.Clone(c.Parts), func(p arch.Part) bool { return slices.Contains(b.apart, p.Name) })
		ours := 0.0
		for _, p := range o.Budget {
			ours += p.Value.N
		}
		o.Achieved = b.money("cost.ours", ours, "sum of its parts without what externals charge", inputsOf(o.Budget)...)
		o.SLI = "bills of the platform"
		o.Scenario = strings.TrimSuffix(o.Scenario, ".") + fmt.Sprintf("; what %s charge is paid beside it.", and(b.apart))
	}
	judge(&o, false)
	if o.Verdict == "missed" {
		o.Nearest = o.Achieved
		if least := b.p.Least; least > 0 {
			o.Nearest = b.money("cost.least", least, "the cheapest feasible option of every decision whose money is part of the cost", inputsOf(o.Budget)...)
		}
	}
	b.a.Objectives = append(b.a.Objectives, o)
}

// inputsOf are the facts of the parts of a cost.
func inputsOf(parts []arch.Part) []fact.ID {
	var out []fact.ID
	for _, p := range parts {
		out = append(out, p.Value.Fact)
	}
	return out
}

func (b *builder) costScenario() string {
	var most string
	n := 0.0
	for _, u := range b.m.UseCases {
		if u.Asked() && len(u.Creates) > 0 && u.Load.Average.N > n {
			most, n = fact.Phrase(b.plural(u.Creates[0].Name)), u.Load.Average.N
		}
	}
	s := "A month at today's load"
	if most != "" {
		s = fmt.Sprintf("A month of %s %s", fact.FormatCount(n*month), most)
	}
	if len(b.a.Cost.Unknown) > 0 {
		s += fmt.Sprintf(", without %s that no price is known of", b.counted(len(b.a.Cost.Unknown), "thing"))
	}
	return s + "."
}
