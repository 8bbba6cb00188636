package build

import (
	"fmt"
	"slices"
	"strings"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/fact"
	"plumb.dev/plumb/model"
)

// restraint lists what a reader might expect and does not find, with the number at
// which it would come: the decisions about the whole that left something out.
func (b *builder) restraint() {
	for i := range b.a.Decisions {
		d := &b.a.Decisions[i]
		if !d.NotNeeded || d.About != "" && !strings.HasPrefix(string(d.About), "deployables.") {
			continue
		}
		var left []string
		for j := range d.Options {
			if o := &d.Options[j]; o.ID != d.Choice && o.Feasible() {
				left = append(left, o.Name)
			}
		}
		if len(left) == 0 {
			for j := range d.Options {
				if o := &d.Options[j]; o.ID != d.Choice {
					left = append(left, o.Name)
				}
			}
		}
		what := or(some(left, 4))
		if d.About != "" {
			what += " (" + arch.Short(d.About) + ")"
		}
		b.a.NotBuilt = append(b.a.NotBuilt, arch.NotBuilt{What: sentenceCase(what), Why: d.Because.String(), Until: d.Until.String(), Decision: d.ID})
	}
}

// nextSteps are what to do first, in order: what could change the design, what shows
// that it stands, what must be agreed with others, what proves it before the peak.
func (b *builder) nextSteps() {
	add := func(do, why, who, proof string) {
		b.a.NextSteps = append(b.a.NextSteps, arch.NextStep{Number: len(b.a.NextSteps) + 1, Do: do, Why: why, Who: arch.TeamID(who), Proof: proof})
	}
	team := b.m.Context.Teams[0].Name
	if n := len(b.m.Questions); n > 0 {
		first := b.m.Questions[0]
		add(fmt.Sprintf("Settle %s: %s first", b.counted(n, "question"), arch.Short(first.About)), "Their answers change targets or sizes before anything is built", b.teamAt(first.About), "each answer stands in the input")
	}
	b.agreements(add)
	if u := b.skeleton(); u != nil && len(b.a.Contexts) > 1 {
		add("Walking skeleton: "+u.Name, b.whySkeleton(u), b.teamOf(u), fmt.Sprintf("%s runs in the pipeline, with its contract test, its trace and its alert", fact.Phrase(u.Name)))
	}
	if len(b.m.Externals) > 0 {
		b.adapterStep(add)
	}
	if len(b.a.Contexts) > 1 {
		add(fmt.Sprintf("Enforce the borders of %s", and(some(b.contextNamesAll(), 5))), fmt.Sprintf("%s share %s; a border nobody checks is gone in a quarter", b.counted(len(b.a.Contexts), "context"), b.counted(len(b.a.Deployables), "deployable")), team, b.confirmation("contexts"))
	}
	if d := b.p.Decision("backup"); d != nil && len(b.a.Stores) > 0 {
		add(fmt.Sprintf("Restore %s from its copies", b.a.Stores[0].ID), fmt.Sprintf("%s may be lost and %s may pass; nobody knows before it was done", fact.FormatSeconds(b.m.Context.RecoveryPoint.N), fact.FormatSeconds(b.m.Context.RecoveryTime.N)), string(b.teamOfUnit(b.a.Stores[0].Deployable)), d.Confirmation.String())
	}
	if u := b.busiest(func(u *model.UseCase) bool { return u.Asked() && b.home[u] != nil }); u != nil {
		b.loadGate(u, add)
	}
}

// teamAt is the team that answers for an element of the input.
func (b *builder) teamAt(p arch.Path) string {
	if u := b.useCases[p]; u != nil {
		return b.teamOf(u)
	}
	if a := b.byPath[p]; a != nil {
		return string(b.teamOfAggregate(a))
	}
	return b.m.Context.Teams[0].Name
}

// agreements are limits of others that growth passes.
func (b *builder) agreements(add func(do, why, who, proof string)) {
	growth := b.growth()
	for i := range b.a.Externals {
		x, e := &b.a.Externals[i], b.m.Externals[i]
		if !x.Limit.Known() || !x.Demand.Known() {
			continue
		}
		must, queued := b.mustPass(x, e)
		if must.N*growth.N <= x.Limit.N {
			continue
		}
		what := "All callers' peaks"
		if queued.Known() {
			what = "The peaks of the callers somebody waits for and the mean of the rest"
		}
		add(fmt.Sprintf("Agree with %s on more than %s", fact.Phrase(e.Name), x.Limit), fmt.Sprintf("%s are %s now and %s at the horizon", what, must, fact.FormatRate(must.N*growth.N)),
			b.ownerOf(e, b.calls[e][0].UseCase), fmt.Sprintf("a contract that names at least %s", fact.FormatRate(roundUp(must.N*growth.N))))
	}
}

