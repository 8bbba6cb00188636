package decide

import (
	"math"
	"slices"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/fact"
	"plumb.dev/plumb/model"
)

// interfaceQuestions decide how callers and parts talk.
var interfaceQuestions = []question{
	styleQuestion,
	protocolQuestion,
	apiQuestion,
	versioningQuestion,
	pagingQuestion,
	idempotencyQuestion,
	progressQuestion,
	webhookQuestion,
}

var styleQuestion = question{"style", "communication", "How %s is reached",
	func(p *Plan) []Subject {
		return each(p.Links, func(l *Link) bool { return l.Kind != LinkCall && l.Crosses && !p.keptReady(l) }, ofLink)
	}, fillStyle,
	"Asked of each interaction that leaves a deployable. A synchronous call adds its time and its failures to the caller; a copy kept by events adds age and a consumer; an event after the answer adds age only, and is out where the answer needs the result."}

// keptReady reports whether a read is answered by the use case's own projection or
// index, so that it reaches nobody.
func (p *Plan) keptReady(l *Link) bool {
	c := p.Choice(arch.DecisionID(l.UseCase.Name + ".read-model"))
	return l.Kind == LinkRead && (c == "projection" || c == "search-index")
}

var (
	copyLag = &assumption{"decide.copy-lag", fact.Duration, 1, 0.1, 10,
		"age of a copy kept by events, 99th percentile, nothing down"}
	remoteUp = &assumption{"decide.deployable-availability", fact.Share, 0.9995, 0.998, 0.9999,
		"availability of one of our own deployables seen by another: releases, crashes, the network between"}
	syncDays = &assumption{"decide.remote-call-days", fact.Days, 1.5, 0.5, 4, "building a remote call with its contract, time limit and tests, person-days"}
	copyDays = &assumption{"decide.copy-days", fact.Days, 3, 1, 7, "building a copy kept by events with its first fill and its check, person-days"}
)

func fillStyle(s *sheet) {
	l := s.Link
	s.requires(l.Path)
	s.n(l.Rate)
	if l.Kind == LinkEvent {
		s.option("event", "event").score(critStaleness, s.k(copyLag), "through the broker")
		s.say("%s starts it", l.Event.Name)
		s.test("%s starts within %s of %s", l.Reaches(), sec(10), l.Event.Name)
		return
	}
	remote := s.reference("network.rtt-zone") + s.reference("network.hop-overhead") + s.reference("work.read-one-p99")
	sync := s.option("sync", "synchronous call")
	if l.Kind == LinkRead {
		s.fillRead(l, sync, remote)
		return
	}
	needed := l.Waits && l.Follow != nil && l.Follow.LaterStated && !l.Follow.Later
	async := s.option("event", "event after the answer")
	async.outIf(needed, l.Path, "the answer of %s needs it", l.UseCase.Name)
	async.outIf(l.Kind == LinkWrite && l.UseCase.Consistency.Kind == "atomic" && l.UseCase.Consistency.Stated, l.UseCase.Path, "%s was said to be atomic", l.UseCase.Name)
	s.paced(l.UseCase)
	target := s.n(l.UseCase.Latency.P99)
	d := s.latency(waiting(l.UseCase))
	if l.Waits && target > 0 {
		sync.outIf(d.Tail(target) > 0.01, l.UseCase.Latency.P99.Fact, "with it, %s of the answers of %s come after %s", pct(d.Tail(target)), l.UseCase.Name, sec(target))
	}
	down := (1 - s.k(remoteUp)) * monthSeconds
	sync.score(critLatency, waits(l, remote), "a hop, and its work").score(critDowntime, waits(l, down), "it fails with what it calls").
		score(critStaleness, 0, "done when the call returns").score(critBuild, s.k(syncDays), "contract, time limit, tests").score(critLoss, 0.2, "a call cut off half way must be repeated")
	async.score(critLatency, 0, "nothing waits for it").score(critDowntime, 0, "the broker keeps it until the other is back").
		score(critStaleness, s.k(copyLag), "until the listener has run").score(critBuild, s.k(copyDays), "event, listener, inbox, tests").score(critLoss, 0, "kept until handled")
	s.undo(3)
	s.say("%s asks for it %s; waiting for it costs %s and %s of outage a month", l.UseCase.Name, ps(s.n(l.Rate)), sec(remote), sec(down))
	s.test("%s is stopped: %s still answers as its target says, and the effect follows when it is back", l.To.Unit.Name, l.UseCase.Name)
}

