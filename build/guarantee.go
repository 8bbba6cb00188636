package build

import (
	"fmt"
	"slices"
	"strings"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/decide"
	"plumb.dev/plumb/fact"
	"plumb.dev/plumb/model"
)

// guarantees are what this system promises always, each with what keeps it, the test
// that would catch its absence, the alert that would show a breach, and who sees it.
func (b *builder) guarantees() {
	b.neverTwice()
	b.neverBelowZero()
	b.nothingLost()
	b.keptInOrder()
	b.newsKept()
	for _, r := range b.m.Rules {
		b.rule(r)
	}
	for _, a := range b.m.Aggregates {
		b.invariants(a)
	}
	b.neverChargedTwice()
}

func (b *builder) guarantee(g arch.Guarantee) { b.a.Guarantees = append(b.a.Guarantees, g) }

// alertID is the id of an alert that exists, "" otherwise.
func (b *builder) alertID(id string) string {
	id = fact.Kebab(id)
	if slices.ContainsFunc(b.a.Alerts, func(a arch.Alert) bool { return a.ID == id }) {
		return id
	}
	return ""
}

// neverTwice: a request that is repeated has one effect.
func (b *builder) neverTwice() {
	byKey := map[string][]*model.UseCase{}
	for _, u := range b.m.UseCases {
		c := b.p.Choice(subject(u.Name, "idempotency"))
		if b.home[u] != nil && (c == "header" || c == "business-key") {
			byKey[string(c)] = append(byKey[string(c)], u)
		}
	}
	for _, key := range keysOf(byKey) {
		list := byKey[key]
		slices.SortStableFunc(list, func(x, y *model.UseCase) int { return compare(y.Load.Peak.N, x.Load.Peak.N) })
		first := list[0]
		names := make([]string, len(list))
		g := arch.Guarantee{Of: first.Path}
		var by []arch.DecisionID
		var where []string
		for i, u := range list {
			names[i] = fact.Phrase(u.Name)
			g.Serves = append(g.Serves, u.Path)
			by = append(by, subject(u.Name, "idempotency"))
			if c := b.home[u].Name; !slices.Contains(where, c) {
				where = append(where, c)
			}
		}
		slices.Sort(where)
		g.By = by
		g.Kind = "one effect however often sent"
		g.Promise = fmt.Sprintf("A repeated %s has one effect", or(some(names, 5)))
		g.Where = and(some(where, 4))
		keep := b.p.Parameter(subject(first.Name, "idempotency"), "retention")
		if key == "header" {
			g.Mechanism = fmt.Sprintf("The key of the request and its answer are written in the transaction of the effect and kept for %s", keep)
		} else {
			var keys []string
			for _, u := range list {
				keys = append(keys, thing(b, u)+"."+b.p.Word(subject(u.Name, "idempotency"), "key"))
			}
			g.Mechanism = fmt.Sprintf("A unique index over %s: the second finds the first", and(some(keys, 5)))
		}
		g.Test = fmt.Sprintf("%s is sent twice at once and again after its answer was cut off: one effect, equal answers", sentenceCase(fact.Phrase(first.Name)))
		g.Alert = fmt.Sprintf("more %s than keys of a day", things(b, first))
		g.WorkItem = fmt.Sprintf("team %s, list of doubled %s", b.teamOf(first), things(b, first))
		b.guarantee(g)
	}
}

// things names what a use case makes or changes.
func things(b *builder, u *model.UseCase) string {
	if a := b.primary(u); a != nil {
		return fact.Phrase(b.plural(a.Name))
	}
	return "requests"
}

