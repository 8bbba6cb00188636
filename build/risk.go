package build

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/fact"
)

// shownRisks bounds the list: what a review can talk through.
const shownRisks = 10

// risks ranks what could break this design by how much of a promise it would cost.
func (b *builder) risks() {
	b.missedRisks()
	b.limitRisks()
	b.questionRisks()
	b.outageRisks()
	b.machineRisk()
	b.budgetRisk()
	b.narrowRisks()
	b.operationRisks()
	slices.SortStableFunc(b.a.Risks, func(x, y arch.Risk) int { return cmp.Or(compare(y.Exposure, x.Exposure), cmp.Compare(x.Risk, y.Risk)) })
	b.a.Risks = b.a.Risks[:min(shownRisks, len(b.a.Risks))]
	for i := range b.a.Risks {
		b.a.Risks[i].Number = i + 1
	}
}

func (b *builder) risk(exposure float64, what, why, answer string, serves arch.Path, by ...arch.DecisionID) {
	r := arch.Risk{Risk: what, Why: why, Exposure: math.Max(0, math.Min(1, exposure)), Answer: answer}
	if serves != "" {
		r.Serves = []arch.Path{serves}
	}
	r.By = b.by(by...)
	b.a.Risks = append(b.a.Risks, r)
}

// missedRisks are targets that cannot be met as stated.
func (b *builder) missedRisks() {
	for i := range b.a.Objectives {
		o := &b.a.Objectives[i]
		if o.Verdict != "missed" {
			continue
		}
		if o.Kind == "cost" {
			b.risk(0.5+math.Min(0.5, -o.Margin), "The budget does not carry it", fmt.Sprintf("%s are planned, %s is what the parts cost at list price", o.Target, o.Achieved),
				"Look first at "+b.largestCosts()+".", firstPathOf(o), o.By...)
			continue
		}
		name := o.Kind
		if o.UseCase != "" {
			name = fact.Phrase(arch.Short(o.UseCase)) + ": " + o.Kind
		}
		answer := "Agree on " + o.Nearest.String()
		if p := largest(o); p != "" {
			answer += ", or shorten " + p
		}
		how, who := "stated", "asked for"
		if !o.Stated {
			how, who = "assumed", "assumed where nothing is asked for"
		}
		b.risk(0.5+math.Min(0.5, -o.Margin), fmt.Sprintf("The target of %s cannot be met as %s", name, how),
			fmt.Sprintf("%s is %s, %s is what the parts give", o.Target, who, o.Achieved), answer+".", firstPathOf(o), o.By...)
	}
}

func largest(o *arch.Objective) string {
	if len(o.Budget) == 0 {
		return ""
	}
	p := slices.MaxFunc(o.Budget, func(x, y arch.Part) int { return compare(x.Value.N, y.Value.N) })
	return fmt.Sprintf("%s (%s)", p.Name, p.Value)
}

func firstPathOf(o *arch.Objective) arch.Path {
	if len(o.Serves) > 0 {
		return o.Serves[0]
	}
	return o.UseCase
}

// limitRisks are ceilings that growth reaches before the horizon.
func (b *builder) limitRisks() {
	growth := b.growth()
	for i := range b.a.Capacity {
		c := &b.a.Capacity[i]
		if !c.Ceiling.Known() || c.Ceiling.N <= 0 || strings.HasPrefix(c.Name, "processors") || strings.HasPrefix(c.Name, "data") || strings.HasPrefix(c.Name, "events") {
			continue // replicas follow the load; the others are sized for the horizon
		}
		later := c.Value.N * growth.N / c.Ceiling.N
		if later < 0.8 {
			continue
		}
		when := "is above it today"
		if c.Value.N < c.Ceiling.N && b.m.Context.Growth.N > 0 {
			when = fmt.Sprintf("reaches it in %s", fact.FormatSeconds(math.Log(c.Ceiling.N/c.Value.N)/math.Log(1+b.m.Context.Growth.N)*fact.Year.Seconds()))
		}
		answer := "Agree on a higher one before, or spread the calls."
		if !strings.HasPrefix(c.Name, "calls") {
			answer = "Larger nodes first; then a read copy, or partitions by key."
		}
		what := "outgrow their ceiling"
		if later < 1 {
			what = "come near their ceiling"
		}
		b.risk(0.3*later, fmt.Sprintf("%s %s", sentenceCase(c.Name), what),
			fmt.Sprintf("%s of %s at peak; at %s a year it %s", c.Value, c.Ceiling, fact.FormatShare(b.m.Context.Growth.N), when), answer, c.Of)
	}
}

// questionRisks are readings that the owners may mean otherwise.
func (b *builder) questionRisks() {
	for i, q := range b.m.Questions {
		if i == 3 || q.Weight <= 0 {
			break
		}
		b.risk(0.6*q.Weight, fmt.Sprintf("Question %d answered otherwise", i+1), strings.TrimSuffix(q.Finding, "."), fmt.Sprintf("Taken for granted: %s", q.Default), q.About)
	}
}

