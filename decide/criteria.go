package decide

import (
	"math"

	"plumb.dev/plumb/fact"
)

// criterionID indexes the criteria table.
type criterionID int

// The criteria. Each is measured in a physical unit, less is better in all, and
// its worth is half/(half + x): 1 at nothing, one half at the value named Half,
// never quite 0, so that a difference always counts and no score saturates.
const (
	critLatency criterionID = iota
	critDowntime
	critMoney
	critOperations
	critBuild
	critChange
	critStaleness
	critBlast
	critLoss
	critRoundTrips
	critExposure
	critUnseen
)

type criterion struct {
	name, about string
	kind        fact.Kind
	currency    string
	half        float64
	weight      float64
	why         string // where half and weight come from
}

func (c *criterion) worth(x float64) float64 {
	if math.IsNaN(x) {
		return 0
	}
	return c.half / (c.half + math.Max(0, x))
}

// Criterion is one entry of the criteria reference.
type Criterion struct {
	Name, About, Why string
	Half             fact.Quantity
	Weight           float64
}

// Criteria lists what options are compared by, for a system of five engineers and
// no stated budget; Half of operations and money follow the model.
func Criteria() []Criterion {
	table := criteriaTable(5, 0, "USD")
	out := make([]Criterion, len(table))
	for i, c := range table {
		out[i] = Criterion{c.name, c.about, c.why, fact.Quantity{Kind: c.kind, N: c.half, Text: c.currency}, c.weight}
	}
	return out
}

// hoursPerMonth is what one engineer works in a month: 1,720 annual productive
// hours, the EU's standard for cost reporting (Regulation (EU) 2021/695, Annex:
// model grant agreement), divided by twelve.
const hoursPerMonth = 1720.0 / 12

// criteriaTable gives the criteria for an organisation of so many engineers and a
// monthly budget, 0 when none was stated. Weights are priorities, not truths: they
// say that running a system weighs as much as users' latency and downtime, that
// building it once weighs less than changing it for years.
func criteriaTable(engineers, budget float64, currency string) []criterion {
	money := 500.0
	if budget > 0 {
		money = budget / 6
	}
	return []criterion{
		critLatency:    {"latency", "time added to the 99th percentile that a caller waits", fact.Duration, "", 0.1, 0.16, "half at 100 ms, the delay from which a person notices that a machine works (Miller 1968; Nielsen 1993), or at a quarter of the use case's own target where that is longer"},
		critDowntime:   {"downtime", "share of requests lost to failures of this part, in minutes a month", fact.Duration, "", 10 * 60, 0.16, "half at 10 minutes a month, a quarter of what 99.9% allows"},
		critMoney:      {"money", "price of running it", fact.Money, currency, money, 0.12, "half at a sixth of the budget, the share of one of the usual parts (compute, stores, messaging, edge, identity, telemetry), or 500 a month when none is stated"},
		critOperations: {"operations", "engineer hours to keep it running", fact.Hours, "", engineers * hoursPerMonth * 0.02, 0.18, "half at 2% of the engineers' hours"},
		critBuild:      {"build", "effort until it first works", fact.Days, "", 10, 0.1, "half at two weeks of one person"},
		critChange:     {"change", "effort of a typical later change, per month", fact.Days, "", 2, 0.12, "half at two days a month"},
		critStaleness:  {"staleness", "age of what a reader may see", fact.Duration, "", 60, 0.06, "half at a minute"},
		critBlast:      {"blast radius", "share of the requests that stop when this part fails", fact.Share, "", 0.25, 0.06, "half at a quarter of the requests"},
		critLoss:       {"loss", "effects lost, doubled or out of order, per month, left to repair by hand", fact.Count, "", 1, 0.16, "half at one a month: each costs a person an investigation"},
		critRoundTrips: {"round trips", "calls a client makes for one task", fact.Count, "", 3, 0.08, "half at three"},
		critExposure:   {"exposure", "time a stolen or revoked credential still opens something", fact.Duration, "", 3600, 0.12, "half at an hour: about what noticing and revoking takes at best"},
		critUnseen:     {"unseen", "share of failures that nobody can see or explain afterwards", fact.Share, "", 0.1, 0.1, "half at one in ten"},
	}
}

// setCriteria fits the table to the model.
func (p *planner) setCriteria() []criterion {
	currency := p.model.Context.Currency
	if currency == "" {
		currency = "USD"
	}
	return criteriaTable(p.engineers(), p.model.Context.Budget.Or(0), currency)
}

// engineers is how many people build and run it, at least one.
func (p *planner) engineers() float64 {
	n := 0.0
	for _, t := range p.model.Context.Teams {
		n += t.People.N
	}
	return math.Max(1, n)
}
