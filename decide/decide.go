// Package decide chooses, and keeps why.
//
// A decision is a record, not a side effect. Each row of the question table
// ([Reference]) is asked about the elements it concerns; it lists its options on a
// sheet, hard requirements eliminate some of them (each elimination quotes the
// requirement), the others are compared by properties computed in physical units,
// and an additive utility over documented value functions ([Criteria]) picks one.
// Decisions that constrain one another are solved together: the cut into contexts
// and deployables in package boundary, the set of brokers and the set of stores
// each as one choice of a set. Ties break on the option's id.
//
// Input: the model, the catalogue, the boundaries. Output: a [Plan]. The whole is
// a pure function of these; it reads no clock, no environment and no file, and is
// called thousands of times by whoever asks what would change the answer.
//
// Reading order: plan.go is the result, question.go what a row is, questions.go the
// table in the order in which decisions are taken, sheet.go how one is worked out,
// criteria.go what things are worth, assume.go the constants it takes for granted,
// and then one file per family of questions.
package decide

import (
	"cmp"
	"slices"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/boundary"
	"plumb.dev/plumb/catalog"
	"plumb.dev/plumb/diag"
	"plumb.dev/plumb/fact"
	"plumb.dev/plumb/model"
)

// Input is what a plan is a function of.
type Input struct {
	Model   *model.Model
	Catalog *catalog.Catalog
	// Cut is an earlier result of the boundaries to use again, when the facts that
	// changed since cannot reach it; nil computes it.
	Cut *boundary.Result
	// Plain is for callers that plan thousands of times and look at choices alone: it
	// leaves out of a computed cut what explains it, and of decisions which facts they
	// read and, unless another decision reads them, their parameters.
	Plain bool
	// Facts sets constants and entries of the catalogue to other values; the facts
	// of the model are set when it is completed.
	Facts fact.Overrides
	// Evidence are numbers that simulations of an earlier design showed to be needed.
	Evidence []Evidence
	// Weights replaces the weights of criteria, by the criterion's name.
	Weights map[string]float64
	// Room is memory to make the plan in; nil makes it in memory of its own.
	Room *Room
}

// Run takes every decision of the question table about the model.
//
// The problems are pins that name no decision or option, and requirements that
// leave a question without a feasible option; with such a problem the plan is
// still complete as far as it goes, so that all of them are reported at once.
func Run(in Input) (*Plan, diag.List) {
	p := newPlanner(in)
	if p.takeAll() {
		p = p.affordable(in)
	}
	return p.plan, p.problems
}

// takeAll takes every decision; false when there is no cut to take them about.
func (p *planner) takeAll() bool {
	p.checkCutPins()
	if !p.cutContexts() {
		return false
	}
	p.plan.Decisions = slices.Grow(p.memory.decisions[:0], 16+4*len(p.model.UseCases))
	for i := range questions {
		p.ask(&questions[i])
	}
	p.memory.decisions = p.plan.Decisions
	p.checkPins()
	return true
}

// planner is the work in progress behind a Plan.
type planner struct {
	model    *model.Model
	catalog  *catalog.Catalog
	over     fact.Overrides
	plain    bool
	plan     *Plan
	criteria []criterion
	problems diag.List
	usedPins map[string]bool
	known    map[fact.ID]bool          // constants and catalogue facts already in the ledger
	stores   map[arch.ContextID]string // the joint solution, once it is needed
	records  []catalog.Technology      // that can be a store of record
	memory   *Room
	settled  arch.Decision             // the last one, see settle
	numbered map[fact.ID]int           // facts in the order in which long lists met them
	marks    []uint64                  // one bit per numbered fact: on the list at hand
	asked    map[*model.External]asked // what all callers ask of an external, once it is needed
	readers  map[copyOf]float64        // use cases that would share a copy, once it is needed
	strict   *strictness               // the strictest availability, once it is needed
	evidence map[evident]Evidence
	starts   map[*model.UseCase][]*Link // the links that each use case starts, once they are needed
	most     dearest                    // what options may cost for the budget to carry the whole, see affordable

	// What was looked up in the catalogue, which is searched only once.
	numbers      map[entry]number
	technologies map[string]*catalog.Technology
	perCloud     map[entry]string // "price-storage-aws" by cloud and key
}