// outageRisks are systems of others that a promise stands or falls with.
func (b *builder) outageRisks() {
	for i := range b.a.Objectives {
		o := &b.a.Objectives[i]
		if o.Kind != "availability" || o.Verdict == "missed" {
			continue
		}
		for _, p := range o.Budget {
			x := b.externals[p.Name]
			allowed := (1 - o.Target.N) * month
			if x == nil || p.Value.N < allowed/4 {
				continue
			}
			b.risk(0.5*p.Value.N/allowed, fmt.Sprintf("%s uses up what %s may be away", sentenceCase(fact.Phrase(p.Name)), fact.Phrase(arch.Short(o.UseCase))),
				fmt.Sprintf("%s of %s a month, if it keeps its own promise of %s", p.Value, fact.FormatSeconds(allowed), fact.FormatShare(x.Availability.N)),
				"Measure it from the first day; keep what could take its place ready.", x.Path)
		}
	}
	for _, e := range b.m.Externals {
		f, ok := b.m.Facts.Get(e.Availability.Fact)
		if !ok || f.Origin != fact.Assumed || len(b.calls[e]) == 0 {
			continue
		}
		b.risk(0.1, fmt.Sprintf("Nobody said how reliable %s is", fact.Phrase(e.Name)),
			fmt.Sprintf("%s was taken, %s to %s are plausible", fact.FormatShare(f.Value.N), fact.FormatShare(f.Low), fact.FormatShare(f.High)), "Ask for its record before its adapter is built.", e.Path)
	}
}

// machineRisk is everything on one machine, because the budget carries no more.
func (b *builder) machineRisk() {
	if rather := b.p.Rather; b.onOneMachine() && rather > 0 {
		away := b.p.Parameter("zones", "away")
		b.risk(0.6, "Everything stands on one machine", fmt.Sprintf("It is away %s a month; a second of everything makes it at least %s, and %s are planned", away, fact.FormatMoney(rather, b.currency()), fact.FormatMoney(b.m.Context.Budget.N, b.currency())),
			fmt.Sprintf("Bring it up from its copies before anybody depends on it; raise the budget to %s when %s a month are too much.", fact.FormatMoney(rather, b.currency()), away), b.m.Context.Budget.Fact, "zones")
	}
}

// budgetRisk is money at the horizon.
func (b *builder) budgetRisk() {
	c, target := &b.a.Cost, b.m.Context.Budget
	if !target.Known() || !c.AtHorizon.Known() || c.AtHorizon.N <= 0.8*target.N || c.Total.N > target.N {
		return
	}
	b.risk(0.4*math.Min(2, c.AtHorizon.N/target.N), "Growth passes the budget", fmt.Sprintf("%s now, %s later, %s planned", c.Total, c.AtHorizon, fact.FormatMoney(target.N, b.currency())),
		"The largest parts are looked at first: "+b.largestCosts()+".", target.Fact)
}

func (b *builder) largestCosts() string {
	parts := slices.Clone(b.a.Cost.Parts)
	slices.SortStableFunc(parts, func(x, y arch.Part) int { return compare(y.Value.N, x.Value.N) })
	var out []string
	for _, p := range parts[:min(3, len(parts))] {
		out = append(out, fmt.Sprintf("%s (%s)", p.Name, p.Value))
	}
	return and(out)
}

// narrowRisks are significant decisions won by little.
func (b *builder) narrowRisks() {
	for i := range b.a.Decisions {
		d := &b.a.Decisions[i]
		if !d.Significant || d.RunnerUp == "" || d.Margin >= 0.03 || d.Pinned != nil {
			continue
		}
		other := d.Option(d.RunnerUp)
		if other == nil {
			continue
		}
		b.risk(0.2*(1-d.Margin/0.03)*math.Min(1, d.Reversal.N/40), fmt.Sprintf("D%d was won by little: %s", d.Number, lowerFirst(d.Title)),
			fmt.Sprintf("%s is %s behind; changing later costs %s", other.Name, fact.FormatNumber(d.Margin, 2), d.Reversal), "Confirm it early: "+d.Confirmation.String()+".", d.About, d.ID)
	}
}

// operationRisks are teams with more to run than they have hours for.
func (b *builder) operationRisks() {
	for _, t := range b.a.Teams {
		if !t.Load.Known() || t.People.N <= 0 {
			continue
		}
		hours := b.reference("people.engineer-hours-month")
		toil := b.reference("people.toil-share-max")
		most := t.People.N * hours.N * toil.N
		if most <= 0 || t.Load.N <= most/2 {
			continue
		}
		b.risk(0.5*t.Load.N/most, fmt.Sprintf("Team %s has too much to run", t.ID), fmt.Sprintf("%s of about %s h/month that %s people can spare", t.Load, fact.FormatNumber(most, 3), t.People), "Fewer technologies, or more of it bought.", "context.teams."+arch.Path(t.ID))
	}
}
