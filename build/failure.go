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
)

// failures walk through what can happen to this system: a row needs the part that it
// happens to.
func (b *builder) failures() {
	b.doubled()
	b.crashed()
	b.raced()
	b.externalsAway()
	b.newsMissed()
	b.timersMeet()
	b.unitsAway()
	b.poisoned()
	b.storeLost()
	b.zoneLost()
	b.overloaded()
	b.jobTwice()
	b.badRelease()
	b.restored()
}

func (b *builder) failure(kind, what string, of arch.Path, does, seen string, by ...arch.DecisionID) {
	b.a.Failures = append(b.a.Failures, arch.Failure{Kind: kind, What: what, Of: of, Does: does, Seen: seen,
		Trace: arch.Trace{Serves: []arch.Path{of}, By: b.by(by...)}})
}

// doubled is a click or a request that comes twice.
func (b *builder) doubled() {
	u := b.busiest(func(u *model.UseCase) bool {
		c := b.p.Choice(subject(u.Name, "idempotency"))
		return b.home[u] != nil && (c == "header" || c == "business-key")
	})
	if u == nil {
		return
	}
	id := subject(u.Name, "idempotency")
	b.failure("sent twice", fmt.Sprintf("%s is sent twice: a double click, or an answer that got lost", sentenceCase(fact.Phrase(u.Name))), u.Path,
		fmt.Sprintf("The second finds the first's key, kept for %s, and gets its answer", b.p.Parameter(id, "retention")),
		fmt.Sprintf("one %s; while the first still runs, 409 request-in-progress", thing(b, u)), id)
}

func thing(b *builder, u *model.UseCase) string {
	if a := b.primary(u); a != nil {
		return fact.Phrase(a.Name)
	}
	return "effect"
}

// crashed is the process ending between a commit and what must follow it.
func (b *builder) crashed() {
	var longest *arch.Saga
	for i := range b.a.Sagas {
		if s := &b.a.Sagas[i]; longest == nil || len(s.Steps) > len(longest.Steps) {
			longest = s
		}
	}
	if s := longest; s != nil && len(s.Steps) > 1 {
		u := b.useCases[s.UseCase]
		b.failure("ends half way", fmt.Sprintf("The process ends in the middle of %s", fact.Phrase(u.Name)), u.Path,
			fmt.Sprintf("Another replica reads where it stood and goes on: before %s is done it may be undone, after that it is finished", s.Steps[s.Pivot].Name),
			fmt.Sprintf("%s for a while%s", orDefault(fact.Phrase(s.Pending), "nothing"), atMost(s.Timeout)), subject(u.Name, "saga"))
	}
	for _, ch := range b.liveChannels() { // the busiest whose events leave by an outbox
		if id := subject(string(ch.Deployable), "outbox"); b.p.Choice(id) == "outbox" {
			b.failure("ends between commit and telling", fmt.Sprintf("%s ends after a commit, before its %s was told", ch.Deployable, ch.Events[0]), ch.Serves[0],
				"The row stands in the outbox of the same commit; the relay of another replica tells it", "the listeners are late by the restart", id)
			break
		}
	}
}

func atMost(v arch.Value) string {
	if !v.Known() {
		return ""
	}
	return ", at most " + v.String()
}

// mostWritten is the aggregate of some contexts that changes most often, the first of
// those that change as often.
func mostWritten(contexts []*decide.Context) arch.Path {
	var out arch.Path
	most := -1.0
	for _, c := range contexts {
		for _, a := range c.Aggregates {
			rate := 0.0
			for _, u := range slices.Concat(a.CreatedBy, a.ChangedBy) {
				rate += u.Load.Peak.N
			}
			if rate > most {
				out, most = a.Path, rate
			}
		}
	}
	return out
}

