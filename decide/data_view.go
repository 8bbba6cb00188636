package decide

import (
	"math"
	"slices"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/catalog"
	"plumb.dev/plumb/fact"
	"plumb.dev/plumb/model"
)

// Queries that reach beyond one context: put together when asked, or kept ready.

var readModelQuestion = question{"read-model", "data", "Read model of %s",
	func(p *Plan) []Subject { return each(p.Model.UseCases, p.viewed, ofUseCase) }, fillReadModel,
	"Asked of each query that reads several contexts, sums over many rows, or searches text in more than a hundred thousand. Put together on request it takes one more read per context (a hop where that is another deployable); a list or stream fails with each of them, a single view shows the parts that answer; it is out where filters or sorts lie in another context than what is listed, or where the rows it must scan take longer than its target. Latency counts beyond half of what is asked, outages beyond half of what its target allows. A projection is as old as its events and costs a consumer; a search index a technology. Options: none (put together on request), projection, search-index. Parameters staleness (s), rows; word from: the contexts."}

// viewed reports whether a query could need data kept ready for it.
func (p *Plan) viewed(u *model.UseCase) bool {
	if !u.Asked() || alters(u) || len(u.Reads) == 0 || u.Result == "conversation" {
		return false
	}
	return len(p.readContexts(u)) > 1 || u.Result == "report" || len(textFilters(u)) > 0 && u.Reads[0].Aggregate.Instances.N > searchedRows
}

const searchedRows = 100e3 // below, a scan of an index in memory is as quick as a search

// readContexts are the contexts a use case reads, in order of their ids.
func (p *Plan) readContexts(u *model.UseCase) []*Context {
	var out []*Context
	for _, r := range u.Reads {
		if c := p.OwnerOf(r.Aggregate); c != nil && !slices.Contains(out, c) {
			out = append(out, c)
		}
	}
	slices.SortFunc(out, func(a, b *Context) int { return compareNames(string(a.ID), string(b.ID)) })
	return out
}

// textFilters are the filters that look into running text.
func textFilters(u *model.UseCase) []string {
	var out []string
	for _, name := range u.Filter {
		for _, r := range u.Reads {
			if f := r.Aggregate.Field(name); f != nil && f.Kind == model.KindText && !f.Unique {
				out = append(out, name)
				break
			}
		}
	}
	return out
}

var (
	projectionDays = &assumption{"decide.projection-days", fact.Days, 3, 1, 8, "building a projection with its rebuild and its test, person-days; each further context costs half a day"}
	viewDrift      = &assumption{"decide.composed-view-days", fact.Days, 0.1, 0.03, 0.3, "person-days a month that a view over several contexts costs per context to follow their changes"}
)

// view is what a query asks of what it reads.
type view struct {
	contexts []*Context
	remote   int     // contexts of other deployables
	failing  float64 // those without which there is no answer at all
	rows     float64
	bytes    float64
	foreign  string // a filter or sort that lies in another context
	owner    string
	text     []string
	scan     float64 // seconds to read all rows once; 0 when it is no report
	stale    float64
	may      bool // staleness was stated
}

func (s *sheet) view(u *model.UseCase) view {
	v := view{contexts: s.plan.readContexts(u), text: textFilters(u)}
	home := s.plan.Home(u)
	for _, c := range v.contexts {
		if home != nil && c.Unit != home.Unit && !copied(u, c, home) {
			v.remote++
		}
	}
	main := u.Reads[0].Aggregate
	switch owner := s.plan.OwnerOf(main); {
	case u.Result == "list" || u.Result == "stream":
		v.failing = float64(v.remote) // a row, or a change, without its other half misleads
	case owner != nil && home != nil && owner.Unit != home.Unit && !copied(u, owner, home):
		v.failing = 1 // a single view shows the parts that answer
	}
	v.rows, v.bytes = s.n(main.Instances), s.n(main.Instances)*s.n(main.Size)
	if u.Result == "report" {
		v.rows = 0
		for _, r := range u.Reads {
			v.rows += s.n(r.Aggregate.Instances)
		}
		v.scan = v.rows / s.scanRate(main)
	}
	for _, name := range slices.Concat(u.Filter, u.Sort) {
		if main.Field(name) != nil {
			continue
		}
		for _, r := range u.Reads[1:] {
			if r.Aggregate.Field(name) != nil && s.plan.OwnerOf(r.Aggregate) != s.plan.OwnerOf(main) {
				v.foreign, v.owner = name, r.Aggregate.Name
			}
		}
	}
	v.stale, v.may = s.tolerated(u)
	return v
}

