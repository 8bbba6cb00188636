package decide_test

import (
	"fmt"
	"strings"
	"testing"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/decide"
)

// parked is a system whose costs many decisions share.
const parked = `system: Parking
context: {platform: kubernetes on aws, %steams: {parking: 6}}
externals:
  registry: {price: 0.00001 USD}
actors:
  driver: {channels: [mobile, web], accounts: 150k}
  barrier: {channels: [device], accounts: 300}
domain:
  Reservation: {fields: {garage: text, from: instant}, states: booked -> used, volume: 30k/day, retained: 3y}
use_cases:
  Reserve: {by: driver, creates: Reservation, peak: 20/s, latency: p99 1s}
  Enter: {by: barrier, moves: Reservation booked -> used, calls: [registry], peak: 15/s, latency: p99 300ms}
`

// costs sums what the chosen options and others cost a month, apart from how the
// plan does it.
func costs(p *decide.Plan) float64 {
	sum := 0.0
	for _, c := range p.Charges() {
		if !c.Apart {
			sum += c.Money
		}
	}
	for i := range p.Decisions {
		d := &p.Decisions[i]
		for _, c := range decide.Costs {
			if c.Question != d.Question {
				continue
			}
			for _, s := range d.Option(d.Choice).Scores {
				if s.Criterion == "money" {
					sum += s.Value.N
				}
			}
		}
	}
	return sum
}

// A budget is kept wherever some choice of options keeps it. Where none does, the
// decisions are those of a plan that the budget limits nowhere, and the least that it
// could cost is named.
func TestTheBudgetIsKeptWhereItCanBe(t *testing.T) {
	limited, missed := 0, 0
	for budget := 50; budget <= 2000; budget += 50 {
		p := plan(t, "plumb.yaml", fmt.Appendf(nil, parked, fmt.Sprintf("budget: %d USD/month, ", budget)))
		spent := costs(p)
		ruled := false
		for i := range p.Decisions {
			for _, o := range p.Decisions[i].Options {
				for _, e := range o.Eliminated {
					ruled = ruled || e.Requirement == "context.budget" && strings.Contains(e.Reason.String(), "too little")
				}
			}
		}
		switch {
		case p.Least > 0:
			missed++
			if p.Least <= float64(budget) || spent < p.Least || ruled {
				t.Errorf("%d USD: %.0f USD spent, least %.0f, something ruled out: %v", budget, spent, p.Least, ruled)
			}
		case spent > float64(budget):
			t.Errorf("%d USD are planned and %.0f spent", budget, spent)
		}
		if ruled {
			limited++
		}
	}
	if limited < 3 || missed < 1 {
		t.Errorf("the budget limited %d plans and could not be kept by %d: too few to tell", limited, missed)
	}
}

// Without a budget nothing is ruled out for money.
func TestNoBudgetLimitsNothing(t *testing.T) {
	p := plan(t, "plumb.yaml", fmt.Appendf(nil, parked, ""))
	for i := range p.Decisions {
		for _, o := range p.Decisions[i].Options {
			for _, e := range o.Eliminated {
				if e.Requirement == "context.budget" {
					t.Errorf("%s: %s is out: %s", p.Decisions[i].ID, o.ID, e.Reason)
				}
			}
		}
	}
}

// guild is a system so small that one machine carries it.
const guild = `system: Guild
context: {%steams: {guild: 2}}
actors: {maker: {accounts: 400}}
domain:
  Piece: {fields: {title: text, price: money}, volume: 20/day}
use_cases:
  AddPiece: {by: maker, creates: Piece%s}
  ListPieces: {by: maker, reads: Piece, result: list, sort: [title], peak: 1/s}
`

// What stands by is given up last: as long as some other choice keeps the budget there
// are two of everything, below that one machine, and never where a stated availability
// allows less than it is away.
func TestWhatStandsByIsGivenUpLast(t *testing.T) {
	machines := 0
	for budget := 20; budget <= 300; budget += 20 {
		stated := fmt.Sprintf("budget: %d USD/month, ", budget)
		p := plan(t, "plumb.yaml", fmt.Appendf(nil, guild, stated, ""))
		if p.Choice("zones") == decide.OneMachine {
			machines++
			if spent := costs(p); spent > float64(budget) {
				t.Errorf("%d USD: %.0f USD for one machine", budget, spent)
			}
			if p.Rather <= float64(budget) {
				t.Errorf("%d USD: one machine, and a plan with two of everything costs %.0f USD", budget, p.Rather)
			}
			if d := p.Decision("zones"); !d.Significant {
				t.Errorf("%d USD: the budget forced one machine, and no record says so", budget)
			}
		} else if p.Rather != 0 {
			t.Errorf("%d USD: %s, and %.0f USD are told as the price of more", budget, p.Choice("zones"), p.Rather)
		}
		strict := plan(t, "plumb.yaml", fmt.Appendf(nil, guild, stated, ", available: 99.95%"))
		if c := strict.Choice("zones"); c == decide.OneMachine || c == "one" {
			t.Errorf("%d USD: %s, and 99.95%% is asked for", budget, c)
		}
	}
	if machines < 2 || machines > 12 {
		t.Errorf("one machine was taken for %d of 15 budgets", machines)
	}
}

// A store that lives in one process stands where one process is.
func TestAnEmbeddedStoreHasOneProcess(t *testing.T) {
	met := 0
	for name, p := range plans(t) {
		for _, c := range p.Contexts {
			id := p.Choice(arch.DecisionID(string(c.ID) + ".store"))
			if tech, ok := p.Catalog.Technology(string(id)); !ok || !tech.Has("embedded") {
				continue
			}
			met++
			for _, d := range p.Deployables {
				for _, pr := range p.Processes(d) {
					if n := p.Parameter(arch.DecisionID(pr.ID+".scaling"), "replicas"); n.N != 1 {
						t.Errorf("%s: %s keeps %s in %s of its own, and has %s replicas", name, pr.ID, c.ID, id, n)
					}
				}
			}
		}
	}
	if met == 0 {
		t.Error("no plan has such a store")
	}
}