// raced is two of them at once.
func (b *builder) raced() {
	for _, a := range b.m.Aggregates {
		if a.Contended == "" || b.owner[a] == nil || len(a.ChangedBy) == 0 {
			continue
		}
		u := taker(a)
		if a.Replaced() {
			b.failure("changed by two at once", fmt.Sprintf("Two change the %s of one %s at the same moment", fact.Phrase(a.Contended), fact.Phrase(a.Name)), a.Path,
				b.decides(a, u, fmt.Sprintf("the other finds another %s than it read", fact.Phrase(a.Contended))),
				fmt.Sprintf("one succeeds, the other gets 409 %s-overtaken", fact.Kebab(a.Name)), subject(a.Name, "guard"))
			continue
		}
		b.failure("the last one wanted twice", fmt.Sprintf("Two want the last of %s (%s) at the same moment", article(a.Name), fact.Phrase(a.Contended)), a.Path,
			b.decides(a, u, "for the other none is left"),
			fmt.Sprintf("one succeeds, the other gets 409 %s-exhausted", fact.Kebab(a.Name)), subject(a.Name, "guard"))
	}
	for i := range b.a.Operations {
		op := &b.a.Operations[i]
		if op.Concurrency != "if-match" {
			continue
		}
		a := b.aggregate(op.Entity)
		b.failure("changed by two at once", fmt.Sprintf("Two people change the same %s", fact.Phrase(a.Name)), a.Path,
			"The second one's ETag is old: nothing is changed", "412 version-changed; they see both and decide", subject(a.Name, "concurrency"))
		break
	}
}

// decides says what tells two apart who want the same at once, by how it is guarded, and
// what the later of them finds.
func (b *builder) decides(a *model.Aggregate, u *model.UseCase, late string) string {
	id := subject(a.Name, "guard")
	ends := late + ", and its " + fact.Phrase(u.Name) + " ends"
	switch b.p.Choice(id) {
	case "version":
		return "One writes first; the other's version is old and it reads again: " + ends
	case "split":
		return fmt.Sprintf("The row that holds the last decides, after all %s were tried: %s", b.p.Parameter(id, "parts"), ends)
	case "queue-per-key":
		return "The worker takes the two in the order in which they came: " + ends
	}
	return "The row decides, which one of them changes: " + ends
}

// taker is the use case that takes of what is contended: one that is no undoing of
// another and runs by no clock, the busiest of them.
func taker(a *model.Aggregate) *model.UseCase {
	best := a.ChangedBy[0]
	for _, u := range a.ChangedBy {
		if len(u.Undoes) > 0 || u.Every != nil {
			continue
		}
		if len(best.Undoes) > 0 || best.Every != nil || u.Load.Peak.N > best.Load.Peak.N {
			best = u
		}
	}
	return best
}

// externalsAway are the systems of others slow, down, closed, or answering when
// nobody waits any more.
func (b *builder) externalsAway() {
	for i := range b.a.Externals {
		x := &b.a.Externals[i]
		e := b.m.Externals[i]
		name := fact.Phrase(e.Name)
		links := b.calls[e]
		if len(links) == 0 {
			continue
		}
		edge := b.edgeAt[callEdge(links[0].UseCase, e.Name)]
		does := orDefault(x.Failure, "its callers fail")
		if edge != nil && edge.Timeout.Known() {
			does = fmt.Sprintf("Given up after %s", edge.Timeout)
			if edge.Breaker != nil {
				does += fmt.Sprintf(", not tried for %s after %s of %d fail", edge.Breaker.Open, fact.FormatShare(edge.Breaker.Threshold), edge.Breaker.MinCalls)
			}
			does += "; " + x.Failure
		}
		b.failure("slow or away", fmt.Sprintf("%s is slow or away, %s a month by its own account", sentenceCase(name), fact.FormatSeconds((1-e.Availability.N)*month)), e.Path,
			does, b.seenWithout(links), subject(links[0].Name, "call"))
		if p := b.p.Parameter(subject(links[0].Name, "call"), "drain"); p.N >= 60 {
			b.failure("back after its longest outage", fmt.Sprintf("%s is back after its longest time away", sentenceCase(name)), e.Path,
				fmt.Sprintf("The queue before it drains at %s, under its limit", b.p.Parameter(subject(links[0].Name, "call"), "throttle")),
				fmt.Sprintf("what waited is done within %s", p), subject(links[0].Name, "call"))
		}
	}
	b.unheard()
}