func waits(l *Link, v float64) float64 {
	if l.Waits {
		return v
	}
	return 0
}

// fillRead decides how data of another deployable is read.
func (s *sheet) fillRead(l *Link, sync option, remote float64) {
	u := l.UseCase
	s.paced(u)
	stale, known := 0.0, false
	if s.has(l.Read.Stale) {
		stale, known = s.n(l.Read.Stale), true
	} else if s.has(u.Stale) {
		stale, known = s.n(u.Stale), true
	}
	down := (1 - s.k(remoteUp)) * monthSeconds
	if l.Read.Optional || l.Read.Fallback != "" {
		down = 0
	}
	lag := s.k(copyLag)
	copied := s.option("replica", "a copy kept by its events")
	copied.outIf(known && stale < lag, l.Path, "what %s reads may be %s old, and a copy is %s", u.Name, sec(stale), sec(lag))
	copied.outIf(!known && len(u.Writes()) > 0 && l.Aggregate.Contended != "", l.Path, "%s decides on the %s of %s as it is now", u.Name, l.Aggregate.Contended, l.Aggregate.Name)
	sync.score(critLatency, remote, "a hop and a read at p99").score(critDowntime, down, "it fails with what it reads").
		score(critStaleness, 0, "as of now").score(critBuild, s.k(syncDays), "contract, time limit, tests").score(critMoney, 0, "nothing kept twice")
	copied.score(critLatency, 0, "read where the rest is read").score(critDowntime, 0, "there when the owner is down").
		score(critStaleness, lag, "behind the owner").score(critBuild, s.copyBuild(l), "one consumer for all reads of %s", l.Aggregate.Name).
		score(critMoney, s.n(l.Aggregate.Instances)*s.n(l.Aggregate.Size)/1e9*s.k(gbMonth), "%s kept twice", size(s.n(l.Aggregate.Instances)*s.n(l.Aggregate.Size)))
	s.undo(3)
	s.say("%s reads %s %s; a call adds %s, a copy is %s old", u.Name, l.Aggregate.Name, ps(s.n(l.Rate)), sec(remote), sec(lag))
	s.test("%s is stopped: %s answers with what it knows", l.To.Unit.Name, u.Name)
}

// copyBuild shares the effort of a copy among the use cases of one deployable that
// read it.
func (s *sheet) copyBuild(l *Link) float64 {
	n := 0.0
	for _, x := range s.plan.Links {
		if x.Kind == LinkRead && x.Crosses && x.Aggregate == l.Aggregate && x.From.Unit == l.From.Unit {
			n++
		}
	}
	return s.k(copyDays) / math.Max(1, n)
}

var protocolQuestion = question{"protocol", "communication", "Protocol between deployables",
	system, fillProtocol,
	"Asked once. Nothing is needed while everything runs in one deployable or only events cross. Otherwise processor time and bytes per call at the crossing rate are held against the effort of a second kind of contract."}

var rpcDays = &assumption{"decide.rpc-toolchain-days", fact.Days, 4, 2, 10, "bringing Protocol Buffers and gRPC into the build, person-days"}