// copied reports whether all that a use case reads of another context is reference
// data of which its home keeps a copy anyway.
func copied(u *model.UseCase, of, home *Context) bool {
	for _, r := range u.Reads {
		if of.Owns(r.Aggregate) && r.Aggregate.Kind != "reference" && !slices.Contains(home.Copies, r.Aggregate) {
			return false
		}
	}
	return true
}

// scanRate is how many rows a second one query of the aggregate's store reads.
func (s *sheet) scanRate(a *model.Aggregate) float64 {
	const usual = 1e6
	c := s.plan.OwnerOf(a)
	if c == nil {
		return usual
	}
	t, ok := s.technology(string(s.chosen(arch.DecisionID(string(c.ID) + ".store"))))
	if !ok {
		return usual
	}
	if v, ok := s.tech(t, "scan-rate-node"); ok && v > 0 {
		return v
	}
	return usual
}

// tolerated is the age an answer may have, when somebody stated one: of the whole
// use case, else the smallest of its reads.
func (s *sheet) tolerated(u *model.UseCase) (age float64, stated bool) {
	if s.stated(u.Stale) {
		return s.n(u.Stale), true
	}
	for i := range u.Reads {
		if st := u.Reads[i].Stale; s.stated(st) && (!stated || st.N < age) {
			age, stated = s.n(st), true
		}
	}
	return age, stated
}

// stated reports whether a person wrote the number.
func (s *sheet) stated(n fact.Number) bool {
	f, ok := s.model.Facts.Get(n.Fact)
	return n.Known() && ok && f.Origin == fact.Stated
}

