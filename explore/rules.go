package explore

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"plumb.dev/plumb/arch"
)

// Told is what exploring says of one rule of the model: a lifecycle, a unique key, an
// amount that many want, an invariant, a rule across aggregates.
type Told struct {
	// Of is the aggregate, or the rule, it stands in.
	Of    arch.Path `json:"of"`
	Holds string    `json:"holds"`
	// Verdict is holds, broken or unknown for a rule that states are checked against;
	// in part where what it rests on is, and the rest is left to the code; not explored.
	Verdict string `json:"verdict"`
	// In are the protocols in which it is checked; Why says what is left out of it and
	// why.
	In  []string `json:"in,omitempty"`
	Why string   `json:"why,omitempty"`
}

const (
	inPart      = "in part"
	notExplored = "not explored"
)

// teller finds the protocols that speak of something.
type teller struct {
	a       *arch.Arch
	list    []*protocol
	verdict map[string]string
}

// rulesOf goes through all rules of the model, aggregate by aggregate, then across.
func rulesOf(a *arch.Arch, list []*protocol, explored []arch.Protocol) []Told {
	t := teller{a, list, map[string]string{}}
	for i := range explored {
		t.verdict[explored[i].ID] = explored[i].Explored.Verdict
	}
	var out []Told
	stored := t.stored()
	for _, g := range stored {
		out = append(out, t.lifecycle(g)...)
		for _, key := range g.Unique {
			out = append(out, t.unique(g, strings.Trim(key, "()")))
		}
		if g.Contention != nil {
			out = append(out, t.amount(g))
		}
	}
	for i := range a.Rules {
		out = append(out, t.rule(&a.Rules[i], stored))
	}
	return out
}

func (t teller) stored() []*arch.StoredAggregate {
	var out []*arch.StoredAggregate
	for i := range t.a.Stores {
		for j := range t.a.Stores[i].Aggregates {
			out = append(out, &t.a.Stores[i].Aggregates[j])
		}
	}
	slices.SortFunc(out, func(x, y *arch.StoredAggregate) int { return cmp.Compare(x.Of, y.Of) })
	return out
}

// in are the protocols that a predicate holds for.
func (t teller) in(keep func(p *protocol) bool) []string {
	var out []string
	for _, p := range t.list {
		if keep(p) {
			out = append(out, p.ID)
		}
	}
	return out
}

// races are those in which an aggregate, or one of its unique keys, is met on.
func (t teller) races(of arch.Path, key string) []string {
	return t.in(func(p *protocol) bool { return slices.Contains(p.meets, common{of, key}) })
}

// checked is a rule that the states of some protocols are held against: it holds where
// all of them do.
func (t teller) checked(of arch.Path, holds string, in []string, otherwise string) Told {
	out := Told{Of: of, Holds: holds, Verdict: "holds", In: in}
	if len(in) == 0 {
		out.Verdict, out.Why = notExplored, otherwise
		return out
	}
	out.Verdict = t.worst(in, "holds")
	return out
}

// worst is broken or unknown where one of some protocols is.
func (t teller) worst(in []string, otherwise string) string {
	for _, verdict := range []string{"broken", "unknown"} {
		if slices.ContainsFunc(in, func(id string) bool { return t.verdict[id] == verdict }) {
			return verdict
		}
	}
	return otherwise
}

func (t teller) lifecycle(g *arch.StoredAggregate) []Told {
	m := deriver{t.a}.machine(g.Of)
	if m == nil {
		return nil
	}
	in := t.in(func(p *protocol) bool {
		return p.Of == g.Of && p.Kind == "hold" || slices.Contains(p.meets, common{g.Of, ""})
	})
	return []Told{t.checked(g.Of, fmt.Sprintf("%s %s makes no move but the %d of its lifecycle", article(phrase(g.Of)), phrase(g.Of), len(m.Moves)), in,
		"no two runs meet on one, so each finds it as it left it")}
}