func fillProtocol(s *sheet) {
	rate, calls := 0.0, 0
	streams := false
	for _, l := range s.plan.Links {
		if l.Crosses && l.To != nil && s.plan.Choice(arch.DecisionID(l.Name+".style")) == "sync" {
			s.chosen(arch.DecisionID(l.Name + ".style"))
			rate += s.n(l.Rate)
			calls++
		}
	}
	for _, u := range s.model.UseCases {
		streams = streams || u.Result == "upload" || u.Result == "conversation"
	}
	none := s.none("no call leaves a deployable")
	none.outIf(calls > 0, "", "%d interactions cross deployables synchronously", calls)
	vcpu := s.k(vcpuMonth)
	rest := s.option("rest", "REST with JSON")
	rpc := s.option("grpc", "gRPC with Protocol Buffers")
	build := s.k(rpcDays)
	if streams {
		build = 0 // the streams towards clients bring it in anyway
	}
	if calls == 0 {
		none.score(critMoney, 0, "no calls").score(critBuild, 0, "no calls").score(critLatency, 0, "no calls")
	}
	httpCPU, rpcCPU := s.reference("host.http-request-cpu")+s.reference("host.json-per-kb")*2, s.reference("host.rpc-request-cpu")
	rest.score(critMoney, rate*httpCPU*2*vcpu, "%s calls at %s of processor each way", ps(rate), sec(httpCPU)).
		score(critBuild, float64(calls)*0.2, "hand-kept clients").score(critLatency, httpCPU*4, "encode and decode twice")
	rpc.score(critMoney, rate*rpcCPU*2*vcpu, "%s calls at %s of processor each way", ps(rate), sec(rpcCPU)).
		score(critBuild, build, "the toolchain, unless streams bring it in").score(critLatency, rpcCPU*4, "encode and decode twice")
	s.undo(float64(calls) * 1.5)
	s.say("%d synchronous interactions between deployables carry %s", calls, ps(rate))
	s.flip("an interaction between two deployables becomes synchronous")
	s.test("every internal contract is compiled into its callers, and a breaking change fails their build")
}

var vcpuMonth = &assumption{"decide.vcpu-month", fact.Money, 35, 15, 60, "price of a processor core for a month, USD, where the catalogue states none"}

var apiQuestion = question{"api", "interface", "API style for %s",
	func(p *Plan) []Subject {
		return each(p.Model.Actors, func(a *model.Actor) bool { return len(asks(p.Model, a)) > 0 }, ofActor)
	}, fillAPI,
	"Asked of each actor that asks for something. Round trips are computed from the aggregates its reads touch: a resource API needs one call per aggregate unless a view is built for the screen, a graph one. Browsers speak no native gRPC; partners of unknown technology are not asked to learn a graph. Client streams and conversations are carried by gRPC whatever the style of the rest."}

// asks are the use cases an actor starts.
func asks(m *model.Model, a *model.Actor) []*model.UseCase {
	var out []*model.UseCase
	for _, u := range m.UseCases {
		if slices.Contains(u.By, a) {
			out = append(out, u)
		}
	}
	return out
}

var (
	viewDays  = &assumption{"decide.view-change-days", fact.Days, 0.3, 0.1, 1, "person-days a month that one composed view over three or more aggregates costs to follow its screen"}
	graphDays = &assumption{"decide.graph-days", fact.Days, 10, 5, 20, "building a graph with loaders, limits on depth and cost, and persisted queries, person-days"}
	graphHour = &assumption{"decide.graph-hours", fact.Hours, 4, 1, 10, "engineer hours a month to keep a graph's costs in check"}
)