// neverBelowZero: what is scarce is not given away twice.
func (b *builder) neverBelowZero() {
	for _, a := range b.m.Aggregates {
		id := subject(a.Name, "guard")
		if a.Contended == "" || b.owner[a] == nil || b.p.Decision(id) == nil {
			continue
		}
		d := b.p.Decision(id)
		var takers []string
		for _, u := range a.ChangedBy {
			takers = append(takers, fact.Phrase(u.Name))
		}
		kind, promise := "never given away twice", fmt.Sprintf("No %s (%s) is given away twice, whoever of %s comes first", fact.Phrase(a.Name), fact.Phrase(a.Contended), or(some(takers, 4)))
		alert, list := "sum of what was taken against what was there, nightly", "taken too often"
		if a.Replaced() {
			kind, promise = "each knew the one before", fmt.Sprintf("No %s replaces a %s of a %s that it did not know", or(some(takers, 4)), fact.Phrase(a.Contended), fact.Phrase(a.Name))
			alert, list = fmt.Sprintf("two changes in the log of one %s that name the same %s before them", fact.Phrase(a.Name), fact.Phrase(a.Contended)), "changed past one another"
		}
		b.guarantee(arch.Guarantee{
			Kind: kind, Promise: promise,
			Of: a.Path, Mechanism: sentenceCase(b.guardOf(a, new([]arch.DecisionID))), Where: b.whereKept(a),
			Test: d.Confirmation.String(), Alert: orDefault(b.alertID(a.Name+" below zero"), alert),
			WorkItem: fmt.Sprintf("team %s, list of %s %s", b.teamOfAggregate(a), fact.Phrase(b.plural(a.Name)), list),
			Trace:    arch.Trace{Serves: []arch.Path{a.Path}, By: []arch.DecisionID{id}},
		})
	}
}

func (b *builder) whereKept(a *model.Aggregate) string {
	c := b.owner[a]
	if c == nil {
		return ""
	}
	if st, ok := b.storeAt[c.ID]; ok {
		return c.Name + ", " + string(st)
	}
	return c.Name
}

// nothingLost: what must follow a commit follows it.
func (b *builder) nothingLost() {
	for _, d := range b.p.Deployables {
		id := subject(string(d.ID), "outbox")
		dec := b.p.Decision(id)
		if dec == nil || dec.Choice == "none" {
			continue
		}
		var events []string
		for i := range b.a.Channels {
			if ch := &b.a.Channels[i]; ch.Deployable == d.ID && ch.Kind != "dead-letter" {
				events = append(events, eventNames(ch.Events)...)
			}
		}
		what := "what must follow its commits"
		if len(events) > 0 {
			what = and(some(events, 4))
		}
		g := arch.Guarantee{
			Kind:    "told if and only if committed",
			Promise: fmt.Sprintf("Nothing of %s is lost or invented: each committed change of %s is told at least once, in the order of its key", what, d.Name),
			Of:      firstServed(dec), Mechanism: sentenceCase(dec.Option(dec.Choice).Name) + "; each consumer knows repeats by the event's id (inbox)", Where: d.Name,
			Test: dec.Confirmation.String(), Alert: orDefault(b.alertID(string(b.teamOfUnit(d.ID))+" outbox waits"), "age of the oldest change not told"),
			WorkItem: fmt.Sprintf("team %s, dead letters and the outbox of %s", b.teamOfUnit(d.ID), d.ID),
			Trace:    arch.Trace{Serves: dec.Requirements, By: []arch.DecisionID{id}},
		}
		b.guarantee(g)
	}
}

// keptInOrder: what must happen in the order in which it was told does, per key of the
// channel that carries it.
func (b *builder) keptInOrder() {
	for i := range b.p.Channels {
		ch := b.p.Channels[i]
		id := subject(string(ch.ID), "channel")
		dec := b.p.Decision(id)
		at := slices.IndexFunc(b.a.Channels, func(c arch.Channel) bool { return c.ID == ch.ID })
		if dec == nil || at < 0 {
			continue
		}
		key := b.a.Channels[at].Key
		var asked []*model.UseCase
		for _, e := range ch.Events {
			for _, u := range slices.Concat(e.EmittedBy, e.Starts) {
				if u.OrderedBy != "" && e.Key == ch.Key && !slices.Contains(asked, u) {
					asked = append(asked, u)
				}
			}
		}
		if len(asked) == 0 {
			continue
		}
		names := make([]string, len(asked))
		g := arch.Guarantee{Kind: "handled in the order told", Of: asked[0].Path, Where: string(ch.ID)}
		for i, u := range asked {
			names[i] = fact.Phrase(u.Name)
			g.Serves = append(g.Serves, u.Path)
		}
		g.By = []arch.DecisionID{id}
		g.Promise = fmt.Sprintf("What %s tells of one %s is handled in that order", or(some(names, 4)), fact.Phrase(ch.Key))
		g.Mechanism = fmt.Sprintf("%s is the key: one partition, and at any time one consumer of it in each group", key)
		g.Test = fmt.Sprintf("1,000 messages of 10 values of %s in a row, a consumer stopped in between: each value's are handled in the order sent", key)
		g.Alert = fmt.Sprintf("a message of %s older than the last one handled of its %s", ch.ID, key)
		g.WorkItem = fmt.Sprintf("team %s, messages of %s out of order", b.teamOfUnit(ch.Owner.Unit.ID), ch.ID)
		b.guarantee(g)
	}
}