// seenWithout says what callers of those who need an external see.
func (b *builder) seenWithout(links []*decide.Link) string {
	for _, l := range links {
		if f := l.Call.Fallback; f != "" {
			return f
		}
	}
	for _, l := range links {
		if l.Call.Later || !l.UseCase.Asked() && len(l.UseCase.FollowsUp) == 0 {
			continue
		}
		for _, u := range append([]*model.UseCase{l.UseCase}, l.UseCase.FollowsUp...) {
			if p := b.p.Word(subject(u.Name, "answer"), "pending"); p != "" {
				return fmt.Sprintf("%s is answered as %s", fact.Phrase(u.Name), fact.Phrase(p))
			}
			if b.answersLate(u, nil) {
				return fmt.Sprintf("%s is answered 202 and done when it is back", fact.Phrase(u.Name))
			}
		}
		return fmt.Sprintf("%s is answered 503 with Retry-After", fact.Phrase(l.UseCase.Name))
	}
	return "nobody waits for it; it comes later"
}

// unheard is an effect whose answer was lost.
func (b *builder) unheard() {
	for i := range b.a.Edges {
		e := &b.a.Edges[i]
		if e.ToKind != "external" || e.Unknown == "" {
			continue
		}
		u := b.useCases[e.Use[0]]
		if len(u.Writes()) == 0 {
			continue
		}
		b.failure("acted, answer lost", fmt.Sprintf("%s acted for %s and its answer is lost", sentenceCase(fact.Phrase(e.To)), fact.Phrase(u.Name)), u.Path,
			sentenceCase(e.Unknown), fmt.Sprintf("%s stays open until it is known", thing(b, u)), e.By...)
		return
	}
}

// timersMeet are states left by time while something else still runs for them.
func (b *builder) timersMeet() {
	for _, a := range b.m.Aggregates {
		if a.States == nil || b.owner[a] == nil {
			continue
		}
		for _, t := range a.States.Timers {
			var late []string
			for _, mv := range a.States.Moves {
				if mv.From != t.State || mv.To == t.To {
					continue
				}
				for _, u := range mv.By {
					late = append(late, fact.Phrase(u.Name))
				}
			}
			if len(late) == 0 {
				continue
			}
			b.failure("comes just too late", fmt.Sprintf("%s comes just after %s of a %s as %s are over", sentenceCase(or(some(late, 2))), fact.FormatSeconds(t.After.N), fact.Phrase(a.Name), fact.Phrase(t.State)), a.Path,
				fmt.Sprintf("It is %s and no longer allows it: the late one is refused and takes back what it brought%s", fact.Phrase(t.To), undoneBy(t.Does)),
				fmt.Sprintf("409 %s-in-wrong-state", fact.Kebab(a.Name)))
		}
	}
}

func undoneBy(u *model.UseCase) string {
	if u == nil {
		return ""
	}
	return "; " + fact.Phrase(u.Name) + " has run"
}

// unitsAway is one of our deployables away while others need it.
func (b *builder) unitsAway() {
	for i := range b.a.Deployables {
		d := &b.a.Deployables[i]
		var waits, copies []string
		for j := range b.a.Edges {
			e := &b.a.Edges[j]
			if e.ToKind == "deployable" && e.To == string(d.ID) && e.Style == "sync" {
				for _, p := range e.Use {
					if name := fact.Phrase(arch.Short(p)); !slices.Contains(waits, name) {
						waits = append(waits, name)
					}
				}
			}
		}
		for _, f := range b.fed {
			if b.owner[f.Of].Unit.ID == d.ID {
				copies = append(copies, fact.Phrase(b.plural(f.Of.Name)))
			}
		}
		if len(waits)+len(copies) == 0 {
			continue
		}
		var does []string
		if len(copies) > 0 {
			does = append(does, "others read their copies of "+and(some(copies, 4)))
		}
		seen := "nothing but older data"
		if len(waits) > 0 {
			does = append(does, fmt.Sprintf("%s that call it are given up within their time limits", and(some(waits, 4))))
			seen = "503 with Retry-After from these, the rest goes on"
		}
		b.failure("a deployable away", fmt.Sprintf("%s is away", d.ID), mostWritten(b.contextsOf(d)), sentenceCase(strings.Join(does, "; ")), seen)
	}
}

