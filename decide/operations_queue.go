package decide

import (
	"math"
	"slices"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/fact"
	"plumb.dev/plumb/model"
)

// Whose turn it is when requests wait for a worker.

// Order of the queue, as options of the decision about it.
const (
	InTurn      = arch.OptionID("in-turn")
	InTime      = arch.OptionID("in-time")
	NewestFirst = arch.OptionID("newest-first")
)

var queueQuestion = question{"queue", "resilience", "Whose turn it is at %s",
	func(p *Plan) []Subject {
		return slices.DeleteFunc(everyProcess(p), func(s Subject) bool { return !p.letsWait(s.Process) })
	}, fillQueue,
	"Asked of each process at which requests wait for a worker (its id is deployable.process). A full queue of the oldest first makes everybody wait as long as it takes to serve, so that from a queue longer than its callers' patience on all work is for nobody; where what is sent again is then more than is served, it stays so when the load is gone, until a person comes (Bronson et al., Metastable Failures in Distributed Systems, HotOS 2021). Computed are how long a full queue waits, as a part of what its callers wait, when as many come as decide.overload says; which part of what is served that wastes; and for how long: until the queue is empty, or, where load x what retries make of it is beyond the capacity, until somebody is there. What has expired and is left out wastes nothing once the load is gone; as long as more comes than is served it does, because what is begun is what is next to expire, and with c workers only one in 2c is answered before it does. Taking the newest first wastes nothing and answers those who waited longest last. Work whose caller has given up is known by the deadline that comes along; where deadlines are handed on anyway, doing it all the same is out. Options: in-turn, in-time, newest-first."}

var (
	overrun      = &assumption{"decide.overruns", fact.Count, 1, 0.1, 10, "how often a month a process is pushed beyond what it can serve: a campaign, a slow dependency, a lost zone"}
	intervention = &assumption{"decide.intervention", fact.Duration, 1800, 600, 7200, "time until a person has seen that a system does not come back by itself, and has cut its load"}
	expiryDays   = &assumption{"decide.expiry-days", fact.Days, 0.2, 0.1, 0.5, "building and testing that expired work is left out where its deadline does not come along yet, person-days"}
	newestDays   = &assumption{"decide.newest-first-days", fact.Days, 0.5, 0.2, 2, "building and testing a queue that serves the newest first, in place of the server's own, person-days"}
)

// letsWait reports whether requests wait at a process: what somebody asks of it, or
// another deployable calls.
func (p *Plan) letsWait(pr *Process) bool {
	return slices.ContainsFunc(pr.UseCases, (*model.UseCase).Asked) ||
		slices.ContainsFunc(p.linksIn[pr.Unit], func(l *Link) bool { return p.reaches(l, pr) })
}

// reaches reports whether a link is a call of what a process serves.
func (p *Plan) reaches(l *Link, pr *Process) bool {
	if l.To == nil || l.To.Unit != pr.Unit || l.From.Unit == pr.Unit || !p.called(l) {
		return false
	}
	if l.Target == nil {
		return pr.requests
	}
	return slices.Contains(pr.UseCases, l.Target)
}

func fillQueue(s *sheet) {
	pr := s.Process
	scaling := arch.DecisionID(pr.ID + ".scaling")
	s.chosen(scaling)
	q := s.queueOf(pr, scaling)
	turn := s.option(InTurn, "the oldest first, whether or not its caller still waits")
	known := s.k(expiryDays)
	if l := s.deadlineOf(pr); l != nil {
		turn.out(l.UseCase.Path, "%s hands its deadline on, so that what has expired is known when its turn comes", l.Name)
		known = 0
	}
	turn.score(critDowntime, q.lost(q.late), "%s of what is served at %s times the load is for nobody, %s a month", pct(q.late), num(q.times), num(q.often)).
		score(critBuild, 0, "what servers do").
		score(critOperations, 0, "who came first is served first")
	s.option(InTime, "the oldest first, without what its caller has given up").
		score(critDowntime, q.stuck(), "%s", q.expires()).
		score(critBuild, known, "looking at the deadline when its turn comes").
		score(critOperations, 0, "who came first is served first")
	s.option(NewestFirst, "the newest first, without what its caller has given up").
		score(critDowntime, 0, "who is served has just asked").
		score(critBuild, s.k(newestDays)+known, "a queue in place of the server's own").
		score(critOperations, 0.1, "those who waited longest are answered last, and ask why")
	s.undo(0.5)
	for _, u := range pr.UseCases {
		s.requires(u.Path)
	}
	s.say("at %s times its load the last in a full queue of %s waits %s at most, and whoever asked %s", num(q.times), pr.ID, sec(q.wait), sec(q.patience))
	if q.stays {
		s.concrete(func(o option) {
			if s.options[o.i].ID == NewestFirst {
				s.pro("%s comes back by itself though %s times its load, more than it serves, is sent while nothing is answered", pr.ID, num(round3(q.again)))
				return
			}
			s.con("%s times its load, more than it serves, is sent to %s while nothing is answered: it stays down until a person cuts the load", num(round3(q.again)), pr.ID)
		})
	}
	s.flip("a full queue of %s waits longer than whoever asked, %s", pr.ID, sec(q.patience))
	s.test("%s times the peak at %s for a minute, by callers that give up after %s: from the first second after it the p99 holds again", num(q.times), pr.ID, sec(q.patience))
}

