package decide

import (
	"math"
	"slices"

	"plumb.dev/plumb/fact"
	"plumb.dev/plumb/model"
)

// How what happens at an external, without our asking, comes to be known here.

var inboundQuestion = question{"inbound", "communication", "How news of %s come in",
	func(p *Plan) []Subject {
		return each(p.Model.Externals, func(x *model.External) bool { return len(p.newsOf(x)) > 0 }, ofExternal)
	}, fillInbound,
	"Asked of each external whose events start use cases. One that calls back is heard by a signed call, and what it repeats is known by its id; one that speaks events is read from its channel; any other is asked at intervals for what changed since a watermark, which also needs no more of it after the hours in which it is away. The interval is half of what the use cases that it starts may be late, less what a call takes, so that one that fails is made up for; calls at that pace and one for each page of news are held against its limit, and what calls lose, where the outcome cannot be asked for, against the effort. Options: callback, swept (called, and asked for what was not told), poll, subscribe. Parameters every, overlap (s) of a poll or sweep, drain (s) and page of a poll, window and kept (s) of calls."}

var (
	callbackDays = &assumption{"decide.callback-days", fact.Days, 3, 1.5, 6, "building an intake for the calls of another: signature, repeats, time window, asking for what was not told, person-days"}
	pollDays     = &assumption{"decide.poll-days", fact.Days, 4, 2, 8, "building a reader of what changed at another: agreeing on the list with it, watermark, pages, repeats, person-days"}
	readerDays   = &assumption{"decide.channel-reader-days", fact.Days, 2, 1, 4, "building a consumer of another's channel: position, repeats, translation, person-days"}
	untold       = &assumption{"decide.reports-lost", fact.Share, 1e-5, 1e-7, 1e-3, "share of the calls of another that never arrive: sent while nothing of ours answered, and not repeated for long enough"}
	sweepEvery   = &assumption{"decide.sweep-every", fact.Duration, 86400, 3600, 604800, "pause between two looks for what an external that calls did not tell"}
	newsEvery    = &assumption{"decide.news-every", fact.Duration, 60, 10, 900, "pause between two looks for news of another where nothing says how late they may be"}
	stampsLate   = &assumption{"decide.watermark-overlap", fact.Duration, 60, 10, 600, "how long after its time stamp a change of another may become visible: its longest transaction, and clocks that differ"}
)

// newsOf are the events of an external that start something here.
func (p *Plan) newsOf(x *model.External) (out []*model.Event) {
	for _, e := range p.Model.Events {
		if e.From == x && slices.ContainsFunc(e.Starts, func(u *model.UseCase) bool { return p.Home(u) != nil }) {
			out = append(out, e)
		}
	}
	return out
}

// Hears are the use cases that the events of an external start, by name.
func (p *Plan) Hears(x *model.External) (out []*model.UseCase) {
	for _, e := range p.newsOf(x) {
		for _, u := range e.Starts {
			if p.Home(u) != nil && !slices.Contains(out, u) {
				out = append(out, u)
			}
		}
	}
	slices.SortFunc(out, func(a, b *model.UseCase) int { return compareNames(a.Name, b.Name) })
	return out
}

// news is what an external has to tell and how late that may be.
type news struct {
	rate        float64 // a second
	within      float64 // seconds; 0 where nothing was said
	needs       *model.UseCase
	every, page float64
	call        float64 // p99 of a call of it
}

func (s *sheet) news(x *model.External) news {
	n := news{page: s.reference("limits.page-size-max"), call: s.n(x.Latency.P99)}
	for _, e := range s.plan.newsOf(x) {
		n.rate += s.n(e.Rate)
		for _, u := range e.Starts {
			if w := u.Consistency.Within; s.stated(w) && (n.needs == nil || w.N < n.needs.Consistency.Within.N) {
				n.needs = u
			}
		}
	}
	if n.needs == nil {
		n.every = s.k(newsEvery)
		return n
	}
	n.within = s.n(n.needs.Consistency.Within)
	n.every = math.Max((n.within-n.call)/2, math.Max(n.call, 1))
	return n
}

