package decide

import (
	"math"
	"slices"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/fact"
	"plumb.dev/plumb/model"
)

// How those who wait, and those who asked to be told, learn what happened.

var progressQuestion = question{"progress", "interface", "How callers follow %s",
	func(p *Plan) []Subject {
		return each(p.Model.UseCases, func(u *model.UseCase) bool {
			late := p.Choice(arch.DecisionID(u.Name + ".answer"))
			return u.Asked() && (u.Result == "long-running" || u.Result == "stream" || late == "bounded" || late == "accepted")
		}, ofUseCase)
	}, fillProgress,
	"Asked of each use case whose outcome comes later or that is a stream. Connections held open, polls a second and the age of what is seen are computed; a partner without a browser is told by a webhook; polling with an ETag and server-sent events come before sockets; subscriptions and gRPC streams where the actor's API is a graph or gRPC anyway. Options: poll, server-sent-events, subscription, grpc-stream, webhook. Parameter every (s) of a poll."}

var (
	pollEvery   = &assumption{"decide.poll-every", fact.Duration, 5, 1, 30, "pause between two polls of a client that waits"}
	waitsFor    = &assumption{"decide.waits-for-outcome", fact.Duration, 30, 5, 300, "time a client waits for an outcome that comes later"}
	openPerCore = &assumption{"decide.connections-per-core", fact.Count, 10000, 3000, 50000, "connections held open per processor, mostly silent"}
	pushDelay   = &assumption{"decide.push-delay", fact.Duration, 0.3, 0.05, 2, "from the change to the open stream of who follows it"}
	streamDays  = &assumption{"decide.stream-days", fact.Days, 2, 1, 5, "building streams that survive releases and resume after a gap, person-days"}
	hookDays    = &assumption{"decide.webhook-days", fact.Days, 4, 2, 8, "building webhooks with signatures, repeats and a replay view, person-days"}
)

func fillProgress(s *sheet) {
	u := s.UseCase
	online := s.n(u.Online)
	if !s.has(u.Online) {
		online = s.n(u.Load.Peak) * s.k(waitsFor)
	}
	every, limit := s.k(pollEvery), s.n(u.Latency.P99)
	partners, people := false, false
	graph, rpc := false, false
	for _, a := range u.By {
		partners = partners || a.Reaches("partner")
		people = people || handled(a)
		style := s.chosen(arch.DecisionID(a.Name + ".api"))
		graph, rpc = graph || style == "graphql", rpc || style == "grpc"
	}
	beside := 0.0 // a resource API beside the graph, for who has a graph alone
	if graph && !partners && !rpc && onlyGraphs(s, u) {
		beside = 2 * s.k(operationDay)
	}
	cpu, core := s.reference("host.http-request-cpu"), s.vcpuPrice()
	poll := s.option("poll", "polling the resource with its ETag")
	poll.outIf(u.Result == "stream" && limit > 0 && limit < every, u.Latency.P99.Fact, "what is shown may be %s old, and clients ask every %s", sec(limit), sec(every))
	poll.score(critMoney, online/every*cpu*core, "%s polls at %s of processor", ps(online/every), sec(cpu)).score(critStaleness, every/2, "half a pause").score(critBuild, 0.2, "a resource that is there anyway")
	held := online / s.k(openPerCore) * core
	for _, x := range []struct {
		id, name string
		out      bool
		why      string
		build    float64
	}{
		{"server-sent-events", "server-sent events", !people && partners, "only other companies' servers ask for it", s.k(streamDays) + beside},
		{"subscription", "subscriptions of the graph", !graph, "no caller of it has a graph", s.k(streamDays) * 1.2},
		{"grpc-stream", "a gRPC stream from the server", !rpc, "no caller of it speaks gRPC", s.k(streamDays)},
	} {
		o := s.option(arch.OptionID(x.id), x.name)
		o.outIf(x.out, u.Path, "%s", x.why)
		o.score(critMoney, held, "%s open connections", num(online)).score(critStaleness, s.k(pushDelay), "pushed").score(critBuild, x.build, "streams that survive releases and resume after a gap")
	}
	hook := s.option("webhook", "a webhook to the caller")
	hook.outIf(!partners, u.Path, "its callers have no address that could be called")
	hook.outIf(people && u.Result == "stream", u.Path, "some of its callers are people, who have no address that could be called")
	hook.score(critMoney, s.n(u.Load.Peak)*cpu*core, "one call per outcome").score(critStaleness, 1, "pushed").score(critBuild, s.k(hookDays), "signatures, repeats, a replay view")
	s.concrete(func(o option) {
		if s.options[o.i].ID == "poll" {
			o.param("every", fact.Duration, s.k(pollEvery), "as assumed; the answer's Retry-After says so")
		}
	})
	s.undo(3)
	s.requires(u.Path)
	s.say("%s callers at once; polled every %s they would ask %s", num(online), sec(every), ps(online/every))
	s.test("%s callers follow %s while a release happens: each sees the last state without asking twice for what it had", num(math.Ceil(math.Min(online, 1000))), u.Name)
}

