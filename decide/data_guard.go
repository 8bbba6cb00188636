package decide

import (
	"math"
	"slices"

	"plumb.dev/plumb/fact"
	"plumb.dev/plumb/model"
)

// Many at once: how contended amounts are guarded, how concurrent edits meet, what
// is kept of the past.

var guardQuestion = question{"guard", "data", "Guarding %s against many at once",
	func(p *Plan) []Subject {
		return each(p.Model.Aggregates, func(a *model.Aggregate) bool { return a.Contended != "" }, ofAggregate)
	}, fillGuard,
	"Asked of each aggregate said to be contended. The rate on its busiest instance (peaks of the use cases that change it, times the skew) is held against what one row sustains. A guarded update compares and changes in one statement; where one row cannot carry the rate, the amount is split or changes queue per key. Only a number can be split. Options: version, guarded-update, split, queue-per-key. Parameters parts of a split, batch of a queue."}

var (
	txHold = &assumption{"decide.transaction-hold", fact.Duration, 0.01, 0.003, 0.05,
		"time an optimistic change takes from read to commit"}
	rowRate = &assumption{"decide.row-update-rate", fact.Rate, 300, 100, 1000,
		"updates one row of a relational store sustains: one round trip and one flush at a time, while its lock is held"}
)

func fillGuard(s *sheet) {
	a := s.Aggregate
	hot := s.hotRate(a)
	sustained := s.k(rowRate)
	hold := s.k(txHold)
	collide := hot * hold

	opt := s.option("version", "read, decide, write if the version is unchanged; else again")
	opt.outIf(collide > 0.5, a.Path+".contended", "at %s on the busiest instance %s of the attempts meet another: most are repeated", ps(hot), pct(min(1, collide)))
	opt.score(critLatency, hold*(1+collide*2), "one try takes %s, %s of them are repeated", sec(hold), pct(min(1, collide)))
	opt.score(critBuild, 0.5, "the version that the aggregate has anyway")
	opt.score(critLoss, 0, "a lost race is repeated")

	guarded := s.option("guarded-update", "compare and change in one statement, in the transaction that needs it")
	guarded.outIf(hot > sustained, a.Path+".contended", "%s on the busiest instance, and one row sustains %s", ps(hot), ps(sustained))
	guarded.score(critLatency, hold/2/max(0.01, 1-min(0.99, hot/sustained)), "one row at %s of what it sustains", pct(min(1, hot/sustained)))
	guarded.score(critBuild, 1, "a condition in the update and its test")
	guarded.score(critLoss, 0, "the store refuses what would break the limit")

	split := s.option("split", "the amount split over several rows, one picked at random")
	shards := max(2, hot/sustained*2)
	split.outIf(a.Amount() == nil, a.Path+".contended", "%s is no number of %s: there is nothing of which each of several rows could hold a part", a.Contended, a.Name)
	split.score(critLatency, hold, "%s rows share the rate", num(shards))
	split.score(critBuild, 5, "splitting, merging what is left, and tests at the edge")
	split.score(critLoss, 0, "each part refuses what it does not have")

	queue := s.option("queue-per-key", "changes queue per instance, and one worker applies all that wait in one transaction")
	queue.score(critLatency, 3*hold, "the caller's change is noted, waits for the transaction before it, and is part of the next")
	queue.score(critBuild, 6, "a queue per key, its worker, and callers who wait for their turn")
	queue.score(critLoss, 0, "one writer per key")

	s.concrete(func(o option) {
		switch s.options[o.i].ID {
		case "split":
			s.hotRate(a)
			s.k(rowRate)
			o.param("parts", fact.Count, math.Ceil(shards), "twice the rate on the busiest instance over what one row sustains")
			s.con("how much %s of one %s is left is a sum over its rows, and was true a moment ago", a.Contended, a.Name)
		case "queue-per-key":
			s.hotRate(a)
			s.k(txHold)
			o.param("batch", fact.Count, math.Ceil(max(1, hot*hold)), "rate on the busiest instance x time from read to commit: what comes while one transaction lasts")
			s.con("while the worker of one %s is away its changes wait, %s of them a second", a.Name, num(hot))
		}
	})
	s.undo(4)
	s.requires(a.Path+".contended", a.Path)
	s.say("the busiest %s sees %s at peak; one row sustains %s", a.Name, ps(hot), ps(sustained))
	if a.Replaced() {
		s.test("%s change %s of one %s at once: each that is taken knew the one before it, and the others are refused", num(math.Ceil(math.Max(2, hot))), a.Contended, a.Name)
	} else {
		s.test("a test in which twice as many callers as there is of %s take it at once: exactly what was there is given, never more", a.Contended)
	}
}

