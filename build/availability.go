package build

import (
	"fmt"
	"slices"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/fact"
	"plumb.dev/plumb/model"
)

// down is a part that a use case cannot do without, with the share of time it is
// away.
type down struct {
	name, note string
	away       float64
	inputs     []fact.ID
}

var month = fact.Month.Seconds()

// availability is the series product of everything a use case cannot do without
// before its answer, in minutes a month.
func (b *builder) availability(u *model.UseCase, f *arch.Flow) arch.Objective {
	id := objectiveID(u, "availability")
	parts := b.needs(f)
	up, sum := 1.0, 0.0
	var inputs []fact.ID
	for _, p := range parts {
		up *= 1 - p.away
		sum += p.away
		inputs = append(inputs, p.inputs...)
	}
	o := arch.Objective{
		ID: id, UseCase: u.Path, Kind: "availability", Measure: "per month", Target: value(fact.Share, u.Available), Stated: b.stated(u.Available),
		Achieved: b.derive(fact.ID("objectives."+string(id)), fact.Share, up, "series product of what it cannot do without before its answer", inputs...),
		SLI:      fmt.Sprintf("share of %s answered without a fault of ours (no 5xx, no timeout)", fact.Phrase(u.Name)), Window: b.window(),
		Scenario: fmt.Sprintf("A month of releases, failovers and outages of others: at most %s of %s fail.", fact.FormatSeconds((1-u.Available.N)*month), fact.Phrase(u.Name)),
		Trace:    arch.Trace{Serves: []arch.Path{u.Available.Fact}, By: b.by(subject(u.Name, "answer"), subject(string(f.Entry), "rollout"), "zones")},
	}
	if sum > 0 {
		scale := (1 - up) / sum // the parts of a product, so that they add up
		for _, p := range parts {
			o.Budget = append(o.Budget, arch.Part{Name: p.name, Note: p.note,
				Value: b.derive(fact.ID("objectives."+string(id)+"."+fact.Kebab(p.name)), fact.Duration, p.away*scale*month, "share of time away x a month", p.inputs...)})
		}
		slices.SortStableFunc(o.Budget, func(x, y arch.Part) int { return compare(y.Value.N, x.Value.N) })
	}
	judge(&o, true)
	if o.Verdict == "missed" {
		o.Nearest = b.derive(fact.ID("objectives."+string(id)+".nearest"), fact.Share, 1-roundUp(1-up), "what is achieved, its outage rounded up", o.Achieved.Fact)
	}
	return o
}

// needs lists what a flow cannot do without, each once.
func (b *builder) needs(f *arch.Flow) []down {
	var out []down
	add := func(d down) {
		if d.away <= 0 {
			return
		}
		for i := range out {
			if out[i].name == d.name {
				if d.away > out[i].away {
					out[i] = d
				}
				return
			}
		}
		out = append(out, d)
	}
	add(b.released(string(f.Entry)))
	b.needsOf(f.Steps, 1, f.Wait.Known(), add)
	if g := b.a.Gateway; g != nil {
		if sla := b.catalogued(g.Technology, "sla-"+b.m.Context.Platform.Cloud); sla.Known() {
			add(down{g.Technology, "by its provider's agreement", 1 - sla.N, []fact.ID{sla.Fact}})
		}
	}
	if v := b.p.Parameter("zones", "away"); v.Known() && b.a.Placement.Zones.N < 2 {
		name := arch.ZoneLoss
		if b.onOneMachine() {
			name = arch.MachineLoss
		}
		add(down{name, b.zonesWords(), v.N / month, []fact.ID{v.Fact}})
	}
	return out
}

// zonesWords says how the time is made up that zones are away.
func (b *builder) zonesWords() string {
	_, how, _ := b.scored("zones", "downtime")
	return how
}

