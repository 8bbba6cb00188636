package boundary

import (
	"cmp"
	"fmt"
	"slices"
)

// softDrivers are the drivers that are weighed, in the order in which they are:
// what protects users first, then what frees teams, then what owns itself.
var softDrivers = [...]func(*deployment){
	(*deployment).byAvailability, // failures of the rest must not reach it
	(*deployment).byCadence,      // other teams' releases must not hold it back
	(*deployment).byRate,         // only if another team also owns it; else a role is cheaper
	(*deployment).byTeam,         // from MinTeams teams on
}

// byAvailability takes out what may be down much less than the rest of the
// monolith may.
func (d *deployment) byAvailability() {
	d.outliers(DriverAvailability, "share of time it may be down", d.p.opt.Gate.DowntimeRatio,
		func(f *contextFacts) float64 {
			if f.availability == 0 {
				return 0
			}
			return 1 / downtime(f.availability)
		},
		func(v float64) float64 { return 1 / v })
}

// byCadence takes out what wants to be released much more often than what other
// teams own in the monolith.
func (d *deployment) byCadence() {
	if d.teams < 2 {
		return
	}
	d.outliers(DriverCadence, "releases per month", d.p.opt.Gate.CadenceRatio,
		func(f *contextFacts) float64 { return f.cadence }, func(v float64) float64 { return v })
}

// byRate takes out what is much busier than all the rest of the monolith together, more
// than the smallest replicas carry, and owned by another team than most of it. Beside a
// rest that is nearly as busy, capacity is no reason: a quiet context asks for none.
func (d *deployment) byRate() {
	if d.teams < 2 {
		return
	}
	main := d.mainTeam()
	var busy []int
	for c := range d.facts {
		if d.unit[c] == 0 && d.team[c] != "" && d.team[c] != main && d.facts[c].rate >= d.p.opt.Gate.RateFloor {
			busy = append(busy, c)
		}
	}
	for _, team := range d.byOwner(busy) {
		value, rest := 0.0, 0.0
		for c := range d.facts {
			switch {
			case slices.Contains(team, c):
				value += d.facts[c].rate
			case d.unit[c] == 0:
				rest += d.facts[c].rate
			}
		}
		if rest > 0 && value >= d.p.opt.Gate.RateRatio*rest*(1-slack) {
			d.follow(Driver{Kind: DriverRate, Value: value, Rest: rest, Ratio: value / rest, Unit: rateUnit}, team)
		}
	}
}

// outliers sorts the contexts of the monolith by a figure and splits them where
// it first falls by the ratio or more: those above leave, each team's together. shown turns
// the figure into what people read.
func (d *deployment) outliers(kind DriverKind, unit string, ratio float64, figure func(*contextFacts) float64, shown func(float64) float64) {
	var inside []int
	for c := range d.facts {
		if d.unit[c] == 0 && figure(&d.facts[c]) > 0 {
			inside = append(inside, c)
		}
	}
	slices.SortStableFunc(inside, func(a, b int) int { return cmp.Compare(figure(&d.facts[b]), figure(&d.facts[a])) })
	for i := 1; i < len(inside); i++ {
		value, rest := figure(&d.facts[inside[i-1]]), figure(&d.facts[inside[i]])
		if value < ratio*rest*(1-slack) {
			continue
		}
		for _, team := range d.byOwner(inside[:i]) {
			d.follow(Driver{Kind: kind, Value: shown(value), Rest: shown(rest), Ratio: value / rest, Unit: unit}, team)
		}
		return
	}
}

// byOwner groups contexts by the team that owns them: no two teams share what
// leaves the monolith.
func (d *deployment) byOwner(contexts []int) [][]int {
	var out [][]int
	at := map[TeamID]int{}
	for _, c := range contexts {
		i, known := at[d.team[c]]
		if !known {
			i = len(out)
			at[d.team[c]] = i
			out = append(out, nil)
		}
		out[i] = append(out[i], c)
	}
	return out
}

