package decide

import (
	"math"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/fact"
	"plumb.dev/plumb/model"
)

// How replicas say that they are fit, how changes reach users, what can be switched
// off.

var probesQuestion = question{"probes", "operations", "What a probe looks at",
	system, fillProbes,
	"Asked once. A readiness probe that looks at shared dependencies takes all replicas out when one of these is away, requests that need nothing of it included; one that looks at nothing lets requests reach replicas that are not ready. Compared by the minutes lost a month. Options: own (readiness looks at the replica alone), deep (at shared stores, too), liveness-only. Parameters period, timeout (s), failures, startup, drain (s); word readiness."}

var coldStart = &assumption{"decide.start-time", fact.Duration, 5, 1, 60, "time from the start of a process until it can answer: connections, migrations checked, caches warm"}

func fillProbes(s *sheet) {
	away, name := (1-s.k(redundantUp))*monthSeconds, s.firstStore()
	releases := 0.0
	for _, d := range s.plan.Deployables {
		releases += s.releases(d)
	}
	unready := releases * s.k(coldStart)
	own := s.option("own", "readiness looks at the replica alone")
	own.score(critDowntime, 0, "what needs %s fails, the rest is served", name).score(critBlast, 0, "no dependency takes all replicas out").score(critBuild, 0.3, "an endpoint each")
	deep := s.option("deep", "readiness looks at what the replicas share, too")
	deep.score(critDowntime, away, "all replicas leave while %s is away", name).score(critBlast, 1, "all requests, whatever they need").score(critBuild, 0.5, "checks with limits of their own")
	alive := s.option("liveness-only", "liveness alone")
	alive.score(critDowntime, unready, "%s releases a month send requests to what is not ready", num(releases)).score(critBlast, 0.5, "half of the replicas at a time").score(critBuild, 0, "an endpoint")
	s.concrete(func(o option) {
		o.param("period", fact.Duration, s.reference("scaling.probe-period"), "as Kubernetes sets it")
		o.param("timeout", fact.Duration, s.reference("scaling.probe-timeout"), "as Kubernetes sets it")
		o.param("failures", fact.Count, s.reference("scaling.probe-failures"), "in a row")
		start := s.k(coldStart)
		o.param("startup", fact.Duration, 6*start, "six times the usual start")
		o.param("drain", fact.Duration, math.Max(s.reference("scaling.termination-grace"), s.longestAnswer()), "longer than the longest answer in flight")
		o.word("readiness", "own connections open, migrations applied, not shutting down")
	})
	s.undo(0.5)
	s.say("%s is away %s a month; %s releases a month start replicas that need %s", name, sec(away), num(releases), sec(s.k(coldStart)))
	s.test("%s is cut off at peak: no replica leaves rotation, and what does not need it is answered", name)
}

// firstStore names what most requests need.
func (s *sheet) firstStore() string {
	for _, c := range s.plan.Contexts {
		if id := s.chosen(arch.DecisionID(string(c.ID) + ".store")); id != "" {
			return string(id)
		}
	}
	return "the store"
}

// releases of a deployable a month, by the team that owns it.
func (s *sheet) releases(d *Deployable) float64 {
	if d.Owner != nil {
		return s.n(d.Owner.Releases) * monthSeconds
	}
	most := 0.0
	for _, t := range s.model.Context.Teams {
		most = math.Max(most, s.n(t.Releases)*monthSeconds)
	}
	return most
}

// longestAnswer is the highest p99 target of what somebody waits for, seconds.
func (s *sheet) longestAnswer() float64 {
	most := 0.0
	for _, u := range s.model.UseCases {
		if u.Asked() && u.Result != "stream" && u.Result != "long-running" {
			most = math.Max(most, s.n(u.Latency.P99))
		}
	}
	return most
}

var rolloutQuestion = question{"rollout", "operations", "Releases of %s",
	func(p *Plan) []Subject { return each(p.Deployables, nil, ofUnit) }, fillRollout,
	"Asked of each deployable. Releases a month x share that fails x share of these that users feel x time until it is taken back, x share of the users it reached, is held against what the strictest target of the deployable allows. Options: rolling, canary (a small share first), blue-green (a second set, switched). Parameters share (first step of a canary), bake (s)."}