// skeleton is the use case that goes through most parts: the first to build.
func (b *builder) skeleton() *model.UseCase {
	var best *model.UseCase
	most := 0
	for i := range b.a.Flows {
		f := &b.a.Flows[i]
		u := b.useCases[f.UseCase]
		if n := len(targets(f.Steps, nil)); u.Asked() && (n > most || n == most && best != nil && u.Load.Peak.N > best.Load.Peak.N) {
			best, most = u, n
		}
	}
	return best
}

// targets are the different parts that steps reach.
func targets(steps []arch.Step, out []string) []string {
	for i := range steps {
		if t := steps[i].Target; t != "" && !slices.Contains(out, t) {
			out = append(out, t)
		}
		out = targets(steps[i].Steps, out)
	}
	return out
}

func (b *builder) whySkeleton(u *model.UseCase) string {
	for i := range b.a.Flows {
		if f := &b.a.Flows[i]; f.UseCase == u.Path {
			if t := targets(f.Steps, nil); len(t) > 1 {
				return fmt.Sprintf("It goes through %s: what is wrong with the cut shows here first", and(some(t, 6)))
			}
			return fmt.Sprintf("At %s it is asked for most: sign-in, schema, release and alert are all needed for it", fact.FormatRate(u.Load.Peak.N))
		}
	}
	return ""
}

// adapterStep is the riskiest adapter first.
func (b *builder) adapterStep(add func(do, why, who, proof string)) {
	var riskiest *model.External
	worst := 0.0
	for _, e := range b.m.Externals {
		if len(b.calls[e]) == 0 {
			continue
		}
		w := 1 - e.Availability.N
		if !e.Idempotent && !e.Lookup {
			w *= 10
		}
		if w > worst {
			riskiest, worst = e, w
		}
	}
	if riskiest == nil {
		return
	}
	name := fact.Phrase(riskiest.Name)
	why := fmt.Sprintf("%s available, %s at p99", fact.FormatShare(riskiest.Availability.N), fact.FormatSeconds(riskiest.Latency.P99.N))
	if !riskiest.Idempotent && !riskiest.Lookup {
		why += ", and neither repeatable nor to be asked what it did"
	}
	add(fmt.Sprintf("Adapter of %s against a stub", name), sentenceCase(why), b.ownerOf(riskiest, b.calls[riskiest][0].UseCase), b.confirmation(subject(b.calls[riskiest][0].Name, "call")))
}

func (b *builder) confirmation(id arch.DecisionID) string {
	if d := b.p.Decision(id); d != nil {
		return d.Confirmation.String()
	}
	return ""
}

func (b *builder) contextNamesAll() []string { return contextNames(b.p.Contexts) }

// loadGate is the test before the known peak, with its pass numbers.
func (b *builder) loadGate(u *model.UseCase, add func(do, why, who, proof string)) {
	proof := fmt.Sprintf("%s for %s", fact.FormatRate(u.Load.Peak.N*b.headroom()), fact.FormatSeconds(u.Load.Lasts.N))
	if u.Latency.P99.Known() {
		proof += fmt.Sprintf(", p99 below %s", fact.FormatSeconds(u.Latency.P99.N))
	}
	if z := b.a.Placement.Zones; z.N > 1 {
		proof += ", one zone switched off half way"
	}
	if len(b.m.Externals) > 0 {
		proof += fmt.Sprintf(", %s answering at ten times their median", and(some(b.externalList(), 3)))
	}
	when := u.Load.When.Text
	why := fmt.Sprintf("%s at peak sizes this design; none of it is measured yet", fact.FormatRate(u.Load.Peak.N))
	if when != "" {
		why = fmt.Sprintf("The peak has a date: %s", when)
	}
	add(fmt.Sprintf("Load test: %s at %s", u.Name, fact.FormatShare(b.headroom())), why, b.teamOf(u), proof)
}

// headroom over the expected peak that a test must carry.
func (b *builder) headroom() float64 {
	if h := b.reference("scaling.headroom"); h.Known() {
		return h.N
	}
	return 1.5
}

func (b *builder) externalList() []string {
	out := make([]string, len(b.m.Externals))
	for i, e := range b.m.Externals {
		out[i] = fact.Phrase(e.Name)
	}
	return out
}