// needsOf walks the steps before the answer. With a bounded wait an outside call or
// another deployable that is away delays the outcome and refuses nothing.
func (b *builder) needsOf(steps []arch.Step, chance float64, deferred bool, add func(down)) {
	for i := range steps {
		s := &steps[i]
		if s.After || s.Optional {
			continue
		}
		c := chance * min(1, s.Chance)
		switch s.Kind {
		case "store":
			for _, d := range []down{b.failover(s.Target), b.zoneLoss(s.Target)} {
				d.away *= c
				add(d)
			}
		case "call":
			if deferred {
				continue
			}
			x := b.externals[s.Target]
			note := ""
			if c < 1 {
				note = fmt.Sprintf("needed by %s of the requests", fact.FormatShare(c))
			}
			add(down{s.Target, note, c * (1 - x.Availability.N), []fact.ID{x.Availability.Fact}})
		case "invoke":
			if s.Edge != "" {
				if deferred {
					continue
				}
				d := b.released(s.Target)
				d.away *= c
				add(d)
			}
		}
		b.needsOf(s.Steps, c, deferred, add)
	}
}

// released is the time a deployable is away for its own releases, as its rollout was
// decided.
func (b *builder) released(unit string) down {
	id := subject(unit, "rollout")
	if v, how, ok := b.scored(id, "downtime"); ok {
		return down{"releases of " + unit, how, v.N / month, []fact.ID{v.Fact}}
	}
	up := b.reference("work.release-availability")
	return down{"releases of " + unit, "bad ones, until they are taken back", 1 - up.N, []fact.ID{up.Fact}}
}

// failover is the time a month a store takes no writes because its leader changes.
// On the one machine it is away with the machine.
func (b *builder) failover(store string) down {
	if b.onOneMachine() {
		return down{}
	}
	st := b.a.Store(arch.StoreID(store))
	if st == nil {
		return down{}
	}
	times := b.planFact("decide.failovers-per-month", fact.Count, 0.5)
	return down{store, fmt.Sprintf("%s failovers a month of %s", fact.FormatNumber(times.N, 2), st.Failover), st.Failover.N * times.N / month, []fact.ID{st.Failover.Fact, times.Fact}}
}

// zoneLoss is the time a month a store takes no writes because the zone in which its
// leader is taken to be is lost: with its next leader, or with the agreement of the other
// zones on one, whichever takes longer. The leaders of all stores are taken to be in the
// same zone, so of several the one that is back last counts.
func (b *builder) zoneLoss(store string) down {
	st := b.a.Store(arch.StoreID(store))
	if st == nil || b.a.Placement.Zones.N < 2 {
		return down{}
	}
	takes := b.planFact(b.a.Placement.LeaderAgreed(), fact.Duration, 120)
	if st.Failover.N > takes.N {
		takes = st.Failover
	}
	times := b.planFact("decide.zone-losses", fact.Count, 0.05)
	return down{arch.ZoneLoss, fmt.Sprintf("that of the leading copies, %s times a month, %s until %s leads again", fact.FormatNumber(times.N, 2), takes, store), takes.N * times.N / month, []fact.ID{takes.Fact, times.Fact}}
}

// scored is what the chosen option of a decision gives on a criterion, as a fact of
// its own, and how it was worked out.
func (b *builder) scored(id arch.DecisionID, criterion string) (v arch.Value, how string, ok bool) {
	d := b.p.Decision(id)
	if d == nil {
		return arch.Value{}, "", false
	}
	o := d.Option(d.Choice)
	if o == nil {
		return arch.Value{}, "", false
	}
	i := slices.IndexFunc(o.Scores, func(s arch.Score) bool { return s.Criterion == criterion })
	if i < 0 {
		return arch.Value{}, "", false
	}
	score := &o.Scores[i]
	how = score.How.String()
	name := fact.ID("decisions." + string(id) + "." + fact.Kebab(criterion))
	if f, known := b.ledger.Get(name); known {
		return arch.Value{Quantity: f.Value, Fact: name}, how, true
	}
	b.ledger.Add(fact.Fact{ID: name, Value: score.Value.Quantity, Origin: fact.Derived, Rule: how, Inputs: d.Facts})
	return arch.Value{Quantity: score.Value.Quantity, Fact: name}, how, true
}