// onlyGraphs reports whether all callers of a use case have a graph as their API.
func onlyGraphs(s *sheet, u *model.UseCase) bool {
	for _, a := range u.By {
		if s.plan.Choice(arch.DecisionID(a.Name+".api")) != "graphql" {
			return false
		}
	}
	return true
}

var webhookQuestion = question{"webhook", "interface", "How %s tells its partners",
	func(p *Plan) []Subject {
		return each(p.Model.UseCases, func(u *model.UseCase) bool { return len(u.Webhook) > 0 }, ofUseCase)
	}, fillWebhook,
	"Asked of each use case that was said to tell partners. Attempts follow a doubling schedule that spans the longest outage of a partner; each message is signed and carries an id by which repeats are known. Options: webhook, feed (a list the partners poll from a watermark). Parameters attempts, first (s)."}

// addressed reports whether clients of an actor are machines that could be called.
func addressed(a *model.Actor) bool { return a.Reaches("partner") || a.Reaches("device") }

var partnerOutage = &assumption{"decide.partner-outage", fact.Duration, 2 * 86400, 6 * 3600, 7 * 86400, "longest outage of a partner's endpoint that loses nothing"}

func fillWebhook(s *sheet) {
	u := s.UseCase
	rate, span := s.n(u.Load.Peak), s.k(partnerOutage)
	first := s.reference("limits.webhook-timeout")
	attempts := math.Ceil(math.Log2(span/first + 1))
	push := s.option("webhook", "signed webhooks with repeats and a replay view")
	if people := u.Webhook[0]; !slices.ContainsFunc(u.Webhook, addressed) {
		push.out(people.Path, "%s comes with browsers and phones, which have no address to send to", people.Name)
	}
	push.score(critStaleness, 1, "pushed").score(critBuild, s.k(hookDays), "signatures, schedule, view").score(critLoss, 0, "repeated for %s", sec(span)).score(critRoundTrips, 1, "one call per event")
	feed := s.option("feed", "a feed the partners poll from a watermark")
	feed.score(critStaleness, 30, "half of a minute's poll").score(critBuild, s.k(hookDays)/2, "a list with a cursor").score(critLoss, 0, "read from where they were").score(critRoundTrips, 2, "polls that bring nothing")
	s.concrete(func(o option) {
		if s.options[o.i].ID == "webhook" {
			o.param("first", fact.Duration, s.reference("limits.webhook-timeout"), "first pause: as long as a receiver may take to answer")
			s.k(partnerOutage)
			s.from("first")
			o.param("attempts", fact.Count, attempts, "pauses doubling until the longest outage is spanned")
		}
	})
	s.undo(4)
	s.requires(u.Path)
	s.say("%s events of %s; %s attempts span an outage of %s", ps(rate), u.Name, num(attempts), sec(span))
	s.test("the endpoint of %s is down for %s: afterwards every event of %s arrives, repeats carry the same id, a forged signature is refused", u.Webhook[0].Name, sec(span), u.Name)
}