var (
	felt        = &assumption{"decide.bad-release-felt", fact.Share, 0.3, 0.1, 0.7, "share of failed releases that users feel; the others are found by people or tests"}
	noticeTime  = &assumption{"decide.bad-release-noticed", fact.Duration, 600, 120, 3600, "time until a release that fails for users is noticed by its alerts"}
	rollBack    = &assumption{"decide.roll-back", fact.Duration, 300, 60, 1800, "time to bring the former release back by a rolling update"}
	switchBack  = &assumption{"decide.switch-back", fact.Duration, 30, 5, 120, "time to point traffic back to a set that still runs"}
	canaryShare = &assumption{"decide.canary-share", fact.Share, 0.05, 0.01, 0.2, "share of the requests a release gets first"}
	canaryDays  = &assumption{"decide.canary-days", fact.Days, 3, 1, 8, "building a canary: weights, comparison, automatic stop, person-days per deployable"}
	blueDays    = &assumption{"decide.blue-green-days", fact.Days, 2, 1, 5, "building a second set and its switch, person-days per deployable"}
)

func fillRollout(s *sheet) {
	d := s.Unit
	releases := s.releases(d)
	bad := releases * s.reference("delivery.change-failure") * s.k(felt)
	strict := s.strictestOf(d)
	notice, back := s.k(noticeTime), s.k(rollBack)
	whole := bad * (notice + back) // when a bad release reaches everybody
	first := s.firstStep(strict, whole)
	rolling := "replica by replica"
	if s.onOneMachine() {
		rolling = "the new one beside the old one, which then ends"
	}
	cores := s.allCores() * rateOf(d.Contexts) / math.Max(rateOf(s.plan.Contexts), 1e-9)
	for _, x := range []struct {
		option
		down, money, build, hours float64
	}{
		{s.option("rolling", rolling), whole, 0, 0, 0},
		{s.option("canary", "a small share first"), whole * first, 0, s.k(canaryDays), 0.1 * releases},
		{s.option("blue-green", "a second set, switched"), bad * (notice + s.k(switchBack)), cores * s.vcpuPrice() * math.Min(1, releases/30), s.k(blueDays), 0.05 * releases},
	} {
		if allowed := (1 - strict.share) * monthSeconds; strict.known && x.down > allowed && s.options[x.i].ID != "canary" {
			x.out(strict.path, "bad releases alone take %s a month, and %s may be away %s", sec(x.down), strict.name, sec(allowed))
		}
		x.score(critDowntime, x.down, "%s releases a month that users feel", num(bad)).score(critMoney, x.money, "replicas beside the running ones").
			score(critBuild, x.build, "building it").score(critOperations, x.hours, "watching %s releases", num(releases))
	}
	s.concrete(func(o option) { s.bake(o, d, first) })
	s.undo(2)
	s.say("%s releases of %s a month, %s of which users feel: %s a month %s, %s by a small share first", num(releases), d.Name, num(bad), sec(whole), rolling, sec(whole*first))
	s.test("a release of %s that fails every tenth request is taken back by itself, and fewer than %s of a month's budget are gone", d.Name, pct(0.1))
}

// firstStep is the share of the requests that a release gets first: so small that
// bad releases take no more than half of what the strictest target allows, and
// never less than one request in a thousand, below which nothing is seen.
func (s *sheet) firstStep(strict strictness, whole float64) float64 {
	first := s.k(canaryShare)
	if strict.known && whole > 0 {
		first = math.Min(first, math.Max(0.001, (1-strict.share)*monthSeconds/2/whole))
	}
	return first
}

