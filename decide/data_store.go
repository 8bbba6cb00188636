package decide

import (
	"math"
	"slices"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/catalog"
	"plumb.dev/plumb/fact"
	"plumb.dev/plumb/model"
)

// Stores: one decision per context, solved together, because a second technology
// costs its operation whatever it is used for.

var storeQuestion = question{"store", "data", "Store of %s",
	func(p *Plan) []Subject {
		return each(p.Contexts, func(c *Context) bool { return len(c.Aggregates) > 0 }, ofContext)
	}, fillStore,
	"Asked of each context that owns data. Needs computed from the model: several aggregates in one transaction, unique fields, guarded amounts, filters and sorts beyond the key, joins of views, write and read rates at the horizon, bytes at the horizon, an existing store, the zone it must stay in. Facts of the catalogue eliminate; latency, money, hours (shared by the contexts that use the same technology) and building effort compare. All contexts are solved together: over every set of at most three technologies, each context takes its best in the set, and the set with the highest sum of utilities wins. Options: the catalogue's stores by id."}

// storeNeeds is what a context asks of its store.
type storeNeeds struct {
	writes, reads    float64        // per second at peak, at the horizon
	bytes            float64        // at the horizon
	multi            *model.UseCase // writes several aggregates at once
	unique           *model.Aggregate
	guarded          *model.Aggregate
	filtered, joined *model.UseCase
	existing         *model.Aggregate
	hottest          float64
	queries          float64 // distinct shapes of reads
	mates            float64 // contexts with data in the same deployable, this one included
}

func (s *sheet) storeNeeds(c *Context) storeNeeds {
	var n storeNeeds
	for _, mate := range c.Unit.Contexts {
		if len(mate.Aggregates) > 0 {
			n.mates++
		}
	}
	grow := s.growth()
	for _, a := range c.Aggregates {
		n.bytes += s.n(a.Instances) * s.n(a.Size)
		switch {
		case a.Contended != "" && n.guarded == nil:
			n.guarded = a
			n.hottest = s.hotRate(a) * grow
		case (len(a.Unique) > 0 || slices.ContainsFunc(a.Fields, func(f *model.Field) bool { return f.Unique })) && n.unique == nil:
			n.unique = a
		}
		if a.Existing != nil && n.existing == nil {
			n.existing = a
		}
	}
	for _, u := range c.UseCases {
		peak := s.n(u.Load.Peak) * grow
		own := 0
		for _, a := range u.Writes() {
			if c.Owns(a) {
				own++
			}
		}
		n.writes += peak * float64(own)
		reading := 0
		for _, r := range u.Reads {
			if c.Owns(r.Aggregate) {
				reading++
			}
		}
		n.reads += peak * float64(reading)
		if own > 1 && n.multi == nil {
			n.multi = u
		}
		if len(u.Filter)+len(u.Sort) > 0 && n.filtered == nil {
			n.filtered = u
		}
		if reading > 1 && n.joined == nil {
			n.joined = u
		}
		if reading > 0 {
			n.queries++
		}
	}
	return n
}

// growth is the factor by which load grows until the horizon.
func (s *sheet) growth() float64 {
	years := s.n(s.model.Context.Horizon) / fact.Year.Seconds()
	return math.Pow(1+s.n(s.model.Context.Growth), years)
}

// recordStores are the technologies that can be a context's store of record, in
// catalogue order.
func (s *sheet) recordStores() []catalog.Technology {
	if s.records == nil {
		s.records = slices.DeleteFunc(s.catalog.Of(catalog.Store), func(t catalog.Technology) bool {
			return t.ID == "object-store" || lacks(t, "persistence") || t.Is(catalog.Cache)
		})
	}
	return s.records
}

var (
	unknownHours = &assumption{"decide.hours-unknown", fact.Hours, 15, 4, 40, "engineer hours a month to run a technology of which the catalogue states none"}
	manualQuery  = &assumption{"decide.query-by-hand-days", fact.Days, 1.5, 0.5, 5, "building one query in application code that the store cannot answer, person-days"}
	manualTx     = &assumption{"decide.transaction-by-hand-days", fact.Days, 6, 2, 15, "building and testing by hand what a transaction over several items would give, person-days"}
	nodeMonth    = &assumption{"decide.node-month", fact.Money, 150, 60, 500, "price of a small database node for a month where the catalogue states none, USD"}
	gbMonth      = &assumption{"decide.gb-month", fact.Money, 0.15, 0.08, 0.3, "price of a GB of database storage for a month where the catalogue states none, USD"}
	keptShare    = &assumption{"decide.existing-migration-days", fact.Days, 10, 3, 40, "moving an existing aggregate to another store without stopping, person-days"}
)