// follow moves contexts of the monolith to a unit of their own, unless a strong
// write ties them to what stays, or nothing would stay.
func (d *deployment) follow(why Driver, leave []int) {
	if d.remaining(leave) == 0 {
		return
	}
	if u := d.torn(leave); u >= 0 {
		d.decline(why, leave, fmt.Sprintf("use case %s writes at once inside and outside", d.p.uses[u].ID))
		return
	}
	if d.soft >= max(1, d.teams) {
		d.decline(why, leave, "there would be more deployables than teams to run them")
		return
	}
	d.soft++
	unit := d.open([]driver{{why, leave}})
	for _, c := range leave {
		d.unit[c] = unit
	}
}

func (d *deployment) decline(why Driver, contexts []int, because string) {
	why.Yielded = because
	d.declined = append(d.declined, driver{why, contexts})
}

func (d *deployment) remaining(leave []int) int {
	n := 0
	for c := range d.k {
		if d.unit[c] == 0 && !slices.Contains(leave, c) {
			n++
		}
	}
	return n
}

// torn returns a use case that must write at once in contexts that leave the
// monolith and in contexts that stay, or -1.
func (d *deployment) torn(leave []int) int {
	for i := range d.p.uses {
		u := &d.p.uses[i]
		if !u.strong() {
			continue
		}
		goes, stays := false, false
		for _, a := range u.writes {
			c := d.of[a]
			if slices.Contains(leave, c) {
				goes = true
			} else if d.unit[c] == 0 {
				stays = true
			}
		}
		if goes && stays {
			return i
		}
	}
	return -1
}

// countTeams counts the teams that own contexts; one that is too big for one
// team counts as several.
func (l *layout) countTeams() int {
	n := 0
	most := max(l.p.opt.Gate.MaxTeam, 1)
	seen := map[TeamID]bool{}
	for _, t := range l.team {
		if t == "" || seen[t] {
			continue
		}
		seen[t] = true
		n += max(1, (l.p.teamSize[t]+most-1)/most)
	}
	return n
}

// mainTeam owns most of the work in the monolith.
func (d *deployment) mainTeam() TeamID {
	work := map[TeamID]int{}
	best := TeamID("")
	for c, f := range d.facts {
		if t := d.team[c]; t != "" && d.unit[c] == 0 {
			work[t] += 1 + f.work
			if best == "" || work[t] > work[best] {
				best = t
			}
		}
	}
	return best
}

// byTeam gives each team but the main one a deployable for the contexts that it
// owns in the monolith, if there are enough teams for that and it can serve
// most of its use cases without waiting for another team.
func (d *deployment) byTeam() {
	if d.teams < d.minTeams {
		return
	}
	main := d.mainTeam()
	var seen []TeamID
	for c := range d.k {
		t := d.team[c]
		if d.unit[c] != 0 || t == "" || t == main || slices.Contains(seen, t) {
			continue
		}
		seen = append(seen, t)
		var leave []int
		for x := range d.k {
			if d.unit[x] == 0 && d.team[x] == t {
				leave = append(leave, x)
			}
		}
		why := Driver{Kind: DriverTeam, What: string(t), Value: float64(d.teams), Rest: float64(d.p.opt.Gate.MinTeams), Unit: "teams"}
		alone, all := d.selfSufficient(leave)
		if 2*alone < all {
			d.decline(why, leave, fmt.Sprintf("%d of its %d use cases wait for other teams", all-alone, all))
			continue
		}
		d.follow(why, leave)
	}
}

// selfSufficient counts the use cases at home in some contexts, and those among
// them that wait for nothing outside.
func (d *deployment) selfSufficient(contexts []int) (alone, all int) {
	inside := make([]bool, d.k)
	for _, c := range contexts {
		inside[c] = true
	}
	for i := range d.p.uses {
		if d.home[i] < 0 || !inside[d.home[i]] {
			continue
		}
		all++
		waits := false
		crossings := d.crossings[i]
		for j := range crossings {
			waits = waits || d.sync(&crossings[j]) && !inside[crossings[j].to]
		}
		for _, f := range d.p.uses[i].then {
			to := d.home[f.use]
			waits = waits || !f.byEvent && to >= 0 && !inside[to]
		}
		alone += boolInt(!waits)
	}
	return alone, all
}