// standing is how the queue of a process stands against the patience of its callers.
type standing struct {
	patience float64 // of the most impatient caller, seconds
	times    float64 // the load it is looked at under, over what it is sized for
	wait     float64 // of the last in a full queue then
	late     float64 // share of what is served in turn then whose caller has given up
	often    float64 // a month
	lasts    float64 // seconds
	again    float64 // how many times the load comes while nothing is answered
	stays    bool    // it does not end by itself
	workers  float64 // of a replica
}

// lost is the time a month that a share of what is served is for nobody.
func (q *standing) lost(share float64) float64 { return q.often * q.lasts * share }

// stuck is the time a month that is lost where what has expired is left out: nothing once
// the load is gone. Where more comes than is served for good, who is served has waited as
// long as may be but for the gap to the next request, which of c busy workers is a part 1/c
// of a service: one service in 2c is over within it.
func (q *standing) stuck() float64 {
	if !q.stays {
		return 0
	}
	return q.lost(q.late * (1 - 1/(2*math.Max(1, q.workers))))
}

func (q *standing) expires() string {
	if q.stays {
		return "what is begun is what is next to expire"
	}
	return "a queue of what has expired is empty at once when the load is gone"
}

// queueOf compares the longest that a request may wait with what its callers do. The
// queue was sized for a share of their patience at most; where that leaves a doubt, or a
// simulation asked for another length, it is looked at as long as it is.
func (s *sheet) queueOf(pr *Process, scaling arch.DecisionID) standing {
	q := standing{patience: s.n(s.model.Context.Patience), times: s.k(overload), often: s.k(overrun), again: 1}
	l := s.load(pr)
	if wait := s.worthWaiting(pr, l); wait > 0 {
		q.patience = wait
	}
	usual := s.reference("breaker.queue-share-of-timeout") * q.patience
	if _, by := s.provedOf(scaling, "queue", 0); by != nil || usual*q.times > q.patience {
		n := func(name string) float64 { return s.plan.Parameter(scaling, name).N }
		usual = n("queue") * n("at-work") / math.Max(s.rateOf(pr), 1e-9) / math.Max(1, n("workers"))
	}
	q.wait = usual * q.times
	q.late = math.Max(0, 1-q.patience/math.Max(q.wait, 1e-9))
	if q.late == 0 {
		return q
	}
	busy := l.cores / s.sizedAs(scaling, l).left
	q.again = s.sentAgain(pr)
	if q.stays = usual > q.patience && busy*q.again >= 1; q.stays {
		q.lasts, q.workers = s.k(intervention), s.plan.Parameter(scaling, "workers").N
	} else {
		q.lasts = usual / math.Max(0.05, 1-math.Min(busy*q.again, busy*q.times))
	}
	return q
}

// rateOf is how much a process begins a second at peak.
func (s *sheet) rateOf(pr *Process) (rate float64) {
	for _, v := range s.visitsOf(pr) {
		rate += v.rate
	}
	return rate
}

// sentAgain is how many times its peak comes to a process while nothing is answered:
// what users ask once, what other deployables call with the retries that their budgets
// pay for.
func (s *sheet) sentAgain(pr *Process) float64 {
	once, all := 0.0, 0.0
	for _, u := range pr.UseCases {
		if u.Asked() {
			once += s.n(u.Load.Peak)
		}
	}
	all = once
	for _, l := range s.plan.linksIn[pr.Unit] {
		if !s.plan.reaches(l, pr) {
			continue
		}
		id, rate, times := arch.DecisionID(l.Name+".call"), s.n(l.Rate), 1.0
		if attempts := s.plan.Parameter(id, "attempts"); attempts.N > 1 {
			budget := s.plan.Parameter(id, "retry-budget")
			s.read(attempts.Fact)
			s.read(budget.Fact)
			times = math.Min(attempts.N, 1+budget.N)
		}
		once, all = once+rate, all+rate*times
	}
	return all / math.Max(once, 1e-9)
}

// deadlineOf is a call by which a deadline comes to a process or leaves its deployable,
// so that it is known to all that runs there; nil when none does.
func (s *sheet) deadlineOf(pr *Process) *Link {
	for _, l := range s.plan.linksIn[pr.Unit] {
		if s.plan.reaches(l, pr) {
			return l
		}
	}
	for _, c := range pr.Unit.Contexts {
		for _, u := range c.UseCases {
			for _, l := range s.linksOf(u) {
				if !s.plan.called(l) {
					continue
				}
				if l.Call == nil {
					return l
				}
				if root, deferred := s.waiter(l); root != nil && !deferred {
					return l
				}
			}
		}
	}
	return nil
}
