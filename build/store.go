package build

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/decide"
	"plumb.dev/plumb/fact"
	"plumb.dev/plumb/model"
	"plumb.dev/plumb/queueing"
)

// stores makes one store per deployable and technology: contexts of one deployable
// that decided for the same technology share its server, each in a schema of its
// own.
func (b *builder) stores() {
	for _, d := range b.p.Deployables {
		byTech := map[string][]*decide.Context{}
		for _, c := range d.Contexts {
			if tech := b.p.Choice(subject(string(c.ID), "store")); tech != "" {
				byTech[string(tech)] = append(byTech[string(tech)], c)
			}
		}
		main := mainStore(byTech)
		for _, tech := range keysOf(byTech) {
			id := arch.StoreID(string(d.ID) + "-db")
			if tech != main {
				id = arch.StoreID(string(d.ID) + "-" + tech)
			}
			b.store(id, d, tech, byTech[tech])
		}
	}
	slices.SortFunc(b.a.Stores, func(x, y arch.Store) int { return cmp.Compare(x.ID, y.ID) })
}

func keysOf[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// mainStore is the technology most contexts of a deployable keep their data in.
func mainStore(byTech map[string][]*decide.Context) string {
	best := ""
	for _, tech := range keysOf(byTech) {
		if best == "" || len(byTech[tech]) > len(byTech[best]) {
			best = tech
		}
	}
	return best
}

func (b *builder) store(id arch.StoreID, d *decide.Deployable, tech string, contexts []*decide.Context) {
	st := arch.Store{ID: id, Technology: tech, Deployable: d.ID, Layout: b.layout(tech)}
	var bytes float64
	var sizes []fact.ID
	for _, c := range contexts {
		st.Contexts = append(st.Contexts, c.ID)
		b.storeAt[c.ID] = id
		st.By = append(st.By, subject(string(c.ID), "store"))
		for _, a := range c.Aggregates {
			st.Aggregates = append(st.Aggregates, b.stored(a, &st.By))
			st.Serves = append(st.Serves, a.Path)
			bytes += a.Instances.N * a.Size.N
			sizes = append(sizes, a.Instances.Fact, a.Size.Fact)
			if b.p.Filed(a) == "rows" {
				bytes += a.Instances.N * a.FilesEach * a.FileSize.N
				sizes = append(sizes, a.FileSize.Fact)
			}
		}
	}
	name := func(what string) fact.ID { return fact.ID("stores." + string(id) + "." + what) }
	st.Bytes = b.derive(name("bytes"), fact.Bytes, bytes, "instances at the horizon x size, over its aggregates", sizes...)
	st.Replicas = b.catalogued(tech, "nodes-min-ha")
	if b.onOneMachine() {
		st.Replicas = b.derive(name("replicas"), fact.Count, 1, "one machine holds everything", b.p.Parameter("zones", "count").Fact)
	} else if st.Failover = b.catalogued(tech, "failover-time"); !st.Failover.Known() {
		st.Failover = b.planFact("decide.failover-time", fact.Duration, 60)
	}
	st.RPO, st.RTO = value(fact.Duration, b.m.Context.RecoveryPoint), value(fact.Duration, b.m.Context.RecoveryTime)
	st.Backup = b.backup(&st)
	b.a.Stores = append(b.a.Stores, st)
	for i := range b.a.Contexts {
		if c := &b.a.Contexts[i]; slices.Contains(st.Contexts, c.ID) {
			c.Store = id
		}
	}
}

// layout is how a technology keeps what it keeps.
func (b *builder) layout(tech string) string {
	t, ok := b.p.Catalog.Technology(tech)
	switch {
	case !ok:
		return "tables"
	case t.Has("joins"):
		return "tables"
	case t.Has("documents"):
		return "documents"
	case t.Has("full-text"):
		return "search"
	}
	return "items"
}

// asked is how often a store is written to and read at the peak, and what says so.
type asked struct {
	writes, reads    float64
	writers, readers []fact.ID
	open             float64 // statements at once
	times            []fact.ID
}

// storeLoads sums up what flows ask of the stores at their peaks, and what keeps copies
// and projections up to date writes there, and gives each store its connections and
// its nodes.
func (b *builder) storeLoads() {
	of := map[arch.StoreID]*asked{}
	for i := range b.a.Stores {
		of[b.a.Stores[i].ID] = &asked{}
	}
	for i := range b.a.Flows {
		if f := &b.a.Flows[i]; f.Starts != "step" {
			accesses(f.Steps, f.Workload.Peak.N, f.Workload.Peak.Fact, of)
		}
	}
	for i := range b.a.Channels {
		ch := &b.a.Channels[i]
		for k := range ch.Subscribers {
			sub := &ch.Subscribers[k]
			accesses(sub.Apply, sub.Copies.N, sub.Copies.Fact, of)
		}
	}
	for i := range b.a.Stores {
		st := &b.a.Stores[i]
		x := of[st.ID]
		name := func(what string) fact.ID { return fact.ID("stores." + string(st.ID) + "." + what) }
		st.Writes = b.derive(name("writes"), fact.Rate, x.writes, "peaks of what starts each flow x how often it writes there, and events applied to copies kept there", distinct(x.writers)...)
		st.Reads = b.derive(name("reads"), fact.Rate, x.reads, "peaks of what starts each flow x how often it reads there, those answered by a cache left out", distinct(x.readers)...)
		st.Pool = b.pool(name("pool"), st, x)
		b.scale(st)
		st.Partition = b.partition(st)
	}
}

func distinct(list []fact.ID) []fact.ID {
	slices.Sort(list)
	return slices.Compact(list)
}

// accesses adds the accesses of steps that are done at a rate.
func accesses(steps []arch.Step, rate float64, from fact.ID, of map[arch.StoreID]*asked) {
	for i := range steps {
		s := &steps[i]
		n := rate * s.Chance * s.Times
		if st := of[arch.StoreID(s.Target)]; s.Kind == "store" && st != nil {
			st.open += n * meanOf(s.Demand)
			st.times = append(st.times, s.Demand.P50.Fact, s.Demand.P99.Fact)
			if s.Mode == "write" {
				st.writes += n
				st.writers = append(st.writers, from)
			} else {
				st.reads += n
				st.readers = append(st.readers, from)
			}
		}
		accesses(s.Steps, n, from, of)
	}
}

// calm is the share of moments at which nobody waits for a connection.
const calm = 0.999

// pool is as many connections as statements are open at once in all but one of a
// thousand moments, at the horizon's peak (Little's law and a Poisson quantile).
//
// Where a simulation showed that more are needed, there are as many, up to what a node
// carries.
func (b *builder) pool(id fact.ID, st *arch.Store, x *asked) arch.Value {
	growth := b.growth()
	times := append([]fact.ID{st.Writes.Fact, st.Reads.Fact}, distinct(x.times)...)
	open := b.derive(id+".open", fact.Count, x.open, "statements open at once at the peak: rate x mean time of each (Little's law)", times...)
	n := math.Max(2, float64(queueing.PoissonQuantile(open.N*growth.N, calm)))
	rule := "statements open at once in 999 of 1,000 moments at the horizon: Poisson quantile"
	inputs := []fact.ID{open.Fact, growth.Fact}
	most := math.Inf(1)
	if carries := b.catalogued(st.Technology, "connections-max"); carries.Known() && len(b.p.Evidence) > 0 {
		most = carries.N
	}
	if more, e := b.p.Proved(st.By[0], decide.Connections, n, most); e != nil {
		now := b.derive(decide.EvidenceFact(e.Decision, e.Parameter), fact.Count, more, e.Rule())
		d := &b.a.Decisions[slices.IndexFunc(b.a.Decisions, func(d arch.Decision) bool { return d.ID == e.Decision })]
		d.Forced = append(slices.Clip(d.Forced), arch.Forced{
			Parameter: e.Parameter, From: arch.Value{Quantity: fact.Quantity{Kind: fact.Count, N: n}}, To: now, Scenario: e.Scenario, Showed: e.Showed,
		})
		n, rule, inputs = more, rule+"; otherwise, because of what a simulation showed", append(inputs, now.Fact)
	}
	return b.derive(id, fact.Count, n, rule, inputs...)
}

// meanOf is the mean of a demand.
func meanOf(d arch.Demand) float64 {
	if !(d.P99.N > d.P50.N) || d.Shape == "constant" {
		return d.P50.N
	}
	return queueing.LogNormalFromP50P99(d.P50.N, d.P99.N).Mean()
}

// growth is the factor by which load grows until the horizon.
func (b *builder) growth() arch.Value {
	if b.grown.Known() {
		return b.grown
	}
	c := &b.m.Context
	years := c.Horizon.N / fact.Year.Seconds()
	b.grown = b.derive("context.growth.factor", fact.Count, math.Pow(1+c.Growth.N, years), "(1 + growth per year) to the power of the years", c.Horizon.Fact, c.Growth.Fact)
	return b.grown
}

// backup says how often what is needed for the recovery point is shipped.
func (b *builder) backup(st *arch.Store) string {
	if w := b.p.Word(subject(string(st.ID), "backup"), "how"); w != "" {
		return w
	}
	if w := b.p.Word("backup", "how"); w != "" {
		st.By = append(st.By, "backup")
		return w
	}
	how := fmt.Sprintf("a full copy each night and the log of changes at least every %s", fact.FormatSeconds(st.RPO.N))
	if t, ok := b.p.Catalog.Technology(st.Technology); ok && !t.Has("point-in-time-restore") {
		how = fmt.Sprintf("a snapshot every %s", fact.FormatSeconds(st.RPO.N))
	}
	return sentenceCase(how) + fmt.Sprintf("; restored to a copy each month, which must take less than %s for %s.", fact.FormatSeconds(st.RTO.N), fact.FormatBytes(st.Bytes.N))
}

// scale gives a store the shards, or the machine, that its writes and what it keeps
// need at the horizon, by what one node sustains. The choice of the technology counted
// its money alike.
func (b *builder) scale(st *arch.Store) {
	limit, room := b.catalogued(st.Technology, "writes-node"), b.catalogued(st.Technology, "size-node")
	t, ok := b.p.Catalog.Technology(st.Technology)
	if !ok || !limit.Known() || limit.N <= 0 {
		return
	}
	name, growth := "stores."+string(st.ID)+".", b.growth()
	writes := st.Writes.N * growth.N
	inputs := []fact.ID{st.Writes.Fact, growth.Fact, limit.Fact}
	if scaling, _ := t.Text("write-scaling"); scaling.Value != "horizontal" {
		if writes > limit.N {
			st.Machine = b.derive(fact.ID(name+"machine"), fact.Count, math.Ceil(writes/limit.N), "writes at the horizon / what one node sustains", inputs...)
		}
		return
	}
	parts, rule := math.Ceil(writes/limit.N), "writes at the horizon / what one node sustains"
	if room.Known() && math.Ceil(st.Bytes.N/room.N) > parts {
		parts, rule, inputs = math.Ceil(st.Bytes.N/room.N), "bytes at the horizon / what one node keeps", []fact.ID{st.Bytes.Fact, room.Fact}
	}
	if parts > 1 {
		st.Shards = b.derive(fact.ID(name+"shards"), fact.Count, parts, rule, inputs...)
	}
}

// spread multiplies what one node takes by the nodes that take it side by side.
func (b *builder) spread(id fact.ID, one arch.Value, by ...arch.Value) arch.Value {
	n, inputs := one.N, []fact.ID{one.Fact}
	for _, v := range by {
		if v.Known() {
			n *= v.N
			inputs = append(inputs, v.Fact)
		}
	}
	if len(inputs) == 1 {
		return one
	}
	return b.derive(id, one.Kind, n, "of one node x how many, or how much larger, they are", inputs...)
}

// sharded says by which field each of the aggregates that are written most is spread:
// the one within which order is kept, or that what is written with it or bound to it by
// a rule shares, so that a transaction stays on one shard.
func (b *builder) sharded(st *arch.Store) string {
	rates, most := map[*model.Aggregate]float64{}, 0.0
	for i := range st.Aggregates {
		a := b.aggregateAt(st.Aggregates[i].Of)
		if a == nil {
			continue
		}
		for _, u := range slices.Concat(a.CreatedBy, a.ChangedBy) {
			rates[a] += u.Load.Peak.N
		}
		most = math.Max(most, rates[a])
	}
	const small = 0.1 // of the busiest: such an aggregate stays whole, on one shard
	var parts, whole []string
	for i := range st.Aggregates {
		a := b.aggregateAt(st.Aggregates[i].Of)
		if a == nil {
			continue
		}
		name := fact.Phrase(b.plural(a.Name))
		if rates[a] < small*most && st.Aggregates[i].Bytes.N < small*st.Bytes.N {
			whole = append(whole, name)
			continue
		}
		parts = append(parts, name+" by hash of "+b.shardKey(a))
	}
	out := sentenceCase(and(parts)) + " from " + fact.FormatRate(b.catalogued(st.Technology, "writes-node").N) + " on"
	if len(whole) > 0 {
		out += "; " + and(whole) + " stay on one shard"
	}
	return out
}

// shardKey is the field by whose value an aggregate is spread.
func (b *builder) shardKey(a *model.Aggregate) string {
	for _, u := range slices.Concat(a.CreatedBy, a.ChangedBy) {
		if f := a.Field(strings.TrimPrefix(u.OrderedBy, a.Name+".")); f != nil {
			return fact.Phrase(f.Name)
		}
	}
	for _, f := range a.Fields {
		if f.Ref == nil || f.List || f.Optional {
			continue
		}
		together := slices.ContainsFunc(f.Ref.ChangedBy, func(u *model.UseCase) bool { return slices.Contains(a.CreatedBy, u) })
		bound := slices.ContainsFunc(b.m.Rules, func(r *model.Rule) bool {
			return r.Atomic && slices.Contains(r.Over, a) && slices.Contains(r.Over, f.Ref)
		})
		if together || bound {
			return fact.Phrase(f.Name)
		}
	}
	if a.OwnedByField != "" {
		return fact.Phrase(a.OwnedByField)
	}
	return "its id"
}

// partition says which aggregate is cut by time, because so much of it is dropped
// again, or by key, because one node becomes slow with all of it.
func (b *builder) partition(st *arch.Store) string {
	var parts []string
	if st.Shards.Known() {
		parts = append(parts, b.sharded(st))
	}
	if by := b.byTime(st); by != "" {
		parts = append(parts, by)
	}
	return strings.Join(parts, "; ")
}

// byTime says which aggregate is cut by time, or by key for its size alone where the
// technology does not spread it.
func (b *builder) byTime(st *arch.Store) string {
	limit := b.catalogued(st.Technology, "size-node")
	var largest *arch.StoredAggregate
	for i := range st.Aggregates {
		if a := &st.Aggregates[i]; largest == nil || a.Bytes.N > largest.Bytes.N {
			largest = a
		}
	}
	if largest == nil || !limit.Known() || st.Bytes.N <= limit.N/10 {
		return ""
	}
	name := fact.Phrase(arch.Short(largest.Of))
	if largest.Retained.Known() {
		return fmt.Sprintf("%s by month of creation: %s at the horizon, dropped by the month after %s", sentenceCase(b.plural(name)), largest.Bytes, largest.Retained)
	}
	if st.Shards.Known() {
		return ""
	}
	return fmt.Sprintf("%s by hash of the id from %s, where one node becomes slow; %s at the horizon", sentenceCase(b.plural(name)), limit, largest.Bytes)
}

// storeTime is the service time of one access to a technology, as catalogued.
func (b *builder) storeTime(tech, mode string) arch.Demand {
	key := tech + "." + mode
	if d, known := b.demands[key]; known {
		return d
	}
	d := arch.Demand{Shape: "lognormal", P50: b.catalogued(tech, mode+"-p50"), P99: b.catalogued(tech, mode+"-p99")}
	tail := b.factOf("assumed.work.tail", 5)
	switch {
	case !d.P50.Known() && d.P99.Known():
		d.P50 = b.derive(fact.ID("stores."+key+".p50"), fact.Duration, d.P99.N/tail.N, "99th percentile / tail", d.P99.Fact, tail.Fact)
	case !d.P50.Known():
		w := b.reference("work." + map[string]string{"read": "read-one-p50", "write": "write-one-p50"}[mode])
		d.P50, d.P99 = w, b.reference("work."+map[string]string{"read": "read-one-p99", "write": "write-one-p99"}[mode])
	case !d.P99.Known():
		d.P99 = b.derive(fact.ID("stores."+key+".p99"), fact.Duration, d.P50.N*tail.N, "median x tail", d.P50.Fact, tail.Fact)
	}
	b.demands[key] = d
	return d
}

// factOf reads a fact of the model by its id, or a number when it has none.
func (b *builder) factOf(id fact.ID, otherwise float64) arch.Value {
	if f, ok := b.m.Facts.Get(id); ok {
		return arch.Value{Quantity: f.Value, Fact: id}
	}
	return b.derive(id+".default", fact.Count, otherwise, "nothing else is known")
}

// stored is an aggregate as its store keeps it.
func (b *builder) stored(a *model.Aggregate, by *[]arch.DecisionID) arch.StoredAggregate {
	out := arch.StoredAggregate{
		Of: a.Path, Rows: value(fact.Count, a.Instances), Retained: value(fact.Duration, a.Retained),
		Bytes:        b.derive(a.Path+".bytes", fact.Bytes, a.Instances.N*a.Size.N, "instances at the horizon x size", a.Instances.Fact, a.Size.Fact),
		EventSourced: b.choice(subject(a.Name, "history"), by) == "event-sourced",
		Guard:        b.guardOf(a, by), Unique: uniqueKeys(a), Queries: b.queries(a),
	}
	if c := b.owner[a]; c != nil {
		o := b.choice(subject(string(c.Unit.ID), "outbox"), by)
		out.Outbox = o == "outbox" && b.tellsOf(a)
	}
	if a.Contended != "" && !a.Replaced() {
		out.Contention = b.contention(a)
	}
	out.Writers = b.writers(a)
	return out
}

// writers lists who writes an aggregate. A use case whose promise is kept by one
// transaction does what its steps do, too; the steps of a saga stand there.
func (b *builder) writers(a *model.Aggregate) []arch.Writer {
	var out []arch.Writer
	for _, u := range b.m.UseCases {
		if b.home[u] == nil {
			continue
		}
		add := func(step *model.UseCase, path arch.Path) {
			if does := doesTo(step, a); len(does) > 0 {
				out = append(out, arch.Writer{UseCase: u.Path, Step: path, Does: does, Keys: meetingKeys(step, a)})
			}
		}
		add(u, "")
		if style := b.p.Choice(subject(u.Name, "saga")); style != "" && style != "local" {
			continue
		}
		for _, step := range stepsOf(u) {
			add(step, step.Path)
		}
	}
	slices.SortStableFunc(out, func(x, y arch.Writer) int {
		return cmp.Or(cmp.Compare(x.UseCase, y.UseCase), cmp.Compare(x.Step, y.Step))
	})
	return out
}

// doesTo is what a use case does to an aggregate by itself.
func doesTo(u *model.UseCase, a *model.Aggregate) []string {
	var out []string
	moved := slices.ContainsFunc(u.Moves, func(m model.Performed) bool { return m.Aggregate == a })
	for _, is := range []struct {
		what string
		so   bool
	}{
		{"creates", slices.Contains(u.Creates, a)},
		{"changes", slices.Contains(u.Changes, a) && !moved},
		{"moves", moved},
		{"deletes", slices.Contains(u.Deletes, a)},
	} {
		if is.so {
			out = append(out, is.what)
		}
	}
	return out
}

// stepsOf are the steps of a use case, theirs included, each once.
func stepsOf(u *model.UseCase) []*model.UseCase {
	var out []*model.UseCase
	var visit func(u *model.UseCase, depth int)
	visit = func(u *model.UseCase, depth int) {
		for i := range u.Then {
			if s := u.Then[i].UseCase; depth < 8 && !slices.Contains(out, s) {
				out = append(out, s)
				visit(s, depth+1)
			}
		}
	}
	visit(u, 0)
	return out
}

// meetingKeys are the unique keys of an aggregate at which two runs that create one
// can meet: those that name nothing which the run, or the promise it is part of, has
// created itself.
func meetingKeys(u *model.UseCase, a *model.Aggregate) []string {
	if !slices.Contains(u.Creates, a) {
		return nil
	}
	made := slices.Clone(u.Creates)
	for _, f := range u.FollowsUp {
		made = append(made, f.Creates...)
	}
	own := func(name string) bool {
		f := a.Field(name)
		return f != nil && f.Ref != nil && f.Ref != a && slices.Contains(made, f.Ref)
	}
	var out []string
	for _, f := range a.Fields {
		if f.Unique && !own(f.Name) {
			out = append(out, fact.Snake(f.Name))
		}
	}
	for _, set := range a.Unique {
		key := make([]string, len(set))
		for i, n := range set {
			key[i] = fact.Snake(n)
		}
		if !slices.ContainsFunc(set, own) && !slices.Contains(out, joined(key)) {
			out = append(out, joined(key))
		}
	}
	return out
}

// contention lists who takes of a contended amount: those that change it, but for
// what undoes others and what runs by the clock and takes over a state.
func (b *builder) contention(a *model.Aggregate) *arch.Contention {
	out := &arch.Contention{What: a.Contended, Guard: string(b.p.Choice(subject(a.Name, "guard")))}
	for _, u := range a.ChangedBy {
		if len(u.Undoes) > 0 || u.Every != nil {
			continue
		}
		c := b.p.Choice(subject(u.Name, "idempotency"))
		t := arch.Taker{UseCase: u.Path, Key: c == "header" || c == "business-key"}
		if u.Undo != nil {
			t.Undo, t.GivesBack = u.Undo.Path, writesIn(u.Undo, a, 0)
		}
		out.Takers = append(out.Takers, t)
	}
	return out
}

// writesIn reports whether a use case or one of its steps writes an aggregate.
func writesIn(u *model.UseCase, a *model.Aggregate, depth int) bool {
	if slices.Contains(u.Writes(), a) {
		return true
	}
	for i := range u.Then {
		if depth < 8 && writesIn(u.Then[i].UseCase, a, depth+1) {
			return true
		}
	}
	return false
}

// tellsOf reports whether events about the aggregate leave its transactions.
func (b *builder) tellsOf(a *model.Aggregate) bool {
	if b.fedOf[a] != nil {
		return true
	}
	for _, e := range b.m.Events {
		if e.Of == a && e.From == nil && b.told(e) {
			return true
		}
	}
	return false
}

// guardOf says in the store's own terms how a contended change is guarded.
func (b *builder) guardOf(a *model.Aggregate, by *[]arch.DecisionID) string {
	id := subject(a.Name, "guard")
	what := fact.Snake(a.Contended)
	table := fact.Snake(b.plural(a.Name))
	switch b.choice(id, by) {
	case "guarded-update":
		if a.Replaced() {
			return fmt.Sprintf("update %s set %s = :new where %s = :id and %s = :read, in the transaction that needs it; no row changed means refused", table, what, fact.Snake(a.ID.Name), what)
		}
		if f := a.Field(a.Contended); f == nil {
			return fmt.Sprintf("one conditional update of %s in the transaction that needs it: %s", table, a.Contended)
		}
		return fmt.Sprintf("update %s set %s = %s - :n where %s = :id and %s >= :n, in the transaction that needs it; no row changed means refused", table, what, what, fact.Snake(a.ID.Name), what)
	case "version":
		return fmt.Sprintf("update %s ... where version = :read; a lost race is read and tried again", table)
	case "split":
		parts := b.p.Parameter(id, "parts")
		return fmt.Sprintf("%s split over %s rows per %s, one picked at random; an empty one is refilled from the others", what, parts, fact.Phrase(a.Name))
	case "queue-per-key":
		return fmt.Sprintf("changes of one %s queue by its %s; one worker applies those that wait, about %s at the peak, in one transaction", fact.Phrase(a.Name), fact.Snake(a.ID.Name), b.p.Parameter(id, "batch"))
	}
	if c := b.choice(subject(a.Name, "concurrency"), by); c == "etag" || c == "version" {
		return fmt.Sprintf("update %s ... where version = :read", table)
	}
	return ""
}

// uniqueKeys lists what must not occur twice.
func uniqueKeys(a *model.Aggregate) []string {
	var out []string
	for _, f := range a.Fields {
		if f.Unique {
			out = append(out, fact.Snake(f.Name))
		}
	}
	for _, set := range a.Unique {
		names := make([]string, len(set))
		for i, n := range set {
			names[i] = fact.Snake(n)
		}
		if key := joined(names); len(names) > 1 {
			out = append(out, "("+key+")")
		} else if !slices.Contains(out, key) {
			out = append(out, key)
		}
	}
	return out
}
