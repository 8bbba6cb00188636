package judge

import (
	"fmt"
	"math/rand/v2"
	"slices"

	"plumb.dev/plumb/boundary"
)

// Try cuts random models, small ones with many hard constraints and every other
// one with a cut of the user's own, and checks every candidate that is shown. It
// returns how many models had no contradiction, and the first violation, "" if
// there is none.
func Try(seed uint64, models int) (feasible int, broken string) {
	for i := range models {
		random := rand.New(rand.NewPCG(seed, uint64(i)))
		in := Random(random, 2+random.IntN(10), 1+random.IntN(20), random.IntN(7))
		if i%2 == 1 {
			in.Own = RandomOwn(random, in)
		}
		res, conflicts := boundary.Run(in, boundary.Options{Plain: true})
		if conflicts != nil {
			continue
		}
		feasible++
		for _, c := range res.Candidates {
			if what := Violated(in, c); what != "" {
				return feasible, fmt.Sprintf("model %d of seed %d, methods %v: %s", i, seed, c.Methods, what)
			}
		}
		if what := mangled(in, res); what != "" {
			return feasible, fmt.Sprintf("model %d of seed %d: %s", i, seed, what)
		}
	}
	return feasible, ""
}

// mangled tells where the candidate that stands for the user's own cut differs
// from it though no constraint is said to be broken; "" if it does not.
func mangled(in boundary.Input, res boundary.Result) string {
	switch {
	case len(in.Own) == 0:
		return ""
	case res.Own == nil:
		return "the user's own cut is not shown"
	case len(res.Own.Breaks) > 0:
		return ""
	}
	own := map[boundary.AggregateID]string{}
	for _, o := range in.Own {
		for _, a := range o.Aggregates {
			own[a] = o.Name
		}
	}
	for _, x := range res.Candidates[res.Own.Candidate].Contexts {
		for _, a := range x.Aggregates {
			for _, b := range in.Aggregates {
				if own[a] == "" || own[b.ID] == "" {
					continue
				}
				if together := slices.Contains(x.Aggregates, b.ID); together != (own[a] == own[b.ID]) {
					return fmt.Sprintf("%s and %s are not as in the user's own cut", a, b.ID)
				}
			}
		}
	}
	return ""
}

// Violated names a hard constraint that a candidate breaks, read off the input
// alone; "" if
// it breaks none.
func Violated(in boundary.Input, c boundary.Candidate) string {
	context, unit := map[boundary.AggregateID]string{}, map[boundary.AggregateID]string{}
	size := map[string]int{}
	for _, x := range c.Contexts {
		for _, a := range x.Aggregates {
			if _, twice := context[a]; twice {
				return fmt.Sprintf("%s is in two contexts", a)
			}
			context[a] = x.Name
			size[x.Name]++
			for _, d := range c.Deployables {
				if slices.Contains(d.Contexts, x.Name) {
					unit[a] += d.Name
				}
			}
		}
	}
	if len(context) != len(in.Aggregates) {
		return "an aggregate is in no context"
	}
	same := func(ids []boundary.AggregateID) bool {
		return !slices.ContainsFunc(ids, func(a boundary.AggregateID) bool { return context[a] != context[ids[0]] })
	}
	for _, v := range in.Invariants {
		if v.Atomic && !same(v.Aggregates) {
			return v.Ref
		}
	}
	for _, p := range in.Pins {
		for i, a := range p.Aggregates {
			for _, b := range p.Aggregates[:i] {
				switch {
				case a == b:
				case p.Kind == boundary.Apart && context[a] == context[b]:
					return p.Ref
				case p.Kind == boundary.ApartDeployed && unit[a] == unit[b]:
					return p.Ref + " (deployed)"
				}
			}
		}
		once := slices.Compact(slices.Sorted(slices.Values(p.Aggregates)))
		if (p.Kind == boundary.Together || p.Kind == boundary.Fixed) && !same(p.Aggregates) {
			return p.Ref
		}
		if p.Kind == boundary.Fixed && size[context[p.Aggregates[0]]] != len(once) {
			return p.Ref + " (closed)"
		}
	}
	isolated := map[boundary.ZoneID]bool{}
	for _, z := range in.Zones {
		isolated[z.ID] = z.Isolated
	}
	for _, a := range in.Aggregates {
		for _, b := range in.Aggregates {
			apart := a.Zone != b.Zone && (a.Zone != "" && b.Zone != "" || isolated[a.Zone] || isolated[b.Zone])
			if apart && (context[a.ID] == context[b.ID] || unit[a.ID] == unit[b.ID]) {
				return fmt.Sprintf("zones of %s and %s", a.ID, b.ID)
			}
		}
	}
	return ""
}
