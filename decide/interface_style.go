package decide

import (
	"math"
	"slices"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/fact"
	"plumb.dev/plumb/model"
)

// How a deployable gets from another what a use case needs.

var styleQuestion = question{"style", "communication", "How %s is reached",
	func(p *Plan) []Subject {
		return each(p.Links, func(l *Link) bool {
			return l.Crosses && (l.Kind == LinkRead && !p.keptReady(l) || l.Kind == LinkWrite || l.Kind == LinkFollow)
		}, ofLink)
	}, fillStyle,
	"Asked of each read, write and step that leaves a deployable; events that start a use case elsewhere are what the input says they are, and reads answered by a read model reach nobody. A synchronous call adds its time and its failures to the caller; a copy kept by events adds age, a consumer and a second place for the data; what is noted with the change and called from the outbox adds age only, and is out where the answer needs the result, or where what is contended may refuse what the caller was told is done. Options: sync, event (writes and steps, from the outbox), replica (reads)."}

// keptReady reports whether a read is answered by the use case's own projection or
// index, so that it reaches nobody.
func (p *Plan) keptReady(l *Link) bool { return p.ReadyMade(l.UseCase) }

var (
	copyLag = &assumption{"decide.copy-lag", fact.Duration, 1, 0.1, 10,
		"age of a copy kept by events, 99th percentile, nothing down"}
	remoteUp = &assumption{"decide.deployable-availability", fact.Share, 0.9995, 0.998, 0.9999,
		"availability of one of our own deployables seen by another: releases, crashes, the network between"}
	syncDays  = &assumption{"decide.remote-call-days", fact.Days, 1.5, 0.5, 4, "building a remote call with its contract, time limit and tests, person-days"}
	copyDays  = &assumption{"decide.copy-days", fact.Days, 3, 1, 7, "building a copy kept by events with its first fill and its check, person-days"}
	copyHours = &assumption{"decide.copy-hours", fact.Hours, 0.5, 0.1, 2, "engineer hours a month to keep a copy right: lag, rebuilds, changed events"}
	cutOff    = &assumption{"decide.calls-cut-off", fact.Count, 0.2, 0.02, 2, "synchronous changes a month that are cut off half way and must be looked at"}
)

func fillStyle(s *sheet) {
	l := s.Link
	s.requires(l.Path)
	s.n(l.Rate)
	s.paced(l.UseCase)
	s.undo(3)
	remote := s.reference("network.rtt-zone") + s.reference("network.hop-overhead") + s.reference("work.read-one-p99")
	if l.Kind == LinkRead {
		s.fillRead(l, remote)
		return
	}
	s.fillChange(l, remote)
}

// fillChange decides how a change in another deployable comes about.
func (s *sheet) fillChange(l *Link, remote float64) {
	u := l.UseCase
	down := (1 - s.k(remoteUp)) * monthSeconds
	sync := s.option("sync", "synchronous call")
	async := s.option("event", "noted in the outbox and called after the answer")
	async.outIf(l.Waits && l.Follow != nil && l.Follow.LaterStated && !l.Follow.Later, l.Path, "the answer of %s needs it", u.Name)
	async.outIf(l.Kind == LinkWrite && u.Consistency.Kind == "atomic" && u.Consistency.Stated, u.Path, "%s was said to be atomic", u.Name)
	if a := l.Aggregate; l.Kind == LinkWrite && u.Asked() && u.MayBeRefused(a) && u.Pending() == "" {
		async.out(a.Path+".contended", "%s of %s may not suffice, and the caller of %s would have been told that it does", a.Contended, a.Name, u.Name)
	}
	if target := s.n(u.Latency.P99); l.Waits && target > 0 {
		late := s.latency(waiting(u)).Tail(target)
		sync.outIf(late > 0.01, u.Latency.P99.Fact, "with it, %s of the answers of %s come after %s", pct(late), u.Name, sec(target))
	}
	sync.score(critLatency, waits(l, remote), "a hop, and its work").score(critDowntime, waits(l, down), "it fails with what it calls").
		score(critStaleness, 0, "done when the call returns").score(critBuild, s.k(syncDays), "contract, time limit, tests").score(critLoss, s.k(cutOff), "a call cut off half way must be looked at")
	async.score(critLatency, 0, "nothing waits for it").score(critDowntime, 0, "the outbox keeps it until the other is back").
		score(critStaleness, s.k(copyLag), "until it was called").score(critBuild, s.k(copyDays), "note, relay, key against repeats, tests").score(critLoss, 0, "kept until handled")
	s.say("%s asks for %s %s; waiting for it costs %s and %s of outage a month", u.Name, l.Reaches(), ps(s.n(l.Rate)), sec(remote), sec(down))
	s.test("%s is stopped: %s still answers as its target says, and %s follows when it is back", l.To.Unit.Name, u.Name, l.Reaches())
}

func waits(l *Link, v float64) float64 {
	if l.Waits {
		return v
	}
	return 0
}