// storeFigures are what one technology comes to for one context.
type storeFigures struct {
	read, write float64 // p99, seconds
	money       float64 // a month
	hours       float64 // a month, whoever else shares it
	learn, hand float64 // person-days: learning it once, and what it leaves to us
	down        float64 // seconds a month
	change      float64 // person-days a month
}

func (s *sheet) storeFigures(n storeNeeds, t catalog.Technology) storeFigures {
	var f storeFigures
	var okR, okW bool
	f.read, okR = s.tech(t, "read-p99")
	f.write, okW = s.tech(t, "write-p99")
	if !okR || !okW {
		f.read, f.write = 0.02, 0.05
	}
	f.money, f.hours = s.storeMoney(n, t), s.storeHours(t)
	f.learn, f.hand = s.learning(t), s.byHand(n, t)
	if n.existing != nil && n.existing.Existing.Store != t.ID {
		f.hand += s.k(keptShare)
	}
	f.down, f.change = s.storeDowntime(t), s.k(newQueries)*s.queryDays(t)
	return f
}

// storeOption scores one technology for one context when so many contexts share
// its hours and its learning.
func (s *sheet) storeOption(c *Context, n storeNeeds, t catalog.Technology, sharers float64) option {
	o := s.option(arch.OptionID(t.ID), t.Name)
	s.storeLimits(o, c, n, t)
	f := s.storeFigures(n, t)
	o.score(critLatency, (f.read+f.write)/2, "p99 of a read %s, of a write %s", sec(f.read), sec(f.write))
	o.score(critMoney, f.money, "%s", s.storeBill(t))
	o.score(critOperations, f.hours/sharers, "%s h a month, shared by %s contexts", num(f.hours), num(sharers))
	o.score(critBuild, f.learn/sharers+f.hand, "learning it, and what it cannot do by itself")
	o.score(critDowntime, f.down, "its failovers")
	o.score(critChange, f.change, "%s new questions a month, each %s to answer", num(s.k(newQueries)), days(s.queryDays(t)))
	return o
}

// storeUtility is the utility that storeOption's scores give.
func (s *sheet) storeUtility(f storeFigures, sharers float64) float64 {
	sum, weight := 0.0, 0.0
	for _, x := range [...]struct {
		crit  criterionID
		value float64
	}{
		{critLatency, (f.read + f.write) / 2}, {critMoney, f.money}, {critOperations, f.hours / sharers},
		{critBuild, f.learn/sharers + f.hand}, {critDowntime, f.down}, {critChange, f.change},
	} {
		c := &s.criteria[x.crit]
		sum += c.weight * c.worth(x.value)
		weight += c.weight
	}
	return sum / weight
}

// storeBill says what a store's money is for.
func (s *sheet) storeBill(t catalog.Technology) string {
	if _, own := s.tech(t, "hours-self"); own && s.onOneMachine() {
		return "storage on the one machine"
	}
	return "nodes and storage of the smallest set-up that survives a zone"
}

// storeHours are those of a store; on the one machine nobody else runs it.
func (s *sheet) storeHours(t catalog.Technology) float64 {
	if h, own := s.tech(t, "hours-self"); own && s.onOneMachine() {
		if s.runs(t.ID) {
			h *= s.k(sharedOperation)
		}
		return h
	}
	return s.hours(t)
}

// queryDays is what a question nobody planned for costs: a query where the store
// filters, sorts and joins by any field, a new table or index with its first fill
// where it only answers by keys chosen ahead.
func (s *sheet) queryDays(t catalog.Technology) float64 {
	if lacks(t, "aggregations") || lacks(t, "secondary-indexes") {
		return s.k(plannedQuery)
	}
	if lacks(t, "joins") {
		return (s.k(plannedQuery) + s.k(plainQuery)) / 2
	}
	return s.k(plainQuery)
}

var (
	newQueries   = &assumption{"decide.new-queries-per-month", fact.Count, 0.5, 0.1, 3, "questions a month that a context is asked for the first time: a filter, a list, a report"}
	plainQuery   = &assumption{"decide.query-days", fact.Days, 0.2, 0.1, 0.5, "answering a new question where the store can filter, sort and join by any field, person-days"}
	plannedQuery = &assumption{"decide.planned-query-days", fact.Days, 3, 1, 8, "answering a new question where access must be planned by key: another table or index, filling it, keeping it right, person-days"}
	smallNode    = &assumption{"decide.small-node-share", fact.Share, 0.25, 0.2, 0.5, "price of the smallest sensible node over that of the listed one (2 vCPU, 8 GiB): t3.small over t3.large"}
)