// entry names a value of the catalogue.
type entry struct{ technology, key string }

// number is a value of the catalogue, the zero one that it has none.
type number struct {
	id    fact.ID
	value float64
}

func newPlanner(in Input) *planner {
	memory := cmp.Or(in.Room, &Room{})
	memory.reset()
	p := &planner{
		memory:   memory,
		model:    in.Model,
		catalog:  in.Catalog,
		over:     in.Facts,
		plain:    in.Plain,
		usedPins: map[string]bool{},
		known:    memory.known,
		numbered: memory.numbered,
		asked:    map[*model.External]asked{},
		evidence: bindEvidence(in.Evidence),

		numbers:      memory.numbers,
		technologies: memory.technologies,
		perCloud:     memory.perCloud,
		plan: &Plan{
			Model: in.Model, Catalog: in.Catalog, Evidence: in.Evidence, reuse: in.Cut,
			Facts: ledgerFor(in), index: map[arch.DecisionID]int{},
			waited: waitedFor(in.Model), homes: map[*model.UseCase]*Context{}, owners: map[*model.Aggregate]*Context{},
		},
	}
	if p.plain {
		p.plan.unfinished = map[arch.DecisionID]*sheet{}
	}
	p.criteria = p.setCriteria()
	for i := range p.criteria {
		if w, ok := in.Weights[p.criteria[i].name]; ok {
			p.criteria[i].weight = w
		}
	}
	return p
}

// ledgerFor has room for what a plan of the model usually adds: a plain one only
// what later decisions read.
func ledgerFor(in Input) *fact.Ledger {
	if in.Plain {
		return fact.NewLedgerOf(64)
	}
	return fact.NewLedgerOf(256 + 16*len(in.Model.UseCases))
}

// ask puts one question to every element it concerns.
func (p *planner) ask(q *question) {
	for _, sub := range q.subjects(p.plan) {
		s := p.work(q, sub, probe{})
		s.facts = p.taken(s.facts)
		facts, at := s.facts, -1
		if d := s.settle(); d != nil {
			at = len(p.plan.Decisions)
			p.plan.index[d.ID] = at
			p.plan.Decisions = append(p.plan.Decisions, *d)
			if p.plain && s.finish != nil {
				p.plan.unfinished[d.ID] = s
			}
		}
		if !p.plain { // a plain plan is never asked what stands
			p.plan.worked = append(p.plan.worked, worked{q, sub, facts, at})
		}
	}
}

// mark notes that a fact is on the list at hand, and reports whether that is news.
func (p *planner) mark(id fact.ID) bool {
	n, met := p.numbered[id]
	if !met {
		n = len(p.numbered)
		p.numbered[id] = n
		if n/64 == len(p.marks) {
			p.marks = append(p.marks, 0)
		}
	}
	bit := uint64(1) << (n % 64)
	if p.marks[n/64]&bit != 0 {
		return false
	}
	p.marks[n/64] |= bit
	return true
}

// unmark starts another list.
func (p *planner) unmark() { clear(p.marks) }

// work fills one sheet. The probe sets one fact to another value, for tipping
// points, where the outcome alone counts; the zero probe changes nothing.
func (p *planner) work(q *question, sub Subject, at probe) *sheet {
	s := p.sheet()
	s.q, s.Subject, s.probe, s.silent, s.ident = q, sub, at, p.plain || at != probe{}, sub.id(q)
	s.facts = p.room()
	q.fill(s)
	s.ruledOut()
	p.tooDear(s)
	return s
}