func fillInbound(s *sheet) {
	x := s.External
	n := s.news(x)
	monthly := n.rate * monthSeconds
	s.requires(x.Path)

	lost := monthly * s.k(untold)
	if x.Lookup && slices.ContainsFunc(s.plan.Links, func(l *Link) bool { return l.Call != nil && l.Call.External == x }) {
		lost = 0 // what it was asked for, and told nothing of, is asked for by our reference
	}
	call := s.option("callback", "it calls us")
	call.outIf(!x.CallsBack && x.Protocol != "webhook", x.Path, "nothing says that %s calls back", x.Name)
	call.score(critStaleness, beyond(1, n.within), "told as it happens").score(critBuild, s.k(callbackDays), "signature, repeats, time window").
		score(critLoss, lost, "of %s calls a month, and what is not told cannot be asked for by our reference", num(monthly)).score(critMoney, 0, "nothing is asked")

	swept := s.option("swept", "it calls us, and is asked for what it did not tell")
	swept.outIf(!x.CallsBack || x.Protocol == "events", x.Path, "nothing says that %s calls back and can be asked", x.Name)
	swept.score(critStaleness, beyond(1, n.within), "told as it happens, but for what is missed").score(critBuild, s.k(callbackDays)+s.k(pollDays), "both of them").
		score(critLoss, 0, "what was not told comes with the next look").score(critMoney, 0, "a look every %s", sec(s.k(sweepEvery)))

	asks := math.Max(1/n.every, n.rate/math.Max(1, n.page))
	ask := s.option("poll", "asked for what changed since a watermark")
	ask.outIf(x.Protocol == "events" || x.Protocol == "webhook", x.Path, "%s is said to speak %s, and answers nothing", x.Name, x.Protocol)
	price := 0.0
	if x.Price.Known() {
		price = s.n(x.Price) * asks * monthSeconds
	}
	if limit := s.n(x.Limit); limit > 0 && x.CallsBack {
		ask.outIf(asks > limit, x.Limit.Fact, "looked for every %s it is asked %s, and takes %s", sec(n.every), ps(asks), ps(limit))
	}
	ask.score(critStaleness, beyond(n.every+n.call, n.within), "a pause of %s and a call of %s", sec(n.every), sec(n.call)).score(critBuild, s.k(pollDays), "the list, watermark, pages, repeats").
		score(critLoss, 0, "the next look begins where the last one ended").score(critMoney, price, "%s calls", ps(asks))

	read := s.option("subscribe", "its channel is read")
	read.outIf(x.Protocol != "events", x.Path, "%s is said to speak %s, and has no channel to read", x.Name, x.Protocol)
	read.score(critStaleness, beyond(s.k(copyLag), n.within), "read as it is told").score(critBuild, s.k(readerDays), "position, repeats, translation").
		score(critLoss, 0, "the position moves with the change").score(critMoney, 0, "nothing is asked")

	s.concrete(func(o option) { s.inboundNumbers(o, x, n, asks) })
	s.undo(s.k(pollDays))
	late := "nothing says how late they may be"
	if n.needs != nil {
		late = "at most " + sec(n.within).String() + " late for " + n.needs.Name
	}
	s.say("%s tells %s of what starts %s, %s", x.Name, ps(n.rate), join(namesOf(s.plan.Hears(x))), late)
}

// inboundNumbers make the chosen way concrete.
func (s *sheet) inboundNumbers(o option, x *model.External, n news, asks float64) {
	switch s.options[o.i].ID {
	case "callback", "swept":
		window, kept := s.reference("limits.webhook-signature-tolerance"), s.reference("limits.webhook-retry-span")
		o.param("window", fact.Duration, window, "age from which a signed call is refused: who records one cannot send it again")
		o.param("kept", fact.Duration, kept, "how long ids are remembered: as long as senders repeat")
		if s.options[o.i].ID == "swept" {
			o.param("every", fact.Duration, s.k(sweepEvery), "assumed pause of a reader that seldom finds anything")
			o.param("overlap", fact.Duration, s.k(stampsLate), "read again each time: what became visible after its time stamp; repeats are known by their id")
			s.con("%s that it does not tell is known %s late", join(namesOf(s.plan.Hears(x))), sec(s.k(sweepEvery)))
		}
		s.con("who holds the secret that %s signs with can tell us anything for as long as nobody changes it", x.Name)
		s.test("a call of %s comes twice, once with a wrong signature and once again after %s: one effect, two refusals; its id is known for %s", x.Name, sec(window), sec(kept))
	case "poll":
		if n.needs != nil {
			s.n(n.needs.Consistency.Within)
			s.n(x.Latency.P99)
		} else {
			s.k(newsEvery)
		}
		o.param("every", fact.Duration, floor2(n.every), "half of what it may be late, less what a call takes, so that one that fails is made up for; never shorter than a call")
		overlap := s.k(stampsLate)
		o.param("overlap", fact.Duration, overlap, "read again each time: what became visible after its time stamp; repeats are known by their id")
		s.readNews(x)
		o.param("page", fact.Count, math.Max(1, math.Min(n.page, math.Ceil(n.rate*(n.every+overlap)))), "news that come between two looks and in the overlap, at most a page")
		away, _ := x.Closed()
		away = longestAway(away, x.Availability.N)
		pages := math.Ceil(n.rate * away / math.Max(1, n.page))
		pace := math.Max(n.call, 1/math.Max(x.Limit.Or(math.Inf(1)), 1e-9))
		s.readNews(x)
		s.n(x.Availability)
		s.n(x.Limit)
		o.param("drain", fact.Duration, math.Max(pages, 1)*pace, "pages of what happened in its longest time away, at the pace of its calls and of its limit")
		if n.needs != nil && n.every+n.call > n.within {
			s.con("%s is known %s after it happened at worst, and %s may be %s late: %s would have to call us", x.Name, sec(n.every+n.call), n.needs.Name, sec(n.within), x.Name)
		}
		s.con("%s must offer a list of what changed since a moment, in an order that stays; nothing says yet that it does", x.Name)
		s.test("%s is away for %s and %s changes happen meanwhile: with the looks after it all are here, each once, within %s", x.Name, sec(away), num(math.Ceil(n.rate*away)), sec(math.Max(pages, 1)*pace))
		if limit := x.Limit.N; limit > 0 && asks > limit {
			s.con("looked for every %s %s is asked %s, and takes %s", sec(n.every), x.Name, ps(asks), ps(limit))
		}
	case "subscribe":
		s.con("the layout of %s's events is %s's: its adapter is all that stands between their releases and %s", x.Name, x.Name, join(namesOf(s.plan.Hears(x))))
		s.test("the reader of %s is stopped between the change and its note of the position, then started: %s has happened once", x.Name, join(namesOf(s.plan.Hears(x))))
	}
}

// readNews puts on record how much an external has to tell.
func (s *sheet) readNews(x *model.External) {
	for _, e := range s.plan.newsOf(x) {
		s.n(e.Rate)
	}
}

func namesOf(list []*model.UseCase) []string {
	out := make([]string, len(list))
	for i, u := range list {
		out[i] = u.Name
	}
	return out
}
