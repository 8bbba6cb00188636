package decide

import (
	"slices"

	"plumb.dev/plumb/fact"
	"plumb.dev/plumb/model"
)

// The style of the public interface per kind of client, and its versions.

var apiQuestion = question{"api", "interface", "API style for %s",
	func(p *Plan) []Subject {
		return each(p.Model.Actors, func(a *model.Actor) bool { return len(asks(p.Model, a)) > 0 }, ofActor)
	}, fillAPI,
	"Asked of each actor that asks for something. Views over three or more aggregates are counted with what they show beyond two: a resource API builds and changes a view for each and reads all of it each time, a graph lets the client ask for the parts its screen shows, for a graph with loaders and limits. Browsers speak no native gRPC; partners of unknown technology and guests get no graph. Client streams and conversations are carried by gRPC whatever the style of the rest. Options: rest, graphql, grpc."}

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

// streamsByRPC reports whether a use case is carried by gRPC whatever the style of
// the rest.
func streamsByRPC(u *model.UseCase) bool { return u.Result == "upload" || u.Result == "conversation" }

var (
	viewPartDays = &assumption{"decide.view-part-days", fact.Days, 0.3, 0.1, 1, "building one more aggregate into a composed view, person-days"}
	viewDays     = &assumption{"decide.view-change-days", fact.Days, 0.1, 0.03, 0.4, "person-days a month that each aggregate of a composed view beyond two costs to follow its screen"}
	graphDays    = &assumption{"decide.graph-days", fact.Days, 10, 5, 20, "building a graph with loaders, limits on depth and cost, and persisted queries, person-days"}
	graphHour    = &assumption{"decide.graph-hours", fact.Hours, 4, 1, 10, "engineer hours a month to keep a graph's costs in check"}
	operationDay = &assumption{"decide.operation-days", fact.Days, 0.5, 0.2, 1, "building one operation of a resource API with its contract and tests, person-days"}
	undoOwn      = &assumption{"decide.api-change-own", fact.Days, 0.5, 0.2, 1, "changing one operation and its own clients to another style, person-days; twice that where phones must be updated, four times where other companies are"}
)

func fillAPI(s *sheet) {
	a := s.Actor
	cases := asks(s.model, a)
	ops := float64(len(cases))
	views, beyond, rate := 0.0, 0.0, 0.0
	for _, u := range cases {
		s.requires(u.Path)
		rate += s.n(u.Load.Peak)
		if n := len(u.Touches()); n >= 3 && !alters(u) && (u.Result == "one" || u.Result == "list") {
			views++
			beyond += float64(n - 2)
		}
	}
	rtt := s.reference("network.rtt-fixed")
	if a.Reaches("mobile") {
		rtt = s.reference("network.rtt-mobile")
	}
	rest := s.option("rest", "REST")
	graph := s.option("graphql", "GraphQL")
	rpc := s.option("grpc", "gRPC")
	rpc.outIf(a.Reaches("web") || a.Reaches("staff"), a.Path, "clients of %s are browsers, which cannot speak gRPC without a translating proxy", a.Name)
	graph.outIf(a.Reaches("partner"), a.Path, "clients of %s are other companies' own; an open graph would let each decide what a request costs", a.Name)
	graph.outIf(a.Guest, a.Path, "%s is not signed in, and the cost of a query nobody knows cannot be charged to anybody", a.Name)
	each, layer := s.k(operationDay), s.reference("work.read-one-p50")
	wide := 0.0
	if views > 0 {
		wide = beyond / views
	}
	rest.score(critRoundTrips, 1, "one call: a view is built for each screen").score(critLatency, rtt+wide*layer, "one round trip, and %s reads more than a screen may show", num(wide)).
		score(critBuild, each*ops+s.k(viewPartDays)*beyond, "%s operations; %s parts in views beyond two", num(ops), num(beyond)).
		score(critChange, beyond*s.k(viewDays), "%s parts follow their screens", num(beyond)).
		score(critOperations, 0, "plain HTTP: caches, gateways and limits understand it")
	graph.score(critRoundTrips, 1, "one query").score(critLatency, rtt+2*layer, "one round trip, batched loads in two layers").
		score(critBuild, s.k(graphDays)+each*ops*0.4, "the graph, then little per operation").
		score(critChange, beyond*s.k(viewDays)*0.15, "the client asks for what its screen shows").
		score(critOperations, s.k(graphHour), "cost limits, persisted queries, no cache in between")
	rpc.score(critRoundTrips, 1, "one call").score(critLatency, rtt+wide*layer, "one round trip").
		score(critBuild, s.k(rpcDays)+each*ops+s.k(viewPartDays)*beyond, "generated clients on %s", join(a.Channels)).
		score(critChange, beyond*s.k(viewDays), "a method per screen").
		score(critOperations, 2, "a second kind of traffic at the edge")
	s.undo(ops * s.k(undoOwn) * foreignness(a))
	s.say("%s has %s operations at %s, %s of them views over three or more aggregates", a.Name, num(ops), ps(rate), num(views))
	s.concrete(func(o option) {
		switch s.options[o.i].ID {
		case "graphql":
			s.pro("%s parts of views follow their screens without a change of the contract", num(beyond))
			s.con("what a query of %s costs is known only when it runs: limits on depth and cost are kept for %s operations", a.Name, num(ops))
		case "rest":
			s.pro("caches, gateways and limits understand each of the %s operations of %s", num(ops), a.Name)
			s.con("a new screen of %s over several aggregates is a change on both sides, or several calls", a.Name)
		case "grpc":
			s.con("whoever debugs %s operations of %s needs tools for a binary protocol", num(ops), a.Name)
		}
	})
	s.test("the contract tests of %s run against every build, and each of its %d operations keeps to one round trip", a.Name, len(cases))
}