func fillAPI(s *sheet) {
	a := s.Actor
	cases := asks(s.model, a)
	views, rate := 0.0, 0.0
	for _, u := range cases {
		s.requires(u.Path)
		rate += s.n(u.Load.Peak)
		if len(u.Writes()) == 0 && len(u.Touches()) >= 3 && u.Result != "report" && u.Result != "file" {
			views++
		}
	}
	rtt := s.reference("network.rtt-fixed")
	if a.Reaches("mobile") {
		rtt = s.reference("network.rtt-mobile")
	}
	rest := s.option("rest", "REST")
	graph := s.option("graphql", "GraphQL")
	rpc := s.option("grpc", "gRPC")
	rpc.outIf(a.Reaches("web") || a.Reaches("staff"), a.Path, "%s use a browser, which cannot speak gRPC without a translating proxy", a.Name)
	graph.outIf(a.Reaches("partner"), a.Path, "%s are other companies with clients of their own; an open graph would let each decide what a request costs", a.Name)
	graph.outIf(a.Guest, a.Path, "%s are not signed in, and the cost of a query nobody knows cannot be charged to anybody", a.Name)
	rest.score(critRoundTrips, 1, "one call: a view is built for each screen").score(critLatency, rtt, "one round trip").
		score(critBuild, 0.5*float64(len(cases)), "%d operations", len(cases)).score(critChange, views*s.k(viewDays), "%s views over three or more aggregates follow their screens", num(views)).
		score(critOperations, 0, "plain HTTP: caches, gateways and limits understand it")
	graph.score(critRoundTrips, 1, "one query").score(critLatency, rtt+s.reference("work.read-one-p99"), "one round trip, resolvers in layers").
		score(critBuild, s.k(graphDays)+0.2*float64(len(cases)), "the graph, then little per operation").score(critChange, views*s.k(viewDays)*0.15, "the client asks for what its screen shows").
		score(critOperations, s.k(graphHour), "cost limits, persisted queries, no cache in between")
	rpc.score(critRoundTrips, 1, "one call").score(critLatency, rtt, "one round trip").
		score(critBuild, s.k(rpcDays)+0.5*float64(len(cases)), "generated clients on %s", join(a.Channels)).score(critChange, views*s.k(viewDays), "a method per screen").
		score(critOperations, 2, "a second kind of traffic at the edge")
	s.undo(2 * float64(len(cases)))
	s.say("%s: %d operations at %s, %s views over three or more aggregates", a.Name, len(cases), ps(rate), num(views))
	s.con("each new screen of %s over several aggregates is a change of the contract", a.Name)
	s.test("the contract tests of %s run against every build, and each of its %d operations keeps to one round trip", a.Name, len(cases))
}

var versioningQuestion = question{"versioning", "interface", "Versions of the public APIs",
	system, fillVersioning,
	"Asked once. Clients that this organisation does not release (partners, devices, phones not yet updated) need two majors side by side; how a request names its major is compared by what routers and caches can see and by what a client must be taught."}

var supportPartner = &assumption{"decide.support-window", fact.Duration, fact.Year.Seconds(), fact.Year.Seconds() / 2, 2 * fact.Year.Seconds(),
	"time a deprecated major stays when clients of other companies use it"}
var supportOwn = &assumption{"decide.support-window-own", fact.Duration, fact.Year.Seconds() / 4, fact.Month.Seconds(), fact.Year.Seconds(),
	"time a deprecated major stays when only our own clients use it: until old phones are updated"}

func fillVersioning(s *sheet) {
	var foreign []string
	for _, a := range s.model.Actors {
		if a.Reaches("partner") || a.Reaches("device") || a.Reaches("mobile") {
			foreign = append(foreign, a.Name)
			s.requires(a.Path)
		}
	}
	additive := s.option("additive", "no versions; additive changes only")
	additive.outIf(len(foreign) > 0, firstServed(s), "clients of %s cannot all be released with the server", join(foreign))
	url := s.option("url", "major version in the path")
	header := s.option("header", "version in a header of our own")
	media := s.option("content-negotiation", "version in the media type")
	n := float64(len(foreign))
	for _, o := range []struct {
		option
		build, change, hours float64
	}{{additive, 0, 0.5, 0}, {url, 0.5, 0.1, 0}, {header, 1 + 0.3*n, 0.2, 0.5}, {media, 1.5 + 0.5*n, 0.2, 0.5}} {
		o.score(critBuild, o.build, "routing, and teaching the clients of %s", join(foreign))
		o.score(critChange, o.change, "of a breaking change")
		o.score(critOperations, o.hours, "caches and logs that do not see the version")
	}
	s.concrete(func(o option) {
		if s.options[o.i].ID != "additive" {
			o.param("support", fact.Duration, s.supportWindow(), "the longest time a client of the public APIs takes to follow: other companies, else our own phones")
		}
	})
	s.undo(3 * n)
	if len(foreign) > 0 {
		s.say("clients of %s are released apart from the server; a path is seen by every router and log", join(foreign))
	} else {
		s.say("all clients are released with the server, so that two versions never meet")
	}
	s.flip("a client is released apart from the server: a partner, a device, a phone")
	s.test("each pull request compares the contracts: a breaking change without a new major fails it")
}