// fillRead decides how data of another deployable is read.
func (s *sheet) fillRead(l *Link, remote float64) {
	u, a := l.UseCase, l.Aggregate
	age, said := s.readAge(l)
	down := (1 - s.k(remoteUp)) * monthSeconds
	if l.Read.Optional || l.Read.Fallback != "" || partOfView(l) {
		down = 0 // the answer comes without it
	}
	lag := s.k(copyLag)
	sync := s.option("sync", "synchronous call")
	copied := s.option("replica", "a copy kept by its events")
	copied.outIf(said && age < lag, l.Path, "what %s reads may be %s old, and a copy is %s", u.Name, sec(age), sec(lag))
	copied.outIf(!said && alters(u) && a.Kind != "reference" && !slices.Contains(l.From.Copies, a), l.Path,
		"%s changes things by what it reads of %s, and nothing says how old that may be", u.Name, a.Name)
	copied.outIf(a.Zone != "", a.Path, "a copy would take %s data out of its zone", a.Zone)
	bytes := s.n(a.Instances) * s.n(a.Size)
	sync.score(critLatency, remote, "a hop and a read at p99").score(critDowntime, down, "it fails with what it reads").
		score(critStaleness, 0, "as of now").score(critBuild, s.k(syncDays), "contract, time limit, tests").
		score(critMoney, 0, "nothing kept twice").score(critOperations, 0, "nothing kept twice")
	copied.score(critLatency, 0, "read where the rest is read").score(critDowntime, 0, "there when the owner is down").
		score(critStaleness, beyond(lag, age), "behind the owner, beyond what may be").score(critBuild, s.k(copyDays)/s.sharers(l), "one consumer for all reads of %s", a.Name).
		score(critMoney, bytes/1e9*s.k(gbMonth), "%s kept twice", size(bytes)).score(critOperations, s.k(copyHours)/s.sharers(l), "lag and rebuilds")
	s.say("%s reads %s %s; a call adds %s, a copy is %s old", u.Name, a.Name, ps(s.n(l.Rate)), sec(remote), sec(lag))
	s.test("%s is stopped: %s answers as was decided, from the copy or without, within its time limit", l.To.Unit.Name, u.Name)
}

// readAge is the age what is read may have, when somebody said so.
func (s *sheet) readAge(l *Link) (age float64, said bool) {
	if s.stated(l.Read.Stale) {
		return s.n(l.Read.Stale), true
	}
	if s.stated(l.UseCase.Stale) {
		return s.n(l.UseCase.Stale), true
	}
	return 0, false
}

// partOfView reports whether a read is one part of a single view, which shows the
// parts that answer.
func partOfView(l *Link) bool {
	u := l.UseCase
	return !alters(u) && u.Result == "one" && len(u.Reads) > 1 && u.Reads[0].Aggregate != l.Aggregate
}

// copyOf is a copy of an aggregate in a deployable.
type copyOf struct {
	aggregate *model.Aggregate
	in        *Deployable
}

// sharers is how many use cases of one deployable would read the same copy.
func (s *sheet) sharers(l *Link) float64 {
	if s.readers == nil {
		s.readers = map[copyOf]float64{}
		for _, x := range s.plan.Links {
			if x.Kind == LinkRead && x.Crosses {
				s.readers[copyOf{x.Aggregate, x.From.Unit}]++
			}
		}
	}
	return math.Max(1, s.readers[copyOf{l.Aggregate, l.From.Unit}])
}

var protocolQuestion = question{"protocol", "communication", "Protocol between deployables",
	system, fillProtocol,
	"Asked once. Nothing is needed while everything runs in one deployable or only events cross. Otherwise processor time and bytes per call at the crossing rate are held against the effort of a second kind of contract, which streams towards clients may bring in anyway. Options: none, rest, grpc."}

var rpcDays = &assumption{"decide.rpc-toolchain-days", fact.Days, 4, 2, 10, "bringing Protocol Buffers and gRPC into the build, person-days"}

func fillProtocol(s *sheet) {
	rate, calls, first := 0.0, 0, arch.Path("")
	for _, l := range s.plan.Links {
		id := arch.DecisionID(l.Name + ".style")
		if !l.Crosses || l.To == nil || s.plan.Choice(id) != "sync" {
			continue
		}
		s.chosen(id)
		rate += s.n(l.Rate)
		if calls++; first == "" {
			first = l.Path
		}
	}
	s.requires(first)
	build := s.k(rpcDays)
	if slices.ContainsFunc(s.model.UseCases, streamsByRPC) {
		build = 0
	}
	none := s.none("no call leaves a deployable")
	none.outIf(calls > 0, first, "%d interactions cross deployables synchronously", calls)
	rest := s.option("rest", "REST with JSON")
	rpc := s.option("grpc", "gRPC with Protocol Buffers")
	if calls == 0 {
		rest.out("", "nothing calls another deployable")
		rpc.out("", "nothing calls another deployable")
	}
	price := s.vcpuPrice()
	httpCPU, rpcCPU := s.reference("host.http-request-cpu")+s.reference("host.json-per-kb")*2, s.reference("host.rpc-request-cpu")
	for _, x := range []struct {
		option
		cpu, build float64
	}{{none, 0, 0}, {rest, httpCPU, float64(calls) * 0.2}, {rpc, rpcCPU, build}} {
		x.score(critMoney, rate*x.cpu*2*price, "%s calls at %s of processor each way", ps(rate), sec(x.cpu)).
			score(critBuild, x.build, "clients by hand, or the toolchain unless streams bring it in").score(critLatency, x.cpu*4, "encode and decode twice")
	}
	s.concrete(func(o option) {
		switch s.options[o.i].ID {
		case "grpc":
			s.pro("callers of %d interactions are generated, and a mistaken call does not compile", calls)
			s.con("%d interactions cannot be tried out with a browser or read in a plain log", calls)
		case "rest":
			s.con("clients of %d interactions are kept in step by hand", calls)
		}
	})
	s.undo(float64(calls))
	s.say("%d synchronous interactions between deployables carry %s", calls, ps(rate))
	s.flip("an interaction between two deployables becomes synchronous")
	s.test("the contracts of %d interactions are compiled into their callers, and a breaking change fails their build", calls)
}