func firstServed(d *arch.Decision) arch.Path {
	if len(d.Requirements) > 0 {
		return d.Requirements[0]
	}
	return d.About
}

// rule is an invariant across aggregates.
func (b *builder) rule(r *model.Rule) {
	names := b.manyOf(r.Over)
	g := arch.Guarantee{Promise: sentenceCase(r.Holds.Text), Of: r.Path, Trace: arch.Trace{Serves: []arch.Path{r.Path}}}
	stores := map[arch.StoreID]bool{}
	var where []string
	for _, a := range r.Over {
		if c := b.owner[a]; c != nil {
			stores[b.storeAt[c.ID]] = true
			if !slices.Contains(where, c.Name) {
				where = append(where, c.Name)
			}
		}
	}
	g.Where = and(where)
	team := string(b.teamOfAggregate(r.Over[0]))
	switch {
	case len(stores) == 1 && atOnce(r):
		g.Mechanism = fmt.Sprintf("%s change in one transaction that checks it", sentenceCase(and(names)))
		g.Keeper = "checked in one transaction"
		g.Test = fmt.Sprintf("Every use case that writes %s is cut off at each statement: the rule holds after each", or(names))
		b.oneAfterTheOther(r, &g)
	default:
		keeper := b.keepers(r)
		g.Keeper = "steps of " + keeper + ", compared"
		within := "at every look"
		if r.Within.Known() {
			within = "within " + fact.FormatSeconds(r.Within.N)
			g.Keeper += " " + within
		}
		g.Mechanism = fmt.Sprintf("The steps of %s, and a comparison of %s that finds %s what is not so", keeper, and(names), within)
		g.Test = fmt.Sprintf("Each step of %s is made to fail for good: %s the rule holds again or a work item exists", keeper, within)
	}
	g.Alert = fmt.Sprintf("a nightly comparison of %s finds one that breaks it", and(names))
	if r.Within.Known() {
		g.Alert = fmt.Sprintf("a comparison of %s finds one that has broken it for longer than %s", and(names), fact.FormatSeconds(r.Within.N))
	}
	g.WorkItem = fmt.Sprintf("team %s, list of %s that break it", team, or(names))
	b.guarantee(g)
}

// atOnce reports whether a rule holds at every instant.
func atOnce(r *model.Rule) bool { return r.Atomic || !r.Within.Known() }

// oneAfterTheOther adds what keeps two transactions apart of which each would keep the
// rule alone: each reads what the other has not yet written, and both commit (write
// skew: Berenson et al., "A Critique of ANSI SQL Isolation Levels", 1995). Where one
// aggregate of the rule is what the others refer to, its row is what they meet at;
// else the store must tell.
func (b *builder) oneAfterTheOther(r *model.Rule, g *arch.Guarantee) {
	if len(r.Over) < 2 {
		return
	}
	if a := meetAt(r); a != nil {
		name := fact.Phrase(a.Name)
		var rest []string
		for _, x := range r.Over {
			if x != a {
				rest = append(rest, fact.Phrase(b.plural(x.Name)))
			}
		}
		g.Keeper = fmt.Sprintf("one transaction, %s locked first", name)
		g.Mechanism += fmt.Sprintf(", after it has taken the row of the %s for itself: two at once on one %s come one after the other", name, name)
		g.Test = fmt.Sprintf("Two changes of %s of one %s at once, each of which the rule allows alone and not both: one is refused, with breaks-%s. ", or(rest), name, fact.Kebab(arch.Short(r.Path))) + g.Test
		return
	}
	g.Keeper = "one serializable transaction"
	g.Mechanism += "; it is serializable, and tried again where the store finds that another came between"
	g.Test = fmt.Sprintf("Two changes of %s at once, each of which the rule allows alone and not both: one is refused, with breaks-%s. ", or(b.manyOf(r.Over)), fact.Kebab(arch.Short(r.Path))) + g.Test
}