// supportWindow is how long a deprecated major is served.
func (s *sheet) supportWindow() float64 {
	for _, a := range s.model.Actors {
		if a.Reaches("partner") {
			s.read(a.Path)
			return s.k(supportPartner)
		}
	}
	return s.k(supportOwn)
}

var pagingQuestion = question{"paging", "interface", "Pages of %s",
	func(p *Plan) []Subject {
		return each(p.Model.UseCases, func(u *model.UseCase) bool { return u.Result == "list" && u.Asked() }, ofUseCase)
	}, fillPaging,
	"Asked of each list. What one full answer would weigh (instances x size) is held against a page; offsets cost the rows they skip, and skip or repeat rows when others are inserted while paging: inflow x the time between two pages."}

var readPause = &assumption{"decide.page-pause", fact.Duration, 20, 3, 120, "time a person takes between two pages"}

func fillPaging(s *sheet) {
	u := s.UseCase
	a := mainOf(u)
	if a == nil {
		s.skip()
		return
	}
	rows := s.n(a.Instances)
	bytes := rows * math.Max(1, s.n(a.Size))
	shifted := s.n(a.Inflow) * s.k(readPause)
	rate := s.n(u.Load.Average) * monthSeconds
	whole := s.option("none", "the whole list")
	whole.outIf(rows > 1000, a.Path+".volume", "%s instances, %s in one answer", num(rows), size(bytes))
	offset := s.option("offset", "pages by number")
	keyset := s.option("keyset", "a cursor over an indexed, unique order")
	scan := s.reference("work.read-list-p99")
	whole.score(critLatency, scan*math.Max(1, rows/50), "%s rows", num(rows)).score(critLoss, 0, "one picture").score(critBuild, 0, "nothing")
	offset.score(critLatency, scan*(1+math.Min(rows, 10000)/1000*0.5), "a late page reads what it skips").
		score(critLoss, math.Min(1, shifted)*rate*1e-4, "%s new rows between two pages shift the next", num(shifted)).score(critBuild, 0.3, "a number")
	keyset.score(critLatency, scan, "starts where the last page ended").score(critLoss, 0, "no row is skipped or repeated").score(critBuild, 0.6, "a signed cursor and an index")
	s.undo(2)
	s.requires(u.Path)
	s.say("%s instances at the horizon, %s new between two pages", num(rows), num(shifted))
	s.test("rows are inserted and deleted while all pages of %s are read: each row that was there throughout comes exactly once", u.Name)
}

// mainOf is the aggregate a list is of.
func mainOf(u *model.UseCase) *model.Aggregate {
	if len(u.Reads) == 0 {
		return nil
	}
	return u.Reads[0].Aggregate
}

var idempotencyQuestion = question{"idempotency", "interface", "Repeats of %s",
	func(p *Plan) []Subject {
		return each(p.Model.UseCases, func(u *model.UseCase) bool {
			return u.Asked() && len(u.Writes()) > 0 && u.Result != "upload" && u.Result != "conversation"
		}, ofUseCase)
	}, fillIdempotency,
	"Asked of each use case that changes something on request. A lifecycle step and a full update have no second effect by themselves; what creates or moves money has: repeats a month are requests x the share whose answer is lost. A unique field of the caller's own serves as key where there is one, a header otherwise; keys are kept as long as a client may repeat."}

var (
	lostAnswers = &assumption{"decide.lost-answers", fact.Share, 0.001, 0.0001, 0.01,
		"share of requests whose answer does not arrive and which the client repeats: mobile networks, time limits, releases"}
	repeatFor = &assumption{"decide.repeat-window", fact.Duration, 86400, 3600, 7 * 86400, "how long a client may repeat a request it has no answer to"}
)

