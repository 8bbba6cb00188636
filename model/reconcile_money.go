package model

import (
	"fmt"
	"slices"

	"plumb.dev/plumb/fact"
)

// pricePerGB is what a gigabyte kept for a month costs, USD: list prices of the block storage under relational services were between
// 0.08 and 0.13 USD in 2025 (Amazon EBS gp3 0.08, Amazon RDS gp3 0.115, us-east-1).
// It decides only whether a question is asked; the cost of the design comes from
// the catalogue.
const pricePerGB = 0.1

// retentionAgainstBudget finds data whose keeping alone would take a good part of
// the budget at the end of the horizon.
func (r *reconciler) retentionAgainstBudget() {
	ctx := &r.m.Context
	if !ctx.Budget.Known() || ctx.Budget.N <= 0 {
		return
	}
	for _, a := range r.m.Aggregates {
		bytes := a.Instances.N * a.Size.N
		cost := bytes / 1e9 * pricePerGB * ctx.Exchange.Or(1)
		if cost <= 0.1*ctx.Budget.N {
			continue
		}
		kept := "kept for good"
		if a.Retained.Known() {
			kept = "kept for " + durationText(a.Retained.N)
		}
		fits := ctx.Horizon.N * 0.1 * ctx.Budget.N / cost
		r.ask(a.Path, byBudget(cost/ctx.Budget.N),
			fmt.Sprintf("How long must each %s be at hand?", a.Name),
			fmt.Sprintf("%s of them, %s, are %s at the end of the horizon: about %s a month of a budget of %s, in one copy",
				countText(a.Instances.N), kept, fact.FormatBytes(bytes), fact.FormatMoney(cost, ctx.Currency), fact.FormatMoney(ctx.Budget.N, ctx.Currency)),
			[]fact.ID{a.Instances.Fact, a.Size.Fact, a.Retained.Fact, ctx.Budget.Fact, ctx.Exchange.Fact},
			Answer{"the recent part at hand, the rest in an archive", fmt.Sprintf("about %s in the store, the rest in object storage at a tenth of the price", durationText(fits))},
			Answer{"all of it at hand", "the store is sized for all of it, and the budget grows"},
			Answer{"less long", fmt.Sprintf("%s would keep it to a tenth of the budget", durationText(fits))})
	}
}

// duties are the shortest and longest times for which rules want data kept.
var duties = []struct {
	rule, class string
	least       float64 // seconds, 0 for none
	source      string
}{
	{"hipaa", "health", 6 * year, "45 CFR 164.316(b)(2)(i): documentation is kept for six years"},
	{"sox", "", 7 * year, "17 CFR 210.2-06: records of an audit are kept for seven years"},
	{"pci-dss", "card", 0, "PCI DSS 4.0, requirement 3.2: card data is kept no longer than the business needs"},
	{"gdpr", "personal", 0, "GDPR article 5(1)(e): personal data is kept no longer than its purpose needs"},
	{"ccpa", "personal", 0, "California Civil Code 1798.100(a)(3): the time of keeping is told, and no longer than needed"},
}

// retentionAgainstDuty finds data kept for less than a rule wants, and data that a
// rule wants limited and nobody limits: one question per rule.
func (r *reconciler) retentionAgainstDuty() {
	for _, d := range duties {
		if !r.m.Context.Has(d.rule) {
			continue
		}
		if d.least > 0 {
			r.keptTooShort(d.rule, d.class, d.least, d.source)
		} else {
			r.keptForGood(d.rule, d.class, d.source)
		}
	}
}

func (r *reconciler) keptTooShort(rule, class string, least float64, source string) {
	for _, a := range r.m.Aggregates {
		inScope := class != "" && HasClass(a.Fields, class) || class == "" && hasKind(a.Fields, KindMoney) && a.History != "none"
		if !inScope || !a.Retained.Known() || a.Retained.N >= least {
			continue
		}
		r.ask(a.Path, 0.6,
			fmt.Sprintf("May %s be deleted after %s?", a.Name, durationText(a.Retained.N)),
			fmt.Sprintf("%s asks for %s (%s)", rule, durationText(least), source),
			[]fact.ID{a.Retained.Fact},
			Answer{"as stated", "somebody who knows the rule confirms that it does not apply to this data"},
			Answer{"no", fmt.Sprintf("keep it for %s; storage grows accordingly", durationText(least))})
	}
}

func hasKind(fields []*Field, kind FieldKind) bool {
	return slices.ContainsFunc(fields, func(f *Field) bool { return f.Kind == kind })
}

func (r *reconciler) keptForGood(rule, class, source string) {
	var names []string
	var about fact.ID
	for _, a := range r.m.Aggregates {
		if a.Retained.Known() || !HasClass(a.Fields, class) {
			continue
		}
		if about == "" {
			about = a.Path
		}
		names = append(names, a.Name)
	}
	if about == "" {
		return
	}
	r.ask(about, 0.15,
		fmt.Sprintf("How long is the %s data of %s kept?", class, list(names)),
		fmt.Sprintf("no time is stated for %s, and %s wants one (%s)", list(names), rule, source),
		nil,
		Answer{"as long as the relation lasts", "erased on request and when an account is closed; nothing is deleted by age"},
		Answer{"a fixed time", "write it as retained; a job deletes what is older"})
}