// bake says how long the first step of a canary must last to tell a bad release
// from chance.
func (s *sheet) bake(o option, d *Deployable, first float64) {
	if s.options[o.i].ID != "canary" {
		return
	}
	s.strictestOf(d)
	s.k(canaryShare)
	o.param("share", fact.Share, first, "a twentieth, or less where the strictest target allows bad releases less")
	rate := 0.0
	for _, c := range d.Contexts {
		for _, u := range c.UseCases {
			rate += s.n(u.Load.Average)
		}
	}
	const seen = 500 // requests with which one failure in a hundred is seen five times
	s.from("share")
	o.param("bake", fact.Duration, math.Min(4*3600, math.Max(s.k(noticeTime), seen/math.Max(1e-9, rate*first))), "time in which five hundred requests reach it, at least what noticing takes, at most four hours")
}

// strictestOf is the strictest stated availability among a deployable's use cases.
func (s *sheet) strictestOf(d *Deployable) strictness {
	var out strictness
	for _, c := range d.Contexts {
		for _, u := range c.UseCases {
			if s.stated(u.Available) && s.n(u.Available) > out.share {
				out = strictness{known: true, stated: true, share: u.Available.N, path: u.Available.Fact, name: u.Name}
			}
		}
	}
	return out
}

var toggleQuestion = question{"toggle", "operations", "Switching %s off",
	func(p *Plan) []Subject { return each(p.Model.UseCases, toggled, ofUseCase) }, fillToggle,
	"Asked of each use case that was said to be switchable, and of each that hangs on an external whose outages alone take more than its target allows. Compared by the minutes until it is off, and by effort. Options: none, release (by configuration, with a release), switch (a row in the own store, read every few seconds), service (a flag service). Words default, off."}

// toggled reports whether a use case may have to be switched off.
func toggled(u *model.UseCase) bool {
	if u.Toggle {
		return true
	}
	for i := range u.Calls {
		c := &u.Calls[i]
		if u.Asked() && !c.Later && !c.Optional && c.Fallback == "" && u.Available.Known() && c.External.Availability.N < u.Available.N {
			return true
		}
	}
	return false
}

var (
	switchDays  = &assumption{"decide.switch-days", fact.Days, 0.5, 0.2, 2, "building a switch for one use case with both sides tested, person-days"}
	flagDays    = &assumption{"decide.flag-service-days", fact.Days, 4, 2, 8, "bringing in a flag service, person-days"}
	flagHours   = &assumption{"decide.flag-service-hours", fact.Hours, 2, 0.5, 5, "engineer hours a month to run a flag service and clear old flags"}
	switchedOff = &assumption{"decide.switch-offs", fact.Count, 0.5, 0.1, 4, "times a month something must be switched off at once"}
)

func fillToggle(s *sheet) {
	u := s.UseCase
	times := s.k(switchedOff)
	release := s.reference("delivery.pipeline-time") + s.k(rollBack)
	none := s.none("no switch")
	none.outIf(u.Toggle, u.Path, "it was said to be switchable")
	for _, x := range []struct {
		option
		wait, build, hours float64
	}{
		{none, times * 2 * release, 0, 0},
		{s.option("release", "by configuration, with a release"), times * release, 0.5 * s.k(switchDays), 0},
		{s.option("switch", "a row in the own store, read every few seconds"), times * 10, s.k(switchDays), 0.1},
		{s.option("service", "a flag service"), times * 10, s.k(switchDays) + s.k(flagDays), s.k(flagHours)},
	} {
		x.score(critDowntime, x.wait, "%s times a month, until it is off", num(times)).score(critBuild, x.build, "building it").score(critOperations, x.hours, "keeping it right")
	}
	s.concrete(func(o option) {
		if s.options[o.i].ID != "none" {
			o.word("default", "on").word("off", orElse(u.Fallback, u.Name+" answers 503 and says when it is back"))
		}
	})
	s.undo(0.5)
	s.requires(u.Path)
	s.say("%s is switched off %s times a month; with a release that takes %s", u.Name, num(times), sec(release))
	s.flip("%s was said to be switchable", u.Name)
	s.test("%s is switched off and on again under load: callers see what was said, and nothing else changes", u.Name)
}
