package boundary

import (
	"cmp"
	"fmt"
	"slices"
)

// deployment says at which numbers of teams and rates the deployables or their
// processes would be others.
func (e *explainer) deployment() Deployment {
	d := Deployment{Teams: e.teams}
	if flip, ok := e.teamFlip(); ok {
		d.Flips = append(d.Flips, flip)
	}
	d.Flips = append(d.Flips, e.rateFlips()...)
	return d
}

// driven lays the contexts out as their drivers ask.
func (e *explainer) driven() []Deployable {
	free := *e.problem
	free.opt.Deploy = DeployDriven
	other := *e.layout
	other.p = &free
	other.deploy()
	var out []Deployable
	for u := range other.units {
		out = append(out, other.describeUnit(u, e.names))
	}
	slices.SortStableFunc(out[1:], func(a, b Deployable) int { return cmp.Compare(a.Name, b.Name) })
	return out
}

// teamFlip compares the deployables on both sides of the number of teams from
// which owning a context is a reason to leave.
func (e *explainer) teamFlip() (Flip, bool) {
	other := *e.layout
	flip := Flip{Kind: FlipTeams, Now: float64(e.teams), At: float64(e.opt.Gate.MinTeams)}
	if e.teams >= e.opt.Gate.MinTeams {
		flip.At--
		other.minTeams = e.teams + 1
	} else {
		other.minTeams = e.teams
	}
	other.deploy()
	flip.To = fmt.Sprintf("%d deployables", other.units)
	return flip, other.units != e.units && e.teams > 0
}

// rateFlips gives, for each context that shares a deployable, the rate at which
// it starts or stops needing processes of its own, the nearest first.
func (e *explainer) rateFlips() []Flip {
	contexts := make([]int, e.units)
	for _, u := range e.unit {
		contexts[u]++
	}
	var out []Flip
	for c, f := range e.facts {
		rest := float64(e.deployable[e.unit[c]].rate) - f.rate
		if contexts[e.unit[c]] < 2 || f.rate == 0 || rest <= slack*f.rate {
			continue
		}
		flip := Flip{Kind: FlipRate, Context: e.names[c], Now: f.rate, At: max(e.opt.Gate.RateFloor, e.opt.Gate.RateRatio*rest), To: "processes of its own"}
		if flip.Now >= flip.At {
			flip.To = "no processes of its own"
		}
		out = append(out, flip)
	}
	slices.SortFunc(out, func(a, b Flip) int {
		return cmp.Or(cmp.Compare(a.At/a.Now, b.At/b.Now), cmp.Compare(a.Context, b.Context))
	})
	return out
}