// poisoned is a message that no delivery gets through.
func (b *builder) poisoned() {
	for _, ch := range b.liveChannels() {
		if ch.DeadLetter == "" || len(ch.Subscribers) == 0 {
			continue
		}
		s := ch.Subscribers[0]
		span := 0.0
		for _, p := range s.Backoff {
			span += p.N
		}
		b.failure("a message always fails", fmt.Sprintf("%s cannot handle one %s", s.Context, ch.Events[0]), ch.Serves[0],
			fmt.Sprintf("%d deliveries over %s, then it lies in %s; those of other keys go on", s.MaxDeliver, fact.FormatSeconds(span), ch.DeadLetter),
			fmt.Sprintf("a work item for team %s; nothing for callers", b.teamOfUnit(s.Deployable)), subject(string(ch.ID), "channel"))
		return
	}
}

// storeLost is a store changing its leader: the one where most changes are asked for.
func (b *builder) storeLost() {
	u := b.busiest(func(u *model.UseCase) bool {
		return u.Asked() && len(u.Writes()) > 0 && b.home[u] != nil && u.Result != "upload"
	})
	if u == nil {
		return
	}
	if b.onOneMachine() {
		back := fact.FormatSeconds(b.p.Parameter("backup", "time").N)
		b.failure("the machine lost", "The machine fails with all that is on it", b.a.Stores[0].Aggregates[0].Of,
			fmt.Sprintf("It is brought up again from its copies within %s, without the last %s of changes", back, fact.FormatSeconds(b.p.Parameter("backup", "point").N)),
			fmt.Sprintf("nothing for %s: up to %s of %s are missed at peak", back, fact.FormatCount(math.Ceil(u.Load.Peak.N*b.p.Parameter("backup", "time").N)), fact.Phrase(u.Name)), "zones", "backup")
		return
	}
	for i := range b.a.Stores {
		st := &b.a.Stores[i]
		takes := b.catalogued(st.Technology, "failover-time")
		if b.storeAt[b.home[u].ID] != st.ID || !takes.Known() || len(st.Aggregates) == 0 {
			continue
		}
		b.failure("a store fails over", fmt.Sprintf("The leading copy of %s fails", st.ID), st.Aggregates[0].Of,
			fmt.Sprintf("Another takes over within %s; open transactions are rolled back and repeated by their callers with the same key", takes),
			fmt.Sprintf("up to %s of %s are refused at peak", fact.FormatCount(math.Ceil(u.Load.Peak.N*takes.N)), fact.Phrase(u.Name)), st.By[0])
	}
}

// zoneLost is a zone going away with its replicas.
func (b *builder) zoneLost() {
	z := b.a.Placement.Zones
	if z.N < 2 {
		return
	}
	var busiest *arch.Process
	var unit arch.DeployableID
	for i := range b.a.Deployables {
		for j := range b.a.Deployables[i].Roles {
			if pr := &b.a.Deployables[i].Roles[j]; busiest == nil || pr.Utilised.N > busiest.Utilised.N {
				busiest, unit = pr, b.a.Deployables[i].ID
			}
		}
	}
	if busiest == nil || !busiest.Utilised.Known() || len(busiest.Flows) == 0 {
		return
	}
	b.failure("a zone lost at peak", fmt.Sprintf("One of %s zones is lost at peak", fact.FormatCount(z.N)), arch.Path("use_cases."+string(busiest.Flows[0])),
		fmt.Sprintf("What is left carries it: %s %s, the fullest, is busy for %s", unit, busiest.Name, busiest.Utilised),
		"what was in flight there is repeated", "zones", subject(string(unit)+"."+busiest.Name, "scaling"))
}