// foreignness weighs what changing an actor's clients takes.
func foreignness(a *model.Actor) float64 {
	switch {
	case a.Reaches("partner"):
		return 4
	case a.Reaches("mobile") || a.Reaches("device"):
		return 2
	}
	return 1
}

var versioningQuestion = question{"versioning", "interface", "Versions of the public APIs",
	system, fillVersioning,
	"Asked once. Clients that this organisation does not release at the same moment (partners, devices, phones not yet updated) need two majors side by side; how a request names its major is compared by what routers and caches can see and by what a client must be taught. Options: additive (no versions: all clients are released with the server), url, header, content-negotiation. Parameter support (s): how long a deprecated major is served."}

var (
	supportPartner = &assumption{"decide.support-window", fact.Duration, fact.Year.Seconds(), fact.Year.Seconds() / 2, 2 * fact.Year.Seconds(),
		"time a deprecated major stays when clients of other companies use it"}
	supportOwn = &assumption{"decide.support-window-own", fact.Duration, fact.Year.Seconds() / 4, fact.Month.Seconds(), fact.Year.Seconds(),
		"time a deprecated major stays when only our own clients use it: until old phones are updated"}
)

func fillVersioning(s *sheet) {
	var foreign []string
	for _, a := range s.model.Actors {
		if a.Reaches("partner") || a.Reaches("device") || a.Reaches("mobile") {
			foreign = append(foreign, a.Name)
			s.requires(a.Path)
		}
	}
	n := float64(len(foreign))
	s.without = "additive"
	additive := s.option("additive", "no versions: clients and server change together")
	additive.outIf(n > 0, firstServed(s), "clients of %s cannot all be released with the server", join(foreign))
	for _, o := range []struct {
		option
		build, change, hours float64
	}{
		{additive, 0, 0, 0},
		{s.option("url", "major version in the path"), 0.5, 0.1, 0},
		{s.option("header", "version in a header of our own"), 1 + 0.3*n, 0.2, 0.5},
		{s.option("content-negotiation", "version in the media type"), 1.5 + 0.5*n, 0.2, 0.5},
	} {
		o.score(critBuild, o.build, "routing, and teaching %d kinds of clients", len(foreign))
		o.score(critChange, o.change, "of a breaking change")
		o.score(critOperations, o.hours, "caches and logs that do not see the version")
	}
	s.concrete(func(o option) {
		if s.options[o.i].ID != "additive" {
			o.param("support", fact.Duration, s.supportWindow(), "the longest time a client of the public APIs takes to follow: other companies, else our own phones")
		}
	})
	s.undo(2 * n)
	if n > 0 {
		s.say("clients of %s are released apart from the server; a path is seen by every router and log", join(foreign))
	} else {
		s.say("all clients of %s are released with the server, so that two versions never meet", s.model.Name)
	}
	s.flip("a client is released apart from the server: a partner, a device, a phone")
	s.test("each pull request compares the contracts of %d operations: a breaking change without a new major fails it", countAsked(s.model))
}

func countAsked(m *model.Model) int {
	n := 0
	for _, u := range m.UseCases {
		if u.Asked() {
			n++
		}
	}
	return n
}

// supportWindow is how long a deprecated major is served.
func (s *sheet) supportWindow() float64 {
	for _, a := range s.model.Actors {
		if a.Reaches("partner") {
			s.n(a.Accounts)
			return s.k(supportPartner)
		}
	}
	return s.k(supportOwn)
}