// hooks are what a person is to fill in: rules in words, adapters, what is told.
func (b *builder) hooks() {
	add := func(id, where, what string) {
		b.a.Hooks = append(b.a.Hooks, arch.Hook{ID: fact.Kebab(id), Where: where, What: what})
	}
	for _, a := range b.m.Aggregates {
		for i, inv := range a.Invariants {
			if !inv.CEL && b.owner[a] != nil {
				add(fmt.Sprintf("%s rule %d", a.Name, i+1), string(b.owner[a].ID), fmt.Sprintf("Check of every %s: %s.", fact.Phrase(a.Name), strings.TrimSuffix(inv.Text, ".")))
			}
		}
	}
	for _, r := range b.m.Rules {
		if !r.Holds.CEL {
			where := ""
			if c := b.owner[r.Over[0]]; c != nil {
				where = string(c.ID)
			}
			add(r.Name, where, fmt.Sprintf("Comparison of %s: %s.", and(aggregateNames(r.Over, 4)), strings.TrimSuffix(r.Holds.Text, ".")))
		}
	}
	for i := range b.a.Externals {
		x := &b.a.Externals[i]
		if len(b.calls[b.m.Externals[i]]) == 0 {
			continue
		}
		where := string(b.home[b.calls[b.m.Externals[i]][0].UseCase].ID)
		add(x.Adapter, where, fmt.Sprintf("Translation of %s (%s) into the words of %s.", fact.Phrase(string(x.ID)), x.Protocol, where))
	}
	for _, u := range b.m.UseCases {
		if len(u.Gives) > 0 && len(u.Writes()) == 0 && b.home[u] != nil {
			names := make([]string, len(u.Gives))
			for i, g := range u.Gives {
				names[i] = fact.Phrase(g.Name)
			}
			add(u.Name+" result", string(b.home[u].ID), fmt.Sprintf("How %s works out %s.", fact.Phrase(u.Name), and(names)))
		}
	}
}

// handover is what other specialists get, mostly the database's.
func (b *builder) handover() {
	for i := range b.a.Stores {
		st := &b.a.Stores[i]
		queries := 0
		var largest *arch.StoredAggregate
		for j := range st.Aggregates {
			a := &st.Aggregates[j]
			queries += len(a.Queries)
			if largest == nil || a.Bytes.N > largest.Bytes.N {
				largest = a
			}
		}
		if largest == nil {
			continue
		}
		var tx []string
		for _, id := range st.Contexts {
			for _, u := range b.contexts[id].UseCases {
				if n := b.ownWrites(u); n > 1 {
					tx = append(tx, fmt.Sprintf("%s (%d)", fact.Phrase(u.Name), n))
				}
			}
		}
		what := fmt.Sprintf("%s on %s: %s with %s, %s writes and %s reads at peak, %s at the horizon, most of it %s.",
			st.ID, b.productName(st.Technology), b.counted(len(st.Aggregates), "aggregate"), b.counted(queries, "access path"), st.Writes, st.Reads, st.Bytes, fact.Phrase(b.plural(arch.Short(largest.Of))))
		if len(tx) > 0 {
			what += fmt.Sprintf(" Transactions over several aggregates: %s.", and(some(tx, 5)))
		}
		if st.Shards.Known() {
			what += fmt.Sprintf(" %s shards.", st.Shards)
		}
		if st.Machine.Known() {
			what += fmt.Sprintf(" A machine of %s times the usual.", st.Machine)
		}
		if st.Partition != "" {
			what += " Grows by " + lowerFirst(st.Partition) + "."
		}
		h := arch.Handover{To: "database", What: what, Facts: []arch.Path{st.Writes.Fact, st.Reads.Fact, st.Bytes.Fact}}
		b.a.Handover = append(b.a.Handover, h)
	}
	b.existing()
	if b.a.Security.Provider != "" {
		b.a.Handover = append(b.a.Handover, arch.Handover{To: "identity", What: fmt.Sprintf("%s issues tokens for %s: %s, %s, audience %s.", b.productName(b.a.Security.Provider),
			and(b.signedIn()), b.counted(len(b.a.Security.Roles), "role"), b.counted(len(b.a.Security.Scopes), "scope"), b.a.Security.Audience)})
	}
	for i := range b.a.Broker {
		br := &b.a.Broker[i]
		if br.Kind == "table" {
			continue
		}
		rate := 0.0
		for _, ch := range b.liveChannels() {
			if ch.Broker == br.Technology {
				rate += ch.Rate.N
			}
		}
		b.a.Handover = append(b.a.Handover, arch.Handover{To: "platform", What: fmt.Sprintf("%s: %s carry %s at the horizon, with the grants of the service list.", b.productName(br.Technology), b.counted(len(br.Channels), "channel"), fact.FormatRate(rate))})
	}
}

func (b *builder) ownWrites(u *model.UseCase) int {
	n := 0
	for _, a := range u.Writes() {
		if b.owner[a] == b.home[u] {
			n++
		}
	}
	return n
}

func (b *builder) signedIn() []string {
	var out []string
	for _, a := range b.m.Actors {
		if !a.Guest {
			out = append(out, fact.Phrase(a.Name))
		}
	}
	return out
}

// existing are schemas that are there already.
func (b *builder) existing() {
	for _, a := range b.m.Aggregates {
		if x := a.Existing; x != nil {
			what := fmt.Sprintf("%s lives in %s", sentenceCase(fact.Phrase(b.plural(a.Name))), strings.TrimSpace(x.Store+" "+x.Table))
			if x.SharedWith != "" {
				what += ", shared with " + x.SharedWith
			}
			if x.Schema != "" {
				what += ", as " + x.Schema + " defines them"
			}
			b.a.Handover = append(b.a.Handover, arch.Handover{To: "database", What: what + ": its present layout is kept until its readers are known.", Facts: []arch.Path{a.Path}})
		}
	}
}