// hotRate is the rate of changes on the busiest instance: the peaks of the use
// cases that change it, times the share that falls on the busiest instances, over
// their number; without a stated skew the busiest of n instances is taken to get a
// hundred times the mean.
func (s *sheet) hotRate(a *model.Aggregate) float64 {
	total := 0.0
	for _, u := range a.ChangedBy {
		total += s.n(u.Load.Peak)
	}
	instances := max(1, s.n(a.Instances))
	if s.has(a.SkewShare) && s.has(a.SkewOn) {
		return total * s.n(a.SkewShare) / max(1, instances*s.n(a.SkewOn))
	}
	return min(total, total/instances*s.k(busiest))
}

var busiest = &assumption{"decide.busiest-instance", fact.Count, 100, 10, 1000,
	"how many times the mean the busiest instance is asked for when no skew is stated"}

var concurrencyQuestion = question{"concurrency", "data", "Concurrent changes of %s",
	func(p *Plan) []Subject {
		return each(p.Model.Aggregates, func(a *model.Aggregate) bool { return len(editors(a)) > 0 }, ofAggregate)
	}, fillConcurrency,
	"Asked of each aggregate that people change after reading it. Changes that overwrite one another unseen are counted: rate of changes x time a person looks at it / instances. A version sent by the caller (ETag and If-Match) refuses the second; a version kept by the server protects against races of machines only. Options: etag, version, last-wins."}

// editors are the use cases in which a person changes an existing instance field
// by field.
func editors(a *model.Aggregate) []*model.UseCase {
	var out []*model.UseCase
	for _, u := range a.ChangedBy {
		moved := slices.ContainsFunc(u.Moves, func(m model.Performed) bool { return m.Aggregate == a })
		alone := len(u.Changes) == 1 && len(u.Creates) == 0 // else it is a consequence of something else
		if len(u.By) > 0 && !moved && u.Result != "upload" && u.Result != "long-running" && alone {
			out = append(out, u)
		}
	}
	return out
}

var ownTwice = &assumption{"decide.own-thing-twice", fact.Share, 0.01, 0.001, 0.1,
	"share of the changes of one's own thing that are made in two places at once"}

var thinking = &assumption{"decide.thinking-time", fact.Duration, 60, 10, 600,
	"time a person looks at something before changing it"}

func fillConcurrency(s *sheet) {
	a := s.Aggregate
	rate := 0.0
	for _, u := range editors(a) {
		rate += s.n(u.Load.Average)
		s.requires(u.Path)
	}
	instances := max(1, s.n(a.Instances))
	overlaps := rate * rate * s.k(thinking) / instances * monthSeconds
	if a.OwnedBy != nil {
		overlaps *= s.k(ownTwice)
	}
	etag := s.option("etag", "the caller sends the version it read (ETag, If-Match)")
	etag.score(critLoss, 0, "the second of two overlapping changes is refused and repeated by a person who sees both")
	etag.score(critBuild, 0.2, "a version column, a header each way and its test")
	version := s.option("version", "the server checks its own version within the request")
	version.score(critLoss, overlaps, "%s overlapping changes a month overwrite one another unseen", num(overlaps))
	version.score(critBuild, 0.2, "a version column and its test")
	last := s.option("last-wins", "the last change wins")
	last.score(critLoss, overlaps*1.1, "as with a server's version, and races of machines")
	last.score(critBuild, 0, "nothing")
	if a.OwnedBy == nil {
		last.out(a.Path, "several people may change the same %s, and a lost change would go unseen", a.Name)
	}
	s.undo(2)
	s.say("%s is changed %s; two people meet on one instance about %s times a month", a.Name, ps(rate), num(overlaps))
	s.concrete(func(o option) {
		switch s.options[o.i].ID {
		case "etag":
			s.test("two changes of one %s from the same version: the second gets 412", a.Name)
		case "version":
			s.test("a change of %s that runs into another between its read and its write reads again: both are there afterwards", a.Name)
		default:
			s.test("two changes of one %s at once: it is as the later one left it, whole, and the log names both", a.Name)
		}
	})
}