func fillIdempotency(s *sheet) {
	u := s.UseCase
	repeats := s.n(u.Load.Average) * monthSeconds * s.k(lostAnswers)
	natural := naturallyIdempotent(u)
	none := s.none("repeating it changes nothing more")
	none.outIf(!natural, u.Path, "a repeat would %s a second time: %s a month", doing(u), num(repeats))
	key := businessKey(u)
	if key != "" {
		s.option("business-key", "the caller's own unique field as key").
			score(critBuild, 0.3, "a unique index").score(critLoss, 0, "the second is recognised")
	}
	s.option("header", "Idempotency-Key header, answer kept and replayed").
		score(critBuild, 0.7, "a table of keys with answers").score(critLoss, 0, "the second gets the first's answer")
	s.concrete(func(o option) {
		switch s.options[o.i].ID {
		case "business-key":
			o.param("retention", fact.Duration, math.Max(s.k(repeatFor), s.n(primaryRetention(u))), "as long as the thing itself is kept").word("key", key)
		case "header":
			o.param("retention", fact.Duration, s.k(repeatFor), "as long as a client may repeat")
		}
	})
	none.score(critBuild, 0, "nothing").score(critLoss, 0, "no second effect")
	s.undo(1)
	s.requires(u.Path)
	if natural {
		s.say("a repeat finds %s done and changes nothing", u.Name)
	} else {
		s.say("%s repeats a month would each %s again", num(repeats), doing(u))
	}
	s.flip("%s creates something or moves money", u.Name)
	s.test("%s is sent twice at once and once again later with the same key: one effect, three equal answers", u.Name)
}

// naturallyIdempotent: lifecycle steps are refused the second time, updates and
// deletes leave the same state.
func naturallyIdempotent(u *model.UseCase) bool {
	if len(u.Creates) > 0 {
		return false
	}
	for i := range u.Calls {
		if !u.Calls[i].External.Idempotent {
			return false
		}
	}
	for _, a := range u.Changes {
		moved := slices.ContainsFunc(u.Moves, func(m model.Performed) bool { return m.Aggregate == a })
		if a.Contended != "" && !moved {
			return false // a decrement, not an assignment
		}
	}
	return true
}

func doing(u *model.UseCase) string {
	switch {
	case len(u.Creates) > 0:
		return "create " + fact.Phrase(u.Creates[0].Name)
	case len(u.Calls) > 0:
		return "ask " + fact.Phrase(u.Calls[0].External.Name)
	case len(u.Changes) > 0:
		return "change " + fact.Phrase(u.Changes[0].Name)
	}
	return "happen"
}

// businessKey is a unique field that the caller states when creating.
func businessKey(u *model.UseCase) string {
	for _, a := range u.Creates {
		for _, f := range a.Fields {
			if f.Unique && !f.Optional && f.Kind != model.KindInstant {
				return fact.Camel(f.Name)
			}
		}
	}
	return ""
}

func primaryRetention(u *model.UseCase) fact.Number {
	if len(u.Creates) > 0 {
		return u.Creates[0].Retained
	}
	return fact.Number{}
}

var progressQuestion = question{"progress", "interface", "How callers follow %s",
	func(p *Plan) []Subject {
		return each(p.Model.UseCases, func(u *model.UseCase) bool {
			late := p.Choice(arch.DecisionID(u.Name + ".answer"))
			return u.Asked() && (u.Result == "long-running" || u.Result == "stream" || late == "bounded" || late == "accepted")
		}, ofUseCase)
	}, fillProgress,
	"Asked of each use case whose outcome comes later or that is a stream. Connections held open, polls a second and the age of what is seen are computed; a partner without a browser is told by a webhook; long poll and server-sent events come before sockets."}

var pollEvery = &assumption{"decide.poll-every", fact.Duration, 5, 1, 30, "pause between two polls of a client that waits"}

