package lock

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/diag"
	"plumb.dev/plumb/fact"
)

// keepDecisions numbers the decisions and carries their status on. New ones that
// get a record are numbered before those that do not.
func (l *Lock) keepDecisions(a *arch.Arch, date string) diag.List {
	a.Decisions = slices.Clone(a.Decisions)
	k := keeper{Lock: l, arch: a, date: date, kept: map[arch.DecisionID]decision{}, used: map[arch.DecisionID]bool{}}
	var rest []*arch.Decision
	for i := range a.Decisions {
		if d := &a.Decisions[i]; d.Significant {
			k.keep(d)
		} else {
			rest = append(rest, d)
		}
	}
	for _, d := range rest {
		k.keep(d)
	}
	k.retire()
	l.decisions = k.kept
	slices.SortFunc(l.former, func(x, y arch.Former) int { return cmp.Compare(x.Number, y.Number) })
	a.Former = slices.Clone(l.former)
	return k.problems
}

// keeper is the work on the decisions of one system.
type keeper struct {
	*Lock
	arch     *arch.Arch
	date     string
	kept     map[arch.DecisionID]decision
	used     map[arch.DecisionID]bool // entries of the lock that a decision took over
	problems diag.List
}

// keep brings one decision and its entry together.
func (k *keeper) keep(d *arch.Decision) {
	entry, found := k.entryOf(d.ID)
	if found && entry.status == accepted {
		if entry.choice != d.Choice {
			f := formerOf(d.ID, entry, k.next)
			f.Since = entry.since(k.arch, d)
			k.problems.Add(superseded(d, entry, f))
			k.former = append(k.former, f)
			found = false
		}
		d.Significant = true // people accepted a record, which must not go away silently
	}
	if !found {
		entry = decision{number: k.next}
		k.next++
	}
	next := decision{number: entry.number, choice: d.Choice}
	d.Number, d.Status, d.Date = entry.number, "", ""
	if d.Significant {
		next.title, next.name, next.facts = d.Title, d.NameOf(d.Choice), deciding(k.arch, d)
		next.status, next.date = entry.status, entry.date
		if entry.choice != d.Choice || entry.status == "" {
			next.status, next.date = proposed, k.date
		}
		d.Status, d.Date = next.status, next.date
	}
	k.kept[d.ID] = next
}

// entryOf finds what the lock knows of a decision, under its id or the one it had
// before an element in its name was renamed.
func (k *keeper) entryOf(id arch.DecisionID) (decision, bool) {
	for _, candidate := range append([]arch.DecisionID{id}, formerIDs(k.arch, id)...) {
		if entry, found := k.decisions[candidate]; found && !k.used[candidate] && (candidate == id || k.arch.Decision(candidate) == nil) {
			k.used[candidate] = true
			return entry, true
		}
	}
	return decision{}, false
}

// formerIDs are the ids a decision had before one of the renames: Purchase.store
// for Order.store.
func formerIDs(a *arch.Arch, id arch.DecisionID) []arch.DecisionID {
	var out []arch.DecisionID
	for _, r := range a.Renamed {
		parts := strings.Split(string(id), ".")
		at := slices.Index(parts, arch.Short(r.To))
		if at >= 0 {
			parts[at] = arch.Short(arch.Path(r.From))
			out = append(out, arch.DecisionID(strings.Join(parts, ".")))
		}
	}
	return out
}

// retire keeps the accepted records whose question no longer arises.
func (k *keeper) retire() {
	for _, id := range slices.Sorted(maps.Keys(k.decisions)) {
		if entry := k.decisions[id]; entry.status == accepted && !k.used[id] {
			f := formerOf(id, entry, 0)
			f.Date = k.date
			k.former = append(k.former, f)
		}
	}
}

func formerOf(id arch.DecisionID, entry decision, by int) arch.Former {
	return arch.Former{
		ID: id, Number: entry.number, Title: entry.title, Choice: cmp.Or(entry.name, string(entry.choice)), Date: entry.date, By: by,
	}
}

func superseded(d *arch.Decision, entry decision, f arch.Former) diag.Problem {
	const most = 3
	since := ""
	for i, c := range f.Since[:min(most, len(f.Since))] {
		since += []string{", since ", ", "}[min(i, 1)] + c.String()
	}
	if more := len(f.Since) - most; more > 0 {
		since += fmt.Sprintf(" and %d more facts changed", more)
	}
	return diag.Problem{
		Code: "lock.accepted-changed", Severity: diag.Warning, Span: entry.span, Path: "decisions." + string(d.ID),
		Message: fmt.Sprintf("D%d was accepted as %s, and now %s comes out%s: D%d supersedes it",
			entry.number, cmp.Or(entry.name, string(entry.choice)), d.NameOf(d.Choice), since, f.By),
		Hint: "plumb explain " + string(d.ID) + " says why; a pin in the input keeps the accepted choice",
	}
}

// since are the facts that had other values when the decision was accepted, in the
// order of their names.
func (d decision) since(a *arch.Arch, now *arch.Decision) []arch.FactChange {
	is := deciding(a, now)
	var out []arch.FactChange
	for _, id := range slices.Sorted(maps.Keys(d.facts)) {
		to, there := is[id]
		if f, known := a.FactOf(id); !there && known {
			to = f.Value.String()
		}
		if to != d.facts[id] {
			out = append(out, arch.FactChange{Fact: id, From: d.facts[id], To: to})
		}
	}
	return out
}

// deciding are the values a decision rests on: if one of them changes, it is worth
// looking at the record again. Assumed values count where the decision reads them
// itself, stated and measured ones wherever they come in; these first, and the
// nearest before the others.
func deciding(a *arch.Arch, d *arch.Decision) map[arch.Path]string {
	const most = 40 // of them are kept; the lock is read by people
	roots := a.Roots(d)
	var ids []arch.Path
	for id, far := range roots {
		f, _ := a.FactOf(id)
		if f.Origin == fact.Stated || f.Origin == fact.Measured || f.Origin == fact.Assumed && far == 0 {
			ids = append(ids, id)
		}
	}
	rank := func(id arch.Path) int {
		f, _ := a.FactOf(id)
		return slices.Index([]bool{false, true}, f.Origin == fact.Assumed)
	}
	slices.SortFunc(ids, func(x, y arch.Path) int {
		return cmp.Or(rank(x)-rank(y), cmp.Compare(roots[x], roots[y]), cmp.Compare(x, y))
	})
	out := map[arch.Path]string{}
	for _, id := range ids[:min(most, len(ids))] {
		f, _ := a.FactOf(id)
		out[id] = f.Value.String()
	}
	return out
}
