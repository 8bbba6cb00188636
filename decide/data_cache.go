package decide

import (
	"math"
	"slices"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/catalog"
	"plumb.dev/plumb/fact"
	"plumb.dev/plumb/model"
	"plumb.dev/plumb/queueing"
)

// Reads whose answer may be some time old.

var cacheQuestion = question{"cache", "data", "Cache of %s",
	func(p *Plan) []Subject {
		return each(p.Model.UseCases, func(u *model.UseCase) bool {
			return u.Asked() && !alters(u) && len(u.Reads) > 0 && u.Result != "stream" && u.Result != "conversation" && mayBeOld(p.Model, u)
		}, ofUseCase)
	}, fillCache,
	"Asked of each read whose answer was said may be old; nothing else is cached. The hit ratio follows from the number of different answers, their popularity (a Zipf distribution through the share of requests that falls on the popular ones), the rate (for a copy in the process the share of it that comes to each of the process's replicas at the peak) and the lifetime: rate x life / (1 + rate x life) per answer. It is held against the processors of the store it saves at the horizon, and the time it saves beyond half of what is asked; age within what was said to do costs nothing. Answers that differ by caller or hold personal data never leave for the edge. A copy in each replica costs the memory of all of them. Options: none, process, shared, edge. Parameters ttl (s), answers, copies, hit-ratio, entries, bytes; words technology, invalidation, never."}

func mayBeOld(m *model.Model, u *model.UseCase) bool {
	old := func(n fact.Number) bool {
		f, ok := m.Facts.Get(n.Fact)
		return n.Known() && n.N > 0 && ok && f.Origin == fact.Stated
	}
	if old(u.Stale) {
		return true
	}
	for i := range u.Reads {
		if old(u.Reads[i].Stale) {
			return true
		}
	}
	return false
}

var (
	popularShare = &assumption{"decide.popular-share", fact.Share, 0.8, 0.5, 0.95, "share of the requests that falls on the popular fifth when no skew is stated"}
	popularOn    = &assumption{"decide.popular-on", fact.Share, 0.2, 0.05, 0.5, "share of the answers that are popular when no skew is stated"}
	searches     = &assumption{"decide.different-searches", fact.Count, 5000, 200, 200e3, "different combinations of filters that are asked for again and again"}
	cacheDays    = &assumption{"decide.cache-days", fact.Days, 0.7, 0.3, 2, "building one cached read with its lifetime and its test, person-days"}
	storeReadCPU = &assumption{"decide.store-read-cpu", fact.Duration, 0.0003, 0.0001, 0.002, "processor time of the store for one read by an index"}
	storeListCPU = &assumption{"decide.store-list-cpu", fact.Duration, 0.003, 0.001, 0.02, "processor time of the store for a page filtered and sorted"}
	storeCore    = &assumption{"decide.store-core", fact.Money, 150, 60, 400, "price of one more processor of a store and of its standby for a month, USD"}
)

// cached is what a cache of a read has to hold.
type cached struct {
	answers      float64 // different ones
	hot, share   float64 // this share of the answers gets that share of the requests
	rate, mean   float64
	cpu          float64 // of the store, for one answer
	asked        float64 // half of what its target, or patience, allows, seconds
	ttl          float64
	bytes        float64 // of one answer
	private      string  // why it must not leave the system
	replicas     float64 // of the process that answers, at the peak
	popular      queueing.Zipf
	miss, travel float64 // seconds: of a read, of the way to the client
}

func (s *sheet) cached(u *model.UseCase) *cached {
	main := u.Reads[0].Aggregate
	c := &cached{rate: s.n(u.Load.Peak), mean: s.n(u.Load.Average), answers: s.n(main.Instances), hot: s.k(popularOn), share: s.k(popularShare)}
	c.ttl, _ = s.tolerated(u)
	c.bytes = math.Max(200, s.n(u.BytesOut))
	if s.has(main.SkewOn) && s.has(main.SkewShare) {
		c.hot, c.share = s.n(main.SkewOn), s.n(main.SkewShare)
	}
	if u.Result == "list" || u.Result == "report" {
		c.answers = 1
		if len(u.Filter) > 0 {
			c.answers = s.k(searches)
		}
	}
	if i := slices.IndexFunc(u.By, func(a *model.Actor) bool { return a == main.OwnedBy }); i >= 0 && u.Only == "own" && c.answers < s.n(main.Instances) {
		c.answers *= math.Max(1, s.n(u.By[i].Accounts)) // each owner's is another
	}
	c.private, c.asked = private(u), s.target(u)/2
	c.cpu = s.k(storeReadCPU) * float64(len(u.Reads))
	if u.Result == "list" || u.Result == "report" {
		c.cpu += s.k(storeListCPU)
	}
	if lag := s.behind(u); c.ttl > lag {
		c.ttl -= lag
	}
	c.popular = queueing.ZipfThrough(int(math.Min(math.Max(1, math.Round(c.answers)), 1<<40)), c.hot, c.share)
	c.replicas = s.replicasAnswering(u)
	c.miss = s.reference("work.read-one-p99") * float64(len(u.Reads))
	if u.Result == "list" || u.Result == "report" {
		c.miss += s.reference("work.read-list-p99")
	}
	c.travel = s.reference("network.rtt-fixed")
	if slices.ContainsFunc(u.By, func(a *model.Actor) bool { return a.Reaches("mobile") }) {
		c.travel = s.reference("network.rtt-mobile")
	}
	return c
}