// meetAt is the aggregate of a rule that all others of it refer to, nil when there is
// none.
func meetAt(r *model.Rule) *model.Aggregate {
	for _, a := range r.Over {
		if !slices.ContainsFunc(r.Over, func(x *model.Aggregate) bool { return x != a && !refersTo(x, a) }) {
			return a
		}
	}
	return nil
}

func (b *builder) manyOf(list []*model.Aggregate) []string {
	out := make([]string, len(list))
	for i, a := range list {
		out[i] = fact.Phrase(b.plural(a.Name))
	}
	return out
}

// keepers names the sagas and jobs that keep a rule.
func (b *builder) keepers(r *model.Rule) string {
	var out []string
	touches := func(u *model.UseCase) bool {
		n := 0
		for _, a := range r.Over {
			if slices.Contains(u.Touches(), a) || slices.ContainsFunc(b.p.SagaSteps(u), func(st decide.SagaStep) bool { return slices.Contains(st.UseCase.Writes(), a) }) {
				n++
			}
		}
		return n > 1
	}
	for i := range b.a.Sagas {
		if u := b.useCases[b.a.Sagas[i].UseCase]; touches(u) {
			out = append(out, fact.Phrase(u.Name))
		}
	}
	if len(out) == 0 {
		for _, u := range b.m.UseCases {
			if len(u.Writes()) > 0 && touches(u) {
				out = append(out, fact.Phrase(u.Name))
			}
		}
	}
	if len(out) == 0 {
		return "what writes them"
	}
	return and(some(out, 3))
}

// invariants of one aggregate are checked where it is written.
func (b *builder) invariants(a *model.Aggregate) {
	if len(a.Invariants) == 0 || b.owner[a] == nil || b.guarded(a) {
		return
	}
	var texts, compared []string
	checked := true
	for _, inv := range a.Invariants {
		if !inv.CEL && compares(inv.Text) {
			compared = append(compared, inv.Text)
			continue
		}
		texts = append(texts, inv.Text)
		checked = checked && inv.CEL
	}
	b.comparedInvariants(a, compared)
	if len(texts) == 0 {
		return
	}
	how, keeper := fmt.Sprintf("Checked by %s in the transaction of every change, the simple ones by the store as well", b.owner[a].Name), "transaction and store"
	if !checked {
		how, keeper = fmt.Sprintf("A function of %s that every change goes through, in its transaction", b.owner[a].Name), "one function, in the transaction"
	}
	b.guarantee(arch.Guarantee{
		Promise: fmt.Sprintf("Of every %s: %s", fact.Phrase(a.Name), strings.Join(texts, "; ")), Of: a.Path, Mechanism: how, Keeper: keeper, Where: b.whereKept(a),
		Test:  fmt.Sprintf("For each a change that would break it is refused with %s-rule-broken and leaves nothing behind", fact.Kebab(a.Name)),
		Alert: fmt.Sprintf("a nightly look over %s finds one that breaks it", fact.Phrase(b.plural(a.Name))), WorkItem: fmt.Sprintf("team %s, list of %s that break it", b.teamOfAggregate(a), fact.Phrase(b.plural(a.Name))),
		Trace: arch.Trace{Serves: []arch.Path{a.Path}},
	})
}

// compares reports whether a sentence about an aggregate holds one instance against
// others: "a room is never booked twice at the same time".
func compares(text string) bool {
	said := " " + strings.Join(fact.Words(text), " ") + " "
	return slices.ContainsFunc([]string{" twice ", " two ", " overlap ", " overlaps ", " overlapping ", " at the same time ", " at most one ", " only one ", " not more than one ", " more than once ", " no other ", " double "},
		func(w string) bool { return strings.Contains(said, w) })
}