func fillReadModel(s *sheet) {
	u := s.UseCase
	v := s.view(u)
	target := s.n(u.Latency.P99)
	further := float64(len(v.contexts) - 1)
	ready := s.reference("work.read-one-p99")
	if u.Result == "list" {
		ready = s.reference("work.read-list-p99")
	}
	hop := s.reference("network.rtt-zone") + s.reference("network.hop-overhead")
	composed := ready + further*s.reference("work.read-one-p50")
	if v.remote > 0 {
		composed += hop + s.reference("work.read-one-p99") // all of them side by side
	}
	if len(v.text) > 0 && v.rows > searchedRows {
		composed += s.reference("work.search-p99")
	}
	asked, allowed := s.target(u)/2, 0.0
	if s.has(u.Available) {
		allowed = (1 - s.n(u.Available)) * monthSeconds / 2
	}
	down := beyond(v.failing*(1-s.k(remoteUp))*monthSeconds, allowed)
	lag := s.k(copyLag)

	none := s.none("put together when it is asked for")
	none.outIf(v.foreign != "" && v.rows > 1000, u.Path, "it lists %s rows by %s of %s, which another context keeps", num(v.rows), v.foreign, v.owner)
	none.outIf(v.scan > 0 && target > 0 && v.scan > target, u.Latency.P99.Fact, "scanning %s rows takes %s, and %s is allowed", num(v.rows), sec(v.scan), sec(target))
	none.score(critLatency, beyond(math.Max(composed, v.scan), asked), "%s for %d contexts, beyond half of what is asked", sec(math.Max(composed, v.scan)), len(v.contexts)).
		score(critDowntime, down, "no answer while one of %s is away, beyond half of what its target allows", num(v.failing)).score(critStaleness, 0, "as of now").
		score(critBuild, 0.3*further, "putting %d contexts together", len(v.contexts)).score(critChange, s.k(viewDrift)*further, "following %d contexts", len(v.contexts)).
		score(critOperations, 0, "nothing kept").score(critMoney, 0, "nothing kept twice")

	kept := s.option("projection", "a projection kept up to date by events")
	kept.outIf(v.may && v.stale < lag, u.Path, "what it shows may be %s old, and a projection is %s", sec(v.stale), sec(lag))
	kept.score(critLatency, beyond(ready, asked), "one read in %s", sec(ready)).score(critDowntime, 0, "there when the others are down").score(critStaleness, beyond(lag, v.stale), "behind its events, beyond what may be").
		score(critBuild, s.k(projectionDays)+0.5*float64(len(v.contexts)), "a consumer of %d contexts and its rebuild", len(v.contexts)).score(critChange, s.k(viewDrift)*further/2, "following events").
		score(critOperations, 0.5+0.25*float64(len(v.contexts)), "lag and rebuilds, from %d contexts", len(v.contexts)).score(critMoney, v.bytes/1e9*s.k(gbMonth), "%s kept again", size(v.bytes))

	s.searchIndex(u, v, asked)
	s.concrete(func(o option) { s.viewNumbers(o, u, v) })
	s.undo(4)
	s.requires(u.Path)
	s.say("%s reads %d contexts, %d of them elsewhere, over %s rows %s", u.Name, len(v.contexts), v.remote, num(v.rows), ps(s.n(u.Load.Peak)))
	s.flip("it filters or sorts by what another context keeps, or its composed time of %s passes its target", sec(math.Max(composed, v.scan)))
	s.test("what %s shows is compared with its sources: nothing is older than %s, and after a rebuild it is the same", u.Name, sec(math.Max(lag, v.stale)))
}

// beyond is the age of what is shown over what was said to do.
func beyond(age, may float64) float64 { return math.Max(0, age-may) }

// searchIndex adds the option of a search engine.
func (s *sheet) searchIndex(u *model.UseCase, v view, asked float64) {
	o := s.option("search-index", "a search index kept up to date by events")
	o.outIf(len(v.text) == 0, u.Path, "it searches no text")
	hours, build, find := s.k(unknownHours), s.k(projectionDays), s.reference("work.search-p50")
	for _, t := range s.catalog.Of(catalog.Store) {
		if t.Has("full-text") && lacks(t, "unique-constraints") && lacks(t, "joins") && !lacks(t, "aggregations") {
			hours = s.hours(t)
			build += s.learning(t)
			if q, ok := s.tech(t, "query-p99"); ok {
				find = q
			}
			break
		}
	}
	o.score(critLatency, beyond(find, asked), "one search over %s in %s", num(v.rows), sec(find)).score(critDowntime, 0, "there when the others are down").score(critStaleness, beyond(2*s.k(copyLag), v.stale), "behind its events, and until it is searched, beyond what may be").
		score(critBuild, build+0.5*float64(len(v.contexts)), "an engine, a consumer and its rebuild").score(critChange, s.k(viewDrift)*float64(len(v.contexts))/2, "following events").
		score(critOperations, hours, "one more technology").score(critMoney, v.bytes/1e9*2*s.k(gbMonth)+2*s.k(nodeMonth), "two nodes, %s with their index", size(2*v.bytes))
}

func (s *sheet) viewNumbers(o option, u *model.UseCase, v view) {
	if s.options[o.i].ID == "none" {
		return
	}
	lag := s.k(copyLag)
	o.param("staleness", fact.Duration, lag, "from the change to the listener")
	s.n(u.Reads[0].Aggregate.Instances)
	o.param("rows", fact.Count, s.n(u.Reads[0].Aggregate.Instances), "one per instance of what is listed, at the horizon")
	names := make([]string, len(v.contexts))
	for i, c := range v.contexts {
		names[i] = string(c.ID)
	}
	o.word("from", join(names))
}
