package decide

import (
	"cmp"
	"slices"
	"strings"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/fact"
	"plumb.dev/plumb/model"
)

// Sagas keep a promise whose effects lie in several places: contexts of their own
// transaction, or systems of others.

var sagaQuestion = question{"saga", "communication", "Consistency of %s",
	func(p *Plan) []Subject {
		return each(p.Model.UseCases, func(u *model.UseCase) bool {
			part := !u.Asked() && len(u.On) == 0 && u.Every == nil && len(u.FollowsUp)+len(u.Undoes) > 0
			return !part && len(p.effects(u)) > 1
		}, ofUseCase)
	}, fillSaga,
	"Asked of each use case, steps of others aside, whose effects lie in more than one transaction: in several contexts, or here and at an external. One local transaction is out as soon as an effect lies outside the store. Orchestration and choreography are compared by building effort, by the effort of changing the order of steps, and by how many promises a month end half done and unseen. Options: local, orchestration, choreography. Parameter timeout (s)."}

// effect is one place in which a use case or one of its steps leaves a change.
type effect struct {
	context  *Context
	external *model.External
	useCase  *model.UseCase
}

// fetches reports whether a use case takes over what an external has to tell: a job
// that only changes what is there already.
func fetches(u *model.UseCase) bool {
	return u.Every != nil && len(u.Creates)+len(u.Moves) == 0
}

// effects lists the places that a use case changes, its steps included, each once.
// A call that may come later is repeated from the outbox until it succeeds and
// needs no way back; fetching changes nothing at the external; any other call
// counts, because a design that errs this way only asks twice.
func (p *Plan) effects(u *model.UseCase) []effect {
	var out []effect
	add := func(e effect) {
		if !slices.ContainsFunc(out, func(x effect) bool { return x.context == e.context && x.external == e.external }) {
			out = append(out, e)
		}
	}
	var visit func(u *model.UseCase, depth int)
	visit = func(u *model.UseCase, depth int) {
		if depth > 8 {
			return
		}
		for _, a := range u.Writes() {
			if c := p.OwnerOf(a); c != nil {
				add(effect{context: c, useCase: u})
			}
		}
		for i := range u.Calls {
			if c := &u.Calls[i]; alters(u) && !c.Optional && c.Fallback == "" && !c.Later && !fetches(u) {
				add(effect{external: c.External, useCase: u})
			}
		}
		for i := range u.Then {
			visit(u.Then[i].UseCase, depth+1)
		}
	}
	visit(u, 0)
	return out
}

var (
	sagaStepDays = &assumption{"decide.saga-step-days", fact.Days, 1.5, 0.5, 4,
		"building and testing one step of a saga with its compensation, person-days"}
	orchestratorDays = &assumption{"decide.orchestrator-days", fact.Days, 3, 1, 8,
		"building the state machine of an orchestrated saga with its table, timer and view for support, person-days"}
	traceDays = &assumption{"decide.choreography-change-days", fact.Days, 0.4, 0.1, 1.5,
		"person-days a month per step to change a process that no single place describes: finding all its listeners and their order"}
	stuckShare = &assumption{"decide.stuck-share", fact.Share, 2e-6, 1e-7, 1e-4,
		"share of promises that stop half way for a reason no retry mends"}
	seenShare = &assumption{"decide.choreography-unseen-share", fact.Share, 0.5, 0.1, 0.9,
		"share of stuck promises nobody sees when no component knows the whole process"}
)

func fillSaga(s *sheet) {
	u := s.UseCase
	effects := s.plan.effects(u)
	steps := float64(max(1, len(s.plan.SagaSteps(u))))
	monthly := s.n(u.Load.Average) * monthSeconds
	stuck := monthly * s.k(stuckShare)
	build := s.k(sagaStepDays) * steps
	timeout := s.sagaTimeout(u)

	local := s.option("local", "one transaction")
	var outside []string
	for _, e := range effects {
		if e.external != nil {
			local.out(u.Path, "%s takes part, and no transaction of ours reaches it", e.external.Name)
			break
		}
	}
	var units []*Deployable
	for _, e := range effects {
		if e.context != nil && !slices.Contains(units, e.context.Unit) {
			units = append(units, e.context.Unit)
			outside = append(outside, string(e.context.Unit.ID))
		}
	}
	local.outIf(len(units) > 1, u.Path, "its changes lie in %d deployables (%s)", len(units), join(outside))
	local.score(critBuild, 0, "nothing beyond the use case")
	local.score(critChange, 0.5*float64(len(effects)-1), "a transaction over %d modules ties their tables together", len(effects))
	local.score(critLoss, 0, "all or nothing")

	orch := s.option("orchestration", "saga, orchestrated by the context that gives the promise")
	orch.score(critBuild, s.k(orchestratorDays)+build, "a state machine and %s steps", num(steps))
	orch.score(critChange, 0.1*steps, "the order of the steps stands in one place")
	orch.score(critLoss, stuck*0.05, "%s promises a month stop half way; the state machine shows each", num(stuck))

	chor := s.option("choreography", "saga, each context reacting to the events of the one before")
	chor.score(critBuild, 1+build, "%s listeners with their compensations", num(steps))
	chor.score(critChange, s.k(traceDays)*steps, "the order of the steps stands nowhere")
	chor.score(critLoss, stuck*s.k(seenShare), "%s promises a month stop half way, and no part knows the whole", num(stuck))

	s.concrete(func(o option) {
		if s.options[o.i].ID == "local" {
			s.test("%s is cut off at each statement: all of its effects are there, or none", u.Name)
		} else {
			s.con("between the first and the last step others see intermediate states; %s of the steps can still be undone", num(float64(compensatable(s.plan.SagaSteps(u)))))
			o.param("timeout", fact.Duration, s.sagaTimeout(u), "the shortest timer of the state in which what it creates begins, else the time within which all is to agree, else ten times the p99 of all steps")
		}
	})
	s.undo(s.k(orchestratorDays) + build)
	s.requires(u.Path)
	s.say("%s leaves effects in %d places: %s", u.Name, len(effects), places(effects))
	s.test("a test that crashes the process between any two steps and finds every %s either complete or compensated within %s", u.Name, sec(timeout))
}

