package decide

import (
	"math"
	"slices"
	"strings"

	"plumb.dev/plumb/fact"
	"plumb.dev/plumb/model"
)

// Too many requests: from one client, and from all together.

var rateLimitQuestion = question{"rate-limit", "resilience", "Limit of %s",
	func(p *Plan) []Subject {
		return each(p.Model.Actors, func(a *model.Actor) bool { return len(asks(p.Model, a)) > 0 }, ofActor)
	}, fillRateLimit,
	"Asked of each actor. What one client could take of the capacity without a limit (everything, where anybody can call; what a client gone wild sends, where only staff does) and with one. The limit is what an honest client sends at peak, ten times over, and never below a page load. Guests are counted by address, people by account, programs by credential. Options: none, account, address, client. Parameters rate (1/s), burst; word key."}

var (
	limitDays   = &assumption{"decide.limit-days", fact.Days, 0.4, 0.1, 1, "setting and testing the limit of one kind of client, person-days"}
	limitHours  = &assumption{"decide.limit-hours", fact.Hours, 0.25, 0.05, 1, "engineer hours a month to answer whoever was refused wrongly"}
	runaway     = &assumption{"decide.runaway-rate", fact.Rate, 50, 10, 500, "requests a second of a client gone wild: a loop in a browser"}
	honestTimes = &assumption{"decide.limit-over-mean", fact.Count, 10, 3, 30, "how far an honest client may be above the mean of its kind at peak"}
)

func fillRateLimit(s *sheet) {
	a := s.Actor
	mean, all := s.ratePerClient(a)
	capacity := math.Max(all*s.reference("scaling.headroom"), 1/s.reference("work.handler-cpu"))
	public := a.Guest || len(a.Channels) == 0 || a.Reaches("web") || a.Reaches("mobile") || a.Reaches("partner") || a.Reaches("device")
	limit := s.limitOf(a, mean)
	programs := a.Reaches("partner") && !handled(a)

	open := s.none("no limit of its own")
	open.outIf(public, a.Path, "clients of %s are outside this organisation: any one of them could ask for everything", a.Name)
	account := s.option("account", "per account")
	account.outIf(a.Guest, a.Path, "%s has no account to count by", a.Name)
	account.outIf(programs, a.Path, "%s comes with programs, which have credentials and no person's account", a.Name)
	address := s.option("address", "per network address")
	address.outIf(!a.Guest && !programs, a.Path, "many accounts of %s share an address behind carriers and offices", a.Name)
	client := s.option("client", "per client credential")
	client.outIf(!a.Reaches("partner"), a.Path, "all clients of %s share one registration", a.Name)
	for _, x := range []struct {
		option
		taken, build, hours float64
	}{
		{open, math.Min(1, s.k(runaway)/capacity), 0, 0},
		{account, math.Min(1, limit/capacity), s.k(limitDays), s.k(limitHours)},
		{address, math.Min(1, limit/capacity), s.k(limitDays), 2 * s.k(limitHours)},
		{client, math.Min(1, limit/capacity), s.k(limitDays), s.k(limitHours)},
	} {
		x.score(critBlast, x.taken, "what one client can take of %s", ps(capacity)).
			score(critBuild, x.build, "setting and testing it").score(critOperations, x.hours, "wrong refusals")
	}
	s.concrete(func(o option) { s.limitNumbers(o, a) })
	s.undo(0.5)
	s.requires(a.Path)
	s.say("%s online send %s each at peak; one client may send %s", num(s.n(a.Online)), ps(mean), ps(limit))
	s.flip("%s is reached from outside the organisation", a.Name)
	s.test("a client of %s that sends twice its limit for a minute gets 429 with Retry-After for half of it, and the others' p99 does not move", a.Name)
}

// ratePerClient is the mean rate of one client at peak, and of all clients of every
// kind. Of a use case that several kinds ask for, each kind of program counts for an
// equal part, because one program stands for many people; people share the rest by
// how many are online.
func (s *sheet) ratePerClient(a *model.Actor) (mean, all float64) {
	mine := 0.0
	for _, u := range s.model.UseCases {
		if len(u.By) == 0 {
			continue
		}
		r := s.n(u.Load.Peak)
		all += r
		mine += r * s.partOf(u, a)
	}
	return mine / math.Max(1, s.n(a.Online)), all
}

// partOf is the part of a use case's requests that come from an actor.
func (s *sheet) partOf(u *model.UseCase, a *model.Actor) float64 {
	if !slices.Contains(u.By, a) {
		return 0
	}
	each, people, online := 1/float64(len(u.By)), 0, 0.0
	for _, by := range u.By {
		if handled(by) {
			people++
			online += s.n(by.Online)
		}
	}
	if !handled(a) || online == 0 {
		return each
	}
	return each * float64(people) * s.n(a.Online) / online
}

func (s *sheet) limitOf(a *model.Actor, mean float64) float64 {
	least := s.reference("limits.rate-limit-person")
	if a.Guest {
		least = s.reference("limits.rate-limit-guest")
	}
	return round2(math.Max(least, mean*s.k(honestTimes)))
}