// storeLimits eliminates what cannot hold the context's needs.
func (s *sheet) storeLimits(o option, c *Context, n storeNeeds, t catalog.Technology) {
	s.onlyAtProvider(o, t)
	tx, _ := t.Text("transactions")
	if n.multi != nil && (tx.Value == "none" || tx.Value == "item") {
		o.out(n.multi.Path, "%s changes several aggregates at one instant, and its transactions reach one item", n.multi.Name)
	}
	if n.guarded != nil && lacks(t, "compare-and-set") {
		o.out(n.guarded.Path+".contended", "%s of %s needs compare-and-change in one step", n.guarded.Contended, n.guarded.Name)
	}
	if n.unique != nil && lacks(t, "unique-constraints") && lacks(t, "compare-and-set") {
		o.out(n.unique.Path, "it cannot refuse a second %s with the same unique field", n.unique.Name)
	}
	if lacks(t, "persistence") {
		o.out(c.firstPath(), "what it acknowledges may be lost")
	}
	if t.Has("embedded") {
		if strict := s.strictest(); strict.known {
			o.out(strict.path, "it lives in one process on one machine, and %s needs %s", strict.name, pct(strict.share))
		}
		o.outIf(!s.onOneMachine(), s.model.Context.Zones.Fact, "it lives in one process, and more than one stands ready")
	}
	scaling, _ := t.Text("write-scaling")
	if limit, ok := s.tech(t, "writes-node"); ok && scaling.Value != "horizontal" && n.writes > limit*4 {
		o.out(s.busiestWrite(c), "%s writes at the horizon, and one node sustains %s", ps(n.writes), ps(limit))
	}
	if t.Has("columnar") && tx.Value != "database" {
		o.out(c.firstPath(), "single rows of %s are changed one by one, and it is made for scans", c.Name)
	}
}

func lacks(t catalog.Technology, feature string) bool {
	f, known := t.Flag(feature)
	return known && !f.Value
}

func (c *Context) firstPath() arch.Path {
	if len(c.Aggregates) == 0 {
		return ""
	}
	return c.Aggregates[0].Path
}

func (s *sheet) busiestWrite(c *Context) arch.Path {
	var best *model.UseCase
	for _, u := range c.UseCases {
		if alters(u) && (best == nil || u.Load.Peak.N > best.Load.Peak.N) {
			best = u
		}
	}
	if best == nil {
		return c.firstPath()
	}
	return best.Load.Peak.Fact
}

func platformName(m *model.Model) string {
	if m.Context.Platform.Cloud == "" {
		return m.Context.Platform.Kind + " on no named cloud"
	}
	return m.Context.Platform.Kind + " on " + m.Context.Platform.Cloud
}

// demand is the strictest availability target with who states it.
type strictness struct {
	known  bool
	stated bool // by a person; else assumed
	share  float64
	path   arch.Path
	name   string
}

// strictest is the strictest target of all use cases, from 99.9% on.
func (s *sheet) strictest() strictness {
	if s.planner.strict == nil {
		out := strictness{}
		for _, u := range s.model.UseCases {
			if v := u.Available.N; u.Available.Known() && v >= 0.999 && v > out.share {
				out = strictness{known: true, stated: s.stated(u.Available), share: v, path: u.Available.Fact, name: u.Name}
			}
		}
		s.planner.strict = &out
	}
	out := *s.planner.strict
	if out.known && s.probe.fact == out.path {
		out.share = s.probe.value
	}
	s.read(out.path)
	return out
}

// hours a month to run a technology here: those of the managed form where the cloud
// has one, and a third when the organisation runs it already.
func (s *sheet) hours(t catalog.Technology) float64 {
	key := "hours-self"
	if _, managed := t.Managed(s.model.Context.Platform.Cloud); managed {
		key = "hours-managed"
	}
	h := s.techOr(t, key, unknownHours)
	if s.runs(t.ID) {
		return h * s.k(sharedOperation)
	}
	return h
}

var sharedOperation = &assumption{"decide.already-run-share", fact.Share, 0.33, 0.1, 0.7,
	"share of the hours that one more use of a technology costs an organisation that runs it already"}

func (s *sheet) runs(id string) bool {
	if slices.Contains(s.model.Context.RunsAlready, id) {
		s.read("context.runs_already")
		return true
	}
	return false
}

// learning in person-days: none for what is run or known already.
func (s *sheet) learning(t catalog.Technology) float64 {
	if s.runs(t.ID) {
		return 0
	}
	for _, team := range s.model.Context.Teams {
		if slices.Contains(team.Knows, t.ID) {
			s.read(team.Path + ".knows")
			return 0
		}
	}
	days, _ := s.tech(t, "learning")
	return days
}