func join(list []string) string { return strings.Join(list, ", ") }

func places(effects []effect) string {
	names := make([]string, len(effects))
	for i, e := range effects {
		if e.external != nil {
			names[i] = e.external.Name
		} else {
			names[i] = e.context.Name
		}
	}
	return join(names)
}

func compensatable(steps []SagaStep) int {
	n := 0
	for _, st := range steps {
		if st.Compensation != nil {
			n++
		}
	}
	return n
}

// sagaTimeout is how long a promise may stay open: the shortest timer of the state in
// which what the use case creates begins, else the time within which all was said to
// agree, else ten times what its steps take when nothing goes wrong. The timer of a state
// that it moves something out of ran before the saga began and says nothing about it.
func (s *sheet) sagaTimeout(u *model.UseCase) float64 {
	shortest := 0.0
	for _, a := range u.Creates {
		if a.States == nil {
			continue
		}
		for _, t := range a.States.Timers {
			if v := s.n(t.After); t.State == a.States.Initial && (shortest == 0 || v < shortest) {
				shortest = v
			}
		}
	}
	if shortest > 0 {
		return shortest
	}
	if u.Consistency.Stated && u.Consistency.Within.N > 0 {
		return s.n(u.Consistency.Within)
	}
	return max(30, 10*s.latency(waiting(u)).Quantile(0.99))
}

// SagaStep is one step of a saga in the order in which it is to run.
type SagaStep struct {
	UseCase      *model.UseCase
	Context      *Context
	Kind         string          // check, compensatable, pivot, retriable
	Compensation *model.UseCase  // nil when it has none
	External     *model.External // the hard external it calls; nil when none
	later        bool            // it was said that it may happen after the answer
}

// SagaSteps puts the steps of a use case into the order that can always be
// finished: checks, then what can be undone, then the one step after which the
// saga only goes forward, then what can be repeated until it succeeds. What is said to
// be allowed after the answer checks nothing: a receipt is sent of what was paid.
// Within each kind the written order stays.
func (p *Plan) SagaSteps(u *model.UseCase) []SagaStep {
	var steps []SagaStep
	first := SagaStep{UseCase: u, Context: p.Home(u), Compensation: u.Undo, External: hardCall(u)}
	steps = append(steps, first)
	for i := range u.Then {
		f := u.Then[i].UseCase
		steps = append(steps, SagaStep{UseCase: f, Context: p.Home(f), Compensation: f.Undo, External: hardCall(f), later: u.Then[i].Later && u.Then[i].LaterStated})
	}
	pivot := -1
	for i := range steps {
		st := &steps[i]
		switch {
		case len(st.UseCase.Writes()) == 0 && st.later:
			st.Kind = "retriable"
		case len(st.UseCase.Writes()) == 0:
			st.Kind = "check"
		case st.Compensation != nil:
			st.Kind = "compensatable"
		case pivot < 0:
			st.Kind, pivot = "pivot", i
		default:
			st.Kind = "retriable"
		}
	}
	if pivot < 0 {
		for i := len(steps) - 1; i > 0; i-- {
			if steps[i].Kind == "compensatable" {
				steps[i].Kind = "pivot"
				break
			}
		}
	}
	rank := map[string]int{"check": 0, "compensatable": 1, "pivot": 2, "retriable": 3}
	slices.SortStableFunc(steps, func(a, b SagaStep) int { return cmp.Compare(rank[a.Kind], rank[b.Kind]) })
	return steps
}

func hardCall(u *model.UseCase) *model.External {
	for i := range u.Calls {
		if c := &u.Calls[i]; !c.Optional && c.Fallback == "" {
			return c.External
		}
	}
	return nil
}

// outbox: how effects leave a transaction without being lost.

