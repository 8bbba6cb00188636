// Package boundary decides where to cut: from aggregates and use cases to
// bounded contexts, and from contexts to deployables.
//
// The two levels are never mixed. Contexts follow from the domain: what use
// cases write and read together. Deployables follow from teams, load, zones
// and cadence; a modular monolith is the default, and every further deployable
// names its driver and its price.
//
// Run takes an Input, the stage's own plain vocabulary, and returns a Result:
// up to six cuts with what each costs in counts, one of them recommended, and
// the reasons as data. Hard constraints (atomic invariants, zones, pins,
// existing services) hold in every cut that is returned. Where they contradict
// one another there is no cut; Run then returns minimal sets of statements
// that cannot all hold.
//
// The result is a pure function of what the input says. The order of
// declarations changes nothing, and names decide nothing but labels and ties
// that the structure leaves open. Work is bounded by counts of steps.
//
// Reading order: input.go and result.go are the vocabulary, explanation.go the
// reasons; rules.go folds the hard constraints, affinity.go weighs what is
// shared, propose.go runs the methods, cost.go counts, choose.go picks,
// deploy.go decides what leaves the monolith. Fields may be added to the
// exported types; none will be renamed or removed.
package boundary

// Run cuts the system that in describes. If the conflicts are not nil, the
// input has no cut and the result is empty.
func Run(in Input, opt Options) (Result, []Conflict) {
	opt = opt.complete()
	if broken := check(&in); len(broken) > 0 {
		return Result{}, minimal(broken)
	}
	p := newProblem(&in, opt)
	if conflicts := p.fold(); len(conflicts) > 0 {
		return Result{}, minimal(conflicts)
	}
	if len(p.aggs) == 0 {
		return Result{RunnerUp: -1}, nil
	}
	p.readOwn()
	return p.solve(), nil
}