// private says why an answer must not be kept outside the system, "" when it may.
func private(u *model.UseCase) string {
	if u.Only == "own" || u.Only == "tenant" {
		return "its answer differs by caller"
	}
	for _, r := range u.Reads {
		for _, f := range r.Aggregate.Fields {
			if f.Class != "" {
				return "it shows " + f.Class + " data of " + r.Aggregate.Name
			}
		}
	}
	for _, a := range u.By {
		if a.Guest {
			return ""
		}
	}
	return "only who is signed in may see it"
}

// replicasAnswering are those of the process that runs a use case, at its peak.
func (s *sheet) replicasAnswering(u *model.UseCase) float64 {
	home := s.plan.Home(u)
	if home == nil {
		return 1
	}
	for _, pr := range s.plan.Processes(home.Unit) {
		if slices.Contains(pr.UseCases, u) {
			return s.sizedAs(arch.DecisionID(pr.ID+".scaling"), s.load(pr)).replicas
		}
	}
	return 1
}

// behind is how old what a query reads may be already: a read model of its own, or copies
// of what others own.
func (s *sheet) behind(u *model.UseCase) float64 {
	lag := s.k(copyLag)
	if ready := s.plan.Parameter(arch.DecisionID(u.Name+".read-model"), "staleness"); s.plan.ReadyMade(u) && ready.Known() {
		s.read(ready.Fact)
		return ready.N
	}
	if s.readsCopy(u) {
		return lag
	}
	return 0
}

// readsCopy reports whether what a query reads are copies of what others own.
func (s *sheet) readsCopy(u *model.UseCase) bool {
	return slices.ContainsFunc(s.linksOf(u), func(l *Link) bool {
		return l.Kind == LinkRead && s.plan.Choice(arch.DecisionID(l.Name+".style")) == "replica"
	})
}

// hit is the hit ratio of a copy that is asked at a rate, each answer kept for the
// lifetime from its own miss.
func (c *cached) hit(rate float64) float64 { return queueing.TTLHitZipf(c.popular, rate, c.ttl) }

// entries are the answers held at once: each asked for within a lifetime.
func (c *cached) entries(rate float64) float64 { return math.Min(c.answers, rate*c.ttl) }

func fillCache(s *sheet) {
	u := s.UseCase
	c := s.cached(u)
	saved := c.rate * s.growth() * c.cpu * s.k(storeCore) // if every answer were a hit
	inProcess, whole := c.hit(c.rate/c.replicas), c.hit(c.rate)

	none := s.none("read each time")
	none.score(critLatency, beyond(c.travel+c.miss, c.asked), "a read each time takes %s, beyond half of what is asked", sec(c.travel+c.miss)).score(critMoney, saved, "processors of the store at the horizon").
		score(critOperations, 0, "nothing").score(critBuild, 0, "nothing")

	local := s.option("process", "a bounded copy in each replica")
	local.score(critLatency, beyond(c.travel+c.miss*(1-inProcess), c.asked), "%s hits with %s per replica", pct(inProcess), ps(c.rate/c.replicas)).
		score(critMoney, saved*(1-inProcess)+s.memoryMoney(c.replicas*c.entries(c.rate/c.replicas)*c.bytes), "what is left of the reads, and memory for %s copies", num(c.replicas)).
		score(critOperations, 0.2, "a size and a lifetime").score(critBuild, s.k(cacheDays), "one cached read")

	s.sharedCache(u, c, whole, saved)
	s.edgeCache(u, c, whole, saved)
	s.concrete(func(o option) { s.cacheNumbers(o, u, c) })
	s.undo(1)
	s.requires(u.Path)
	s.say("%s at peak for %s different answers that may be %s old: %s hits in each of %s replicas, %s in one place", ps(c.rate), num(c.answers), sec(c.ttl), pct(inProcess), num(c.replicas), pct(whole))
	s.flip("its rate times the age it may have passes the number of its different answers")
	s.test("a change of %s is seen in %s within %s, at the hit ratio of a day's requests", u.Reads[0].Aggregate.Name, u.Name, sec(c.ttl))
}

// memoryMoney is what memory of processes costs a month: as much of a processor's price
// as it is of the memory that comes with one.
func (s *sheet) memoryMoney(bytes float64) float64 {
	with := 4e9
	if t, ok := s.technology(s.ground()); ok {
		if v, known := s.tech(t, "memory-vcpu"); known && v > 0 {
			with = v
		}
	}
	return bytes / with * s.vcpuPrice()
}