// overloaded is more than the peak the system was sized for.
func (b *builder) overloaded() {
	u := b.busiest(func(u *model.UseCase) bool { return u.Asked() && b.home[u] != nil })
	if u == nil {
		return
	}
	pr := b.processOf[flowID(u)]
	if pr == nil || !pr.Queue.Known() {
		return
	}
	order := "whoever comes last is refused"
	if len(pr.Shed) > 0 {
		order = "refused in this order: " + strings.Join(pr.Shed, ", then ")
	}
	what := fmt.Sprintf("More than the peak of %s and the rest", fact.Phrase(u.Name))
	if pr.Utilised.N > 0 {
		times := 1 / pr.Utilised.N
		if pr.AtWork.N > 0 { // workers may be held by what they wait for long before processors are busy
			times = math.Min(times, pr.Workers.N*pr.Replicas.N/pr.AtWork.N)
		}
		if pr.Scale != nil && pr.Replicas.N > 0 && pr.Scale.Max.N > pr.Replicas.N {
			times *= pr.Scale.Max.N / pr.Replicas.N
		}
		what = fmt.Sprintf("More than %s times the peak of %s and the rest", fact.FormatNumber(roundDown(times), 2), fact.Phrase(u.Name))
	}
	b.failure("more than is carried", what, u.Path,
		fmt.Sprintf("%s requests at work and %s waiting per replica, then %s", pr.Workers, pr.Queue, order),
		"503 overloaded with Retry-After; what is answered is answered in time", "shedding")
}

// jobTwice is a job started by two replicas, or cut off.
func (b *builder) jobTwice() {
	for i := range b.a.Jobs {
		j := &b.a.Jobs[i]
		if j.UseCase == "" || !j.Exclusive {
			continue
		}
		b.failure("started twice or cut off", fmt.Sprintf("Two replicas start %s, or it is cut off half way", fact.Phrase(arch.Short(j.UseCase))), j.UseCase,
			"A lease in the store lets one of them run; "+strings.TrimSuffix(lowerFirst(j.Resume), "."), "nothing is done twice")
		return
	}
}

// lowerFirst makes a sentence go on behind a colon; an abbreviation (API) stays.
func lowerFirst(s string) string {
	if s == "" || len(s) > 1 && 'A' <= s[1] && s[1] <= 'Z' {
		return s
	}
	return strings.ToLower(s[:1]) + s[1:]
}

// badRelease is a release that fails for users.
func (b *builder) badRelease() {
	var worst *decide.Deployable
	most := -1.0
	for _, d := range b.p.Deployables {
		if v, _, ok := b.scored(subject(string(d.ID), "rollout"), "downtime"); ok && v.N > most {
			worst, most = d, v.N
		}
	}
	if d := worst; d != nil {
		id := subject(string(d.ID), "rollout")
		dec := b.p.Decision(id)
		does := "Replicas are replaced one by one; failing ones stop it, and the former release comes back"
		seen := "errors on the replaced replicas until then"
		if b.onOneMachine() && dec.Choice == "rolling" {
			does = "The new one starts beside the old one, which ends when the new one is ready; one that fails is ended, and the former release comes back"
			seen = "errors until then"
		}
		switch dec.Choice {
		case "canary":
			does = fmt.Sprintf("%s of the requests reach it for %s; a worse share of errors ends it by itself", b.p.Parameter(id, "share"), b.p.Parameter(id, "bake"))
			seen = fmt.Sprintf("errors for %s of the requests", b.p.Parameter(id, "share"))
		case "blue-green":
			does = "The former set still runs; traffic is pointed back to it"
		}
		v, how, ok := b.scored(id, "downtime")
		if ok {
			seen += fmt.Sprintf("; %s a month in all (%s)", fact.FormatSeconds(v.N), how)
		}
		b.failure("a bad release", fmt.Sprintf("A release of %s fails for users", d.ID), mostWritten(d.Contexts), does+"; schema changes are made in two releases, so that both can run", seen, id)
	}
}

// restored is the system brought back from its copies.
func (b *builder) restored() {
	w := b.p.Word("backup", "restore")
	if w == "" || len(b.a.Stores) == 0 {
		return
	}
	most := slices.MaxFunc(b.a.Stores, func(x, y arch.Store) int { return cmp.Compare(x.Bytes.N, y.Bytes.N) })
	st := &most
	if len(st.Aggregates) == 0 {
		return
	}
	b.failure("a store restored", fmt.Sprintf("A store is restored to %s ago", b.p.Parameter("backup", "point")), st.Aggregates[0].Of, sentenceCase(w),
		fmt.Sprintf("nothing for %s", b.p.Parameter("backup", "time")), "backup")
}

func (b *builder) contextsOf(d *arch.Deployable) []*decide.Context {
	out := make([]*decide.Context, len(d.Contexts))
	for i, id := range d.Contexts {
		out[i] = b.contexts[id]
	}
	return out
}