var historyQuestion = question{"history", "data", "What is kept of the past of %s",
	func(p *Plan) []Subject {
		return each(p.Model.Aggregates, func(a *model.Aggregate) bool { return a.History != "none" && a.History != "" }, ofAggregate)
	}, fillHistory,
	"Asked where history is required or audited. Event sourcing is chosen when any past state must be asked for or replayed, not because events exist; an audit log answers who changed what. Options: state, audit-log, temporal, event-sourced."}

var (
	sourcedDays = &assumption{"decide.event-sourcing-days", fact.Days, 8, 4, 20,
		"building an event-sourced aggregate with snapshots, projections and schema evolution, person-days"}
	auditDays = &assumption{"decide.audit-log-days", fact.Days, 1.5, 0.5, 4, "building an append-only audit log, person-days"}
)

func fillHistory(s *sheet) {
	a := s.Aggregate
	required := a.History == "required"
	rate := 0.0
	for _, u := range append(slices.Clone(a.ChangedBy), a.CreatedBy...) {
		rate += s.n(u.Load.Average)
	}
	state := s.option("state", "the present state only")
	state.out(a.Path+".history", "history is %s", a.History)
	audit := s.option("audit-log", "the present state, and an append-only log of changes written in the same transaction")
	audit.outIf(required, a.Path+".history", "any past state must be asked for: a log of changes cannot be asked what was true at a moment without being replayed")
	temporal := s.option("temporal", "the present state, and a table of versions with the time each was valid")
	sourced := s.option("event-sourced", "events are the record; state is computed from them")
	for _, o := range []struct {
		option
		build, change, loss float64
	}{
		{state, 0, 0, 1},
		{audit, s.k(auditDays), 0.1, 0.2},
		{temporal, 2 * s.k(auditDays), 0.8, 0.4},
		{sourced, s.k(sourcedDays), 0.4, 0},
	} {
		o.score(critBuild, o.build, "until its test passes")
		o.score(critChange, o.change, "changing the aggregate and what its history means")
		o.score(critLoss, o.loss*reasons(required), "questions about the past a month that it cannot answer")
	}
	s.concrete(func(o option) {
		switch s.options[o.i].ID {
		case "event-sourced":
			s.undo(2 * s.k(sourcedDays)) // the state's tables, and every reader of the events
			s.pro("any past state of a %s can be asked for and replayed", a.Name)
			s.test("the state of a %s at any past moment, rebuilt, equals what was read at that moment", a.Name)
			s.con("events of %s are never changed: each new meaning is a new version, and code that reads the old ones stays", a.Name)
		case "audit-log":
			s.con("what a %s was at some moment must be worked out from its changes by hand", a.Name)
			s.test("each use case that changes a %s is cut off at every statement: a change is there with its line in the log, or neither is", a.Name)
		default:
			s.test("the version of a %s that was valid at a moment equals what was read at that moment", a.Name)
		}
	})
	s.undo(3)
	s.requires(a.Path + ".history")
	s.say("history of %s is %s, and it changes %s", a.Name, a.History, ps(rate))
}

// reasons weighs how often the past is asked about: a stated requirement is asked
// monthly, an audit now and then.
func reasons(required bool) float64 {
	if required {
		return 4
	}
	return 0.5
}