// comparedInvariants hold one instance against others. Looking before writing does not
// keep them, in whatever transaction short of a serializable one: two that look at once
// each miss the other (write skew: H. Berenson et al., A Critique of ANSI SQL Isolation
// Levels, SIGMOD 1995).
func (b *builder) comparedInvariants(a *model.Aggregate, texts []string) {
	if len(texts) == 0 {
		return
	}
	how, keeper := "One item for each thing that is compared, written with a condition in the same change", "conditional write"
	if i := slices.IndexFunc(b.a.Stores, func(s arch.Store) bool { return s.ID == b.storeAt[b.owner[a].ID] }); i >= 0 {
		switch t, _ := b.p.Catalog.Technology(b.a.Stores[i].Technology); {
		case t.ID == "postgres":
			how, keeper = "A unique constraint over what is compared; over stretches of time an exclusion constraint", "unique or exclusion constraint"
		case t.Has("unique-constraints"):
			how, keeper = "A unique index over what is compared; over stretches of time, a lock on the row that they have in common before looking", "unique index or lock"
		}
	}
	b.guarantee(arch.Guarantee{
		Promise: fmt.Sprintf("Among all %s: %s", fact.Phrase(b.plural(a.Name)), strings.Join(texts, "; ")), Of: a.Path, Mechanism: how, Keeper: keeper, Where: b.whereKept(a),
		Test:  fmt.Sprintf("Two changes at once, each of which alone keeps it: one is taken, the other is refused with %s-rule-broken", fact.Kebab(a.Name)),
		Alert: fmt.Sprintf("a nightly look over %s finds two that break it", fact.Phrase(b.plural(a.Name))), WorkItem: fmt.Sprintf("team %s, list of %s that break it", b.teamOfAggregate(a), fact.Phrase(b.plural(a.Name))),
		Trace: arch.Trace{Serves: []arch.Path{a.Path}},
	})
}

// guarded reports whether the only invariant of an aggregate is about its contended
// amount, which has a guarantee of its own.
func (b *builder) guarded(a *model.Aggregate) bool {
	return a.Contended != "" && len(a.Invariants) == 1 && strings.Contains(a.Invariants[0].Text, a.Contended) && b.p.Decision(subject(a.Name, "guard")) != nil
}

// neverChargedTwice: an effect outside happens once, whatever is not heard of it.
func (b *builder) neverChargedTwice() {
	for _, e := range b.m.Externals {
		var doing []string
		var serves []arch.Path
		var by []arch.DecisionID
		var first *decide.Link
		for _, l := range b.calls[e] {
			if len(l.UseCase.Writes()) == 0 || l.Call.Optional || l.Call.Fallback != "" {
				continue // what can be done without, or replaced, is a question
			}
			if first == nil {
				first = l
			}
			doing = append(doing, fact.Phrase(l.UseCase.Name))
			serves = append(serves, l.UseCase.Path)
			by = append(by, b.by(subject(l.Name, "call"))...)
		}
		if first == nil {
			continue
		}
		name := fact.Phrase(e.Name)
		unknown := b.p.Word(subject(first.Name, "call"), "unknown")
		if unknown == "" {
			unknown = unknownOutcome(e)
		}
		b.guarantee(arch.Guarantee{
			Kind:    "happens there once",
			Promise: fmt.Sprintf("What %s %s of %s happens there once, also when its answer is lost", and(some(doing, 3)), ask(len(doing)), name), Of: e.Path,
			Mechanism: fmt.Sprintf("Noted before it is asked, under our own reference; without an answer: %s", unknown), Where: b.home[first.UseCase].Name,
			Test:     fmt.Sprintf("The answer of %s is dropped after it acted: no second effect there, and ours catches up", name),
			Alert:    fmt.Sprintf("anything noted for %s without an outcome for longer than %s", name, b.patienceFor(first)),
			WorkItem: fmt.Sprintf("team %s, list of open calls of %s", b.ownerOf(e, first.UseCase), name),
			Trace:    arch.Trace{Serves: serves, By: by},
		})
	}
}

func ask(n int) string {
	if n == 1 {
		return "asks"
	}
	return "ask"
}

func (b *builder) ownerOf(e *model.External, u *model.UseCase) string {
	if e.Owner != nil {
		return e.Owner.Name
	}
	return b.teamOf(u)
}

// patienceFor is how long an outcome may be open before somebody looks: the time the
// step has, else ten times the 99th percentile of the call.
func (b *builder) patienceFor(l *decide.Link) string {
	if l.Call.Within.Known() {
		return fact.FormatSeconds(l.Call.Within.N)
	}
	return fact.FormatSeconds(max(30, 10*l.Call.Latency.P99.N))
}