func (s *sheet) limitNumbers(o option, a *model.Actor) {
	key, ok := map[string]string{"account": "sub", "address": "address", "client": "client_id"}[string(s.options[o.i].ID)]
	if !ok {
		return
	}
	mean, _ := s.ratePerClient(a)
	rate := s.limitOf(a, mean)
	o.param("rate", fact.Rate, rate, "what one sends at peak on average, ten times over; at least what a page load takes")
	s.from("rate")
	o.param("burst", fact.Count, math.Max(s.reference("limits.requests-per-visit"), rate*s.reference("limits.rate-limit-burst")), "a visit's requests at once, or some seconds of the rate")
	o.word("key", key)
}

var sheddingQuestion = question{"shedding", "resilience", "What is refused first",
	system, fillShedding,
	"Asked once. Load above what the replicas carry (the peak with its headroom, at least the smallest set-up) is refused. The limits of every process refuse whoever comes last, important or not; refusing by importance keeps the critical ones as long as they alone fit. Compared by the share of critical requests refused and by effort. Options: none (the limits of the processes), adaptive (limits that follow the measured times), by-importance. Word order: use cases, first refused first."}

var (
	overload     = &assumption{"decide.overload", fact.Count, 2, 1.2, 10, "how far load may rise above the peak it was sized for: a campaign, a retry storm, a broadcast"}
	adaptiveDays = &assumption{"decide.adaptive-limit-days", fact.Days, 3, 1, 8, "building and tuning limits that follow measured times, person-days"}
	shedDays     = &assumption{"decide.shed-order-days", fact.Days, 2, 1, 5, "building and testing refusal by importance, person-days"}
)

func fillShedding(s *sheet) {
	var rate [3]float64 // may wait, normal, critical
	var names [3][]string
	for _, u := range s.model.UseCases {
		if !u.Asked() {
			continue
		}
		at := map[string]int{"may-wait": 0, "critical": 2}[u.Importance]
		if u.Importance == "normal" || u.Importance == "" {
			at = 1
		}
		rate[at] += s.n(u.Load.Peak)
		names[at] = append(names[at], u.Name)
	}
	all := rate[0] + rate[1] + rate[2]
	times := s.k(overload)
	capacity := math.Max(all*s.reference("scaling.headroom"), 1/s.reference("work.handler-cpu"))
	refused, critical := overloaded(all*times, capacity), overloaded(rate[2]*times, capacity)
	plain := s.none("the limits of the processes refuse whoever comes last")
	adaptive := s.option("adaptive", "limits that follow the measured times")
	ranked := s.option("by-importance", "what matters least is refused first")
	if kinds := kindsOf(names); kinds < 2 {
		ranked.out(anyAsked(s.model), "all %d use cases somebody asks for matter the same", len(names[0])+len(names[1])+len(names[2]))
	}
	for _, x := range []struct {
		option
		blast, build, hours float64
	}{{plain, refused, 0, 0}, {adaptive, refused, s.k(adaptiveDays), 0.5}, {ranked, critical, s.k(shedDays), 0.2}} {
		x.score(critBlast, x.blast, "critical requests refused at %s times the peak of %s", num(times), ps(all)).
			score(critBuild, x.build, "building and testing it").score(critOperations, x.hours, "keeping it right")
	}
	s.concrete(func(o option) {
		if s.options[o.i].ID == "by-importance" {
			o.word("order", shedOrder(names))
		}
	})
	s.undo(1)
	s.say("of %s at peak %s are critical and %s may wait; %s are carried, and at %s times the peak %s would be refused at random", ps(all), ps(rate[2]), ps(rate[0]), ps(capacity), num(times), pct(refused))
	s.flip("%s times the peak passes what the replicas carry: from %s at peak", num(times), ps(1/s.reference("work.handler-cpu")/times))
	s.test("load at %s times the peak: what is answered is answered in time, and no critical request is refused before the last that may wait", num(times))
}

// overloaded is the share of a load that a capacity cannot serve.
func overloaded(load, capacity float64) float64 {
	if load <= capacity {
		return 0
	}
	return 1 - capacity/load
}

func anyAsked(m *model.Model) fact.ID {
	for _, u := range m.UseCases {
		if u.Asked() {
			return u.Path
		}
	}
	return ""
}

func kindsOf(names [3][]string) int {
	n := 0
	for _, list := range names {
		if len(list) > 0 {
			n++
		}
	}
	return n
}

// shedOrder lists what is refused first; what is neither is left in the middle.
func shedOrder(names [3][]string) string {
	var parts []string
	if len(names[0]) > 0 {
		parts = append(parts, "first "+join(names[0]))
	}
	parts = append(parts, "then the rest")
	if len(names[2]) > 0 {
		parts = append(parts, "last "+join(names[2]))
	}
	return strings.Join(parts, "; ")
}
