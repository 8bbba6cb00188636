package decide

import (
	"plumb.dev/plumb/fact"
	"plumb.dev/plumb/model"
)

// How a use case with steps or outside calls answers: when all is done, after a
// bounded wait, or at once.

var answerQuestion = question{"answer", "communication", "When %s answers",
	func(p *Plan) []Subject {
		return each(p.Model.UseCases, func(u *model.UseCase) bool {
			return u.Asked() && alters(u) && (len(u.Calls) > 0 || len(u.Then) > 0)
		}, ofUseCase)
	}, fillAnswer,
	"Asked of each use case that somebody waits for and that has steps or calls others. The time of all that is waited for is a sum of log-normals through the stated p50 and p99 (Fenton-Wilkinson); its share above the target, and the series product of the hard externals against the target in minutes a month, say whether the caller can wait for the end. A bounded wait needs a state in which the thing may stand while the rest goes on. What counts is when the caller knows the outcome, polls included, and outages beyond half of what its target allows. Options: complete, bounded, accepted. Parameter wait (s); word pending: the state."}

// followUp is what a client needs to learn the outcome of something accepted.
var (
	pollTrips = &assumption{"decide.poll-round-trips", fact.Count, 3, 1, 10,
		"calls a client makes to learn the outcome of something accepted: a few polls with growing pauses, or one open stream"}
	pendingBuild = &assumption{"decide.pending-build-days", fact.Days, 3, 1, 8,
		"building a pending state, its notification and its screens, person-days per use case"}
)

func fillAnswer(s *sheet) {
	u := s.UseCase
	s.paced(u)
	parts := waiting(u)
	d := s.latency(parts)
	p99 := d.Quantile(0.99)
	target := s.n(u.Latency.P99)
	lost := s.downtime(parts)
	allowed := 0.0
	if s.has(u.Available) {
		allowed = (1 - s.n(u.Available)) * monthSeconds
	}
	above := 0.0
	if target > 0 {
		above = d.Tail(target)
		s.requires(u.Latency.P99.Fact)
	}
	pending := u.Pending()
	build := s.k(pendingBuild)

	done := s.option("complete", "when everything is done")
	done.outIf(target > 0 && above > 0.01, u.Latency.P99.Fact, "%s of the answers would come after %s: the parts it waits for sum to p99 %s", pct(above), sec(target), sec(p99))
	done.outIf(allowed > 0 && lost > allowed, u.Available.Fact, "its hard dependencies lose %s a month, %s are allowed", sec(lost), sec(allowed))
	done.score(critLatency, p99, "p99 of everything it waits for")
	done.score(critDowntime, beyond(lost, allowed/2), "series product of what it cannot do without, beyond half of what its target allows")
	done.score(critRoundTrips, 1, "the answer is the outcome")
	done.score(critBuild, 0, "nothing beyond the use case")

	wait := s.option("bounded", "after a bounded wait; finished later when it takes longer")
	wait.outIf(pending == "", u.Path, "nothing it creates or moves has a state in which it could stand while the rest goes on")
	bound := p99
	if target > 0 {
		bound = target * 0.8
	}
	later, pause := d.Tail(bound), s.k(pollEvery)
	wait.score(critLatency, p99+later*pause/2, "until 99%% know the outcome; %s of them ask again", pct(later))
	wait.score(critDowntime, 0, "a dependency that is down delays, it does not refuse")
	wait.score(critRoundTrips, 1+later*s.k(pollTrips), "%s of the callers ask again", pct(later))
	wait.score(critBuild, build, "the pending state, its timer and how the caller hears of it")

	now := s.option("accepted", "at once with 202; everything happens later")
	now.score(critLatency, p99+pause/2, "until 99%% know the outcome: everyone asks again, every %s", sec(pause))
	now.score(critDowntime, 0, "nothing it waits for can refuse")
	now.score(critRoundTrips, 1+s.k(pollTrips), "every caller asks for the outcome")
	now.score(critBuild, build, "the pending state, its timer and how the caller hears of it")
	now.outIf(u.Result == "one" && len(u.Gives) > 0, u.Path, "its caller was promised a result")

	if u.Result == "long-running" {
		done.out(u.Path, "it was said to be long-running")
		wait.out(u.Path, "it was said to be long-running")
	}
	s.concrete(func(o option) {
		switch s.options[o.i].ID {
		case "bounded":
			if s.n(u.Latency.P99) == 0 {
				s.latency(parts)
			}
			o.param("wait", fact.Duration, bound, "four fifths of the p99 target; the p99 of the parts where there is no target").word("pending", pending)
		case "accepted":
			o.word("pending", pending)
		}
	})
	s.undo(build * 2)
	if target > 0 {
		s.say("%s waits for what takes p99 %s against %s and costs %s of outage a month", u.Name, sec(p99), sec(target), sec(lost))
	} else {
		s.say("%s waits for what takes p99 %s and costs %s of outage a month", u.Name, sec(p99), sec(lost))
	}
	s.test("a test in which every outside call hangs: the answer still comes within %s and the outcome is reached later", sec(bound))
}