func (t teller) unique(g *arch.StoredAggregate, key string) Told {
	return t.checked(g.Of, fmt.Sprintf("no second %s has the same %s", phrase(g.Of), key), t.races(g.Of, key), t.unmet(g, key))
}

// unmet says why no two runs bring the same key.
func (t teller) unmet(g *arch.StoredAggregate, key string) string {
	creates, own := false, true
	for _, w := range g.Writers {
		if slices.Contains(w.Does, "creates") {
			creates = true
			own = own && !slices.Contains(w.Keys, key)
		}
	}
	switch {
	case !creates:
		return "nothing here creates one"
	case own:
		return "who creates one has created what the key names: no other run knows it"
	}
	return "what creates them runs one at a time"
}

func (t teller) amount(g *arch.StoredAggregate) Told {
	return t.checked(g.Of, fmt.Sprintf("never more of %s is given away than there is, and what is left and what is given away are what there was", g.Contention.What),
		t.in(func(p *protocol) bool { return p.Kind == "contention" && p.Of == g.Of }), "nobody takes of it")
}

// mentions finds a name as a word of its own.
func mentions(text, name string) bool {
	return regexp.MustCompile(`\b` + regexp.QuoteMeta(name) + `\b`).MatchString(text)
}

// rule is an invariant of one aggregate, or a rule across several.
func (t teller) rule(r *arch.Rule, stored []*arch.StoredAggregate) Told {
	if len(r.Over) == 1 {
		at := slices.IndexFunc(stored, func(g *arch.StoredAggregate) bool { return g.Of == r.Over[0] })
		if at < 0 {
			return Told{Of: r.Of, Holds: r.Holds, Verdict: notExplored, Why: "nothing here stores it"}
		}
		return t.invariant(r, stored[at])
	}
	var in []string
	for _, p := range t.list {
		n := 0
		for _, of := range r.Over {
			if slices.Contains(p.writes, of) {
				n++
			}
		}
		if n > 1 || p.Kind == "contention" && slices.Contains(r.Over, p.Of) {
			in = append(in, p.ID)
		}
	}
	out := Told{Of: r.Of, Holds: r.Holds, In: in, Verdict: inPart}
	said := "it is a sentence"
	if r.Expression {
		said = "it speaks of fields, and states hold none"
	}
	switch {
	case len(in) == 0:
		out.Verdict, out.Why = notExplored, "no protocol writes more than one of "+t.names(r.Over)
	default:
		out.Verdict = t.worst(in, inPart)
		out.Why = said + "; what is explored is that all of a promise over " + t.names(r.Over) + " is done or none, and that amounts add up"
	}
	return out
}

func (t teller) names(over []arch.Path) string {
	var out []string
	for _, of := range over {
		out = append(out, phrase(of))
	}
	return list(out)
}

// invariant is a rule of one aggregate. An amount below which nothing may fall is
// followed as a number; of any other what is followed is that each change is checked
// against the row that it replaces.
func (t teller) invariant(r *arch.Rule, g *arch.StoredAggregate) Told {
	if c := g.Contention; c != nil && r.Expression && mentions(r.Holds, c.What) {
		told := t.amount(g)
		told.Of, told.Holds = r.Of, r.Holds
		return told
	}
	if g.Contention != nil {
		told := t.amount(g)
		return Told{Of: r.Of, Holds: r.Holds, In: told.In, Verdict: t.worst(told.In, inPart),
			Why: "explored is its amount, under whose guard it is changed; that each change keeps the rest is up to the code that checks"}
	}
	races := t.in(func(p *protocol) bool { return slices.Contains(p.changes, g.Of) })
	out := Told{Of: r.Of, Holds: r.Holds, In: races}
	if len(races) == 0 {
		out.Verdict, out.Why = notExplored, "no two runs change one at once: it is checked where it is written, in its transaction"
		return out
	}
	out.Verdict = t.worst(races, inPart)
	out.Why = "explored is that a change replaces no row but the one it was checked against; that each change keeps it is up to the code that checks"
	return out
}