// pricePerGBOut is what a gigabyte sent to the internet costs: 0.05 to 0.12 USD at list
// price with the large providers in 2025 (Amazon EC2 data transfer 0.09, us-east-1,
// first 10 TB). Like [pricePerGB], it decides only whether a question is asked.
const pricePerGBOut = 0.09

// trafficAgainstBudget finds answers that are so large, or so many, that sending them
// would take a good part of the budget.
func (r *reconciler) trafficAgainstBudget() {
	ctx := &r.m.Context
	if !ctx.Budget.Known() || ctx.Budget.N <= 0 {
		return
	}
	for _, u := range r.m.UseCases {
		if !u.Asked() || !u.BytesOut.Known() || !u.Load.Average.Known() {
			continue
		}
		cost := u.Load.Average.N * u.BytesSent() * fact.Month.Seconds() / 1e9 * pricePerGBOut * ctx.Exchange.Or(1)
		if cost <= 0.25*ctx.Budget.N {
			continue
		}
		fits := 0.25 * ctx.Budget.N / cost
		r.ask(u.Path, byBudget(cost/ctx.Budget.N)*importance(u),
			fmt.Sprintf("Does %s really send %s, %s on average?", u.Name, fact.FormatBytes(u.BytesOut.N), rateText(u.Load.Average.N)),
			fmt.Sprintf("about %s a month to send it, of a budget of %s", fact.FormatMoney(cost, ctx.Currency), fact.FormatMoney(ctx.Budget.N, ctx.Currency)),
			[]fact.ID{u.Load.Average.Fact, u.BytesOut.Fact, u.Items.Fact, ctx.Budget.Fact, ctx.Exchange.Fact},
			Answer{"yes", "the price stands in the design"},
			Answer{"less each time", fmt.Sprintf("%s an answer would keep it to a quarter of the budget: write it as payload or items", fact.FormatBytes(u.BytesOut.N*fits))},
			Answer{"less often", fmt.Sprintf("%s on average would: write it as average", rateText(u.Load.Average.N*fits))})
	}
}

// pricesAgainstBudget adds up what externals charge and compares it with the
// budget, today and at the end of the horizon.
func (r *reconciler) pricesAgainstBudget() {
	ctx := &r.m.Context
	c := chargesOf(r.m)
	if !c.swamp(ctx) {
		return
	}
	show := func(n float64) string { return fact.FormatMoney(n, ctx.Currency) }
	breakdown := show(c.most) + " of it for " + c.dearest.Name
	capped := "the fixed charges alone exceed it"
	if room := ctx.Budget.N*0.5 - c.fixed; room > 0 && c.perCall > 0 {
		capped = fmt.Sprintf("half of the budget pays for %s of today's calls", shareText(min(1, room/c.perCall)))
	}
	r.ask("context.budget", byBudget(max(c.now, c.later-ctx.Budget.N)/ctx.Budget.N),
		fmt.Sprintf("Do the charges of others come out of the %s a month?", show(ctx.Budget.N)),
		fmt.Sprintf("externals charge %s a month today (%s) and %s at the end of the horizon, before anything of our own runs", show(c.now), breakdown, show(c.later)),
		append(c.facts, ctx.Budget.Fact, ctx.Growth.Fact, ctx.Horizon.Fact),
		Answer{"no", "the budget is for what we run; the charges are listed beside it"},
		Answer{"yes, and use is capped", capped},
		Answer{"yes, and the budget grows", fmt.Sprintf("to about %s a month at the end of the horizon, and what we run comes on top", show(c.later))})
}

// charges are what externals charge a month.
type charges struct {
	fixed, perCall float64 // today
	now, later     float64 // together, today and at the end of the horizon
	facts          []fact.ID
	dearest        *External // nil when none charges anything
	most           float64   // what it charges
}

func chargesOf(m *Model) (c charges) {
	for _, x := range m.Externals {
		charge := x.Price.N * callsPerMonth(m, x)
		c.fixed += x.Cost.N
		c.perCall += charge
		if x.Price.Known() || x.Cost.Known() {
			c.facts = append(c.facts, x.Price.Fact, x.Cost.Fact)
		}
		if charge+x.Cost.N > c.most {
			c.most, c.dearest = charge+x.Cost.N, x
		}
	}
	c.now = c.fixed + c.perCall
	c.later = c.fixed + c.perCall*grown(m.Context.Horizon.N, m.Context.Growth.N)
	return c
}

// swamp reports whether charges take more than half of the budget today, or more than
// all of it in the end.
func (c *charges) swamp(ctx *Context) bool {
	return ctx.Budget.Known() && ctx.Budget.N > 0 && c.dearest != nil &&
		!(c.now <= 0.5*ctx.Budget.N && c.later <= ctx.Budget.N)
}

// callsPerMonth is how often an external is called in a mean month.
func callsPerMonth(m *Model, x *External) float64 {
	total := 0.0
	for _, u := range m.UseCases {
		for i := range u.Calls {
			if c := &u.Calls[i]; c.External == x {
				total += u.Load.Average.N * c.Chance.N * c.Times.N * fact.Month.Seconds()
			}
		}
	}
	return total
}