// byHand is what must be built because the store cannot do it.
func (s *sheet) byHand(n storeNeeds, t catalog.Technology) float64 {
	days := 0.0
	tx, _ := t.Text("transactions")
	if n.multi != nil && tx.Value != "database" {
		days += s.k(manualTx)
	}
	if n.unique != nil && lacks(t, "unique-constraints") {
		days += s.k(manualQuery)
	}
	if n.filtered != nil && lacks(t, "secondary-indexes") {
		days += s.k(manualQuery) * 2
	}
	if lacks(t, "joins") {
		days += s.k(manualQuery) * n.queries / 2
	}
	return days
}

// storeDowntime is the time without writes of its failovers, per month. What
// providers promise is left out of the comparison: an agreement says when credit is
// due, not how often a thing fails, and a set-up without one is not worse for it.
// On the one machine it is away with the machine.
func (s *sheet) storeDowntime(t catalog.Technology) float64 {
	if s.onOneMachine() {
		return 0
	}
	fail, known := s.tech(t, "failover-time")
	if !known {
		fail = s.k(unknownFailover)
	}
	return fail * s.k(failovers)
}

var (
	failovers = &assumption{"decide.failovers-per-month", fact.Count, 0.5, 0.1, 2,
		"failovers a month of a highly available set-up: upgrades of the platform, lost nodes, own mistakes"}
	unknownFailover = &assumption{"decide.failover-time", fact.Duration, 60, 10, 300,
		"time without writes in a failover where the catalogue states none"}
)

// storeMoney is the list price a month of the smallest highly available set-up,
// shared by the contexts of one deployable, which are schemas of one database, in
// US dollars, with the bytes at the horizon.
func (s *sheet) storeMoney(n storeNeeds, t catalog.Technology) float64 {
	cloud := s.model.Context.Platform.Cloud
	gb := n.bytes / 1e9
	if over, ok := s.tech(t, "storage-overhead"); ok {
		gb *= over
	}
	if per, ok := s.priced(t, "price-million-writes", cloud); ok {
		reads, _ := s.priced(t, "price-million", cloud)
		storage, _ := s.priced(t, "price-storage", cloud)
		average := 0.3 // of the peak, over the day
		return (n.writes*per+n.reads*reads)*average*monthSeconds/1e6 + gb*storage
	}
	node, ok := s.priced(t, "price-node-hour", cloud)
	if ok {
		node *= monthSeconds / 3600
	} else {
		node = s.k(nodeMonth)
	}
	nodes, _ := s.tech(t, "nodes-min-ha")
	if limit, ok := s.tech(t, "writes-node"); ok && limit > 0 {
		nodes = math.Max(nodes, math.Ceil(n.writes/limit)*math.Max(1, nodes))
		if n.writes+n.reads/5 < limit/20 {
			node *= s.k(smallNode)
		}
	}
	storage, ok := s.priced(t, "price-storage", cloud)
	if !ok {
		storage = s.k(gbMonth)
	}
	if _, own := s.tech(t, "hours-self"); own && s.onOneMachine() {
		return gb * storage // the machine stands in the processors' bill
	}
	return node*nodes/n.mates + gb*storage*math.Max(1, nodes)
}

// priced reads a property that is stated per cloud.
func (s *sheet) priced(t catalog.Technology, key, cloud string) (float64, bool) {
	at := entry{cloud, key}
	name, made := s.perCloud[at]
	if !made {
		name = key + "-" + cloud
		s.perCloud[at] = name
	}
	return s.tech(t, name)
}

// fillStore lists the technologies with the hours shared as the joint solution has
// them, and takes that solution's choice: what is best for one context alone may
// cost the others more.
func fillStore(s *sheet) {
	c := s.Context
	n := s.storeNeeds(c)
	with := s.jointStores()
	for _, t := range s.recordStores() {
		sharers := 1.0
		for other, id := range with {
			if other != c.ID && id == t.ID {
				sharers++
			}
		}
		s.storeOption(c, n, t, sharers)
	}
	if id := with[c.ID]; id != "" && s.probe.fact == "" {
		s.given(arch.OptionID(id))
	}
	s.undo(2 + 1.5*float64(len(c.Aggregates)) + 3*math.Log10(1+n.bytes/1e9)) // code, tables, and moving the data while it is used
	for _, a := range c.Aggregates {
		s.requires(a.Path)
	}
	s.say("%s writes and %s reads at peak at the horizon, %s kept", ps(n.writes), ps(n.reads), size(n.bytes))
	s.concrete(func(o option) { s.storeConsequences(s.options[o.i].ID, c, n) })
	s.test("a load test at %s writes and %s reads with %s of data keeps the p99 of the slowest query of %s within its share of the target", ps(n.writes), ps(n.reads), size(n.bytes), c.Name)
}

