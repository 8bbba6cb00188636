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
	for i := range questions {
		p.ask(&questions[i])
	}
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
	ids      []fact.ID                 // room for the facts that sheets record, see room
	numbered map[fact.ID]int           // facts in the order in which long lists met them
	marks    []uint64                  // one bit per numbered fact: on the list at hand
	scores   []arch.Score              // room for scores, see scoreRoom
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

// number is a value of the catalogue, or that it has none.
type number struct {
	fact  fact.Fact
	known bool
}

func newPlanner(in Input) *planner {
	p := &planner{
		model:    in.Model,
		catalog:  in.Catalog,
		over:     in.Facts,
		plain:    in.Plain,
		usedPins: map[string]bool{},
		known:    map[fact.ID]bool{},
		numbered: map[fact.ID]int{},
		asked:    map[*model.External]asked{},
		evidence: bindEvidence(in.Evidence),

		numbers:      map[entry]number{},
		technologies: map[string]*catalog.Technology{},
		perCloud:     map[entry]string{},
		plan: &Plan{
			Model: in.Model, Catalog: in.Catalog, Evidence: in.Evidence, reuse: in.Cut,
			Facts: ledgerFor(in), index: map[arch.DecisionID]int{},
			waited: waitedFor(in.Model), homes: map[*model.UseCase]*Context{}, owners: map[*model.Aggregate]*Context{},
			Decisions: make([]arch.Decision, 0, 16+4*len(in.Model.UseCases)),
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

// room is an empty list of facts with some room to grow, taken from a block: plans
// are computed thousands of times and hold hundreds of such lists.
func (p *planner) room() []fact.ID {
	const block, most = 2048, 64
	if len(p.ids)+most > cap(p.ids) {
		p.ids = make([]fact.ID, 0, block)
	}
	return p.ids[len(p.ids):len(p.ids):min(len(p.ids)+most, cap(p.ids))]
}

// scoreRoom is an empty list of scores with room for n, or what is usual.
func (p *planner) scoreRoom(n int) []arch.Score {
	const block, usual = 256, 6
	if n == 0 {
		n = usual
	}
	at := len(p.scores)
	if at+n > cap(p.scores) {
		p.scores, at = make([]arch.Score, 0, max(block, n)), 0
	}
	p.scores = p.scores[:at+n]
	return p.scores[at : at : at+n]
}

// taken keeps what a list used of its room from being given out again.
func (p *planner) taken(list []fact.ID) []fact.ID {
	at := len(p.ids)
	if n := len(list); n > 0 && at+n <= cap(p.ids) && &list[0] == &p.ids[at : at+1][0] {
		p.ids = p.ids[:at+n]
	}
	return slices.Clip(list)
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
	s := &sheet{planner: p, q: q, Subject: sub, probe: at, silent: p.plain || at != probe{}, options: make([]arch.Option, 0, 4), ident: sub.id(q)}
	s.facts = p.room()
	q.fill(s)
	s.ruledOut()
	p.tooDear(s)
	return s
}