var outboxQuestion = question{"outbox", "data", "How events leave %s",
	func(p *Plan) []Subject { return each(p.Deployables, nil, ofUnit) }, fillOutbox,
	"Asked of each deployable. Effects that must follow a commit (events with listeners, webhooks, calls that may happen later, what is done elsewhere after the answer, what copies live by) are lost or invented when they are sent beside the transaction: rate x the moment between commit and send x restarts a month. An outbox writes them in the same transaction. Options: none, outbox, change-capture, dual-write."}

var (
	restarts = &assumption{"decide.restarts-per-month", fact.Count, 60, 10, 400,
		"process ends a month at a random moment: releases, evictions, crashes, over all replicas"}
	sendGap = &assumption{"decide.commit-to-send", fact.Duration, 0.005, 0.001, 0.05,
		"time between a commit and the acknowledged send of its event"}
	outboxDays = &assumption{"decide.outbox-days", fact.Days, 2, 1, 5,
		"building the outbox table, its relay, its metric and its test, person-days"}
	cdcHours = &assumption{"decide.change-capture-hours", fact.Hours, 10, 4, 30,
		"engineer hours a month to run change capture: connectors, slots, offsets, schema changes"}
	relayLag = &assumption{"decide.outbox-lag", fact.Duration, 0.2, 0.02, 2,
		"time from commit to publish through a polled outbox"}
)

func fillOutbox(s *sheet) {
	rate, names := s.effectsAfterCommit(s.Unit)
	lost := rate * s.k(sendGap) * s.k(restarts)
	none := s.none("nothing has to follow a commit")
	none.outIf(len(names) > 0, firstServed(s), "%s must follow a commit", firstNames(names))
	outbox := s.option("outbox", "outbox table in the same transaction, relayed in order")
	cdc := s.option("change-capture", "change data capture from the store's log")
	dual := s.option("dual-write", "publish beside the transaction")
	dual.outIf(len(names) > 0, firstServed(s), "a crash between commit and send loses or invents an event: %s a month at %s", num(lost), ps(rate))
	for _, o := range []struct {
		option
		build, hours, lag, loss float64
	}{
		{none, 0, 0, 0, 0},
		{outbox, s.k(outboxDays), 1, s.k(relayLag), 0},
		{cdc, 2 * s.k(outboxDays), s.k(cdcHours), s.k(relayLag), 0},
		{dual, 0.5, 0, 0, lost},
	} {
		o.score(critBuild, o.build, "until its test passes")
		o.score(critOperations, o.hours, "to run it")
		o.score(critStaleness, o.lag, "from commit to listener")
		o.score(critLoss, o.loss, "effects lost or invented a month")
	}
	s.undo(3)
	if len(names) > 0 {
		s.say("%d kinds of effects (%s) follow commits at %s; sent beside the transaction, %s a month would be lost or invented", len(names), firstNames(names), ps(rate), num(lost))
	} else {
		s.say("no event of %s has a listener, nothing of it is copied, and no call may come after its answer", s.Unit.Name)
	}
	s.flip("an event has a listener, a call may happen after the answer, or another deployable keeps a copy")
	s.test("the process is killed at random under load; afterwards every committed change of %s has exactly one event", s.Unit.Name)
}

func firstServed(s *sheet) arch.Path {
	if len(s.serves) > 0 {
		return s.serves[0]
	}
	return ""
}

func firstNames(names []string) string {
	if len(names) > 3 {
		return join(names[:3]) + " and others"
	}
	return join(names)
}

// effectsAfterCommit sums what must follow the commits of a deployable: events that
// are heard, calls that may come later, webhooks, what is done elsewhere after the
// answer, and changes that copies and projections elsewhere are kept up to date by.
func (s *sheet) effectsAfterCommit(d *Deployable) (rate float64, names []string) {
	add := func(u *model.UseCase, name string) {
		s.requires(u.Path)
		rate += s.n(u.Load.Average)
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	for _, c := range d.Contexts {
		for _, u := range c.UseCases {
			for _, e := range u.Emits {
				if len(e.Starts) > 0 || e.Declared {
					add(u, e.Name)
				}
			}
			for i := range u.Calls {
				if u.Calls[i].Later {
					add(u, "the call of "+u.Calls[i].External.Name)
				}
			}
			if len(u.Webhook) > 0 {
				add(u, "the webhook of "+u.Name)
			}
		}
	}
	for _, l := range s.plan.linksOut[d] {
		if (l.Kind == LinkFollow || l.Kind == LinkWrite) && s.chosen(arch.DecisionID(l.Name+".style")) == "event" {
			add(l.UseCase, l.Reaches()+" after "+l.UseCase.Name)
		}
	}
	for _, l := range s.plan.linksIn[d] {
		if l.Kind == LinkRead && (s.plan.keptReady(l) || s.chosen(arch.DecisionID(l.Name+".style")) == "replica") {
			for _, u := range l.Aggregate.ChangedBy {
				add(u, "changes of "+l.Aggregate.Name)
			}
		}
	}
	return rate, names
}