func fillProgress(s *sheet) {
	u := s.UseCase
	stream := u.Result == "stream"
	online := s.n(u.Online)
	if !s.has(u.Online) {
		online = s.n(u.Load.Peak) * 30
	}
	every := s.k(pollEvery)
	limit := s.n(u.Latency.P99)
	partners, browsers := false, false
	for _, a := range u.By {
		partners = partners || a.Reaches("partner")
		browsers = browsers || a.Reaches("web") || a.Reaches("mobile") || a.Reaches("staff")
	}
	poll := s.option("poll", "polling the resource with its ETag")
	poll.outIf(stream && limit > 0 && limit < every, u.Latency.P99.Fact, "what is shown may be %s old, and clients ask every %s", sec(limit), sec(every))
	sse := s.option("server-sent-events", "server-sent events")
	sse.outIf(!browsers && partners, u.Path, "only other companies' servers ask for it")
	hook := s.option("webhook", "a webhook to the caller")
	hook.outIf(!partners, u.Path, "its callers have no address that could be called")
	core := s.k(vcpuMonth)
	cpu := s.reference("host.http-request-cpu")
	poll.score(critMoney, online/every*cpu*core, "%s polls at %s of processor", ps(online/every), sec(cpu)).score(critStaleness, every/2, "half a pause").score(critBuild, 0.2, "a resource that is there anyway")
	sse.score(critMoney, online/20000*core*2, "%s open connections, twenty thousand to two cores", num(online)).score(critStaleness, 0.3, "pushed").score(critBuild, 2, "streams that survive releases and resume after a gap")
	hook.score(critMoney, s.n(u.Load.Peak)*cpu*core, "one call per outcome").score(critStaleness, 1, "pushed").score(critBuild, 4, "signatures, repeats, a replay view")
	s.undo(3)
	s.requires(u.Path)
	s.say("%s callers at once; polled every %s they would ask %s", num(online), sec(every), ps(online/every))
	s.test("%s callers follow %s while a release happens: each sees the last state without asking twice for what it had", num(math.Min(online, 1000)), u.Name)
}

var webhookQuestion = question{"webhook", "interface", "How %s tells its partners",
	func(p *Plan) []Subject {
		return each(p.Model.UseCases, func(u *model.UseCase) bool { return len(u.Webhook) > 0 }, ofUseCase)
	}, fillWebhook,
	"Asked of each use case that was said to tell partners. Attempts follow a doubling schedule that spans the longest outage of a partner; each message is signed and carries an id by which repeats are known."}

var partnerOutage = &assumption{"decide.partner-outage", fact.Duration, 2 * 86400, 6 * 3600, 7 * 86400, "longest outage of a partner's endpoint that loses nothing"}

func fillWebhook(s *sheet) {
	u := s.UseCase
	rate := s.n(u.Load.Peak)
	span := s.k(partnerOutage)
	attempts := math.Ceil(math.Log2(span/10 + 1))
	push := s.option("webhook", "signed webhooks with repeats and a replay view")
	push.score(critStaleness, 1, "pushed").score(critBuild, 4, "signatures, schedule, view").score(critLoss, 0, "repeated for %s", sec(span))
	feed := s.option("feed", "a feed the partners poll from a watermark")
	feed.score(critStaleness, 30, "half of a minute's poll").score(critBuild, 2, "a list with a cursor").score(critLoss, 0, "read from where they were")
	s.concrete(func(o option) {
		s.k(partnerOutage)
		if s.options[o.i].ID == "webhook" {
			o.param("attempts", fact.Count, attempts, "doubling from ten seconds until the longest outage is spanned")
			o.param("first", fact.Duration, 10, "first pause")
		}
	})
	s.undo(4)
	s.requires(u.Path)
	s.say("%s events of %s; %s attempts span an outage of %s", ps(rate), u.Name, num(attempts), sec(span))
	s.test("the partner's endpoint is down for %s: afterwards every event arrives, repeats carry the same id, a forged signature is refused", sec(span))
}