// sharedCache adds a cache that all replicas see.
func (s *sheet) sharedCache(u *model.UseCase, c *cached, hit, saved float64) {
	t, ok := s.cacheTechnology("shared")
	if !ok {
		return
	}
	o := s.option("shared", "a shared cache in "+t.Name)
	read, _ := s.tech(t, "read-p99")
	money := 0.0
	if !s.runs(t.ID) {
		nodes, _ := s.tech(t, "nodes-min-ha")
		money = nodes * s.k(nodeMonth) / 2
	}
	o.score(critLatency, beyond(c.travel+read+c.miss*(1-hit), c.asked), "%s hits, each a hop", pct(hit)).
		score(critMoney, saved*(1-hit)+money, "what is left of the reads, and its nodes").
		score(critOperations, s.hours(t), "to run it").score(critBuild, s.k(cacheDays)+s.learning(t)+0.5, "one cached read and its client")
}

// edgeCache adds copies near the user.
func (s *sheet) edgeCache(u *model.UseCase, c *cached, hit, saved float64) {
	t, ok := s.cacheTechnology("edge")
	if !ok {
		return
	}
	o := s.option("edge", "copies at a content delivery network's edge")
	o.outIf(c.private != "", u.Path, "%s", c.private)
	requests := c.mean * monthSeconds
	per, _ := s.priced(t, "price-million", s.model.Context.Platform.Cloud)
	o.score(critLatency, beyond(c.travel/4+(c.travel+c.miss)*(1-hit), c.asked), "%s hits near the user", pct(hit)).
		score(critMoney, saved*(1-hit)+requests/1e6*per, "what is left of the reads, and its requests").
		score(critOperations, s.hours(t), "rules and purging").score(critBuild, s.k(cacheDays)+s.learning(t), "headers, keys and rules")
}

// cacheTechnology finds the first cache of the catalogue that is shared by the
// replicas, or that stands at the edge.
func (s *sheet) cacheTechnology(where string) (catalog.Technology, bool) {
	for _, t := range s.catalog.Of(catalog.Cache) {
		edge := t.Has("large-objects") && t.Has("shared") && lacks(t, "persistence") && lacks(t, "range-scans")
		switch {
		case where == "edge" && edge, where == "shared" && t.Has("shared") && !edge:
			return t, true
		}
	}
	return catalog.Technology{}, false
}

func (s *sheet) cacheNumbers(o option, u *model.UseCase, c *cached) {
	chosen := s.options[o.i].ID
	if chosen == "none" {
		return
	}
	s.tolerated(u)
	rule := "the age that was said to do"
	if s.readsCopy(u) {
		s.k(copyLag)
		rule += ", less that of the copies it is filled from"
	}
	o.param("ttl", fact.Duration, c.ttl, rule)
	main := u.Reads[0].Aggregate
	if u.Result == "list" || u.Result == "report" {
		if len(u.Filter) > 0 {
			s.k(searches)
		}
	} else {
		s.n(main.Instances)
	}
	o.param("answers", fact.Count, c.answers, "different ones that are asked for: one of each instance, one of each combination of filters that is used again, or one where nothing is filtered")
	rate, copies := c.rate, 1.0
	if chosen == "process" {
		rate, copies = rate/c.replicas, c.replicas
		s.n(u.Load.Peak)
		s.replicasAnswering(u)
		o.param("copies", fact.Count, c.replicas, "one in each replica of the process that answers, at the peak")
	}
	s.from("ttl", "answers")
	if copies > 1 {
		s.from("copies")
	}
	s.n(u.Load.Peak)
	s.n(main.SkewOn)
	s.n(main.SkewShare)
	if !s.has(main.SkewOn) || !s.has(main.SkewShare) {
		s.k(popularOn)
		s.k(popularShare)
	}
	o.param("hit-ratio", fact.Share, c.hit(rate), "over a Zipf popularity through the share of the popular ones: per answer rate x life / (1 + rate x life), where a copy sees the peak / copies")
	s.from("ttl", "answers")
	s.n(u.Load.Peak)
	o.param("entries", fact.Count, math.Max(1, c.entries(rate)), "answers asked for within a lifetime, at most all")
	s.from("entries")
	s.n(u.BytesOut)
	o.param("bytes", fact.Bytes, math.Max(1, c.entries(rate))*c.bytes, "entries x size of an answer, of one copy")
	if t, ok := s.cacheTechnology(string(chosen)); ok && chosen != "process" {
		o.word("technology", t.ID)
	} else {
		o.word("technology", "in-process-cache")
	}
	o.word("invalidation", "by age alone: "+fact.FormatSeconds(c.ttl)).word("never", neverCached(s.model, u))
}

// neverCached names what of the same aggregates must not be read from the cache.
func neverCached(m *model.Model, u *model.UseCase) string {
	for _, r := range u.Reads {
		if a := r.Aggregate; a.Contended != "" {
			return a.Contended + " of " + a.Name + " where something is decided on it"
		}
	}
	for _, r := range u.Reads {
		for _, by := range m.UseCases {
			if len(by.Writes()) == 0 {
				continue
			}
			for _, x := range by.Reads {
				if x.Aggregate == r.Aggregate {
					return r.Aggregate.Name + " as " + by.Name + " reads it"
				}
			}
		}
	}
	return "answers to anything that writes"
}