// storeConsequences are what follows from the store taken.
func (s *sheet) storeConsequences(id arch.OptionID, c *Context, n storeNeeds) {
	t, ok := s.technology(string(id))
	if !ok {
		return
	}
	if scaling, _ := t.Text("write-scaling"); scaling.Value == "horizontal" {
		s.con("a question about %s that nobody planned for takes %s to answer", c.Name, days(s.queryDays(t)))
	} else if limit, known := s.tech(t, "writes-node"); known {
		s.con("%s writes of %s are %s of what one node sustains; beyond it the data must be partitioned by hand", ps(n.writes), c.Name, pct(n.writes/limit))
	}
	if t.Has("joins") && n.queries > 0 {
		s.pro("%s shapes of reads of %s, and those to come, are answered by any field", num(n.queries), c.Name)
	} else if limit, known := s.tech(t, "writes-node"); known {
		s.pro("%s writes of %s take %s of one node", ps(n.writes), c.Name, pct(n.writes/limit))
	}
}

// jointStores assigns a store to every context with data, all together. It is
// computed once per plan.
func (s *sheet) jointStores() map[arch.ContextID]string {
	if s.planner.stores == nil {
		s.planner.stores = s.solveStores()
	}
	return s.planner.stores
}

// solveStores tries every set of up to three technologies: each context takes its
// best of the set, those that took the same share its hours and its learning, and
// the set with the highest sum of utilities wins; a context that nothing can serve
// takes no part.
func (s *sheet) solveStores() map[arch.ContextID]string {
	techs := s.recordStores()
	var contexts []*Context
	var figures [][]storeFigures
	var alone [][]float64 // utility without sharing; negative where it is eliminated
	for _, c := range s.plan.Contexts {
		if len(c.Aggregates) == 0 {
			continue
		}
		trial := &sheet{planner: s.planner, q: s.q, Subject: ofContext(c), silent: true, options: make([]arch.Option, 0, len(techs))}
		n := trial.storeNeeds(c)
		fig, util, served := make([]storeFigures, len(techs)), make([]float64, len(techs)), false
		for i, t := range techs {
			o := trial.option(arch.OptionID(t.ID), t.Name)
			trial.storeLimits(o, c, n, t)
			fig[i], util[i] = trial.storeFigures(n, t), -1
			if trial.options[i].Feasible() {
				util[i], served = s.storeUtility(fig[i], 1), true
			}
		}
		if served {
			contexts, figures, alone = append(contexts, c), append(figures, fig), append(alone, util)
		}
	}
	best := s.bestSet(len(techs), figures, alone)
	out := make(map[arch.ContextID]string, len(contexts))
	for i, c := range contexts {
		out[c.ID] = techs[best[i]].ID
	}
	return out
}

// indifferent is a difference in utility that says nothing: the facts compared are
// known to a tenth at best. Within it the catalogue's order stands, in which the
// technology that does most jobs comes first.
const indifferent = 0.005

// bestSet gives per context the index of its technology in the best set.
func (s *sheet) bestSet(techs int, figures [][]storeFigures, alone [][]float64) []int {
	best, top := make([]int, len(alone)), math.Inf(-1)
	pick, count := make([]int, len(alone)), make([]float64, techs)
	for _, set := range subsets(techs, 3) {
		clear(count)
		fits := true
		for i, util := range alone {
			at := -1
			for _, t := range set {
				if util[t] >= 0 && (at < 0 || util[t] > util[at]+indifferent) {
					at = t
				}
			}
			if fits = at >= 0; !fits {
				break
			}
			pick[i] = at
			count[at]++
		}
		if !fits {
			continue
		}
		sum := 0.0
		for i, at := range pick {
			sum += s.storeUtility(figures[i][at], count[at])
		}
		if sum > top+indifferent*float64(len(alone)) {
			top = sum
			copy(best, pick)
		}
	}
	return best
}

// subsets lists the sets of up to most of n things, small sets first.
func subsets(n, most int) [][]int {
	var out [][]int
	var grow func(from int, set []int, left int)
	for want := 1; want <= most; want++ {
		grow = func(from int, set []int, left int) {
			if left == 0 {
				out = append(out, slices.Clone(set))
				return
			}
			for i := from; i < n; i++ {
				grow(i+1, append(set, i), left-1)
			}
		}
		grow(0, nil, want)
	}
	return out
}
